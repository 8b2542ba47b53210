"""Definitions, multipliers and solutions with symbolic parameters are what they are at every point."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.checks.alignment import Error, strong_system
from alignproof.checks.linear import Row, System
from alignproof.checks.signals import exclusion_system, signal_system, signals
from alignproof.counterexamples.regions.cells import tidy
from alignproof.counterexamples.regions.families import (
    any_weights_family,
    theorem_4_1_family,
    theorem_5_2_family,
    unlike_family,
)
from alignproof.counterexamples.regions.farkas import generalised, identity_certificate, inequality, solution, written
from alignproof.counterexamples.regions.fields import factored, independent, solved
from alignproof.counterexamples.regions.parameters import (
    ParametricDeviation,
    Traced,
    coefficients,
    constant,
    holds,
    specialised,
    value_at,
)
from alignproof.games.algebra import ONE, RATIONAL
from alignproof.games.deviation import Deviation
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import as_polynomial, gather, variable
from alignproof.oracles.systems import Refutation, decide
from alignproof.symbolic.rules import anonymous_profile, revealing_rule, silent_profile
from tests.evidence import accepted, refutes

A, B, X = variable("a"), variable("b"), variable("x")
HALF = Fraction(1, 2)
MODERATE = settings(deadline=None, max_examples=40)
NUMBERS = st.fractions(-3, 3, max_denominator=4)
POINTS = st.fixed_dictionaries({"a": NUMBERS, "b": NUMBERS})


@st.composite
def polynomials(draw):
    terms = draw(st.lists(st.tuples(NUMBERS, st.integers(0, 2), st.integers(0, 2)), max_size=4))
    return gather(c * _power(A, i) * _power(B, j) for c, i, j in terms)


def _power(base, exponent):
    return as_polynomial(ONE) if exponent == 0 else base * _power(base, exponent - 1)


@MODERATE
@given(polynomials(), polynomials(), POINTS)
def test_factors_multiply_to_the_polynomial_and_are_not_negative(first, second, point):
    value = first * first * second
    if value_at(value, point) < 0:
        with pytest.raises(ValueError, match="negative"):
            factored(value, point, ("a", "b"))
        return
    parts = factored(value, point, ("a", "b"))
    whole = as_polynomial(parts.scale)
    for factor, power in parts.factors:
        assert value_at(factor, point) >= 0
        whole = whole * _power(factor, power)
    assert whole == value
    assert parts.scale >= 0


@MODERATE
@given(polynomials(), POINTS, POINTS)
def test_signs_of_factors_imply_the_inequality(value, point, other):
    row = Row(value, ">=")
    if holds(row, point) and all(holds(part, other) for part in tidy([row], ("a", "b"), point)):
        assert holds(row, other)


@MODERATE
@given(st.lists(polynomials(), min_size=6, max_size=6), POINTS)
def test_a_square_system_is_solved_where_its_determinant_is_not_zero(cells, point):
    matrix, right = [cells[0:2], cells[2:4]], cells[4:6]
    found = solved(matrix, right, ("a", "b"))
    if found is None:
        determinant = cells[0] * cells[3] - cells[1] * cells[2]
        assert not determinant.terms
        return
    values, denominator = found
    for row, b in zip(matrix, right, strict=True):
        assert gather(a * x for a, x in zip(row, values, strict=True)) == b * denominator


def test_independent_rows_are_the_first_ones():
    rows = [[1, 2], [2, 4], [0, 0], [0, 1], [5, 5]]
    assert independent([[Fraction(a) for a in row] for row in rows]) == [0, 3]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (Row(2 * A - 1, ">="), "2 a >= 1"),
        (Row(HALF * A - Fraction(1, 3) * B, ">"), "3 a > 2 b"),
        (Row(-A * A * B, ">="), "0 >= a^2 b"),
        (Row(1 - A, "="), "1 = a"),
        (Row(as_polynomial(0), ">"), "0 > 0"),
    ],
)
def test_inequalities_as_text(row, text):
    assert inequality(row) == text


def test_polynomials_as_text():
    assert written(-2 * A * A + B - HALF) == "-2 a^2 + b - 1/2"
    assert written(as_polynomial(0)) == "0"


def test_a_number_is_a_number():
    assert constant(as_polynomial(HALF)) == HALF
    with pytest.raises(ValueError, match="has no value"):
        constant(A)


def test_coefficients_take_a_polynomial_apart():
    parts = coefficients(A * X + 2 * X - B, ("a", "b"))
    assert parts == {(("x", 1),): A + 2, (): -B}


BETWEEN = System({"low": Row(X - A, ">="), "high": Row(B - X, ">")}, frozenset())
"""a <= x < b, x >= 0."""


@MODERATE
@given(POINTS, POINTS)
def test_a_refutation_reaches_as_far_as_its_cell(point, other):
    decided = decide(specialised(BETWEEN, point))
    assert isinstance(decided, Refutation) == (max(point["a"], 0) >= point["b"])
    if isinstance(decided, Refutation):
        found = generalised(BETWEEN, ("a", "b"), point, decided)
        assert all(holds(row, point) for row in found.rows())
        assert accepted(identity_certificate(found, ("a", "b"), point))
        if all(holds(row, other) for row in found.rows()):
            assert max(other["a"], 0) >= other["b"]
            assert refutes(specialised(BETWEEN, other), found.at(other))
    else:
        here = solution(BETWEEN, ("a", "b"), point, decided.point)
        rows = list(here.rows(("a", "b")))
        assert all(holds(row, point) for row in rows)
        if all(holds(row, other) for row in rows):
            assert max(other["a"], 0) <= here.at("x", other) < other["b"]


def test_a_corner_becomes_a_cell_of_full_size():
    """At a = 2, b = 1 the refutation is low + high, which works wherever a >= b."""
    decided = decide(specialised(BETWEEN, {"a": Fraction(2), "b": ONE}))
    found = generalised(BETWEEN, ("a", "b"), {"a": Fraction(2), "b": ONE}, decided)
    assert all(holds(row, {"a": ONE, "b": ONE}) for row in found.rows())


@pytest.mark.parametrize(
    "family", [theorem_4_1_family(2), unlike_family(2), theorem_5_2_family()], ids=lambda family: family.name
)
def test_systems_with_parameters_are_the_kernels_own(family):
    """Put into numbers anywhere in its cell, every row of every system is that of the kernel for that game."""
    point = next(edge.beyond(Fraction(-1, 1000)) for edge in reversed(family.edges) if not edge.thin)
    cell = family.claim.cell(family.parameters, point)
    game = family.claim.build({name: variable(name) for name in family.parameters})
    users, rng = tuple(range(len(game.users))), random.Random(0)
    others = [{n: v * Fraction(rng.randint(995, 1005), 1000) for n, v in point.items()} for _ in range(20)]
    others = [other for other in others if all(holds(row, other) for row in (*cell.rows, *family.box))] + [point]
    for j in range(len(game.providers)):
        with_parameters = ParametricDeviation(game, silent_profile(game, "anonymous"), j, users, False, Traced(point))
        target = with_parameters.earned(with_parameters.algebra, with_parameters.now)
        for other in others:
            played = family.claim.build(other)
            plain = Deviation(played, silent_profile(played, "anonymous"), j, users, False)
            for served in plain.served_sets():
                known = signals(plain, served)
                mine = signal_system(with_parameters, served, known, target)
                theirs = signal_system(plain, served, known, plain.earned(RATIONAL, plain.now))
                assert specialised(mine, other) == theirs
                for label, signal in known.items():
                    excluded = exclusion_system(with_parameters, served, label, signal)
                    assert specialised(excluded, other) == exclusion_system(plain, served, label, signal)


def test_weights_with_parameters_are_the_kernels_own():
    family = any_weights_family()
    game = family.claim.build({name: variable(name) for name in family.parameters})
    mine = strong_system(game, 0, Error(variable("e"), False), None)
    for edge in family.edges:
        for distance in (Fraction(-1, 7), Fraction(0), Fraction(1, 9)):
            point = edge.beyond(distance)
            theirs = strong_system(family.claim.build(point), 0, Error(point["e"], False), None)
            assert specialised(mine, point) == System(dict(theirs.rows), theirs.free)


@pytest.mark.parametrize("eps", ["1/4", "1/3", "1/2", "9/10"])
def test_outcomes_with_parameters_are_those_of_the_game(eps):
    """Values and payoffs, and why: the inequalities kept hold at the point, strictly where a tie would be lost."""
    family, point = theorem_4_1_family(3), {"eps": Fraction(eps), "c": ONE, "s": Fraction(2, 3)}
    game, played = family.claim.build({n: variable(n) for n in family.parameters}), family.claim.build(point)
    for told in (False, True):
        traced = Traced(point)
        mine, theirs = (
            anonymous_profile(g, (revealing_rule(g, 0),) * 2) if told else silent_profile(g, "anonymous")
            for g in (game, played)
        )
        reached, plain = outcome(traced, game, mine), outcome(RATIONAL, played, theirs)
        assert [value_at(who.value, point) for who in reached.users] == [who.value for who in plain.users]
        assert [value_at(payoff, point) for payoff in reached.payoffs] == list(plain.payoffs)
        assert traced.rows
        assert all(holds(row, point) for row in traced.rows)
