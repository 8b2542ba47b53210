"""Proofs by cases: what follows is found and accepted, what does not is not, and no point is in no case."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignproof.checks.linear import Row
from alignproof.counterexamples.regions.cases import NEVER, by_cases, negated, outside
from alignproof.counterexamples.regions.cells import Cell
from alignproof.counterexamples.regions.implied import implied
from alignproof.counterexamples.regions.parameters import holds
from alignproof.games.polynomial import as_polynomial, variable
from tests.evidence import accepted

X, Y = variable("x"), variable("y")
NAMES = ("x", "y")
NUMBERS = st.fractions(-3, 3, max_denominator=4)


def weak(value):
    return Row(as_polynomial(value), ">=")


def strict(value):
    return Row(as_polynomial(value), ">")


def cell(*rows):
    return Cell("holds", {}, rows, "a test", (), lambda point: {})


@pytest.mark.parametrize(
    ("given_rows", "wanted"),
    [
        ([weak(X), weak(Y)], weak(X * Y + 2 * X)),
        ([strict(X), strict(Y)], strict(X * Y)),
        ([strict(X), weak(Y)], strict(X + Y)),
        ([weak(X - 1)], strict(X)),
        ([strict(X), weak(-X)], NEVER),
        ([weak(X - 1), weak(-X)], NEVER),
        ([weak(X), weak(1 - X)], weak(X - X * X)),
    ],
)
def test_what_follows_is_proved(given_rows, wanted):
    document = implied(given_rows, [wanted], NAMES)
    assert accepted(document)
    (name,) = document["claim"]["conclusions"]
    for change in ("1", "-1"):
        bent = [*document["claim"]["conclusions"][name], {"coefficient": change, "powers": {}}]
        assert not accepted(document | {"claim": document["claim"] | {"conclusions": {name: bent}}})


@pytest.mark.parametrize(
    ("given_rows", "wanted"),
    [
        ([weak(X)], weak(X - 1)),
        ([weak(X), weak(Y)], strict(X * Y)),
        ([weak(X), strict(Y)], strict(X * Y)),
        ([weak(X), weak(-X)], NEVER),
        ([strict(X), weak(1 - X)], NEVER),
        ([], strict(X)),
    ],
)
def test_what_does_not_follow_is_not_proved(given_rows, wanted):
    assert implied(given_rows, [wanted], NAMES) is None


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS), NUMBERS, NUMBERS)
def test_a_row_and_its_negation_exclude_each_other(coefficients, x, y):
    a, b, c = coefficients
    point = {"x": x, "y": y}
    for row in (weak(a * X + b * Y + c), strict(a * X * Y + b)):
        assert holds(row, point) != holds(negated(row), point)
        assert negated(negated(row)) == row


@given(NUMBERS, NUMBERS)
def test_the_outside_is_all_that_is_not_inside(x, y):
    region, point = [[weak(X), strict(Y)], [weak(X - Y), weak(1 - X), strict(X + Y)]], {"x": x, "y": y}
    inside = any(all(holds(row, point) for row in rows) for rows in region)
    assert inside != any(all(holds(row, point) for row in rows) for rows in outside(region))


def test_nothing_is_outside_everything():
    assert outside([]) == [()]
    assert outside([[weak(X)], []]) == []


BOX = [weak(X), weak(1 - X), weak(Y), weak(1 - Y)]
LEFT, RIGHT = cell(weak(1 - 2 * X)), cell(strict(2 * X - 1), weak(Y))


def test_a_square_is_covered_by_its_halves():
    leaves = by_cases(BOX, [LEFT, RIGHT], NAMES)
    assert sorted((leaf.cell for leaf in leaves), key=id) == sorted((LEFT, RIGHT), key=id)
    assert all(accepted(leaf.document) for leaf in leaves)


@pytest.mark.parametrize(
    "cells", [[], [LEFT], [LEFT, cell(strict(2 * X - 1), strict(Y))], [cell(strict(1 - 2 * X)), RIGHT]], ids=len
)
def test_a_gap_however_thin_is_noticed(cells):
    assert by_cases(BOX, cells, NAMES) is None


def test_an_empty_case_needs_no_cell():
    (leaf,) = by_cases([strict(X), strict(Fraction(-1, 2) * X)], [], NAMES)
    assert leaf.cell is None
    assert accepted(leaf.document)
