from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.games.algebra import RATIONAL
from alignproof.games.model import Atom, Components, Game, Provider, Ties, User, common_ties
from alignproof.games.response import Response, best_response, garbled, stakes
from alignproof.symbolic.rules import constant_rule
from tests import brute

MODERATE = settings(deadline=None, max_examples=60)
HALF = Fraction(1, 2)


def respond(game, user, provider, rule):
    return best_response(RATIONAL, game, user, provider, rule, stakes(game, user, provider))


def sources(game, provider):
    return range(len(game.providers[provider].features))


@MODERATE
@given(strategies.meetings(actions=(2, 2), messages=(1, 2), protocols=("P", "U", "PP", "UP", "PU")))
def test_value_is_that_of_the_best_pure_strategy(meeting):
    game, user, provider, rule = meeting
    assert respond(game, user, provider, rule).value == brute.best_value(game, user, provider, rule)


@MODERATE
@given(strategies.meetings(actions=(3, 3), messages=(2, 2), features=(2, 2), protocols=("PP", "UP", "PU")))
def test_value_with_three_actions_is_that_of_the_best_pure_strategy(meeting):
    game, user, provider, rule = meeting
    assert respond(game, user, provider, rule).value == brute.best_value(game, user, provider, rule)


@MODERATE
@given(strategies.meetings())
def test_value_and_acts_are_those_of_the_tie_broken_strategy(meeting):
    game, user, provider, rule = meeting
    how = brute.choice(game, user, provider, rule)
    response = respond(game, user, provider, rule)
    assert response.value == brute.value(game, user, provider, rule, how)
    for x in range(len(game.users[user].features)):
        assert response.acts[x] == tuple(
            brute.acts(game, user, rule, how, x, source) for source in sources(game, provider)
        )


def check_acts_per_provider(game, rules, user):
    for j, rule in enumerate(rules):
        how = brute.choice(game, user, j, rule)
        acts = respond(game, user, j, rule).acts
        for x, by_source in enumerate(acts):
            assert by_source == tuple(brute.acts(game, user, rule, how, x, source) for source in sources(game, j))


def same_offers(**bounds):
    """Games whose providers all offer the same rule, but ties depend on the provider."""
    games = strategies.games(providers=(3, 3), features=(1, 1), ties=("by provider",), **bounds)
    return games.flatmap(lambda game: st.tuples(st.just(game), strategies.rules(game, 0)))


@settings(deadline=None, max_examples=100)
@given(same_offers(users=(1, 1), actions=(3, 3), messages=(1, 1), protocols=("P",)))
def test_ties_between_actions_may_depend_on_the_provider(case):
    game, rule = case
    check_acts_per_provider(game, [rule] * 3, 0)


@MODERATE
@given(same_offers(users=(1, 1), messages=(2, 2), protocols=("UP",), states=(2, 3)))
def test_ties_between_messages_may_depend_on_the_provider(case):
    game, rule = case
    check_acts_per_provider(game, [rule] * 3, 0)


@MODERATE
@given(strategies.meetings())
def test_acts_are_distributions_over_actions(meeting):
    game, user, provider, rule = meeting
    for by_source in respond(game, user, provider, rule).acts:
        for chances in by_source:
            assert min(chances) >= 0
            assert sum(chances) == 1


@MODERATE
@given(strategies.meetings())
def test_information_has_no_negative_value(meeting):
    game, user, provider, rule = meeting
    silence = respond(game, user, provider, constant_rule(game, provider)).value
    at = stakes(game, user, provider)
    assert silence == sum(max(sum(row) for row in by_action) for by_action in at)
    informed = sum(sum(max(cells) for cells in zip(*by_action, strict=True)) for by_action in at)
    assert silence <= respond(game, user, provider, rule).value <= informed


@MODERATE
@given(strategies.meetings(protocols=("P",), messages=(2, 3)))
def test_merging_two_messages_never_helps(meeting):
    game, user, provider, rule = meeting
    merged = {case: (p[0] + p[1], Fraction(0), *p[2:]) for case, p in rule.items()}
    assert respond(game, user, provider, merged).value <= respond(game, user, provider, rule).value


@MODERATE
@given(strategies.meetings(), st.data())
def test_a_garbled_source_is_worth_no_more_than_the_source(meeting, data):
    game, user, provider, _ = meeting
    garbling = data.draw(strategies.garblings(len(sources(game, provider)), 2))
    rule = data.draw(strategies.rules(game, provider, 2))
    at = garbled(stakes(game, user, provider), garbling)
    value = best_response(RATIONAL, game, user, provider, rule, at).value
    full = sum(sum(max(cells) for cells in zip(*by_action, strict=True)) for by_action in stakes(game, user, provider))
    assert value <= full


