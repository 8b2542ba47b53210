"""Multipliers out of solvers' proofs: the kernel accepts them, and nothing else counts."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from alignproof.checks.linear import above, row, system
from alignproof.games.polynomial import variable
from alignproof.oracles import farkas
from alignproof.oracles.farkas import PROVERS
from alignproof.oracles.systems import Refutation, Unknown, decide
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.linear import linear_system
from alignproof.symbolic.statement import Size
from tests.evidence import refutes
from tests.oracles.test_systems import near_systems, random_systems

X, Y, Z = (variable(name) for name in "xyz")
SETTINGS = settings(deadline=None, max_examples=80)
ONE = Fraction(1)


def agrees(prove, found):
    """The solver's proof says what the exact oracle says, and its multipliers are accepted."""
    answer = prove(found, 10.0)
    if isinstance(decide(found), Refutation):
        assert isinstance(answer, Refutation), answer
        assert refutes(found, answer.multipliers)
    else:
        assert isinstance(answer, Unknown)
        assert "says sat" in answer.reason


@pytest.mark.parametrize("prove", PROVERS.values(), ids=PROVERS)
def test_on_drawn_systems(prove):
    @SETTINGS
    @given(random_systems())
    def run(found):
        agrees(prove, found)

    run()


@pytest.mark.parametrize("prove", PROVERS.values(), ids=PROVERS)
def test_on_systems_that_floats_get_wrong(prove):
    @settings(SETTINGS, max_examples=40)
    @given(near_systems)
    def run(found):
        agrees(prove, found)

    run()


SYSTEMS = {
    "false by itself": system([row("r", X * 0 - 1, ">=")]),
    "zero is not positive": system([row("r", X * 0, ">")]),
    "a variable is not negative": system([row("r", -X - 1, "=")]),
    "two that exclude each other": system([row("r", X - Y, ">"), row("s", Y - X, ">=")], [X, Y]),
    "an equation and its strict half": system([row("r", X - Y, "="), above("s", 2 * X - 2 * Y, True)], [X, Y]),
    "strict and weak of the same": system([row("r", X, ">="), row("s", X, ">"), row("t", -X, ">=")], [X]),
    "three": system([row("r", X - Y, ">="), row("s", Y - Z - ONE / 3, ">="), row("t", Z - X, "=")], [X, Y, Z]),
    "powers are variables": system([row("r", X * X - 2, ">="), row("s", 1 - X * X, ">=")]),
}


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("prove", PROVERS.values(), ids=PROVERS)
def test_on_corners(prove, name):
    agrees(prove, SYSTEMS[name])


@pytest.mark.parametrize("prove", PROVERS.values(), ids=PROVERS)
def test_on_a_theorem(prove):
    agrees(prove, linear_system(theorem_3_1.statement(), Size(2, 2)))


def test_a_lying_proof_is_no_refutation():
    """Sums of rows that do not contradict each other, of what are no rows, and with signs turned."""
    form = SYSTEMS["three"]
    bounds = farkas._bounds(form)
    rows = [bound.value for bound in bounds if bound.origin]
    no_row = {(("x", 1),): ONE}
    for lie in ([(rows[0], ONE)], [(rows[0], ONE), (rows[1], ONE)], [(no_row, ONE)], [(value, ONE) for value in rows]):
        answer = farkas._replayed(form, bounds, iter([lie]), "a liar")
        assert isinstance(answer, Unknown)
        assert answer.reason.startswith("a liar says unsat")


@pytest.mark.parametrize(
    ("name", "error"), [("by_z3", farkas.z3.Z3Exception("lost")), ("by_cvc5", RuntimeError("lost"))]
)
def test_a_solver_that_fails_is_unknown(monkeypatch, name, error):
    def fails(*_):
        raise error

    monkeypatch.setattr(farkas, f"_{name}", fails)
    answer = getattr(farkas, name)(SYSTEMS["three"])
    assert isinstance(answer, Unknown)
    assert "fails" in answer.reason
