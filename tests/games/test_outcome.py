from dataclasses import replace
from fractions import Fraction
from itertools import product as tuples

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.games.algebra import RATIONAL
from alignproof.games.model import Atom, Components, Game, Provider, Table, User, common_ties, separable_parts
from alignproof.games.outcome import (
    chosen_acts,
    expected_payoff,
    induced_distribution,
    joint_distribution,
    outcome,
    provider_payoff,
    rest_payoff,
    separable_payoff,
    user_outcome,
)
from alignproof.games.rules import Profile
from alignproof.symbolic.rules import silent_profile
from tests import brute

MODERATE = settings(deadline=None, max_examples=60)
HALF = Fraction(1, 2)


@settings(deadline=None, max_examples=150)
@given(strategies.markets())
def test_outcome_is_that_of_the_enumerated_game(market):
    game, profile = market
    played, found = brute.users_play(game, profile), outcome(RATIONAL, game, profile)
    assert tuple(who.value for who in found.users) == played.values
    assert tuple(who.picks.index(True) for who in found.users) == played.picks
    assert all(sum(who.picks) == 1 for who in found.users)
    assert found.payoffs == brute.payoffs(game, profile, played)


@MODERATE
@given(strategies.markets(users=(2, 2), payoffs=("table",), features=(2, 2), protocols=("P", "PU", "UP")))
def test_payoffs_that_couple_users_are_those_of_the_enumerated_game(market):
    game, profile = market
    played = brute.users_play(game, profile)
    assert outcome(RATIONAL, game, profile).payoffs == brute.payoffs(game, profile, played)


@MODERATE
@given(strategies.markets(protocols=("PP", "PU", "UP", "UPP", "PUP")))
def test_what_she_would_do_after_transcripts_of_probability_zero_does_not_matter(market):
    game, profile = market
    played, found = brute.users_play(game, profile, unreached="last"), outcome(RATIONAL, game, profile)
    assert tuple(who.value for who in found.users) == played.values
    assert tuple(who.picks.index(True) for who in found.users) == played.picks
    assert found.payoffs == brute.payoffs(game, profile, played)


@MODERATE
@given(strategies.markets())
def test_induced_distributions_are_those_of_the_enumerated_game(market):
    game, profile = market
    played = brute.users_play(game, profile)
    for i, user in enumerate(game.users):
        who = user_outcome(RATIONAL, game, profile, i)
        induced = induced_distribution(RATIONAL, game, who, i)
        assert induced == brute.induced(game, profile, played, i)
        value = sum(p * u for row, us in zip(induced, user.utility, strict=True) for p, u in zip(row, us, strict=True))
        assert value == who.value == max(r.value for r in who.responses)


@MODERATE
@given(strategies.markets())
def test_chosen_acts_are_a_distribution(market):
    game, profile = market
    for i in range(len(game.users)):
        who = user_outcome(RATIONAL, game, profile, i)
        for atom in game.prior:
            acts = chosen_acts(RATIONAL, who, atom.user_features[i], atom.provider_features)
            assert min(acts) >= 0
            assert sum(acts) == 1


@MODERATE
@given(strategies.markets(payoffs=("components", "separable table")))
def test_a_separable_payoff_is_the_joint_payoff(market):
    game, profile = market
    users = outcome(RATIONAL, game, profile).users
    for j in range(len(game.providers)):
        parts, rest = separable_parts(game, j)
        shares = [separable_payoff(RATIONAL, game, who, i, parts[i]) for i, who in enumerate(users)]
        joint = expected_payoff(game.providers[j].payoff, joint_distribution(RATIONAL, game, users))
        assert sum(shares) + rest_payoff(game, rest) == joint
        assert provider_payoff(RATIONAL, game, users, j) == joint


@MODERATE
@given(strategies.games(users=(1, 2), providers=(1, 2)))
def test_separable_parts_are_found_exactly_if_no_two_users_interact(game):
    for j in range(len(game.providers)):
        split = separable_parts(game, j)
        assert (split is not None) == brute.separable(game, j)
        if split is None:
            continue
        parts, rest = split
        for actions in game.action_profiles():
            for y in range(len(game.states)):
                value = sum(parts[i][a][y] for i, a in enumerate(actions)) + rest[y]
                assert value == brute.payoff_at(game, j, actions, y)


def three_user_game(payoff):
    user = User("", ("-",), ("a", "b"), ((HALF,), (HALF,)))
    users = tuple(replace(user, name=str(i)) for i in range(3))
    provider = Provider("P", ("-",), payoff)
    prior = (Atom(Fraction(1), 0, (0, 0, 0), (0,)),)
    return Game(users, (provider,), ("y",), prior, ("m",), "P", common_ties(users, 1, 1))


