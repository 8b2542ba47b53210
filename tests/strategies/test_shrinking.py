"""What examples shrink to: the smallest games of their sort, to the last number."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, find, settings

from alignproof import strategies
from alignproof.games.algebra import RATIONAL
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.response import best_response, stakes
from alignproof.symbolic.rules import constant_rule, revealing_rule, silent_profile

ZERO, QUARTER, HALF, ONE = Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1)
SEARCH = settings(max_examples=3000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
TELLING = {"messages": (2, 3), "protocols": ("P", "UP")}
"""Alphabets that can name two features."""


def smallest(strategy, predicate):
    return find(strategy, predicate, settings=SEARCH, random=Random(0))


def gain(game):
    """What the first user gets from being told what the first provider sees."""
    rules = revealing_rule(game, 0), constant_rule(game, 0)
    told, untold = (best_response(RATIONAL, game, 0, 0, rule, stakes(game, 0, 0)).value for rule in rules)
    return told - untold


def lone(utility, states=("y0",), features=("x0",), words=("m0",), weight=ZERO):
    """One user with actions a and b, one provider with a payoff of 0, and states that are equally likely."""
    user = User("U0", ("x0",), ("a", "b"), utility)
    nothing = ((ZERO,) * len(states),) * 2
    provider = Provider("P0", features, Components((weight,), (nothing,), ZERO))
    chance = Fraction(1, len(states))
    prior = tuple(Atom(chance, y, (0,), (min(y, len(features) - 1),)) for y in range(len(states)))
    return Game((user,), (provider,), states, prior, words, "P", common_ties((user,), 1, len(words)))


def test_any_game():
    assert smallest(strategies.games(), lambda game: True) == lone(((ZERO,), (ZERO,)))


def test_any_profile_is_silence():
    game = lone(((ZERO,) * 2,) * 2, ("y0", "y1"), ("x0", "x1"), ("m0", "m1"))
    profile = smallest(strategies.profiles(game), lambda profile: True)
    assert profile == silent_profile(game, "personalized")


@pytest.mark.slow
def test_a_user_with_something_to_lose():
    """She gains 1/4 by action b: the last of her numbers that can be 0 are."""
    drawn = strategies.games(payoffs=("components",))
    game = smallest(drawn, lambda game: game.users[0].utility[0] < game.users[0].utility[1])
    assert game == lone(((ZERO,), (QUARTER,)))


@pytest.mark.slow
def test_the_value_of_information():
    """Two states that a provider tells apart, and a user who gains from action b in one, from a in the other."""
    game = smallest(strategies.games(**TELLING), lambda game: gain(game) > 0)
    utility = ((ZERO, QUARTER), (QUARTER, ZERO))
    assert game == lone(utility, ("y0", "y1"), ("x0", "x1"), ("m0", "m1"))


@pytest.mark.slow
def test_a_payoff_that_couples_users():
    """Two users, and one cell of the table that is not 0."""
    game = smallest(
        strategies.games(users=(2, 2), payoffs=("table",)),
        lambda game: len({game.providers[0].payoff.value(a, 0) for a in ((0, 0), (0, 1), (1, 0), (1, 1))}) > 1,
    )
    assert len(game.states) == len(game.providers) == 1
    assert sorted(cell for (cell,) in game.providers[0].payoff.entries.values()) == [ZERO, ZERO, ZERO, QUARTER]


@pytest.mark.slow
def test_an_aligned_market_stays_aligned():
    """The smallest one in which the user has something to learn: one provider, paid as she is, no residuals."""
    drawn = strategies.weakly_aligned(HALF, HALF, users=(1, 1), **TELLING)
    market = smallest(drawn, lambda market: gain(market.game) > 0)
    assert market.weights.faults(market.game) == []
    assert market.weights.errors(market.game) == (0, 0)
    assert market.team == (0,)
    assert len(market.game.providers) == 1
    assert market.game.users[0].utility == ((ZERO, QUARTER), (QUARTER, ZERO))


@pytest.mark.slow
def test_an_error_is_as_simple_as_can_be():
    market = smallest(
        strategies.strongly_aligned(Fraction(1, 8), payoffs=("components",)),
        lambda market: market.weights.errors(market.game) != (0,),
    )
    assert market.weights.users == {0: (ONE,)}
    assert market.weights.errors(market.game) == (Fraction(1, 8),)
    cells = [cell for row in market.game.providers[0].payoff.parts[0] for cell in row]
    assert sorted(cells) == [ZERO, Fraction(1, 8)]


@pytest.mark.slow
def test_a_broken_certificate():
    """The first number of the smallest certificate, by one."""
    found = smallest(strategies.broken(strategies.certificates(("value", "aligned"))), lambda found: True)
    assert found.document["kind"] == "value"
    assert found.change == "claim/game/users/0/utility/0/0: 1 for 0"
