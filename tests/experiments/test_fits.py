"""Fits on all subsets at once against one subset at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from alignproof.experiments.fits import centred, members, sizes, subset_fits


def one_fit(x, y, subset):
    """NNLS with an intercept on one subset of the rows of x, by scipy: the intercept as two columns."""
    inside = [j for j in range(len(x)) if subset >> j & 1]
    ones = np.ones(x.shape[1])
    found, _ = nnls(np.column_stack([*x[inside], ones, -ones]), y, maxiter=1000)
    weights = np.zeros(len(x))
    weights[inside] = found[: len(inside)]
    return weights, found[-2] - found[-1]


def residual(x, y, weights):
    error = y - weights @ x
    return np.sqrt(((error - error.mean()) ** 2).mean())


@pytest.mark.parametrize("seed", range(4))
def test_every_subset_equals_the_loop(seed):
    draw = np.random.default_rng(seed)
    x, y = draw.random((6, 40)), draw.random((3, 40))
    x[1] = 0.7 * x[0] + 0.3 * x[1]
    y[0] += x[0] - x[2]
    weights = subset_fits(*centred(x, y))
    assert weights.shape == (64, 6, 3)
    for subset in range(64):
        for t in range(3):
            expected, intercept = one_fit(x, y[t], subset)
            assert np.abs(weights[subset, :, t] - expected).max() < 1e-9
            assert abs(y[t].mean() - weights[subset, :, t] @ x.mean(axis=1) - intercept) < 1e-9


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_small_whole_numbers_with_dependent_columns(data):
    """Solutions are not unique then, but the residual is."""
    number = st.integers(-2, 2)
    x = np.array(data.draw(st.lists(st.lists(number, min_size=5, max_size=5), min_size=3, max_size=3)), dtype=float)
    x = np.vstack([x, x[0], x[0] + x[1], np.ones(5)])
    y = np.array(data.draw(st.lists(number, min_size=5, max_size=5)), dtype=float)
    weights = subset_fits(*centred(x, y[None]))[:, :, 0]
    assert (weights >= 0).all()
    assert (weights[members(6) == 0] == 0).all()
    for subset in range(64):
        expected, _ = one_fit(x, y, subset)
        assert residual(x, y, weights[subset]) == pytest.approx(residual(x, y, expected), abs=1e-9)


def test_the_optimality_conditions_hold_and_a_wrong_answer_breaks_them():
    draw = np.random.default_rng(5)
    gram, cross = centred(draw.random((5, 30)), draw.random((2, 30)))
    weights = subset_fits(gram, cross)

    def optimal(subset, w, t):
        inside = np.array([subset >> j & 1 for j in range(5)], dtype=bool)
        slope = cross[:, t] - gram @ w
        return (w >= 0).all() and (slope[inside] < 1e-9).all() and abs(slope @ w) < 1e-9

    for subset in range(32):
        for t in range(2):
            assert optimal(subset, weights[subset, :, t], t)
    assert not all(optimal(31, weights[s, :, 0], 0) for s in range(31))


def test_more_columns_never_fit_worse():
    draw = np.random.default_rng(6)
    x, y = draw.random((5, 20)), draw.random((1, 20))
    weights = subset_fits(*centred(x, y))[:, :, 0]
    loss = [residual(x, y[0], w) for w in weights]
    assert all(loss[s | 1 << j] <= loss[s] + 1e-12 for s in range(32) for j in range(5))


def test_columns_without_variation_get_no_weight():
    assert not subset_fits(*centred(np.full((2, 7), 0.3), np.random.default_rng(0).random((1, 7)))).any()


def test_subsets_are_bits():
    assert list(sizes(3)) == [0, 1, 1, 2, 1, 2, 2, 3]
    assert members(2).tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
