"""Models come as rationals or not at all, and never late."""

from fractions import Fraction
from itertools import pairwise

import z3

from alignproof.smt.models import model

X, Y = z3.Real("x 1"), z3.Real("y")


def test_a_rational_model():
    assert model([X * Y == 6, z3.Q(4, 3) == Y, X > 0], 10) == {"x 1": Fraction(9, 2), "y": Fraction(4, 3)}


def test_a_value_that_is_not_rational_is_none():
    assert model([X * X == 2, X > 0], 10) == {"x 1": None}


def test_no_model():
    assert model([X * X < 0], 10) is None


def test_no_model_in_time():
    many = [z3.Real(f"v{k}") for k in range(12)]
    hard = [z3.Sum([v * v * v for v in many]) == 7, *(a * b * a + b == a * a - 3 for a, b in pairwise(many))]
    assert model(hard, 0.001) is None
