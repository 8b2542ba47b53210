"""Weak Market Alignment: each group's utility as a nonnegative combination of the providers' (equation (1), eps_P = 0).

For every subset S of the providers, ``u_i ~ sum over S of w_{j,i} v_j + c_i``, fitted on four folds of the questions
and measured on the fifth: the root mean squared error over the options of the held-out questions.

Baselines on the same folds, for every S: the *best single* provider of S as it is, and *fitted* (w >= 0 and c); the
*equal average* of S as it is, and *fitted*; the *intercept only*; the *uniform* distribution. Best means: on the
training questions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alignproof.experiments.fits import centred, halves, members, sizes, subset_fits
from alignproof.experiments.scores import Array, Observations

NNLS = "NNLS"
METHODS = (NNLS, "best single", "best single, fitted", "equal average", "average, fitted", "intercept only", "uniform")


@dataclass(frozen=True)
class Weak:
    """``rmse[method][S, i, f]`` on held-out fold f; ``weights[j, i]`` fitted to all questions with all providers."""

    rmse: Mapping[str, Array]
    weights: Array


def weak(data: Observations) -> Weak:
    """All subsets, groups and folds."""
    folds = [_fold(data, data.fold[data.question] == fold) for fold in range(int(data.fold.max()) + 1)]
    gram, cross = centred(data.providers, data.users)
    return Weak(
        {method: np.stack([fold[method] for fold in folds], axis=2) for method in METHODS}, subset_fits(gram, cross)[-1]
    )


def _fold(data: Observations, held_out: np.ndarray) -> dict[str, Array]:
    """The error ``[S, i]`` of each method on the rows that are held out."""
    x, y = data.providers[:, ~held_out], data.users[:, ~held_out]
    count, users = len(x), len(y)
    gram, cross = centred(x, y)
    single = np.eye(count)
    average = members(count) / np.maximum(sizes(count), 1)[:, None]
    test = _Test(x.mean(axis=1), y.mean(axis=1), data.providers[:, held_out], data.users[:, held_out])

    slopes = _slopes(gram.diagonal(), cross)
    alone = test.fitted(single[:, :, None] * slopes[:, None, :])
    average_slopes = _slopes(((average @ gram) * average).sum(axis=1), average @ cross)
    training_loss = ((y[None] - x[:, None]) ** 2).mean(axis=2)
    nothing = np.zeros((1, count, users))
    uniform = np.sqrt(((data.users[:, held_out] - data.uniform[held_out]) ** 2).mean(axis=1))
    everywhere = (1 << count, users)
    return {
        NNLS: test.fitted(subset_fits(gram, cross)),
        "best single": _of_best_member(test.raw(single), training_loss),
        "best single, fitted": _of_best_member(alone, -slopes * cross),
        "equal average": test.raw(average),
        "average, fitted": test.fitted(average[:, :, None] * average_slopes[:, None, :]),
        "intercept only": np.broadcast_to(test.fitted(nothing), everywhere),
        "uniform": np.broadcast_to(uniform, everywhere),
    }


class _Test:
    """Errors on held-out rows, from a triangular factor of the rows: as exact as from all of them, and much shorter."""

    def __init__(self, mean_x: Array, mean_y: Array, x: Array, y: Array) -> None:
        self.mean_x, self.mean_y = mean_x, mean_y
        self.rows = x.shape[1]
        self.factor = np.linalg.qr(np.column_stack([np.ones(self.rows), x.T, y.T]), mode="r")

    def fitted(self, weights: Array) -> Array:
        """``[s, i]`` for weights ``[s, j, i]`` and the intercept that suits them on the training rows."""
        return self._error(weights, self.mean_y - np.tensordot(weights, self.mean_x, (1, 0)))

    def raw(self, weights: Array) -> Array:
        """``[s, i]`` for weights ``[s, j]`` without intercept, the same for all groups."""
        shape = (*weights.shape, len(self.mean_y))
        return self._error(np.broadcast_to(weights[:, :, None], shape), np.zeros((shape[0], shape[2])))

    def _error(self, weights: Array, intercept: Array) -> Array:
        first, middle, last = np.split(self.factor, [1, 1 + weights.shape[1]], axis=1)
        residual = first[:, :, None] * intercept + np.tensordot(middle, weights, (1, 1)) - last[:, None, :]
        root: Array = np.sqrt((residual**2).sum(axis=0) / self.rows)
        return root


def _slopes(square: Array, cross: Array) -> Array:
    """The least squares slope ``[s, i]`` on one column, where it is not negative, else 0."""
    return np.where(square[:, None] > 0, np.maximum(cross, 0) / np.where(square > 0, square, 1)[:, None], 0)


def _of_best_member(value: Array, loss: Array) -> Array:
    """``[S, i]``: the value ``[j, i]`` of the member of S with the smallest loss ``[j, i]``; for no member that of the
    first.
    """
    count, targets = loss.shape
    chosen = np.zeros((1 << count, targets), dtype=np.int64)
    lowest = np.full((1 << count, targets), np.inf)
    for column in range(count):
        without, with_it = halves(lowest, column)
        better = without > loss[column]
        with_it[:] = np.where(better, loss[column], without)
        without, with_it = halves(chosen, column)
        with_it[:] = np.where(better, column, without)
    return np.take_along_axis(value, chosen, axis=0)
