"""New users who break nothing, and what they do to garblings."""

from dataclasses import replace
from fractions import Fraction

import pytest

from alignproof.counterexamples import entry
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.augment import augment
from alignproof.games.garbling import SharedRule, is_common
from alignproof.games.model import common_ties
from alignproof.games.outcome import outcome
from alignproof.oracles.benchmarks import benchmark
from alignproof.symbolic import theorem_5_2
from alignproof.symbolic.rules import anonymous_profile, revealing_rule, silent_profile

HALF, QUARTER, THREE = Fraction(1, 2), Fraction(1, 4), Fraction(3, 4)
TELL = ((ONE, ZERO), (ZERO, ONE))
ERR = ((THREE, QUARTER), (QUARTER, THREE))


def test_the_market_of_one_action_meets_the_hypotheses_of_theorem_5_2():
    game = entry.one_action()
    assert entry.ALIGNED.errors(game) == (0,)
    assert not entry.ALIGNED.faults(game)
    assert len(game.providers[0].features) <= len(game.messages)


def test_whatever_is_said_she_gets_the_same():
    """Also in G+ with the entrant of Theorem 5.2's own proof."""
    game = entry.one_action()
    entrant = theorem_5_2.entrant()
    augmented = augment(game, replace(entrant, ties=common_ties((*game.users, entrant.user), 1, 2)))
    for played in (game, augmented):
        for profile in (silent_profile(played, "anonymous"), anonymous_profile(played, (revealing_rule(played, 0),))):
            assert outcome(RATIONAL, played, profile).users[0].value == HALF
        assert benchmark(played, 0, (0,), "state and users").value == HALF


@pytest.mark.parametrize(("reading", "after"), [("state", THREE), ("state and users", HALF)])
def test_an_entrant_changes_what_is_common_in_one_reading_only(reading, after):
    assert benchmark(entry.noisy_source(), 0, (0, 1), reading).value == THREE
    assert benchmark(entry.noise_seen(), 0, (0, 1), reading).value == after


def test_the_garbling_that_is_lost():
    shared = SharedRule({0: ERR, 1: TELL}, {})
    assert is_common(entry.noisy_source(), shared, "state and users", 0)
    assert is_common(entry.noise_seen(), shared, "state", 0)
    assert not is_common(entry.noise_seen(), shared, "state and users", 0)


def test_what_a_provider_knows_alone_is_no_matter_of_rounds():
    """Delta_R(j) is at least 1/4 for every R."""
    for protocol in ("P", "UP", "UPUPUP"):
        game = replace(entry.noisy_source(), protocol=protocol)
        alone, shared = (benchmark(game, 0, team, "state and users") for team in ((0,), (0, 1)))
        assert alone.value - shared.value == QUARTER
        assert alone.at_least is not None
