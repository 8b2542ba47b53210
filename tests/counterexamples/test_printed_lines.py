"""Markets in which lines of printed proofs fail, recomputed from the definitions."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from alignproof.counterexamples import printed
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment
from alignproof.games.outcome import outcome
from alignproof.symbolic import theorem_5_2
from tests.evidence import earns


def values(game, profile):
    return [who.value for who in outcome(RATIONAL, game, profile).users]


def asked(game, profile, user):
    """Whom the user asks."""
    return outcome(RATIONAL, game, profile).users[user].picks.index(True)


@pytest.mark.parametrize("positive", [True, False])
def test_the_constant_is_on_the_other_side(positive):
    game, profile, weights = printed.offset(positive)
    assert weights.errors(game) == (0, 0)
    assert weights.faults(game) == []
    constant, combined = weights.constants[0], weights.users[0][0] * earns(game, profile, 0)
    (value,) = values(game, profile)
    assert combined == value - constant
    assert (combined < value + constant) == positive


def test_a_slight_interest_is_within_the_error_and_pays():
    case, companion = printed.slight_interest()
    assert case.weights.errors(case.game) == (Fraction(1, 2), Fraction(1, 8))
    game, tells = printed.told(case)
    assert earns(game, tells, 0) > earns(game, case.profile, 0)
    other, same = printed.told(companion)
    assert earns(other, same, 0) == earns(other, companion.profile, 0)
    assert values(other, same) == values(game, tells)


def test_one_user_may_hear_what_the_other_does_not():
    game, profile = printed.two_talks()
    draws = {0: {0: Fraction(1)}, 1: {0: Fraction(3, 4), 1: Fraction(1, 4)}}
    chance = sum(
        Fraction(1, 2) * draws[y][one] * draws[y][two]
        for y in range(2)
        for one, two in product(draws[y], repeat=2)
        if one and not two
    )
    assert earns(game, profile, 0) == chance == Fraction(3, 32)
    augmented = augment(theorem_5_2.game(), theorem_5_2.entrant())
    assert augmented.providers[0].payoff.value((1, 2), 1) == Fraction(3, 4)


def test_a_user_leaves_the_deviator():
    game, before, after = printed.leaver()
    assert printed.leaver_weights().errors(game) == (0,)
    assert (asked(game, before, 1), asked(game, after, 1)) == (0, 2)
    assert values(game, before) == [Fraction(1, 2), 1]
    assert values(game, after) == [1, Fraction(3, 4)]
    for profile in (before, after):
        offers = [values(*printed.alone(game, profile, j)) for j in range(3)]
        assert values(game, profile) == [max(offer[i] for offer in offers) for i in range(2)]


def test_only_the_deviator_changes_his_rule():
    _, before, after = printed.leaver()
    assert before.rules[1:] == after.rules[1:]
    assert before.rules[0] != after.rules[0]


def test_nobody_enters_without_an_entrant():
    case, _ = printed.slight_interest()
    with pytest.raises(ValueError, match="nobody enters"):
        printed.told(replace(case, entrant=None))


def test_a_reward_is_half_of_the_chance_that_user_1_acts():
    game, profile = printed.two_talks()
    augmented = augment(theorem_5_2.game(), theorem_5_2.entrant())
    rewarded = printed.rewarded(augmented, Fraction(5, 12))
    acts = Fraction(1, 2) * Fraction(1, 4)
    assert earns(rewarded, profile, 0) == (earns(augmented, profile, 0) + Fraction(5, 12) * acts) / 2
    with pytest.raises(ValueError, match="not separable"):
        printed.rewarded(game, Fraction(1))
