"""Nonnegative least squares with an intercept, for all subsets of the columns at once.

NNLS on a set S of columns has a solution whose positive weights sit on linearly independent columns A inside S, and on
A it is the ordinary least squares solution. So one solves the ordinary problem on every A, keeps the solutions that are
nowhere negative, and gives each S the best that lies inside it, by a running maximum over the lattice of subsets. The
intercept drops out when columns and targets are centred.

The ordinary problems share their work too: the inverse of a set's correlations is that of the set without its last
column, bordered by that column.

Subsets of n columns are the numbers 0 .. 2^n - 1, column j being bit j.
"""

from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from alignproof.experiments.scores import Array, Whole

_Kind = TypeVar("_Kind", np.float64, np.int64)

DEPENDENT = 1e-10
"""A column depends on others if they leave less than this share of its variance unexplained."""


def subset_fits(gram: Array, cross: Array) -> Array:
    """The NNLS weights ``[S, column, target]`` on every subset S, zero outside S.

    ``gram[j, k]`` are the centred columns' products, ``cross[j, t]`` their products with the centred targets. Of
    equally good solutions the one on the smaller set of columns is taken.
    """
    columns, targets = cross.shape
    square = gram.diagonal()
    scale = np.sqrt(np.where(square > 0, square, 1))
    correlation, target = gram / np.outer(scale, scale), cross / scale[:, None]
    inverse, independent = _inverses(correlation)
    solution = (inverse.reshape(-1, columns) @ target).reshape(-1, columns, targets)
    rest = members(columns)[:, :, None] * (target - correlation @ solution)
    solution += inverse @ rest  # once more, for what rounding left
    allowed = independent[:, None] & np.all(solution >= 0, axis=1)
    # By how much the squared error falls; a solution that is not allowed gains nothing.
    gain = np.where(allowed, (solution * target).sum(axis=1), 0)
    solution = np.where(allowed[:, None], solution, 0)
    best = np.tile(np.arange(1 << columns)[:, None], (1, targets))
    for column in range(columns):
        without, with_it = halves(gain, column)
        better = without >= with_it
        np.copyto(with_it, without, where=better)
        without, with_it = halves(best, column)
        np.copyto(with_it, without, where=better)
    weights: Array = np.take_along_axis(solution, best[:, None, :], axis=0) / scale[:, None]
    return weights


def _inverses(correlation: Array) -> tuple[Array, NDArray[np.bool_]]:
    """For every subset the inverse of its correlations, zero elsewhere, and whether it has one."""
    columns = len(correlation)
    inverse, independent = np.zeros((1 << columns, columns, columns)), np.zeros(1 << columns, dtype=np.bool_)
    independent[0] = True
    for last in range(columns):
        old, new = slice(0, 1 << last), slice(1 << last, 2 << last)
        explained = inverse[old] @ correlation[:, last]
        left = correlation[last, last] - explained @ correlation[:, last]
        independent[new] = independent[old] & (left > DEPENDENT)
        left = np.where(independent[new], left, 1)
        border = -explained
        border[:, last] = 1
        inverse[new] = inverse[old] + border[:, :, None] * border[:, None, :] / left[:, None, None]
    return inverse, independent


def halves(values: NDArray[_Kind], column: int) -> tuple[NDArray[_Kind], NDArray[_Kind]]:
    """Views of ``values[S, ...]`` at the sets S without a column, and at the same sets with it."""
    paired = values.reshape(-1, 2, 1 << column, *values.shape[1:])
    return paired[:, 0], paired[:, 1]


@cache
def sizes(columns: int) -> Whole:
    """The number of columns in each subset."""
    return _kept(np.array([subset.bit_count() for subset in range(1 << columns)], dtype=np.int64))


@cache
def members(columns: int) -> Array:
    """``[S, column]``: 1 if the column is in S, else 0."""
    return _kept(((np.arange(1 << columns)[:, None] >> np.arange(columns)) & 1).astype(np.float64))


def _kept(values: NDArray[_Kind]) -> NDArray[_Kind]:
    values.flags.writeable = False
    return values


def centred(columns: Array, targets: Array) -> tuple[Array, Array]:
    """Products of centred columns with each other, and with centred targets; all are rows of values."""
    x = columns - columns.mean(axis=1, keepdims=True)
    y = targets - targets.mean(axis=1, keepdims=True)
    return x @ x.T, x @ y.T
