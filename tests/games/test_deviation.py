from dataclasses import replace
from fractions import Fraction
from itertools import product as tuples

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import NotSeparable, deviations, precedes
from alignproof.games.model import Atom, Game, Provider, Table, User, common_ties, separable_parts
from alignproof.games.outcome import user_outcome
from alignproof.games.response import best_response, stakes
from alignproof.symbolic.rules import silent_profile
from tests import brute

MODERATE = settings(deadline=None, max_examples=80)
HALF = Fraction(1, 2)
SEPARABLE = ("components", "separable table")


@st.composite
def defections(draw, **bounds):
    """A game, a profile, a provider and what he offers instead."""
    game, profile = draw(strategies.markets(**{"protocols": ("P", "PU", "UP", "PP"), **bounds}))
    provider = draw(st.integers(0, len(game.providers) - 1))
    return game, profile, provider, draw(strategies.offers(game, provider, profile.play))


def users_under(game, profile):
    return tuple(user_outcome(RATIONAL, game, profile, i) for i in range(len(game.users)))


def served(deviation, offer):
    """Who of the group picks the deviator when he offers them ``offer`` instead, and how all users fare then."""
    changed = [*deviation.profile.rules[deviation.provider]]
    for i in deviation.group:
        changed[i] = offer[i]
    profile = deviation.profile.deviate(deviation.provider, tuple(changed))
    who = users_under(deviation.game, profile)
    return tuple(i for i in deviation.group if who[i].picks[deviation.provider]), who


@MODERATE
@given(defections(payoffs=SEPARABLE))
def test_gains_add_up_to_the_enumerated_change_of_payoff(defection):
    game, profile, provider, offer = defection
    changed = profile.deviate(provider, offer)
    before = brute.payoffs(game, profile, brute.users_play(game, profile))[provider]
    after = brute.payoffs(game, changed, brute.users_play(game, changed))[provider]
    gain = Fraction(0)
    for deviation in deviations(game, profile, provider, False):
        _, who = served(deviation, offer)
        gain += deviation.earned(RATIONAL, who) - deviation.earned(RATIONAL, deviation.now)
    assert gain == after - before


@MODERATE
@given(defections(payoffs=SEPARABLE))
def test_gains_from_the_served_are_what_is_earned(defection):
    game, profile, provider, offer = defection
    for deviation in deviations(game, profile, provider, False):
        takers, who = served(deviation, offer)
        constant, tables = deviation.gains(takers)
        assert set(tables) == set(takers)
        for i, table in tables.items():
            acts = who[i].responses[provider].acts
            for x, a, source in tuples(
                range(len(game.users[i].features)),
                range(len(game.users[i].actions)),
                range(len(game.providers[provider].features)),
            ):
                constant += table[x][a][source] * acts[x][source][a]
        assert constant == deviation.earned(RATIONAL, who)


def most_from_leaving(game, profile, provider, user):
    """The most that ``provider`` can earn from a user who best responds among the others, whatever her ties."""
    paid = replace(game.users[user], utility=separable_parts(game, provider)[0][user])
    paying = replace(game, users=(*game.users[:user], paid, *game.users[user + 1 :]))
    offers = []
    for j in range(len(game.providers)):
        rule = profile.rules[j][user]
        plans = list(tuples(brute.message_plans(game), brute.action_plans(game, user)))
        best = [
            max(
                (brute.plan_value(game, user, j, rule, x, *plan), brute.plan_value(paying, user, j, rule, x, *plan))
                for plan in plans
            )
            for x in range(len(game.users[user].features))
        ]
        offers.append(tuple(map(sum, zip(*best, strict=True))))
    return max(offer for j, offer in enumerate(offers) if j != provider)[1]


@settings(deadline=None, max_examples=100)
@given(
    defections(
        payoffs=SEPARABLE,
        providers=(2, 3),
        states=(2, 3),
        actions=(2, 2),
        features=(2, 2),
        messages=(2, 2),
        protocols=("P", "P", "PU", "UP"),
    )
)
@pytest.mark.slow
def test_robust_gains_break_the_ties_of_those_who_leave_in_his_favour(defection):
    game, profile, provider, _ = defection
    for plain, robust in zip(*(deviations(game, profile, provider, r) for r in (False, True)), strict=True):
        most = {i: most_from_leaving(game, profile, provider, i) for i in robust.group}
        rest = robust.gains(robust.group)[0]
        assert rest == plain.gains(plain.group)[0]
        for served in robust.served_sets():
            constant, tables = robust.gains(served)
            assert constant == rest + sum(most[i] for i in robust.group if i not in served)
            assert constant >= plain.gains(served)[0]
            assert tables == plain.gains(served)[1]


