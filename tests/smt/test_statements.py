"""The lemmas about one user's choice: they hold, from no fewer premises, and are about the statements' own premises."""

from itertools import product

import pytest

from alignproof.smt.discharge import discharge
from alignproof.smt.smtlib import Query
from alignproof.smt.statements import AT_THE_OFFER, BEST, OFFERED, ONE_OFFER, SIGN, choice_query
from alignproof.smt.sweep import CHOICES, STATEMENTS
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4

NEEDED = {
    "switch": {BEST, AT_THE_OFFER},
    "user dominance": {ONE_OFFER, BEST, OFFERED, AT_THE_OFFER},
    "largest gain": {ONE_OFFER, BEST, OFFERED, AT_THE_OFFER, SIGN},
}
EACH = pytest.mark.parametrize(("statement", "hypothesis"), CHOICES, ids=lambda value: str(value)[:20])


@EACH
@pytest.mark.parametrize("providers", [1, 2, 3, 50])
def test_the_lemma_holds(statement, hypothesis, providers):
    assert discharge(choice_query(statement, hypothesis, providers)).answer == "unsat"


@EACH
@pytest.mark.parametrize("dropped", [ONE_OFFER, BEST, OFFERED, AT_THE_OFFER, SIGN])
def test_no_premise_that_counts_can_be_dropped(statement, hypothesis, dropped):
    query = choice_query(statement, hypothesis, 3, without=[dropped])
    assert discharge(query).answer == ("sat" if dropped in NEEDED[hypothesis] else "unsat")


def test_the_lemma_is_not_met_by_having_no_premises_that_fit_together():
    """All premises together have a solution; only the negated conclusion is too much."""
    for statement, hypothesis in CHOICES:
        assert discharge(choice_query(statement, hypothesis, 3, without=["the hypothesis fails"])).answer == "sat"


def test_losing_less_than_delta_does_not_follow_from_losing_delta():
    dominance = choice_query(theorem_4_3.statement(), "user dominance", 2).text
    loss = choice_query(theorem_4_4.statement(), "largest gain", 2).text
    fails = "; the hypothesis fails\n"
    start, end = loss.split(fails)[0], dominance.split(fails)[1]
    assert discharge(Query(f"{start}{end}", "sat")).answer == "sat"


def test_the_switch_is_the_same_in_every_result():
    bodies = {choice_query(s, "switch", 2).text.split("\n", 1)[1] for s in STATEMENTS}
    assert len(bodies) == 1


def test_a_statement_has_only_its_own_hypotheses():
    with pytest.raises(KeyError):
        choice_query(theorem_3_1.statement(), "largest gain", 2)


@pytest.mark.parametrize("hypothesis", ["weights", "equilibrium", "strong alignment"])
def test_other_hypotheses_do_not_come_from_a_choice(hypothesis):
    with pytest.raises(ValueError, match="unpack"):
        choice_query(theorem_4_3.statement(), hypothesis, 2)


@EACH
def test_the_lemma_holds_for_numbers(statement, hypothesis):
    """The same by brute force over small integers, with the largest offer for the value."""
    delta = 1 if hypothesis == "largest gain" else 0
    for before in product(range(3), repeat=2):
        for offer in range(3):
            after = (offer, before[1])
            if hypothesis == "switch":
                assert max(after) >= offer
            elif offer >= before[0] - delta:
                assert max(after) >= max(before) - delta
