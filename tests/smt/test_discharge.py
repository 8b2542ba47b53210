"""Theorem 3.1's linear form given to Z3, with controls that must fail."""

from dataclasses import replace
from fractions import Fraction

import pytest
import z3

from alignproof.checks.linear import row, system
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.oracles.systems import Refutation, Solution, decide
from alignproof.smt.discharge import discharge
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.linear import linear_system
from alignproof.symbolic.statement import Hypothesis, Premise, Size
from alignproof.verification import results

SIZES = [Size(n, k) for n in (1, 2, 3) for k in (1, 2, 3)]
NAMES = [h.name for h in theorem_3_1.HYPOTHESES if h.premises(Size(2, 2))]
TWO = Fraction(2)
PAIR = Size(2, 2)


def answer(statement, size=PAIR):
    """Z3's answer; the exact program must agree."""
    form = linear_system(statement, size)
    found = discharge(form)
    assert found.solver.startswith("z3 ")
    assert isinstance(decide(form), {"sat": Solution, "unsat": Refutation}[found.answer])
    return found.answer


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_theorem_3_1_is_discharged(size):
    assert answer(theorem_3_1.statement(), size) == "unsat"


@pytest.mark.parametrize("size", [Size(2, 1), Size(2, 2), Size(3, 3)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_no_hypothesis_can_be_dropped(name, size):
    assert answer(theorem_3_1.statement().without(name), size) == "sat"


def test_a_sole_user_needs_no_others():
    """With one user there is nobody else to affect, so that hypothesis is empty; the others still count."""
    size = Size(1, 2)
    answers = {name: answer(theorem_3_1.statement().without(name), size) for name in NAMES}
    assert {name for name, given in answers.items() if given == "unsat"} == {"others unaffected"}


SMALLER = [(Fraction(1), TWO), (TWO, Fraction(1)), (Fraction(199, 100), TWO), (TWO, Fraction(199, 100)), (TWO, -TWO)]


@pytest.mark.parametrize("factors", SMALLER)
@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 3)], ids=str)
def test_no_smaller_slack_will_do(factors, size):
    assert answer(theorem_3_1.statement(factors), size) == "sat"


ERRORS = Hypothesis(
    "errors",
    "eps_U, eps_P >= 0",
    "Definition 2.13",
    lambda size: [
        Premise("eps_U", theorem_3_1.EPS_USERS),
        *(
            Premise(f"eps_P {j}", theorem_3_1.EPS_PROVIDERS, factors=(f"ratio {j}",))
            for j in range(1, size.providers + 1)
        ),
    ],
)


@pytest.mark.parametrize("factors", [(Fraction(3), TWO), (TWO, Fraction(3)), (Fraction(5), Fraction(5))])
def test_a_larger_slack_follows_from_nonnegative_errors(factors):
    """With the paper's own factors the sign of the errors plays no part."""
    statement = theorem_3_1.statement(factors)
    assert answer(statement) == "sat"
    assert answer(replace(statement, hypotheses=(*statement.hypotheses, ERRORS))) == "unsat"


def test_the_query_can_be_replayed():
    for statement, expected in [
        (theorem_3_1.statement(), z3.unsat),
        (theorem_3_1.statement((Fraction(1), TWO)), z3.sat),
    ]:
        solver = z3.Solver()
        solver.from_string(discharge(linear_system(statement, Size(2, 2))).query)
        assert solver.check() == expected


@pytest.mark.parametrize(
    ("value", "sense", "free", "expected"),
    [
        (variable("a"), "=", False, "sat"),
        (-variable("a"), ">", False, "unsat"),
        (-variable("a"), ">", True, "sat"),
        (as_polynomial(0), ">", False, "unsat"),
        (as_polynomial(0), "=", False, "sat"),
        (variable("a") * variable("a") + 1, "=", False, "unsat"),
        (variable("a") * variable("a") + 1, "=", True, "sat"),
    ],
)
def test_rows_and_signs_are_passed_on(value, sense, free, expected):
    """Monomials are variables of their own: a free square may be negative."""
    form = system([row("r", value, sense)], [value] if free else [])
    assert discharge(form).answer == expected


@pytest.mark.parametrize("reason", ["timeout", "canceled"])
def test_unknown_is_reported_as_unknown(monkeypatch, reason):
    monkeypatch.setattr(z3.Solver, "check", lambda self: z3.unknown)
    monkeypatch.setattr(z3.Solver, "reason_unknown", lambda self: reason)
    found = discharge(linear_system(theorem_3_1.statement(), Size(1, 1)))
    assert (found.answer, found.reason) == ("unknown", reason)


@pytest.mark.parametrize("given", ["unknown", "sat", ""])
def test_only_unsat_counts_as_proved(monkeypatch, given):
    real = results.discharge

    def lying(form, seconds=60.0):
        found = real(form, seconds)
        return type(found)(given, found.solver, "timeout", found.query)

    monkeypatch.setattr(results, "discharge", lying)
    task = next(task for task in results.tasks() if task.result == "Theorem 3.1")
    finding = task.find()
    assert finding.verdict == "UNKNOWN"
    assert finding.certificate is None
    assert "timeout" in finding.reason