def test_three_users_interacting_in_one_corner_only_are_not_separable():
    # Every pair of users looks separable from the origin; only the last profile gives the interaction away.
    entries = {a: (Fraction(sum(a), 4),) for a in tuples(range(2), repeat=3)}
    assert separable_parts(three_user_game(Table(entries)), 0) is not None
    bent = entries | {(1, 1, 1): (Fraction(1),)}
    game = three_user_game(Table(bent))
    assert separable_parts(game, 0) is None
    assert not brute.separable(game, 0)


def relabelled_tuple(items, new):
    """``items`` with each item k moved to place ``new[k]``."""
    moved = [None] * len(items)
    for k, item in enumerate(items):
        moved[new[k]] = item
    return tuple(moved)


def map_payoff(game, payoff, cells, reorder=lambda row: row):
    """A payoff with ``cells`` applied to rows over states and ``reorder`` to tuples over users."""
    if isinstance(payoff, Table):
        return Table({reorder(actions): cells(row) for actions, row in payoff.entries.items()})
    parts = tuple(tuple(cells(row) for row in rows) for rows in payoff.parts)
    return Components(reorder(payoff.weights), reorder(parts), payoff.constant)


def permutations(size):
    return st.permutations(range(size)).map(tuple)


@MODERATE
@given(strategies.markets(states=(2, 3)), st.data())
def test_names_of_states_do_not_matter(market, data):
    game, profile = market
    new = data.draw(permutations(len(game.states)))

    def cells(row):
        return relabelled_tuple(row, new)

    users = tuple(replace(user, utility=tuple(map(cells, user.utility))) for user in game.users)
    providers = tuple(replace(who, payoff=map_payoff(game, who.payoff, cells)) for who in game.providers)
    prior = tuple(replace(atom, state=new[atom.state]) for atom in reversed(game.prior))
    other = replace(game, users=users, providers=providers, prior=prior)
    assert outcome(RATIONAL, other, profile) == outcome(RATIONAL, game, profile)


@MODERATE
@given(strategies.markets(messages=(2, 3)), st.data())
def test_names_of_messages_do_not_matter(market, data):
    game, profile = market
    new = data.draw(permutations(len(game.messages)))

    def renamed(rule):
        return {(x, tuple(new[m] for m in h)): relabelled_tuple(p, new) for (x, h), p in rule.items()}

    orders = tuple(tuple(tuple(new[m] for m in order) for order in row) for row in game.ties.messages)
    other = replace(game, ties=replace(game.ties, messages=orders))
    rules = tuple(tuple(map(renamed, row)) for row in profile.rules)
    assert outcome(RATIONAL, other, Profile(profile.play, rules)) == outcome(RATIONAL, game, profile)


@MODERATE
@given(strategies.markets(users=(2, 2)))
def test_names_of_users_do_not_matter(market):
    game, profile = market

    def swap(pair):
        return tuple(reversed(pair))

    providers = tuple(replace(w, payoff=map_payoff(game, w.payoff, lambda row: row, swap)) for w in game.providers)
    prior = tuple(replace(atom, user_features=swap(atom.user_features)) for atom in game.prior)
    ties = replace(
        game.ties,
        providers=swap(game.ties.providers),
        actions=swap(game.ties.actions),
        messages=swap(game.ties.messages),
    )
    other = replace(game, users=swap(game.users), providers=providers, prior=prior, ties=ties)
    there = outcome(RATIONAL, other, Profile(profile.play, tuple(map(swap, profile.rules))))
    here = outcome(RATIONAL, game, profile)
    assert there.payoffs == here.payoffs
    assert there.users == swap(here.users)


@MODERATE
@given(strategies.markets(providers=(2, 3)), st.data())
def test_names_of_providers_do_not_matter(market, data):
    game, profile = market
    new = data.draw(permutations(len(game.providers)))
    prior = tuple(replace(a, provider_features=relabelled_tuple(a.provider_features, new)) for a in game.prior)
    ties = replace(
        game.ties,
        providers=tuple(tuple(new[j] for j in order) for order in game.ties.providers),
        actions=tuple(relabelled_tuple(row, new) for row in game.ties.actions),
        messages=tuple(relabelled_tuple(row, new) for row in game.ties.messages),
    )
    other = replace(game, providers=relabelled_tuple(game.providers, new), prior=prior, ties=ties)
    there = outcome(RATIONAL, other, Profile(profile.play, relabelled_tuple(profile.rules, new)))
    here = outcome(RATIONAL, game, profile)
    assert there.payoffs == relabelled_tuple(here.payoffs, new)
    assert [who.value for who in there.users] == [who.value for who in here.users]
    assert [who.picks for who in there.users] == [relabelled_tuple(who.picks, new) for who in here.users]


