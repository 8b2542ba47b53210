"""Games outside the model: how far they are from the market, and that what is said of them is so."""

from fractions import Fraction
from itertools import product

import pytest

from alignproof.counterexamples import dropped, outside
from alignproof.games.algebra import RATIONAL
from alignproof.games.outcome import outcome
from alignproof.oracles.deviations import Bounded, Pays, equilibrium

PLAYS = [None, "P", "UP"]


def cells(game):
    """What every provider earns, by action profile and state."""
    points = list(product(game.action_profiles(), range(len(game.states))))
    return [[Fraction(who.payoff.value(a, y)) for a, y in points] for who in game.providers], points


@pytest.mark.parametrize("protocol", PLAYS)
def test_indifferent_users_are_nearly_those_of_the_market(protocol):
    case = outside.faint_wish(protocol)
    flat = outside.indifferent_users(case)
    for user, other in zip(case.game.users, flat.users, strict=True):
        rows = zip(user.utility, other.utility, strict=True)
        assert {abs(u - v) for row, same in rows for u, v in zip(row, same, strict=True)} == {outside.STEP}
    assert isinstance(equilibrium(case.game, case.profile), Pays)
    assert isinstance(equilibrium(flat, case.profile), Bounded)


@pytest.mark.parametrize("protocol", PLAYS)
def test_a_belief_weighs_payoffs_by_state(protocol):
    case = outside.sceptic(protocol)
    (mine,), points = cells(case.game)
    (his,), _ = cells(outside.by_belief(case))
    assert his == [outside.BELIEF[y] * payoff for payoff, (_, y) in zip(mine, points, strict=True)]
    assert sum(outside.BELIEF) == 1 > max(outside.BELIEF)
    assert {sum(atom.probability for atom in case.game.prior if atom.state == y) for y in range(2)} == {Fraction(1, 2)}
    assert isinstance(equilibrium(case.game, case.profile), Pays)


@pytest.mark.parametrize("protocol", PLAYS)
def test_careless_providers_are_nearly_those_of_the_market(protocol):
    case = outside.trifling(protocol)
    (mine,), _ = cells(case.game)
    (his,), _ = cells(outside.careless(case))
    assert max(abs(a - b) for a, b in zip(mine, his, strict=True)) == outside.TRIFLE


def test_the_spoiling_part_of_a_payoff_is_one_less_the_old_payoff():
    case = outside.entered(dropped.no_equilibrium)()
    (share,) = case.entrant.shares
    (old,), points = cells(case.game)
    (new,), more = cells(outside.spoiled(case))
    payoff = dict(zip(points, old, strict=True))
    parts = {
        (value - (1 - share) * payoff[a[:-1], y]) / share + payoff[a[:-1], y]
        for value, (a, y) in zip(new, more, strict=True)
    }
    assert parts == {1}


def test_rules_without_chance_do_not_pay_and_a_coin_does():
    case = outside.coin_tosser()
    before = outcome(RATIONAL, case.game, case.profile).payoffs
    tried = list(outside.deterministic(case))
    assert [j for j, _ in tried] == [0] * 4 + [1] * 4
    assert len({(j, str(profile.rules[j])) for j, profile in tried}) == 8
    assert all(outcome(RATIONAL, case.game, profile).payoffs[j] <= before[j] for j, profile in tried)
    found = equilibrium(case.game, case.profile)
    assert isinstance(found, Pays)
    assert found.provider == 0


def test_a_user_of_two_types_is_the_mean_of_two_users():
    """Whatever the first provider tells, if he is asked; and user 1 is the same."""
    game, apart = outside.two_wishes(), outside.wishes_apart()
    for told in product(range(2), repeat=4):
        rule = dict(zip(outside.CELLS, told, strict=True))
        whole, parts = (outside.telling(g, lambda b, c, rule=rule: rule[b, c], False) for g in (game, apart))
        one = [who.responses[0].value for who in outcome(RATIONAL, game, whole).users]
        two = [who.responses[0].value for who in outcome(RATIONAL, apart, parts).users]
        assert one == [two[0], (two[1] + two[2]) / 2]
        assert one[1] <= Fraction(3, 4)


def test_if_she_asks_first_it_pays_to_tell_user_1():
    game = outside.two_wishes()
    assert isinstance(equilibrium(game, outside.telling(game, lambda b, c: b, True)), Pays)


def test_what_several_providers_of_t_know_is_less_than_what_one_knows():
    for protocol in PLAYS:
        assert outside.one_of_two(protocol).reading == "state and user"
