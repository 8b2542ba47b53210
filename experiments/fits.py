"""Nonnegative least squares with an intercept, for all subsets of the columns at once.

NNLS on a set S of columns has a solution whose positive weights sit on linearly independent columns A inside S, and on
A it is the ordinary least squares solution. So one solves the ordinary problem on every A, keeps the solutions that are
nowhere negative, and gives each S the best that lies inside it, by a running maximum over the lattice of subsets. The
intercept drops out when columns and targets are centred.

Subsets of n columns are the numbers 0 .. 2^n - 1, column j being bit j.
"""

from itertools import combinations

import numpy as np

from alignproof.experiments.scores import Array, Whole

DEPENDENT = 1e-11
"""Columns count as dependent if the smallest eigenvalue of their correlations is below this."""


def subset_fits(gram: Array, cross: Array) -> Array:
    """The NNLS weights ``[S, column, target]`` on every subset S, zero outside S.

    ``gram[j, k]`` are the centred columns' products, ``cross[j, t]`` their products with the centred targets. Of
    equally good solutions the one on the smaller set of columns is taken.
    """
    columns, targets = cross.shape
    weights = np.zeros((1 << columns, columns, targets))
    gain = np.zeros((1 << columns, targets))
    square = gram.diagonal()
    scale = np.sqrt(np.where(square > 0, square, 1))
    correlation = gram / np.outer(scale, scale)
    target = cross / scale[:, None]
    for size in range(1, columns + 1):
        index = np.array(list(combinations(range(columns), size)))
        blocks = correlation[index[:, :, None], index[:, None, :]]
        subset = (1 << index).sum(axis=1)
        lowest: Array = np.linalg.eigvalsh(blocks)[:, 0]
        independent = lowest > DEPENDENT
        index, blocks, subset = index[independent], blocks[independent], subset[independent]
        solution = np.linalg.solve(blocks, target[index])
        allowed = np.all(solution >= 0, axis=1)
        # The squared error falls by this much; a solution that is not allowed gains nothing.
        gain[subset] = np.where(allowed, (solution * target[index]).sum(axis=1), 0)
        kept = np.where(allowed[:, None, :], solution / scale[index][:, :, None], 0)
        weights[subset[:, None], index] = kept
    best = np.tile(np.arange(1 << columns)[:, None], (1, targets))
    for column in range(columns):
        with_it, without = split(columns, column)
        better = gain[without] >= gain[with_it]
        gain[with_it] = np.where(better, gain[without], gain[with_it])
        best[with_it] = np.where(better, best[without], best[with_it])
    return np.take_along_axis(weights, best[:, None, :], axis=0)


def split(columns: int, column: int) -> tuple[Whole, Whole]:
    """The subsets that hold a column, and the same subsets without it."""
    subsets = np.arange(1 << columns)
    with_it = subsets[(subsets >> column) & 1 == 1]
    return with_it, with_it ^ (1 << column)


def sizes(columns: int) -> Whole:
    """The number of columns in each subset."""
    return np.array([subset.bit_count() for subset in range(1 << columns)])


def members(columns: int) -> Array:
    """``[S, column]``: 1 if the column is in S, else 0."""
    return ((np.arange(1 << columns)[:, None] >> np.arange(columns)) & 1).astype(float)


def centred(columns: Array, targets: Array) -> tuple[Array, Array]:
    """Products of centred columns with each other, and with centred targets; all are rows of values."""
    x = columns - columns.mean(axis=1, keepdims=True)
    y = targets - targets.mean(axis=1, keepdims=True)
    return x @ x.T, x @ y.T