@MODERATE
@given(strategies.markets(users=(1, 1)))
def test_with_one_user_the_two_games_coincide(market):
    game, profile = market
    other = replace(profile, play="anonymous" if profile.play == "personalized" else "personalized")
    assert outcome(RATIONAL, game, other) == outcome(RATIONAL, game, profile)


@MODERATE
@given(strategies.markets(users=(2, 2), plays=("personalized",)), st.data())
def test_a_personalised_rule_for_one_user_does_not_affect_another(market, data):
    game, profile = market
    j = data.draw(st.integers(0, len(game.providers) - 1))
    mine, _ = profile.rules[j]
    changed = profile.deviate(j, (mine, data.draw(strategies.rules(game, j))))
    assert user_outcome(RATIONAL, game, changed, 0) == user_outcome(RATIONAL, game, profile, 0)


@MODERATE
@given(strategies.markets(providers=(2, 3)), st.data())
def test_deviate_changes_one_providers_rules_only(market, data):
    game, profile = market
    j = data.draw(st.integers(0, len(game.providers) - 1))
    offer = data.draw(strategies.offers(game, j, profile.play))
    changed = profile.deviate(j, offer)
    assert changed.play == profile.play
    assert changed.rules[j] == offer
    assert changed.rules[:j] + changed.rules[j + 1 :] == profile.rules[:j] + profile.rules[j + 1 :]


def two_guessers(payoff, ties_priority=()):
    """Two users who know nothing guess a coin that the single provider sees."""
    utility = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    users = tuple(User(f"U{i}", ("-",), ("heads", "tails"), utility) for i in range(2))
    providers = tuple(Provider(f"P{j}", ("h", "t"), payoff) for j in range(2))
    prior = tuple(Atom(HALF, y, (0, 0), (y, y)) for y in range(2))
    ties = common_ties(users, 2, 2, (), ties_priority)
    return Game(users, providers, ("h", "t"), prior, ("h", "t"), "P", ties)


AGREEMENT = Table({a: (Fraction(a[0] == a[1]),) * 2 for a in tuples(range(2), repeat=2)})


def test_conversations_of_two_users_with_one_provider_are_independent():
    game = two_guessers(AGREEMENT)
    # He names the side truthfully with probability 3/4, to each user anew: they agree 5/8 of the time.
    noisy = {(0, ()): (Fraction(3, 4), Fraction(1, 4)), (1, ()): (Fraction(1, 4), Fraction(3, 4))}
    found = outcome(RATIONAL, game, Profile("anonymous", ((noisy, noisy), (noisy, noisy))))
    assert [who.value for who in found.users] == [Fraction(3, 4)] * 2
    assert found.payoffs == (Fraction(5, 8),) * 2


@pytest.mark.parametrize("first", [0, 1])
def test_between_equally_good_providers_the_first_of_her_order_is_picked(first):
    game = two_guessers(AGREEMENT, (first,))
    found = outcome(RATIONAL, game, silent_profile(game, "anonymous"))
    assert [who.picks.index(True) for who in found.users] == [first, first]
    assert [who.value for who in found.users] == [HALF, HALF]


def test_users_pick_a_provider_before_they_see_their_features():
    # Features tell her which provider is informed; knowing that she may not choose between them.
    utility = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    user = User("U", ("first", "second"), ("heads", "tails"), utility)
    payoff = Components((Fraction(0),), (((Fraction(0),) * 2,) * 2,), Fraction(0))
    providers = tuple(Provider(f"P{j}", ("h", "t", "?"), payoff) for j in range(2))
    quarter = Fraction(1, 4)
    prior = tuple(Atom(quarter, y, (x,), (y, 2) if x == 0 else (2, y)) for y in range(2) for x in range(2))
    ties = common_ties((user,), 2, 3)
    game = Game((user,), providers, ("h", "t"), prior, ("h", "t", "?"), "P", ties)
    tells = {(x, ()): tuple(Fraction(m == x) for m in range(3)) for x in range(3)}
    found = outcome(RATIONAL, game, Profile("anonymous", ((tells,), (tells,))))
    assert found.users[0].value == Fraction(3, 4)
