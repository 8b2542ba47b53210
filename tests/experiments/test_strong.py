"""Strong alignment: moments against all profiles, fits against scipy, transfer factors against the definition."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import nnls

from alignproof.experiments.strong import drawn_moments, exact_moments, strong, transfers
from tests.experiments import market


def profiles(data):
    """Every action profile of every question: its probability, users' utilities, providers' values by user."""
    for y in range(len(data.panel.questions)):
        p, q = data.users[:, data.question == y], data.providers[:, data.question == y]
        for actions in product(range(p.shape[1]), repeat=len(p)):
            u = np.array([p[i, a] for i, a in enumerate(actions)])
            v = np.array([[row[a] for a in actions] for row in q])
            yield y, u.prod(), u, v


def test_exact_moments_are_expectations(tmp_path):
    data = market.seen(tmp_path, seed=1, questions=6)
    moments = exact_moments(data)
    parts = [np.zeros_like(part) for part in (moments.u, moments.v, moments.uu, moments.uv, moments.vv)]
    for y, weight, u, v in profiles(data):
        parts[0][y] += weight * u
        parts[1][y] += weight * v
        parts[2][y] += weight * np.outer(u, u)
        parts[3][y] += weight * u[:, None, None] * v[None]
        parts[4][y] += weight * v[:, :, None] * v[:, None, :]
    found = (moments.u, moments.v, moments.uu, moments.uv, moments.vv)
    for part, expected in zip(found, parts, strict=True):
        assert np.allclose(part, expected, atol=1e-12)


def test_fits_and_errors_equal_the_loop(tmp_path):
    """On all profiles, each weighted by its probability."""
    data = market.seen(tmp_path, seed=2, questions=10)
    result = strong(data, exact_moments(data), every_set=True)
    rows = list(profiles(data))
    fold = np.array([data.fold[y] for y, *_ in rows])
    weight = np.array([w for _, w, *_ in rows])
    u, v = np.array([u for *_, u, _ in rows]), np.array([v for *_, v in rows])
    for chosen in (0b011, 0b110, 0b111):
        index = [i for i in range(3) if chosen >> i & 1]
        for f in range(5):
            train = fold != f
            root = np.sqrt(weight[train])[:, None]
            columns = np.column_stack([u[train][:, index], np.ones(train.sum()), -np.ones(train.sum())]) * root
            for j in range(3):
                found, _ = nnls(columns, v[train, j][:, index].mean(axis=1) * root[:, 0])
                assert np.abs(result.weights[chosen, f, j, index] - found[:-2]).max() < 1e-9
                error = v[~train, j][:, index].mean(axis=1) - u[~train][:, index] @ found[:-2] - found[-2] + found[-1]
                expected = np.sqrt((weight[~train] * error**2).sum() / weight[~train].sum())
                assert result.rmse[chosen, f, j] == pytest.approx(expected, abs=1e-9)
    assert (result.weights[0b011, :, :, 2] == 0).all()
    assert np.isnan(result.rmse[0b001]).all()


def test_drawn_profiles_are_drawn_from_the_groups(tmp_path):
    data = market.seen(tmp_path, seed=3, questions=8)
    exact, drawn = exact_moments(data), drawn_moments(data, seed=0, profiles=20_000)
    for name in ("u", "v", "uu", "uv", "vv"):
        assert np.allclose(getattr(exact, name), getattr(drawn, name), atol=0.02), name
    few = drawn_moments(data, seed=0, profiles=3)
    assert not np.allclose(few.u, exact.u, atol=0.02)
    assert (few.uu == drawn_moments(data, seed=0, profiles=3).uu).all()
    assert (few.uu != drawn_moments(data, seed=1, profiles=3).uu).any()


def test_impossible_answers_are_never_drawn(tmp_path):
    data = market.seen(tmp_path, seed=3, questions=8)
    data.users[:] = 0
    data.users[:, np.flatnonzero(np.diff(data.question, append=-1))] = 1  # everybody takes the last option
    assert (drawn_moments(data, seed=0, profiles=50).u == 1).all()


def test_transfers_are_the_inverse_of_the_best_cover():
    draw = np.random.default_rng(0)
    weights = draw.random((2, 4, 3)) * (draw.random((2, 4, 3)) < 0.6)
    factors = transfers(weights)
    assert factors.shape == (16, 2, 3)
    for chosen in range(16):
        inside = [j for j in range(4) if chosen >> j & 1]
        for f in range(2):
            for i in range(3):
                best = max((weights[f, j, i] for j in inside), default=0)
                assert factors[chosen, f, i] == (1 / best if best else np.inf)
    assert np.isinf(factors).sum() > 6


def test_a_provider_who_serves_one_user_does_not_cover_the_other(tmp_path):
    """v is a steep function of user 0's answers and falls in user 1's: NNLS gives user 1 the weight 0."""
    data = market.seen(tmp_path, seed=6, questions=20, options=(2,), groups=2, models=2)
    data.users[1] = 1 - data.users[0]
    data.providers[:] = data.users[0]
    result = strong(data, exact_moments(data), every_set=False)
    assert (result.overall[:, 0] > 0).all()
    assert (result.overall[:, 1] == 0).all()
    assert np.isinf(transfers(result.weights[-1])[-1]).any()
