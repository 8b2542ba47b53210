"""Curves: infinite factors stay infinite; sizes, means and sets are what they are called."""

from math import inf

import numpy as np
import pytest

from alignproof.experiments.curves import error_curve, settled, spread, subset_curve, transfer_curve, user_curve
from alignproof.experiments.strong import Strong


def lone(weights):
    """A result with these lambda[f, j, i] for all users."""
    users = weights.shape[-1]
    every = np.zeros((1 << users, *weights.shape))
    every[-1] = weights
    return Strong(every, np.full((1 << users, *weights.shape[:2]), 0.5), weights[0])


def test_a_mean_that_meets_infinity_is_infinite():
    found = spread(np.array([1.0, inf, 3.0, 2.0, 4.0]))
    assert (found.mean, found.finite_mean, found.median, found.infinite, found.count) == (inf, 2.5, 3, 1, 5)
    assert found.share == 0.2
    assert spread(np.array([inf, inf])).finite_mean == inf
    assert spread(np.array([1.0, 2.0])).median == 1.5


def test_errors_by_size():
    errors = np.arange(8.0)[:, None, None] * np.ones((8, 2, 5)) + np.arange(5.0)
    curve = error_curve(errors)
    assert curve.mean == pytest.approx([(1 + 2 + 4) / 3 + 2, (3 + 5 + 6) / 3 + 2, 9])
    assert curve.standard_error == pytest.approx([np.std(range(5), ddof=1) / 5**0.5] * 3)
    errors[:, 1] += 10
    assert error_curve(errors, [0]).mean == pytest.approx(curve.mean)


def test_transfer_and_subsets():
    weights = np.array([[[0.5, 0.0], [0.1, 0.25]]])  # one fold, two providers, two users
    curve = transfer_curve(lone(weights))
    assert curve.worst_user[0].infinite == 1
    assert curve.worst_user[0].finite_mean == pytest.approx(10)
    assert curve.worst_user[1].mean == pytest.approx(4)
    assert curve.mean_user[1].mean == pytest.approx(3)
    subsets = subset_curve(lone(weights))
    assert [*subsets.best] == pytest.approx([10, 4])
    assert [*subsets.worst] == [inf, pytest.approx(4)]
    assert subsets.best_sets == (0b10, 0b11)


def test_a_set_that_fails_in_one_fold_is_infinite():
    weights = np.array([[[0.5, 0.5]], [[0.5, 0.0]]])
    assert subset_curve(lone(weights)).best[0] == inf


def test_users():
    weights = np.zeros((8, 1, 1, 3))
    for chosen, values in {
        0b011: (0.5, 0.25, 0),
        0b101: (0.5, 0, 0.2),
        0b110: (0, 0.5, 0.5),
        0b111: (0.1, 0.1, 0.1),
    }.items():
        weights[chosen, 0, 0] = values
    rmse = np.full((8, 1, 1), np.nan)
    rmse[[3, 5, 6], 0, 0], rmse[7] = (0.1, 0.2, 0.3), 0.05
    curve = user_curve(Strong(weights, rmse, weights[-1, 0]))
    assert curve.users == (2, 3)
    assert [*curve.error] == pytest.approx([0.2, 0.05])
    assert [value.mean for value in curve.worst_user] == pytest.approx([(4 + 5 + 2) / 3, 10])
    assert [value.mean for value in curve.slack] == pytest.approx([(0.8 + 2 + 1.2) / 3, 1])


def test_settled():
    values = [spread(np.array([value])) for value in (inf, 9.0, 5.0, 4.2, 4.0)]
    assert settled(values) == 3
    assert settled(values[-1:]) == 1
