"""Obligations as queries: what solvers are asked, and that they find out what does not follow."""

import re
from fractions import Fraction

import pytest

from alignproof.games.algebra import ONE
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.smt.discharge import discharge
from alignproof.smt.induction import induction_query
from alignproof.smt.smtlib import LINEAR
from alignproof.smt.solvers import CVC5, Z3
from alignproof.symbolic.induction import RULES, Fact, Obligation, added, obligations
from alignproof.symbolic.lemmas import lemmas
from alignproof.symbolic.statement import Size
from alignproof.verification.universal import STATEMENTS, all_obligations

P, Q, R = map(variable, "pqr")
EVERY = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)


def positive(*values):
    return tuple(Fact(value, ">=") for value in values)


def said(*shown):
    """What both solvers say."""
    return discharge(induction_query(shown, [])).answer


SIGN = Obligation("sign", positive(P, Q), Fact(P * Q, ">="), ((ONE, (0, 1)),))
ZERO = Obligation("zero", (Fact(P, "="),), Fact(P * Q, "="), zero=((0, Q),))
SUM = added("sum", positive(P - Q, Q - R), Fact(P - R, ">="))


@pytest.mark.parametrize("shown", [SIGN, ZERO, SUM, *RULES], ids=lambda o: o.name)
def test_what_follows_is_discharged(shown):
    assert said(shown) == "unsat"


WRONG = [
    Obligation("a sign", positive(P), Fact(P * Q, ">="), ((ONE, (0,)),)),
    Obligation("an opposite sign", positive(P, Q), Fact(-P * Q, ">="), ((ONE, (0, 1)),)),
    Obligation("a strict sign", positive(P, Q), Fact(P * Q - 1, ">="), ((ONE, (0, 1)),)),
    Obligation("an equation from inequalities", positive(P), Fact(P, "="), ((ONE, (0,)),)),
    Obligation("a product that is zero", positive(P, Q), Fact(P * Q, "="), ((ONE, (0, 1)),)),
    Obligation("the wrong multiplier", (Fact(P, "="),), Fact(P * Q, "="), zero=((0, R),)),
    Obligation("given but not used", positive(P), Fact(P, ">=")),
    added("the other way round", positive(P - Q), Fact(Q - P, ">=")),
    added("too much", positive(P), Fact(P - Fraction(1, 1000), ">=")),
    Obligation("nothing", (), Fact(as_polynomial(-1), ">=")),
]


@pytest.mark.parametrize("shown", WRONG, ids=lambda o: o.name)
def test_what_does_not_follow_is_found_out_by_both(shown):
    assert said(shown) == "sat"


@pytest.mark.parametrize("place", [0, 2])
def test_one_that_fails_among_many_is_found_out(place):
    shown = [*RULES]
    shown.insert(place, WRONG[0])
    assert said(*shown) == "sat"


def test_no_obligations_do_not_fail():
    """So rows count them; the kernel rejects none at all."""
    assert said() == "unsat"


def test_monomials_are_unknowns_of_their_own_but_for_signs():
    """A square may be negative in a linear obligation, and not where signs are multiplied."""
    square = Obligation("square", (), Fact(P * P, ">="))
    assert said(square) == "sat"
    assert f"(set-logic {LINEAR})" in induction_query([square], []).text
    assert "(set-logic QF_NRA)" in induction_query([SIGN], []).text


@EVERY
def test_the_text_names_every_obligation_and_declares_every_constant_once(statement):
    shown = all_obligations(statement)
    text = induction_query(shown, ["a note"]).text
    assert text.startswith("; a note\n")
    for number, obligation in enumerate(shown, start=1):
        assert f"; {number}. {obligation.name}\n" in text
    declared = re.findall(r"declare-const (\|[^|]*\|)", text)
    assert len(set(declared)) == len(declared)
    assert set(re.findall(r"\|[^|]*\|", text.partition("(assert")[2])) == set(declared)
    assert text.count("(and ") == len(shown)


@EVERY
def test_the_query_is_the_same_every_time(statement):
    first, second = (induction_query(all_obligations(statement), []).text for _ in range(2))
    assert first == second


DROPPED = [
    (statement, hypothesis.name)
    for statement in STATEMENTS
    for hypothesis in statement.hypotheses
    if hypothesis.premises(Size(2, 2))
]


@pytest.mark.parametrize(("statement", "hypothesis"), DROPPED, ids=lambda v: v if isinstance(v, str) else v.result)
def test_no_hypothesis_with_premises_can_be_dropped(statement, hypothesis):
    """Both solvers find the conclusion that no longer follows, or a factor's sign is missing."""
    less = statement.without(hypothesis)
    try:
        conclusion = obligations(less)[-1]
    except KeyError:
        assert hypothesis in ("weights", "coverage", "shares")
        return
    assert said(conclusion) == "sat"


@pytest.mark.parametrize("solver", [Z3, CVC5], ids=lambda s: s.module)
def test_lemmas_do_not_show_more_than_they_say(solver):
    """With 1/1000 taken off its goal no lemma's last obligation holds."""
    last = {lemma.name: lemma.obligations[-1] for statement in STATEMENTS for lemma in lemmas(statement)}
    for name, shown in last.items():
        more = Fact(shown.goal.value - Fraction(1, 1000), ">=")
        greedy = Obligation(name, shown.given, more, shown.products, shown.zero, shown.linear)
        assert solver.ask(induction_query([greedy], [], "sat").text, 20).answer == "sat", name
