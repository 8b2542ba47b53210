"""Rows without unknowns are decided, too."""

from fractions import Fraction

import pytest

from alignproof.checks.linear import Row
from alignproof.counterexamples.search.linear import best
from alignproof.games.polynomial import Polynomial, as_polynomial, variable

NOTHING = Polynomial({})


@pytest.mark.parametrize(
    ("constant", "sense", "holds"),
    [(0, ">=", True), (1, ">=", True), (-1, ">=", False), (0, "=", True), (1, "=", False)],
)
def test_rows_without_unknowns(constant, sense, holds):
    assert (best([Row(as_polynomial(constant), sense)], NOTHING, 10) is not None) is holds


def test_no_rows_at_all():
    assert best([], NOTHING, 10) == {}


def test_rows_with_unknowns():
    x = variable("x")
    point = best([Row(Fraction(3) - 2 * x, ">=")], x, 10)
    assert point == {(("x", 1),): Fraction(3, 2)}
    assert best([Row(-x - 1, ">=")], x, 10) is None
