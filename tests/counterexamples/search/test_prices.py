"""The rows for "no deviation pays" agree with the oracle, and pure rules with going through all of them."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from alignproof.counterexamples.search.linear import best
from alignproof.counterexamples.search.prices import PureRules, Stability
from alignproof.counterexamples.search.profiles import draw_profile
from alignproof.counterexamples.search.setting import Shape, draw_game
from alignproof.counterexamples.search.target import Target
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.model import Components, tabulated
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import Polynomial, variable
from alignproof.oracles.deviations import Bounded, Pays, equilibrium
from alignproof.symbolic import theorem_4_3

SEEDS = 10
SHAPES = {"P": Shape(2, 2, 2, 2, 3, 1, 2, 2), "PU": Shape(1, 2, 2, 2, 2, 2, 2, 4), "UP": Shape(1, 2, 2, 2, 2, 1, 2, 4)}


def target(protocol, play="anonymous", ties="by-provider"):
    return Target(theorem_4_3.statement(), frozenset(), protocol, ties, "state and user", play)


def drawn(seed, protocol, play="anonymous"):
    """A game with random payoffs, and a random profile."""
    random = Random(seed)
    game = draw_game(random, target(protocol, play), SHAPES[protocol])

    def payoff():
        parts = tabulated(game, lambda i, a, y: Fraction(random.randint(0, 2), 4))
        return Components((ONE,) * len(game.users), parts, ZERO)

    game = replace(game, providers=tuple(replace(who, payoff=payoff()) for who in game.providers))
    return random, game, draw_profile(random, game, play)


def rows_hold(game, profile, robust):
    return best(list(Stability(robust, 60).everywhere(game, profile)), Polynomial({}), 60) is not None


@pytest.mark.parametrize("play", ["anonymous", "personalized"])
@pytest.mark.parametrize("protocol", SHAPES)
def test_rows_agree_with_the_oracle(protocol, play):
    answers = {True: 0, False: 0}
    for seed in range(SEEDS):
        _, game, profile = drawn(seed, protocol, play)
        hold, answer = rows_hold(game, profile, False), equilibrium(game, profile)
        assert not hold or isinstance(answer, Bounded)
        assert not isinstance(answer, Pays) or not hold
        answers[hold] += 1
    assert answers[False]
    assert answers[True]


def test_robust_rows_agree_with_the_oracle():
    held = 0
    for seed in range(12):
        _, game, profile = drawn(seed, "P")
        hold = rows_hold(game, profile, True)
        assert not hold or isinstance(equilibrium(game, profile, robust=True), Bounded)
        held += hold
    assert held


@pytest.mark.parametrize("protocol", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_pure_rules_against_all_of_them(protocol, seed):
    _, game, profile = drawn(seed, protocol)
    words = [tuple(ONE if m == word else ZERO for m in range(len(game.messages))) for word in range(len(game.messages))]
    turns = list(product(range(len(game.providers[0].features)), game.prefixes("P")))

    def values(rule):
        users = outcome(RATIONAL, game, profile.deviate(0, (rule,) * len(game.users))).users
        return tuple(who.value for who in users)

    rules = (dict(zip(turns, said, strict=True)) for said in product(words, repeat=len(turns)))
    found = PureRules(game, profile, 0).values
    assert {each for _, each in found} == {values(rule) for rule in rules}
    assert all(values(rule) == each for rule, each in found)


def test_pure_rules_hold_exactly_if_none_is_worth_more():
    for seed in range(20):
        random, game, profile = drawn(seed, "P")
        now = tuple(Fraction(who.value) for who in outcome(RATIONAL, game, profile).users)
        replies, weights = PureRules(game, profile, 0), [Fraction(random.randint(0, 2)) for _ in now]
        unknown = [variable(f"w{i}") for i in range(len(now))]
        values = {f"w{i}": weight for i, weight in enumerate(weights)}
        hold = all(row.value(values).terms.get((), 0) >= 0 for row in replies.rows(unknown, now))
        worth = [sum(w * v for w, v in zip(weights, each, strict=True)) for _, each in replies.values]
        assert hold == (max(worth) <= sum(w * v for w, v in zip(weights, now, strict=True)))


def test_many_pure_rules_are_not_few():
    _, game, _ = drawn(0, "P")
    assert PureRules.few(game, 0)
    assert not PureRules.few(replace(game, protocol="PP"), 0)
    assert not PureRules.few(replace(game, protocol="UUUUP"), 0)
