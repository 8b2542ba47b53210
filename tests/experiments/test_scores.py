"""Scoring rules and folds."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignproof.experiments.scores import brier, linear, log, observations, question_folds
from alignproof.experiments.tables import Question
from tests.experiments import market

WEIGHTS = st.lists(st.integers(0, 20), min_size=2, max_size=6).filter(any)


def shares(weights):
    return tuple(Fraction(w, sum(weights)) for w in weights)


@given(WEIGHTS)
def test_linear_and_brier_are_exact(weights):
    q = shares(weights)
    assert linear(q) == q
    for a, value in enumerate(brier(q)):
        # The quadratic score 1 - |e_a - q|^2 / 2, by its definition.
        assert value == 1 - sum((Fraction(b == a) - share) ** 2 for b, share in enumerate(q)) / 2
        assert 0 <= value <= 1


@given(WEIGHTS)
def test_log_is_in_the_unit_interval_and_keeps_the_order(weights):
    q, floor = shares(weights), Fraction(1, 1000)
    values = log(q, floor)
    assert all(0 <= value <= 1 for value in values)
    for share, value in zip(q, values, strict=True):
        assert value == pytest.approx(1 - math.log(max(share, floor)) / math.log(floor))


def test_log_at_its_ends():
    assert log((Fraction(0), Fraction(1)), Fraction(1, 100)) == (0, 1)
    assert log((Fraction(1, 10), Fraction(9, 10)), Fraction(1, 100))[0] == pytest.approx(0.5)


def test_brier_punishes_overconfidence():
    assert brier((Fraction(1, 2), Fraction(1, 2)))[0] > brier((Fraction(0), Fraction(1)))[0]


def test_observations_line_up(tmp_path):
    data = market.tables(tmp_path)
    panel = data.panel("PART")
    seen = observations(panel, "linear", data.smallest_share / 2, seed=0)
    r = 0
    for y, question in enumerate(panel.questions):
        for a in range(len(question.options)):
            assert seen.question[r] == y
            assert seen.uniform[r] == 1 / len(question.options)
            assert [*seen.users[:, r]] == [float(mine[y].shares[a]) for mine in panel.groups]
            assert [*seen.providers[:, r]] == [float(mine[y].shares[a]) for mine in panel.models]
            r += 1
    assert seen.users.shape[1] == r


def test_folds_are_even_and_depend_on_seed_and_names_alone():
    questions = tuple(Question("W", f"Q{y}", ("a", "b")) for y in range(23))
    fold = question_folds(questions, seed=3)
    assert sorted(np.bincount(fold)) == [4, 4, 5, 5, 5]
    backwards = question_folds(questions[::-1], seed=3)
    assert (backwards[::-1] == fold).all()
    assert (question_folds(questions, seed=4) != fold).any()
    with pytest.raises(ValueError, match="cannot be dealt out"):
        question_folds(questions[:4], seed=3)
