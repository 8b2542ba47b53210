"""Bounds that fail, certified from the definitions."""

from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

import pytest

from alignproof.counterexamples.mutants import indifferent_provider
from alignproof.counterexamples.violations import Instance, certify
from alignproof.games.algebra import ONE
from alignproof.games.augment import augment
from alignproof.oracles.deviations import Unknown
from alignproof.symbolic import theorem_4_1, theorem_5_2
from alignproof.symbolic.rules import anonymous_profile, revealing_rule, silent_profile
from alignproof.symbolic.theorem_3_1 import FACTORS
from tests.evidence import accepted

HALF = Fraction(1, 2)
PARAMETERS = [
    (HALF, ONE, Fraction(2), 3),
    (HALF, ONE, Fraction(101, 100), 3),
    (Fraction(999, 1000), ONE, Fraction(2), 2),
    (Fraction(7, 10) - Fraction(1, 1000), Fraction(7, 10), Fraction(101, 100), 2),
    (Fraction(1, 4), Fraction(3, 4), Fraction(1000), 4),
]


def theorem_4_1_instance(eps, c, d, states):
    game = theorem_4_1.game(eps, c, d, states)
    profile, weights = silent_profile(game, "anonymous"), theorem_4_1.weights(eps, c, game)
    return Instance(game, profile, (0, 1), weights, FACTORS, (0, 1))


def theorem_5_2_instance():
    game, entrant = theorem_5_2.game(), theorem_5_2.entrant()
    profile = silent_profile(augment(game, entrant), "anonymous")
    return Instance(game, profile, (0,), theorem_5_2.weights(), (Fraction(2),), (0, 1), entrant)


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_theorem_4_1(parameters):
    document = certify(theorem_4_1_instance(*parameters))
    assert accepted(document)
    claim, (eps, c, *_) = document["claim"], parameters
    assert (claim["at_most"], claim["at_least"]) == (str(eps), str(c))
    assert claim["alignment"]["weak"]["eps"] == ["0", "0"]


@pytest.mark.slow
def test_theorem_4_1_with_many_states():
    document = certify(theorem_4_1_instance(Fraction(1, 10), ONE, Fraction(101, 100), 11))
    assert accepted(document)


@pytest.mark.parametrize("reading", ["state", "state and users"])
def test_theorem_4_1_under_both_readings(reading):
    assert accepted(certify(replace(theorem_4_1_instance(*PARAMETERS[0]), reading=reading)))


def test_theorem_5_2():
    document = certify(theorem_5_2_instance())
    assert accepted(document)
    assert (document["claim"]["at_most"], document["claim"]["at_least"]) == ("2/3", "1")


def test_theorem_5_2_does_not_need_common_ties():
    """Unlike Theorem 4.1, see below: the provider wants of the old user what she wants."""
    assert accepted(certify(replace(theorem_5_2_instance(), robust=True)))


@pytest.mark.parametrize("protocol", ["UP", "PU", "PP", "UPU"])
def test_theorem_4_1_with_more_talk(protocol):
    instance = theorem_4_1_instance(*PARAMETERS[0])
    game = replace(instance.game, protocol=protocol)
    assert accepted(certify(replace(instance, game=game, profile=silent_profile(game, "anonymous"))))


@pytest.mark.parametrize(("key", "value"), [("at_most", "49/100"), ("at_least", "101/100"), ("at_least", "1/2")])
def test_the_numbers_cannot_be_bent(key, value):
    document = certify(theorem_4_1_instance(*PARAMETERS[0]))
    document["claim"][key] = value
    assert not accepted(document)


def test_the_profile_must_be_an_equilibrium():
    instance = theorem_4_1_instance(*PARAMETERS[0])
    other = anonymous_profile(instance.game, (revealing_rule(instance.game, 0), instance.profile.rules[1][0]))
    answer = certify(replace(instance, profile=other))
    assert isinstance(answer, Unknown)
    assert "provider 0" in answer.reason


def test_a_robust_claim_needs_a_robust_equilibrium():
    instance = theorem_4_1_instance(*PARAMETERS[0])
    assert isinstance(certify(replace(instance, robust=True)), Unknown)
    document = certify(instance)
    document["claim"]["robust"] = True
    assert not accepted(document)


def test_where_the_bound_holds_there_is_no_certificate():
    """Full revelation by both is an equilibrium too, and gives users their benchmark."""
    instance = theorem_4_1_instance(*PARAMETERS[0])
    informed = anonymous_profile(instance.game, tuple(revealing_rule(instance.game, j) for j in range(2)))
    document = certify(replace(instance, profile=informed))
    assert not accepted(document)


def test_too_small_an_alphabet_is_admitted():
    instance = theorem_4_1_instance(*PARAMETERS[0])
    game = replace(instance.game, messages=("1",))
    game = replace(game, ties=replace(game.ties, messages=(((0,),) * 2,) * 2))
    answer = certify(replace(instance, game=game, profile=silent_profile(game, "anonymous")))
    assert isinstance(answer, Unknown)
    assert "alphabet" in answer.reason


@pytest.mark.parametrize(("states", "refutes"), [(2, False), (3, True), (4, True)])
@pytest.mark.parametrize("eps", [Fraction(1, 100), Fraction(1, 4), HALF])
def test_half_the_slack_falls_at_three_states(states, refutes, eps):
    document = certify(indifferent_provider(states, eps, (ONE, Fraction(2))))
    assert accepted(document) == refutes


@pytest.mark.parametrize("states", [2, 3, 4, 5])
def test_the_full_slack_never_falls(states):
    assert not accepted(certify(indifferent_provider(states, Fraction(1, 4), FACTORS)))


@pytest.mark.parametrize("states", [2, 3, 4])
def test_the_factor_at_which_it_falls(states):
    """Silence costs 2 eps (1 - 1/states): a factor just below that is refuted, that one is not."""
    limit = 2 * (1 - Fraction(1, states))
    below = limit - Fraction(1, 1000)
    assert accepted(certify(indifferent_provider(states, Fraction(1, 4), (below, Fraction(2)))))
    assert not accepted(certify(indifferent_provider(states, Fraction(1, 4), (limit, Fraction(2)))))


@pytest.mark.parametrize("eps", [Fraction(0), Fraction(-1, 4), Fraction(51, 100)])
def test_the_indifferent_provider_has_bounds(eps):
    with pytest.raises(ValueError, match="eps lies in"):
        indifferent_provider(3, eps, FACTORS)


def test_no_part_of_the_evidence_is_idle():
    document = certify(theorem_5_2_instance())
    for key in document["evidence"]:
        bent = deepcopy(document)
        bent["evidence"][key] = []
        assert not accepted(bent)
