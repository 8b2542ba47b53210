"""Ties that are not common break the personalized game too."""

from dataclasses import replace
from fractions import Fraction

from alignproof.counterexamples.entry import with_bystander
from alignproof.counterexamples.ties import ties_by_provider
from alignproof.counterexamples.violations import certify
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment
from alignproof.games.model import common_ties
from alignproof.games.outcome import outcome
from alignproof.oracles.deviations import Pays, equilibrium
from alignproof.symbolic.rules import revealing_rule
from tests.evidence import accepted


def test_a_user_whose_ties_depend_on_the_provider_falls_short():
    document = certify(ties_by_provider())
    assert accepted(document)
    assert document["claim"]["alignment"]["weak"]["eps"] == ["0", "0"]
    assert (document["claim"]["at_most"], document["claim"]["at_least"]) == ("3/4", "1")


def test_whoever_tells_her_earns_less():
    case = ties_by_provider()
    silent = outcome(RATIONAL, case.game, case.profile).payoffs
    assert silent == (Fraction(3, 8), Fraction(3, 8))
    for j in range(2):
        telling = case.profile.deviate(j, (revealing_rule(case.game, j),))
        assert outcome(RATIONAL, case.game, telling).payoffs[j] == Fraction(1, 4)


def test_with_common_ties_somebody_tells_her():
    case = ties_by_provider()
    game = replace(case.game, ties=common_ties(case.game.users, 2, 2))
    assert isinstance(equilibrium(game, case.profile), Pays)


def test_a_bystander_leaves_all_ties_as_they_are():
    case = with_bystander(ties_by_provider())
    augmented = augment(case.game, case.entrant)
    assert augmented.ties.actions[0] == case.game.ties.actions[0]
    assert accepted(certify(case))
