"""The Delta term of Theorem 4.4 is needed, all of it."""

from dataclasses import replace
from fractions import Fraction

import pytest

from alignproof.counterexamples import rounds
from alignproof.counterexamples.violations import certify
from alignproof.games.algebra import RATIONAL
from alignproof.games.outcome import outcome
from alignproof.oracles.deviations import Unknown
from tests.evidence import accepted

HALF = Fraction(1, 2)


@pytest.fixture(scope="module")
def shortfall():
    return certify(rounds.instance())


def test_without_delta_the_bound_fails(shortfall):
    assert accepted(shortfall)
    claim = shortfall["claim"]
    assert claim["alignment"]["strong"]["eps"] == ["0"]
    assert len(claim["game"]["messages"]) >= len(claim["game"]["users"])
    assert (claim["at_most"], claim["at_least"]) == ("1/2", "1")


def test_with_delta_it_is_met_exactly(shortfall):
    values = rounds.benchmark_certificates()
    assert all(map(accepted, values))
    assert values[0]["claim"]["values"][0] == shortfall["claim"]["at_least"]
    assert rounds.slack(values) == HALF == 1 - Fraction(shortfall["claim"]["at_most"])


def test_one_wish_each_is_the_best_for_two_openings():
    """Equilibria: any two of the three wishes are answered; none where the same is answered twice."""
    game = rounds.market()
    for wishes in [(0, 1), (0, 2), (1, 2), (2, 1)]:
        assert not isinstance(certify(replace(rounds.instance(), profile=rounds.telling(game, *wishes))), Unknown)
    assert isinstance(certify(replace(rounds.instance(), profile=rounds.telling(game, 1, 1))), Unknown)


def test_wishes_are_independent():
    game = rounds.one_round_less()
    told = [outcome(RATIONAL, game, rounds.telling(game, wish)) for wish in range(3)]
    assert [[who.value for who in one.users] for one in told] == [
        [1, HALF],
        [HALF, Fraction(3, 4)],
        [HALF, Fraction(3, 4)],
    ]
