"""Column generation: what listing all signals gives, and more than can be listed, all of it certified."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.checks.columns import check_columns
from alignproof.checks.signals import signal_system, signals
from alignproof.formats.certificates import play_claim
from alignproof.games.algebra import RATIONAL, ZERO
from alignproof.games.deviation import deviations
from alignproof.games.document import Node
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.oracles import columns
from alignproof.oracles import deviations as oracle
from alignproof.oracles.columns import Search, Unsettled
from alignproof.oracles.deviations import Best, Bounded, Pays, Unknown, best_deviation, bounded, equilibrium
from alignproof.symbolic.rules import anonymous_profile, constant_rule, revealing_rule
from tests.checks import market
from tests.evidence import earns, proves, reread

SIZES = {"users": (1, 3), "actions": (2, 3), "features": (1, 2), "states": (1, 3), "messages": (2, 2)}
SEPARABLE = ("components", "separable table")
MARKETS = strategies.markets(
    ("anonymous", "personalized"), protocols=("P",), payoffs=SEPARABLE, providers=(1, 3), **SIZES
)
MOST = 81
"""Signals of three users with three actions."""


def crowd(users, actions=4, states=8, seed=0, shared=ZERO, messages=64):
    """A deviator who sees the state, and a rival who sees which half it is in; interests are shared to some part."""
    rng = random.Random(seed)

    def table():
        by_state = [rng.sample(range(21), actions) for _ in range(states)]
        return tuple(tuple(Fraction(u, 20) for u in row) for row in zip(*by_state, strict=True))

    def mixed(own, wish):
        rows = (zip(*pair, strict=True) for pair in zip(own, wish, strict=True))
        return tuple(tuple(shared * u + (1 - shared) * g for u, g in row) for row in rows)

    names = tuple(f"a{a}" for a in range(actions))
    people = tuple(User(f"u{i}", ("-",), names, table()) for i in range(users))
    seen = tuple(f"y{y}" for y in range(states)), ("low", "high")
    weights = (Fraction(1, users),) * users
    providers = tuple(
        Provider(f"p{j}", features, Components(weights, tuple(mixed(u.utility, table()) for u in people), ZERO))
        for j, features in enumerate(seen)
    )
    prior = tuple(Atom(Fraction(1, states), y, (0,) * users, (y, 2 * y // states)) for y in range(states))
    spoken = tuple(f"m{m}" for m in range(messages))
    return Game(people, providers, seen[0], prior, spoken, "P", common_ties(people, 2, messages))


def led_by_the_rival(game):
    return anonymous_profile(game, (constant_rule(game, 0), revealing_rule(game, 1)))


def all_reveal(game):
    return anonymous_profile(game, (revealing_rule(game, 0), revealing_rule(game, 1)))


def agree(part):
    """Supremum and evidence of each case are those of the listed program."""
    known = {
        served: signals(part, served) if part.robust else market.allowed(part, served) for served in served_by(part)
    }
    listed = {s: market.supremum(signal_system(part, s, allowed, ZERO)) for s, allowed in known.items()}
    top = max((value for value in listed.values() if value is not None), default=Fraction(1))
    for served, value in listed.items():
        assert Search(part, served, 60.0).supremum(None) == value
        for target in {top, top if value is None else value}:
            evidence = Search(part, served, 60.0).bound(target)
            assert evidence is not None
            check_columns(part, served, target, Node(reread(evidence).value))
        if value is not None:
            assert Search(part, served, 60.0).bound(value - Fraction(1, 10**6)) is None


def served_by(part):
    return [served for served in part.served_sets() if len(signals(part, served)) <= MOST]


def drawn(market_and_profile, robust, data):
    game, profile = market_and_profile
    provider = data.draw(st.integers(0, len(game.providers) - 1))
    return data.draw(st.sampled_from(deviations(game, profile, provider, robust)))


@settings(deadline=None, max_examples=8)
@given(MARKETS, st.booleans(), st.data())
def test_columns_agree_with_the_list(market_and_profile, robust, data):
    agree(drawn(market_and_profile, robust, data))


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(MARKETS, st.booleans(), st.data())
def test_columns_agree_with_the_list_at_length(market_and_profile, robust, data):
    agree(drawn(market_and_profile, robust, data))


@pytest.mark.slow
@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize(("users", "actions", "seed"), [(2, 4, 1), (3, 3, 2), (3, 3, 3), (3, 2, 4)])
def test_columns_agree_with_the_list_on_random_utilities(users, actions, seed, robust):
    game = crowd(users, actions, 4, seed)
    agree(deviations(game, led_by_the_rival(game), 0, robust)[0])


def test_columns_are_used_where_signals_are_many(monkeypatch):
    game = crowd(2, 3, 3)
    (part,) = deviations(game, led_by_the_rival(game), 0, False)
    for most, forms in ((9, {"signals"}), (8, {"signals", "columns"}), (0, {"columns"})):
        monkeypatch.setattr(oracle, "MOST_LISTED", most)
        answer = bounded(part, Fraction(1))
        assert isinstance(answer, Bounded)
        assert {next(iter(proof)) for proof in answer.evidence["served"].values()} == forms


def test_best_deviation_by_columns_is_that_by_the_list(monkeypatch):
    game = crowd(2, 3, 3)
    profile = led_by_the_rival(game)
    listed = best_deviation(game, profile, 0)
    monkeypatch.setattr(oracle, "MOST_LISTED", 0)
    best = best_deviation(game, profile, 0)
    assert isinstance(best, Best)
    assert best.bound == listed.bound
    assert best.bound >= best.payoff > earns(game, profile, 0)
    claim = play_claim(game, profile, robust=False, provider="p0", bound=str(best.bound))
    assert proves("deviation-bound", claim, best.evidence)
    assert not proves("deviation-bound", {**claim, "bound": str(best.bound - Fraction(1, 10**12))}, best.evidence)


def test_deviation_that_pays_is_found_by_columns(monkeypatch):
    monkeypatch.setattr(oracle, "MOST_LISTED", 0)
    game = crowd(2, 3, 3)
    answer = equilibrium(game, led_by_the_rival(game))
    assert isinstance(answer, Pays)
    deviant = led_by_the_rival(game).deviate(answer.provider, answer.rules)
    assert earns(game, deviant, answer.provider) == answer.payoff > earns(game, led_by_the_rival(game), answer.provider)


@pytest.mark.parametrize(("name", "value"), [("MOST_BRANCHES", 1), ("CLOSED", -1.0)])
def test_search_that_gives_up_says_so(monkeypatch, name, value):
    """Too many branches, and branches that never close."""
    monkeypatch.setattr(columns, name, value)
    monkeypatch.setattr(oracle, "MOST_LISTED", 0)
    monkeypatch.setattr(oracle, "MOST_LISTED_INSTEAD", 0)
    game = crowd(2, 2, 2)
    found = best_deviation(game, led_by_the_rival(game), 0)
    assert isinstance(found, Unknown | Best)
    if isinstance(found, Best):
        claim = play_claim(game, led_by_the_rival(game), robust=False, provider="p0", bound=str(found.bound))
        assert proves("deviation-bound", claim, found.evidence)


def test_no_time_is_no_answer(monkeypatch):
    monkeypatch.setattr(oracle, "MOST_LISTED", 0)
    game = crowd(2, 2, 2)
    (part,) = deviations(game, led_by_the_rival(game), 0, False)
    with pytest.raises(Unsettled, match="time is up"):
        Search(part, (0, 1), 0.0).bound(Fraction(1))
    monkeypatch.setattr(oracle, "MOST_LISTED_INSTEAD", 0)
    assert isinstance(best_deviation(game, led_by_the_rival(game), 0, seconds=0.0), Unknown)


def test_lying_floating_point_proves_nothing_false(monkeypatch):
    """A solver that says of every branch that it breaks no cut: evidence is made exact, or there is none."""
    solve = columns.Branch.solve

    def lie(branch, weights):
        point = solve(branch, weights)
        branch.excess = -1.0
        return point

    monkeypatch.setattr(columns.Branch, "solve", lie)
    game = crowd(3, 3, 3)
    (part,) = deviations(game, led_by_the_rival(game), 0, True)
    search = Search(part, (0, 1, 2), 60.0)
    target = part.earned(RATIONAL, part.now)
    try:
        evidence = search.bound(target)
    except Unsettled:
        return
    if evidence is not None:
        check_columns(part, (0, 1, 2), target, Node(evidence))


@pytest.mark.slow
@pytest.mark.parametrize("robust", [False, True])
def test_best_deviation_among_65536_signals_and_256_served_sets(robust):
    """The bound is the supremum: a rule comes as close as ties allow."""
    game = crowd(8)
    profile = led_by_the_rival(game)
    best = best_deviation(game, profile, 0, robust, 600.0)
    assert isinstance(best, Best)
    claim = play_claim(game, profile, robust=robust, provider="p0", bound=str(best.bound))
    assert proves("deviation-bound", claim, best.evidence)
    assert not proves("deviation-bound", {**claim, "bound": str(best.bound - Fraction(1, 10**9))}, best.evidence)
    assert best.rules is not None
    assert earns(game, profile.deviate(0, best.rules), 0) == best.payoff
    assert earns(game, profile, 0) < best.payoff <= best.bound < best.payoff + Fraction(1, 10**5)


@pytest.mark.slow
def test_equilibrium_of_eight_users():
    """Everybody reveals what he knows; interests are shared to 7/8."""
    game = crowd(8, shared=Fraction(7, 8))
    answer = equilibrium(game, all_reveal(game), False, 600.0)
    assert isinstance(answer, Bounded)
    assert proves("equilibrium", play_claim(game, all_reveal(game), robust=False), answer.evidence)
    less = crowd(8, shared=Fraction(3, 4))
    assert not proves("equilibrium", play_claim(less, all_reveal(less), robust=False), answer.evidence)
