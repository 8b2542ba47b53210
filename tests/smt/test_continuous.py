"""Proposition A.2 with quantifiers and at two points, from the definitions of its own file."""

from fractions import Fraction

import pytest

from alignproof.smt.continuous import everywhere_query, two_points_query
from alignproof.smt.discharge import discharge
from alignproof.symbolic import proposition_a_2

LARGER = Fraction(51, 100)


@pytest.mark.parametrize("provider", [1, 2])
def test_two_points_force_the_error_to_one_half(provider):
    assert discharge(two_points_query(provider)).answer == "unsat"
    assert discharge(two_points_query(provider, LARGER, "sat")).answer == "sat"


@pytest.mark.slow
@pytest.mark.parametrize("provider", [1, 2])
def test_with_quantifiers_one_solver_decides(provider):
    """Z3 runs out of time, which is no disagreement."""
    found = discharge(everywhere_query(provider), 3)
    answers = {reply.solver.split()[0]: reply.answer for reply in found.replies}
    assert answers["cvc5"] == "unsat"
    assert answers["z3"] in {"unsat", "unknown"}
    assert not found.disagreement


def test_a_larger_error_is_not_refuted():
    """With c = 1/2 and no weights the error is 1/2."""
    found = discharge(everywhere_query(1, LARGER, "sat"), 2)
    answers = {reply.answer for reply in found.replies}
    assert "sat" in answers
    assert "unsat" not in answers


@pytest.mark.parametrize("changed", ["payoff is a utility", "utility is a payoff"])
def test_the_queries_follow_the_definitions(monkeypatch, changed):
    """If the payoff were a utility, or a utility the payoff, there would be exact weights."""
    named = proposition_a_2.definitions()
    named |= {"P1": named["u1"]} if changed == "payoff is a utility" else {"u1": named["P1"]}
    monkeypatch.setattr(proposition_a_2, "definitions", lambda: named)
    assert discharge(two_points_query(1)).answer == "sat"
