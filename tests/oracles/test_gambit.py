"""Finite-menu games against Gambit: providers who may only use a few rules play a game in normal form."""

from fractions import Fraction
from itertools import product as tuples

import numpy as np
import pygambit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.oracles.deviations import Bounded, Pays, equilibrium
from alignproof.symbolic import theorem_4_1
from alignproof.symbolic.rules import constant_rule, revealing_rule
from tests import brute

SETTINGS = settings(deadline=None, max_examples=25)


def payoff_table(game, play, menus, payoffs):
    """Payoffs for every choice of one rule (anonymous) or one per user (personalized) from each provider's menu."""
    return {
        choice: payoffs(game, profile_of(play, menus, choice)) for choice in tuples(*(range(len(m)) for m in menus))
    }


def profile_of(play, menus, choice):
    return Profile(play, tuple(menu[k] for menu, k in zip(menus, choice, strict=True)))


def by_definition(game, profile):
    return outcome(RATIONAL, game, profile).payoffs


def by_brute_force(game, profile):
    return brute.payoffs(game, profile, brute.users_play(game, profile))


def pure_equilibria(table):
    """The choices from which nobody gains by changing his own, exactly."""
    sizes = [1 + max(choice[j] for choice in table) for j in range(len(next(iter(table))))]
    return {
        choice
        for choice in table
        if all(
            table[choice][j] >= table[(*choice[:j], k, *choice[j + 1 :])][j]
            for j, size in enumerate(sizes)
            for k in range(size)
        )
    }


def gambit_equilibria(table):
    """The same set according to Gambit."""
    sizes = [1 + max(choice[j] for choice in table) for j in range(len(next(iter(table))))]
    arrays = []
    for j in range(len(sizes)):
        array = np.empty(sizes, dtype=object)
        for choice, payoffs in table.items():
            array[choice] = payoffs[j]
        arrays.append(array)
    game = pygambit.StrategicGame.from_arrays(*arrays)
    found = pygambit.nash.enumpure_solve(game).equilibria
    return {tuple(_chosen(game, profile, player) for player in game.players) for profile in found}


def _chosen(game, profile, player):
    return next(k for k, label in enumerate(game.get_strategies(player)) if profile[player][label] == 1)


def deterministic_rules(game, provider):
    """All rules that say one thing for each feature."""
    features, words = range(len(game.providers[provider].features)), range(len(game.messages))
    for said in tuples(words, repeat=len(features)):
        yield {(x, ()): tuple(ONE if m == said[x] else ZERO for m in words) for x in features}


@st.composite
def menus(draw, game, play):
    """For each provider silence, every deterministic rule or revelation, and a random rule."""
    everyone = []
    for j in range(len(game.providers)):
        pool = [constant_rule(game, j), draw(strategies.rules(game, j))]
        pool += draw(st.lists(st.sampled_from(list(deterministic_rules(game, j))), max_size=2))
        if play == "anonymous":
            everyone.append([(rule,) * len(game.users) for rule in pool])
        else:
            everyone.append(list(tuples(pool[:2], repeat=len(game.users))))
    return everyone


@SETTINGS
@given(
    strategies.games(states=(2, 2), actions=(2, 3), messages=(2, 2), providers=(2, 3), protocols=("P",)),
    st.sampled_from(["anonymous", "personalized"]),
    st.data(),
)
def test_pure_equilibria_are_those_of_gambit(game, play, data):
    choices = data.draw(menus(game, play))
    table = payoff_table(game, play, choices, by_definition)
    assert gambit_equilibria(table) == pure_equilibria(table)


@settings(SETTINGS, max_examples=12)
@given(
    strategies.games(states=(2, 2), actions=(2, 2), messages=(2, 2), providers=(2, 2), protocols=("P",)),
    st.sampled_from(["anonymous", "personalized"]),
    st.data(),
)
@pytest.mark.slow
def test_equilibria_over_all_rules_are_equilibria_of_the_menu(game, play, data):
    """Payoffs are brute force here, so Gambit's equilibria owe nothing to the definitions under test."""
    choices = data.draw(menus(game, play))
    stable = gambit_equilibria(payoff_table(game, play, choices, by_brute_force))
    for choice in tuples(*(range(len(menu)) for menu in choices)):
        answer = equilibrium(game, profile_of(play, choices, choice))
        assert choice in stable or not isinstance(answer, Bounded)


@pytest.mark.parametrize(
    "parameters", [(Fraction(1, 2), ONE, Fraction(2), 3), (Fraction(1, 2), ONE, Fraction(101, 100), 3)]
)
def test_theorem_4_1_in_gambit(parameters):
    """Silence, full revelation, and telling one state apart: silence on both sides is an equilibrium."""
    game = theorem_4_1.game(*parameters)
    single = {(y, ()): (ONE, ZERO, ZERO) if y == 0 else (ZERO, ONE, ZERO) for y in range(3)}
    pools = [[constant_rule(game, j), revealing_rule(game, j), single] for j in range(2)]
    choices = [[(rule, rule) for rule in pool] for pool in pools]
    table = payoff_table(game, "anonymous", choices, by_definition)
    stable = gambit_equilibria(table)
    assert stable == pure_equilibria(table)
    assert (0, 0) in stable
    assert isinstance(equilibrium(game, profile_of("anonymous", choices, (0, 0))), Bounded)
    for choice in set(table) - stable:
        assert not isinstance(equilibrium(game, profile_of("anonymous", choices, choice)), Bounded)


def test_a_deviation_from_the_menu_is_found():
    """Theorem 4.1's game, both providers telling one state apart: whoever reveals all earns 1/3 instead of 2/9."""
    game = theorem_4_1.game(Fraction(1, 2), ONE, Fraction(2), 3)
    single = {(y, ()): (ONE, ZERO, ZERO) if y == 0 else (ZERO, ONE, ZERO) for y in range(3)}
    profile = Profile("anonymous", ((single,) * 2,) * 2)
    assert by_definition(game, profile.deviate(0, (revealing_rule(game, 0),) * 2))[0] == Fraction(1, 3)
    assert by_definition(game, profile)[0] == Fraction(2, 9)
    assert isinstance(equilibrium(game, profile), Pays)