@MODERATE
@given(strategies.meetings(protocols=("P", "PU", "UP")), st.data())
def test_a_rule_of_the_garbled_source_is_a_rule_of_the_source_when_it_speaks_once(meeting, data):
    game, user, provider, _ = meeting
    garbling = data.draw(strategies.garblings(len(sources(game, provider)), 2))
    rule = data.draw(strategies.rules(game, provider, 2))
    at = garbled(stakes(game, user, provider), garbling)
    averaged = {
        (x, prefix): tuple(
            sum(garbling[x][z] * rule[z, prefix][m] for z in range(2)) for m in range(len(game.messages))
        )
        for x in sources(game, provider)
        for prefix in game.prefixes("P")
    }
    direct = respond(game, user, provider, averaged)
    through = best_response(RATIONAL, game, user, provider, rule, at)
    assert through.value == direct.value
    for x, by_source in enumerate(direct.acts):
        for source, chances in enumerate(by_source):
            mixed = zip(*through.acts[x], strict=True)
            assert chances == tuple(sum(g * p for g, p in zip(garbling[source], c, strict=True)) for c in mixed)


@MODERATE
@given(strategies.meetings(ties=("by provider",)))
def test_the_order_of_ties_does_not_change_the_value(meeting):
    game, user, provider, rule = meeting
    plain = common_ties(game.users, len(game.providers), len(game.messages))
    retied = Game(game.users, game.providers, game.states, game.prior, game.messages, game.protocol, plain)
    assert respond(retied, user, provider, rule).value == respond(game, user, provider, rule).value


def coin_market(protocol, messages=("h", "t"), action_priority=(), message_priority=()):
    """A fair coin, known to the provider; the user guesses it or passes, and is indifferent when uninformed."""
    utility = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)), (HALF, HALF))
    user = User("guesser", ("-",), ("heads", "tails", "pass"), utility)
    payoff = Components((Fraction(1),), (((HALF,) * 2,) * 3,), Fraction(0))
    prior = tuple(Atom(HALF, y, (0,), (y,)) for y in range(2))
    ties = common_ties((user,), 1, len(messages), action_priority, (), message_priority)
    return Game((user,), (Provider("seer", ("h", "t"), payoff),), ("h", "t"), prior, messages, protocol, ties)


@pytest.mark.parametrize("first", ["heads", "tails", "pass"])
def test_an_uninformed_guesser_does_what_her_order_says(first):
    game = coin_market("P", action_priority=(first,))
    expected = tuple(Fraction(name == first) for name in ("heads", "tails", "pass"))
    assert respond(game, 0, 0, constant_rule(game, 0)) == Response(HALF, ((expected, expected),))


@pytest.mark.parametrize("first", [0, 1])
def test_between_equally_good_questions_she_asks_the_first_of_her_order(first):
    # After question q the coin's side q is announced half the time, otherwise the other side is named.
    rule = {(x, (q,)): (HALF, HALF) if x == q else (Fraction(x == 0), Fraction(x == 1)) for x in (0, 1) for q in (0, 1)}
    response = respond(coin_market("UP", message_priority=(first,)), 0, 0, rule)
    assert response.value == Fraction(3, 4)
    blurred = (HALF, HALF, 0)
    assert response.acts[0] == ((blurred, (0, 1, 0)) if first == 0 else ((1, 0, 0), blurred))


def test_equally_good_questions_are_ranked_per_provider():
    rule = {(x, (q,)): (HALF, HALF) if x == q else (Fraction(x == 0), Fraction(x == 1)) for x in (0, 1) for q in (0, 1)}
    game = coin_market("UP")
    twins = replace(
        game,
        providers=game.providers * 2,
        prior=tuple(Atom(HALF, y, (0,), (y, y)) for y in range(2)),
        ties=Ties(((0, 1),), (((0, 1, 2),) * 2,), (((0, 1), (1, 0)),)),
    )
    blurred = (HALF, HALF, 0)
    assert respond(twins, 0, 0, rule).acts[0] == (blurred, (0, 1, 0))
    assert respond(twins, 0, 1, rule).acts[0] == ((1, 0, 0), blurred)


def test_what_she_says_last_cannot_matter_and_follows_her_order():
    game = coin_market("PU", message_priority=(1,))
    rule = {(x, ()): (Fraction(x == 0), Fraction(x == 1)) for x in range(2)}
    response = respond(game, 0, 0, rule)
    assert response.value == 1
    assert response.acts == (((Fraction(1), 0, 0), (0, Fraction(1), 0)),)


def test_her_own_features_count_even_if_the_provider_does_not_know_them():
    game = coin_market("P")
    knows = User("guesser", ("h", "t"), game.users[0].actions, game.users[0].utility)
    prior = tuple(Atom(HALF, y, (y,), (0,)) for y in range(2))
    told = Game((knows,), game.providers, game.states, prior, game.messages, "P", game.ties)
    response = respond(told, 0, 0, constant_rule(told, 0))
    assert response.value == 1
    assert [by_source[0] for by_source in response.acts] == [(1, 0, 0), (0, 1, 0)]