@MODERATE
@given(defections(plays=("anonymous",), payoffs=("table",), users=(2, 2)))
def test_what_is_earned_in_the_anonymous_game_needs_no_separability(defection):
    game, profile, provider, offer = defection
    (deviation,) = deviations(game, profile, provider, False)
    changed = profile.deviate(provider, offer)
    _, who = served(deviation, offer)
    assert deviation.earned(RATIONAL, who) == brute.payoffs(game, changed, brute.users_play(game, changed))[provider]
    now = brute.payoffs(game, profile, brute.users_play(game, profile))[provider]
    assert deviation.earned(RATIONAL, deviation.now) == now
    if separable_parts(game, provider) is None:
        with pytest.raises(NotSeparable) as error:
            deviation.gains(())
        assert error.value.args == (provider,)


@MODERATE
@given(defections(providers=(2, 3), payoffs=SEPARABLE))
def test_outside_is_how_she_fares_without_the_deviator(defection):
    game, profile, provider, _ = defection
    for deviation in deviations(game, profile, provider, False):
        for i, who in deviation.outside.items():
            values = {
                j: brute.value(game, i, j, rules[i], brute.choice(game, i, j, rules[i]))
                for j, rules in enumerate(profile.rules)
                if j != provider
            }
            best = max(values.values())
            pick = next(j for j in game.ties.providers[i] if values.get(j) == best)
            assert who.value == best
            assert who.picks == tuple(j == pick for j in range(len(game.providers)))


@MODERATE
@given(defections(payoffs=SEPARABLE))
def test_a_user_is_served_if_she_is_better_off_or_as_well_off_and_prefers_him(defection):
    game, profile, provider, offer = defection
    for deviation in deviations(game, profile, provider, False):
        takers, who = served(deviation, offer)
        assert takers in list(deviation.served_sets())
        for i in deviation.group:
            if not deviation.outside:
                assert i in takers
                continue
            rival = deviation.outside[i]
            value = who[i].responses[provider].value
            first = precedes(game.ties.providers[i], provider, rival.picks.index(True))
            assert (i in takers) == (value > rival.value or (value == rival.value and first))
            if i not in takers:
                assert who[i].picks == rival.picks
                assert who[i].value == rival.value


@MODERATE
@given(defections(payoffs=SEPARABLE))
def test_stakes_are_those_of_the_group_with_the_deviator(defection):
    game, profile, provider, offer = defection
    for deviation in deviations(game, profile, provider, False):
        assert deviation.stakes == {i: stakes(game, i, provider) for i in deviation.group}
        for i in deviation.group:
            how = brute.choice(game, i, provider, offer[i])
            response = best_response(RATIONAL, game, i, provider, offer[i], deviation.stakes[i])
            assert response.value == brute.value(game, i, provider, offer[i], how)


def coupled_game(users, providers):
    """Nobody knows anything; payoffs depend on whether the users agree."""
    people = tuple(User(f"U{i}", ("-",), ("a", "b"), ((HALF,), (HALF,))) for i in range(users))
    payoff = Table({a: (Fraction(len(set(a)) == 1),) for a in tuples(range(2), repeat=users)})
    sellers = tuple(Provider(f"P{j}", ("-",), payoff) for j in range(providers))
    prior = (Atom(Fraction(1), 0, (0,) * users, (0,) * providers),)
    return Game(people, sellers, ("y",), prior, ("m", "n"), "P", common_ties(people, providers, 2))


def test_groups():
    game = coupled_game(2, 2)
    everyone = deviations(game, silent_profile(game, "anonymous"), 1, True)
    assert [(d.group, d.provider, d.robust) for d in everyone] == [((0, 1), 1, True)]
    assert list(everyone[0].served_sets()) == [(), (0,), (1,), (0, 1)]
    with pytest.raises(NotSeparable):
        deviations(game, silent_profile(game, "personalized"), 0, False)
    single = coupled_game(1, 2)
    assert [d.group for d in deviations(single, silent_profile(single, "personalized"), 0, False)] == [(0,)]


def test_groups_of_a_separable_payoff_are_single_users():
    game = coupled_game(2, 1)
    flat = Table(dict.fromkeys(tuples(range(2), repeat=2), (HALF,)))
    game = Game(game.users, (Provider("P", ("-",), flat),), game.states, game.prior, game.messages, "P", game.ties)
    found = deviations(game, silent_profile(game, "personalized"), 0, False)
    assert [d.group for d in found] == [(0,), (1,)]
    # The only provider serves everybody whatever he offers.
    assert [list(d.served_sets()) for d in found] == [[(0,)], [(1,)]]
    assert found[0].outside == {}


def test_precedes():
    assert precedes((2, 0, 1), 2, 1)
    assert not precedes((2, 0, 1), 1, 0)
