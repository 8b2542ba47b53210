"""Theorem 4.4's conditions on the talk are needed, and its proof's users do lie."""

from dataclasses import replace
from fractions import Fraction

import pytest

from alignproof.counterexamples import turns
from alignproof.counterexamples.violations import certify
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import deviations
from alignproof.games.outcome import outcome
from alignproof.oracles.deviations import Bounded, Pays, bounded, equilibrium
from tests.evidence import accepted

SPARED = Fraction(2, 3)
OWN = Fraction(5, 6)


def values(game, profile):
    return [who.value for who in outcome(RATIONAL, game, profile).users]


@pytest.mark.parametrize("case", [turns.provider_opens(), turns.too_few_openings()], ids=["opens", "few"])
def test_one_asker_is_left_out(case):
    document = certify(case)
    assert accepted(document)
    assert document["claim"]["alignment"]["strong"]["eps"] == ["0"]
    assert (document["claim"]["at_most"], document["claim"]["at_least"]) == (str(SPARED), "1")


@pytest.mark.parametrize("count", [2, 3])
def test_one_round_serves_every_asker_in_full(count):
    """So that Delta is 0: utilities are at most 1."""
    for i in range(count):
        game = turns.askers(count, "P")
        assert values(game, turns.telling(game, i)) == [1 if k == i else SPARED for k in range(count)]


def test_if_users_open_and_have_an_opening_each_nobody_is_left_out():
    game = turns.askers(2, "UP")
    assert isinstance(equilibrium(game, turns.telling(game, 1, 1)), Pays)
    assert isinstance(equilibrium(game, turns.telling(game, 0, 1)), Bounded)
    assert values(game, turns.telling(game, 0, 1)) == [1, 1]


def test_an_answer_that_serves_nobody_is_no_equilibrium():
    case = turns.provider_opens()
    assert isinstance(equilibrium(case.game, turns.telling(case.game, 2)), Pays)


def test_a_user_gains_by_naming_another():
    assert values(*turns.branches()) == [1, 1]
    game = turns.clue("UP")
    assert values(game, turns.telling(game, 0, 0))[0] == OWN


def test_her_own_branch_is_the_best_of_one_round():
    game, profile = turns.own_branch()
    assert values(game, profile)[0] == OWN == outcome(RATIONAL, game, profile).payoffs[0]
    (every,) = deviations(game, profile, 0, robust=False)
    assert isinstance(bounded(every, OWN), Bounded)
    assert isinstance(bounded(every, OWN - Fraction(1, 1000)), Pays)


def test_more_is_needed_than_an_instance_says():
    """Where two are served in full, the third of three is who falls short, nobody else."""
    case = turns.too_few_openings()
    assert not accepted(certify(replace(case, users=(0,))))
