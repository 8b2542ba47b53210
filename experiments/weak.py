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

from alignproof.experiments.fits import centred, members, sizes, split, subset_fits
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
    test_x, test_y = data.providers[:, held_out], data.users[:, held_out]
    mean_x, mean_y = x.mean(axis=1), y.mean(axis=1)
    count = len(x)
    gram, cross = centred(x, y)
    average = members(count) / np.maximum(sizes(count), 1)[:, None]
    weights = {
        NNLS: subset_fits(gram, cross),
        "best single, fitted": _best_single(
            np.eye(count)[:, :, None] * _slope(np.diag(gram), cross)[:, None, :], -_gain(np.diag(gram), cross)
        ),
        "average, fitted": average[:, :, None]
        * _slope(np.einsum("sj,jk,sk->s", average, gram, average), average @ cross)[:, None, :],
        "intercept only": np.zeros((1 << count, count, len(y))),
    }
    raw = {
        "best single": _best_single(
            np.broadcast_to(np.eye(count)[:, :, None], (count, count, len(y))),
            ((y[None] - x[:, None]) ** 2).mean(axis=2),
        ),
        "equal average": np.broadcast_to(average[:, :, None], (1 << count, count, len(y))),
    }
    errors = {}
    for method, w in weights.items():
        intercept = mean_y - np.einsum("sji,j->si", w, mean_x)
        errors[method] = _rmse(test_y, w, intercept, test_x)
    for method, w in raw.items():
        errors[method] = _rmse(test_y, w, np.zeros((1 << count, len(y))), test_x)
    uniform = np.sqrt(((test_y - data.uniform[held_out]) ** 2).mean(axis=1))
    return errors | {"uniform": np.broadcast_to(uniform, (1 << count, len(y)))}


def _slope(square: Array, cross: Array) -> Array:
    """The least squares slope ``[s, i]`` on one column, where it is not negative, else 0."""
    safe = np.where(square > 0, square, 1)[:, None]
    return np.where(square[:, None] > 0, np.maximum(cross, 0) / safe, 0)


def _gain(square: Array, cross: Array) -> Array:
    """By how much that slope lowers the squared error."""
    return _slope(square, cross) * cross


def _best_single(weights: Array, loss: Array) -> Array:
    """``[S, j, i]``: for each subset the weights of its member with the smallest loss ``[member, i]``."""
    count, targets = loss.shape
    lowest = np.full((1 << count, targets), np.inf)
    chosen = np.zeros((1 << count, targets), dtype=np.int64)
    for column in range(count):
        lowest[1 << column], chosen[1 << column] = loss[column], column
    for column in range(count):
        with_it, without = split(count, column)
        better = lowest[without] < lowest[with_it]
        lowest[with_it] = np.where(better, lowest[without], lowest[with_it])
        chosen[with_it] = np.where(better, chosen[without], chosen[with_it])
    result: Array = weights[chosen, :, np.arange(targets)].transpose(0, 2, 1)
    result[0] = 0
    return result


def _rmse(target: Array, weights: Array, intercept: Array, columns: Array) -> Array:
    predicted = np.einsum("sji,jr->sir", weights, columns) + intercept[:, :, None]
    root: Array = np.sqrt(((target - predicted) ** 2).mean(axis=2))
    return root
