"""Weak alignment: every error against a loop that fits and predicts one case at a time."""

import numpy as np
import pytest
from scipy.optimize import nnls

from alignproof.experiments.weak import METHODS, NNLS, weak
from tests.experiments import market


def rmse(target, predicted):
    return np.sqrt(((target - predicted) ** 2).mean())


def slope_and_intercept(x, y):
    """NNLS on one column."""
    ones = np.ones(len(x))
    (slope, up, down), _ = nnls(np.column_stack([x, ones, -ones]), y)
    return slope, up - down


def expected(data, method, subset, i, held_out):
    """The error of one method, one set, one group, one fold, from the definition in the module's docstring."""
    inside = [j for j in range(len(data.providers)) if subset >> j & 1]
    x, y = data.providers[inside][:, ~held_out], data.users[i, ~held_out]
    test_x, test_y = data.providers[inside][:, held_out], data.users[i, held_out]
    if method == NNLS:
        ones = np.ones(len(y))
        found, _ = nnls(np.column_stack([*x, ones, -ones]), y)
        return rmse(test_y, found[:-2] @ test_x + found[-2] - found[-1])
    if method == "best single":
        best = min(range(len(inside)), key=lambda j: rmse(y, x[j]))
        return rmse(test_y, test_x[best])
    if method == "best single, fitted":
        fits = [slope_and_intercept(column, y) for column in x]
        best = min(range(len(inside)), key=lambda j: rmse(y, fits[j][0] * x[j] + fits[j][1]))
        return rmse(test_y, fits[best][0] * test_x[best] + fits[best][1])
    if method == "equal average":
        return rmse(test_y, test_x.mean(axis=0))
    if method == "average, fitted":
        slope, intercept = slope_and_intercept(x.mean(axis=0), y)
        return rmse(test_y, slope * test_x.mean(axis=0) + intercept)
    if method == "intercept only":
        return rmse(test_y, np.full_like(test_y, y.mean()))
    return rmse(test_y, data.uniform[held_out])


@pytest.mark.parametrize("score", ["linear", "brier", "log"])
def test_every_error_equals_the_loop(tmp_path, score):
    data = market.seen(tmp_path, score, seed=3, questions=15, models=3, groups=2)
    result = weak(data)
    for fold in range(5):
        held_out = data.fold[data.question] == fold
        for method in METHODS:
            for subset in range(1, 8):
                for i in range(2):
                    error = result.rmse[method][subset, i, fold]
                    assert error == pytest.approx(expected(data, method, subset, i, held_out), abs=1e-9), method


def test_the_held_out_questions_are_not_looked_at(tmp_path):
    """Without providers' values on fold 0, the prediction there is the intercept, which the other folds decide."""
    data = market.seen(tmp_path, seed=4)
    held_out = data.fold[data.question] == 0
    data.providers[:, held_out] = 0
    x, y = data.providers[:, ~held_out], data.users[0, ~held_out]
    found, _ = nnls(np.column_stack([*x, np.ones(len(y)), -np.ones(len(y))]), y)
    alone = rmse(data.users[0, held_out], found[-2] - found[-1])
    assert weak(data).rmse[NNLS][-1, 0, 0] == pytest.approx(alone, abs=1e-9)
    data.users[0, held_out] = found[-2] - found[-1]
    assert weak(data).rmse[NNLS][-1, 0, 0] < 1e-9


def test_a_group_that_is_a_mixture_is_fitted_exactly(tmp_path):
    data = market.seen(tmp_path, seed=5)
    data.users[0] = 0.25 * data.providers[0] + 0.75 * data.providers[2]
    result = weak(data)
    assert result.rmse[NNLS][0b101, 0].max() < 1e-7
    assert result.rmse[NNLS][0b001, 0].min() > 1e-3
    assert result.weights[:, 0] == pytest.approx([0.25, 0, 0.75], abs=1e-9)
