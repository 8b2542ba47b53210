"""Best deviations against grids of rules and against branches, with every certificate handed to the kernel."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product as tuples

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.checks.branches import branch_systems
from alignproof.checks.linear import System
from alignproof.counterexamples.ties import with_ties_by_user
from alignproof.formats.certificates import play_claim
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.deviation import deviations
from alignproof.games.model import Atom, Components, Game, Provider, Table, Ties, User, common_ties
from alignproof.games.outcome import outcome
from alignproof.oracles.deviations import Best, Bounded, Pays, Unknown, best_deviation, bounded, equilibrium
from alignproof.oracles.systems import Solution, decide, largest
from alignproof.symbolic import theorem_4_1
from alignproof.symbolic.rules import anonymous_profile, constant_rule, revealing_rule, silent_profile
from tests.evidence import earns, proves

SEPARABLE = ("components", "separable table")
SIMPLE = {"protocols": ("P",), "payoffs": SEPARABLE, "states": (2, 2), "providers": (1, 2), "features": (1, 2)}
SETTINGS = settings(deadline=None, max_examples=20)
HALF = Fraction(1, 2)


@cache
def quarters(size):
    """All distributions over ``size`` messages in multiples of 1/4."""
    return [tuple(Fraction(k, 4) for k in ks) for ks in tuples(range(5), repeat=size) if sum(ks) == 4]


def grid(game, provider):
    """Rules that speak once, in multiples of 1/4."""
    features = range(len(game.providers[provider].features))
    for chances in tuples(quarters(len(game.messages)), repeat=len(features)):
        yield {(x, ()): chances[x] for x in features}


def offers(profile, provider, group, rule):
    return tuple(rule if i in group else kept for i, kept in enumerate(profile.rules[provider]))


def groups(game, profile):
    """Who gets a rule of their own: everyone together, or each user."""
    users = range(len(game.users))
    return [tuple(users)] if profile.play == "anonymous" else [(i,) for i in users]


def best_on_grid(game, profile, provider):
    """The grid's best deviation, evaluated with the game's own ties; users of the personalized game one by one."""
    rules = profile.rules[provider]
    for group in groups(game, profile):
        options = [offers(profile, provider, group, rule) for rule in grid(game, provider)]
        best = max(options, key=lambda option: earns(game, profile.deviate(provider, option), provider))
        rules = tuple(best[i] if i in group else kept for i, kept in enumerate(rules))
    return earns(game, profile.deviate(provider, rules), provider)


@st.composite
def plain_markets(draw, **bounds):
    """Markets whose providers may have features, but whose users have none: there branches are few."""
    game, profile = draw(strategies.markets(**bounds))
    merged = Counter()
    for atom in game.prior:
        merged[atom.state, atom.provider_features] += atom.probability
    nobody = (0,) * len(game.users)
    prior = tuple(Atom(p, y, nobody, xs) for (y, xs), p in merged.items())
    users = tuple(replace(user, features=("-",)) for user in game.users)
    return replace(game, users=users, prior=prior), profile


def exact(deviation):
    """The supremum over all rules: the best branch that can come about."""
    values = []
    for branch in branch_systems(deviation, ZERO):
        rest = System({name: row for name, row in branch.rows.items() if name != "payoff"}, branch.free)
        if isinstance(decide(rest), Solution):
            values.append(largest(rest, branch.rows["payoff"].value).value)
    return max(values)


def supremum(game, profile, provider, robust=False):
    """What all groups' exact suprema add up to."""
    parts = deviations(game, profile, provider, robust)
    gain = sum(exact(part) - part.earned(RATIONAL, part.now) for part in parts)
    return earns(game, profile, provider) + gain


def assert_certified(game, profile, provider, best, robust):
    claim = play_claim(game, profile, robust=robust, provider=game.provider_names[provider], bound=str(best.bound))
    assert proves("deviation-bound", claim, best.evidence)
    lower = {**claim, "bound": str(best.bound - Fraction(1, 1000))}
    assert not proves("deviation-bound", lower, best.evidence)
    now = earns(game, profile, provider)
    assert best.bound >= now
    if best.rules is not None:
        assert best.bound >= best.payoff == earns(game, profile.deviate(provider, best.rules), provider) > now


def assert_settled(game, profile, answer, robust):
    """An answer's evidence holds; unknown only where that is allowed."""
    if isinstance(answer, Bounded):
        assert proves("equilibrium", play_claim(game, profile, robust=robust), answer.evidence)
    if isinstance(answer, Pays):
        deviant = profile.deviate(answer.provider, answer.rules)
        assert earns(game, deviant, answer.provider) == answer.payoff > earns(game, profile, answer.provider)


@SETTINGS
@given(strategies.markets(users=(1, 2), actions=(2, 2), messages=(2, 2), **SIMPLE), st.data())
def test_bounds_hold_on_a_grid(market, data):
    game, profile = market
    provider = data.draw(st.integers(0, len(game.providers) - 1))
    on_grid = best_on_grid(game, profile, provider)
    best = best_deviation(game, profile, provider)
    assert isinstance(best, Best)
    assert on_grid <= best.bound
    assert_certified(game, profile, provider, best, robust=False)
    sure = best_deviation(game, profile, provider, robust=True)
    assert isinstance(sure, Best)
    assert sure.bound >= best.bound
    assert_certified(game, profile, provider, sure, robust=True)


@settings(SETTINGS, max_examples=12)
@given(strategies.markets(users=(1, 1), actions=(3, 3), messages=(3, 3), **(SIMPLE | {"features": (1, 2)})))
def test_bounds_hold_on_a_grid_of_three_messages(market):
    game, profile = market
    best = best_deviation(game, profile, 0)
    assert isinstance(best, Best)
    assert best_on_grid(game, profile, 0) <= best.bound
    assert_certified(game, profile, 0, best, robust=False)


@SETTINGS
@given(strategies.markets(users=(1, 2), actions=(2, 2), messages=(2, 2), **SIMPLE))
def test_equilibria_have_no_deviation_on_the_grid(market):
    game, profile = market
    answer = equilibrium(game, profile)
    assert not isinstance(answer, Unknown)
    assert_settled(game, profile, answer, robust=False)
    assert_settled(game, profile, equilibrium(game, profile, robust=True), robust=True)
    pays = any(best_on_grid(game, profile, j) > earns(game, profile, j) for j in range(len(game.providers)))
    assert not (pays and isinstance(answer, Bounded))


@settings(SETTINGS, max_examples=20)
@given(plain_markets(users=(1, 2), actions=(2, 2), messages=(2, 2), **SIMPLE), st.data())
def test_bounds_are_at_least_the_exact_supremum(market, data):
    game, profile = market
    provider = data.draw(st.integers(0, len(game.providers) - 1))
    robust = data.draw(st.booleans())
    best = best_deviation(game, profile, provider, robust)
    assert isinstance(best, Best)
    assert best.bound >= supremum(game, profile, provider, robust)


@settings(SETTINGS, max_examples=20)
@given(plain_markets(users=(1, 1), actions=(2, 3), messages=(3, 3), **SIMPLE))
def test_the_bound_is_exact_with_a_message_per_signal(market):
    """One user without features of her own: a signal is an action, and there are as many messages."""
    game, profile = market
    best = best_deviation(game, profile, 0)
    assert isinstance(best, Best)
    assert best.bound == supremum(game, profile, 0)


@SETTINGS
@given(strategies.markets(users=(1, 2), actions=(2, 2), messages=(2, 2), **SIMPLE), st.data())
def test_a_target_is_bounded_or_beaten(market, data):
    game, profile = market
    (part, *_) = deviations(game, profile, 0, False)
    target = data.draw(st.fractions(0, 1, max_denominator=12))
    answer = bounded(part, target)
    rest = earns(game, profile, 0) - part.earned(RATIONAL, part.now)
    top = max(earns(game, profile.deviate(0, offers(profile, 0, part.group, rule)), 0) for rule in grid(game, 0))
    if isinstance(answer, Bounded):
        assert top <= rest + target
    if isinstance(answer, Pays):
        assert earns(game, profile.deviate(0, answer.rules), 0) == answer.payoff > rest + target


TALKS = {"protocols": ("UP",), "payoffs": SEPARABLE, "states": (2, 2), "messages": (2, 2), "providers": (1, 2)}


@settings(SETTINGS, max_examples=10)
@given(plain_markets(users=(1, 1), actions=(2, 2), features=(1, 2), **TALKS), st.booleans())
def test_menus_bound_what_branches_find(market, robust):
    game, profile = market
    best = best_deviation(game, profile, 0, robust)
    assert isinstance(best, Best)
    assert best.bound >= supremum(game, profile, 0, robust)
    assert_certified(game, profile, 0, best, robust)
    assert_settled(game, profile, equilibrium(game, profile, robust), robust)


@pytest.mark.slow
@settings(SETTINGS, max_examples=8)
@given(plain_markets(users=(1, 1), actions=(2, 2), features=(1, 2), **TALKS))
def test_menus_are_exact_if_ties_favour_the_deviator(market):
    """One type and a message for each action: the direct rule is a rule of the game."""
    game, profile = market
    assert best_deviation(game, profile, 0, robust=True).bound == supremum(game, profile, 0, robust=True)


@pytest.mark.slow
@settings(SETTINGS, max_examples=15)
@given(strategies.markets(users=(1, 1), actions=(2, 2), features=(2, 2), **TALKS))
def test_menus_bound_what_branches_find_with_private_features(market):
    game, profile = market
    best = best_deviation(game, profile, 0)
    assert isinstance(best, Best)
    assert best.bound >= supremum(game, profile, 0)
    assert_certified(game, profile, 0, best, robust=False)


@SETTINGS
@given(strategies.games(users=(2, 2), providers=(1, 2), protocols=("P", "UP"), payoffs=("table",)), st.data())
def test_personalized_deviations_need_separable_payoffs(game, data):
    profile = data.draw(strategies.profiles(game, ("personalized",)))
    coupled = Table({a: (ONE if set(a) == {0} else ZERO,) * len(game.states) for a in game.action_profiles()})
    game = replace(game, providers=tuple(replace(who, payoff=coupled) for who in game.providers))
    answer, best = equilibrium(game, profile), best_deviation(game, profile, 0)
    assert isinstance(best, Unknown)
    assert "separable" in best.reason.lower()
    if isinstance(answer, Pays):
        before = outcome(RATIONAL, game, profile).payoffs[answer.provider]
        deviant = profile.deviate(answer.provider, answer.rules)
        assert outcome(RATIONAL, game, deviant).payoffs[answer.provider] == answer.payoff > before
    else:
        assert isinstance(answer, Unknown)
        assert "separable" in answer.reason.lower()


@SETTINGS
@given(strategies.markets(users=(1, 1), actions=(2, 2), messages=(2, 2), **(SIMPLE | {"payoffs": ("table",)})))
def test_one_user_needs_no_separability(market):
    game, profile = market
    best = best_deviation(game, profile, 0)
    assert isinstance(best, Best)
    assert best_on_grid(game, profile, 0) <= best.bound
    assert_settled(game, profile, equilibrium(game, profile), robust=False)


@SETTINGS
@given(strategies.games(users=(2, 2), actions=(2, 2), messages=(2, 2), **(SIMPLE | {"payoffs": ("table",)})), st.data())
def test_anonymous_deviations_of_coupled_payoffs_are_never_overrated(game, data):
    """Branches may settle them where the deviator serves at most one user; whatever they say must hold."""
    profile = data.draw(strategies.profiles(game, ("anonymous",)))
    answer = equilibrium(game, profile)
    assert_settled(game, profile, answer, robust=False)
    if isinstance(answer, Bounded):
        assert all(best_on_grid(game, profile, j) <= earns(game, profile, j) for j in range(len(game.providers)))


THEOREM = theorem_4_1.game(HALF, ONE, Fraction(2), 3)
SILENCE = silent_profile(THEOREM, "anonymous")


@pytest.mark.parametrize(("robust", "value"), [(False, Fraction(2, 3)), (True, Fraction(5, 6))])
@pytest.mark.parametrize("provider", [0, 1])
def test_theorem_4_1_from_both_sides(provider, robust, value):
    best = best_deviation(THEOREM, SILENCE, provider, robust)
    assert best.bound == value
    assert best.rules is None
    assert_certified(THEOREM, SILENCE, provider, best, robust)


def test_theorem_4_1_is_an_equilibrium_that_is_not_robust():
    assert outcome(RATIONAL, THEOREM, SILENCE).payoffs == (Fraction(2, 3),) * 2
    assert_settled(THEOREM, SILENCE, equilibrium(THEOREM, SILENCE), robust=False)
    assert isinstance(equilibrium(THEOREM, SILENCE), Bounded)
    assert not isinstance(equilibrium(THEOREM, SILENCE, robust=True), Bounded)


def test_theorem_4_1_falls_with_ties_by_user():
    game = with_ties_by_user(THEOREM)
    answer = equilibrium(game, SILENCE)
    assert isinstance(answer, Pays)
    assert_settled(game, SILENCE, answer, robust=False)


def test_a_sole_provider_serves_whoever_there_is():
    """With nobody else to turn to, a provider who wants an uninformed user can be as silent as he likes."""
    user = User("u", ("-",), ("0", "1"), ((ONE, ZERO), (ZERO, ONE)))
    wish = Components((ONE,), (((ONE, ONE), (ZERO, ZERO)),), ZERO)
    prior = tuple(Atom(HALF, y, (0,), (y,)) for y in range(2))
    game = Game(
        (user,), (Provider("p", ("0", "1"), wish),), ("0", "1"), prior, ("0", "1"), "P", common_ties((user,), 1, 2)
    )
    informed = anonymous_profile(game, (revealing_rule(game, 0),))
    best = best_deviation(game, informed, 0)
    assert (best.bound, best.payoff) == (ONE, ONE)
    assert isinstance(equilibrium(game, anonymous_profile(game, (constant_rule(game, 0),))), Bounded)


@st.composite
def orders(draw, game):
    """Tie-breaking of each user's own, provider by provider."""
    ks = [range(len(game.providers))] * len(game.users)
    return Ties(
        tuple(tuple(draw(st.permutations(k))) for k in ks),
        tuple(
            tuple(tuple(draw(st.permutations(range(len(user.actions))))) for _ in game.providers) for user in game.users
        ),
        game.ties.messages,
    )


def bits_game():
    """Three providers see one bit each, and the user guesses one; the first provider has something to lose by serving.

    A right guess is worth 1 for his bit and 3/4 for the others'. He earns 1/2 whenever she guesses his bit, 1 when she
    guesses the third's, nothing when she guesses the second's.
    """
    states = list(tuples(range(2), repeat=3))
    worth = (ONE, Fraction(3, 4), Fraction(3, 4))
    guesses = [(k, bit) for k in range(3) for bit in range(2)]
    utility = tuple(tuple(worth[k] if y[k] == bit else ZERO for y in states) for k, bit in guesses)
    gains = tuple(((HALF, ZERO, ONE)[k],) * len(states) for k, _ in guesses)
    user = User("u", ("-",), tuple(f"{k}:{bit}" for k, bit in guesses), utility)
    nothing = Components((ONE,), (((ZERO,) * 8,) * 6,), ZERO)
    payoffs = (Components((ONE,), (gains,), ZERO), nothing, nothing)
    providers = tuple(Provider(f"p{k}", ("0", "1"), payoff) for k, payoff in enumerate(payoffs))
    prior = tuple(Atom(Fraction(1, 8), index, (0,), y) for index, y in enumerate(states))
    names = tuple("".join(map(str, y)) for y in states)
    game = Game((user,), providers, names, prior, ("0", "1"), "P", common_ties((user,), 3, 2))
    return game, anonymous_profile(game, tuple(revealing_rule(game, k) for k in range(3)))


def test_a_robust_bound_counts_ties_among_the_other_providers():
    """If the first provider falls silent, she goes to either of the others; under the third he earns 1, not 1/2."""
    game, profile = bits_game()
    assert isinstance(equilibrium(game, profile), Bounded)
    assert not isinstance(equilibrium(game, profile, robust=True), Bounded)
    assert best_deviation(game, profile, 0, robust=True).bound == 1
    other = replace(game, ties=common_ties(game.users, 3, 2, provider_priority=(0, 2, 1)))
    assert isinstance(equilibrium(other, profile), Pays)


@settings(SETTINGS, max_examples=20)
@given(
    strategies.markets(("anonymous",), actions=(2, 2), messages=(2, 2), **(SIMPLE | {"providers": (1, 3)})), st.data()
)
def test_a_robust_bound_holds_under_every_tie_breaking(market, data):
    game, profile = market
    bound = best_deviation(game, profile, 0, robust=True).bound
    other = replace(game, ties=data.draw(orders(game)))
    everyone = range(len(game.users))
    assert all(
        earns(other, profile.deviate(0, offers(profile, 0, everyone, rule)), 0) <= bound for rule in grid(game, 0)
    )


def rivals(priority):
    """The first provider pairs six states up; the second, who loses ties, can inform better and yet hide more."""
    size = 6
    match = tuple(tuple(ONE if a == y else ZERO for y in range(size)) for a in range(size))
    names = tuple(map(str, range(size)))
    messages = (*names, "more")
    user = User("u", ("-",), (*names, "abstain"), (*match, (Fraction(1, 4),) * size))
    idle = Components((ZERO,), (((ZERO,) * size,) * 7,), ZERO)
    wish = Components((ONE,), ((*(tuple(v / 3 for v in row) for row in match), (ONE,) * size),), ZERO)
    prior = tuple(Atom(Fraction(1, size), y, (0,), (y, y)) for y in range(size))
    ties = common_ties((user,), 2, 7, provider_priority=priority)
    game = Game((user,), (Provider("p0", names, idle), Provider("p1", names, wish)), names, prior, messages, "P", ties)
    pairs = {(y, ()): tuple(ONE if m == y // 2 else ZERO for m in range(7)) for y in range(size)}
    return game, anonymous_profile(game, (pairs, constant_rule(game, 1)))


def test_a_rival_who_wins_ties_deviates():
    game, profile = rivals((1, 0))
    assert_settled(game, profile, equilibrium(game, profile), robust=False)
    assert isinstance(equilibrium(game, profile), Pays)


def test_a_rival_who_loses_ties_deviates():
    game, profile = rivals((0, 1))
    better = profile.deviate(1, (revealing_rule(game, 1),))
    assert earns(game, better, 1) > earns(game, profile, 1)
    assert isinstance(equilibrium(game, profile), Pays)


@pytest.mark.parametrize("play", ["anonymous", "personalized"])
def test_a_plain_rule_refutes_an_equilibrium_whatever_the_payoffs_form(play):
    """The provider earns only if both users are right: no bound is at hand, but revelation pays."""
    match = ((ONE, ZERO), (ZERO, ONE))
    users = tuple(User(f"u{i}", ("-",), ("0", "1"), match) for i in range(2))
    both = {(a, b): tuple(ONE if a == b == y else ZERO for y in range(2)) for a in range(2) for b in range(2)}
    providers = (Provider("p", ("0", "1"), Table(both)),)
    prior = tuple(Atom(HALF, y, (0, 0), (y,)) for y in range(2))
    game = Game(users, providers, ("0", "1"), prior, ("m", "n"), "P", common_ties(users, 1, 2))
    answer = equilibrium(game, silent_profile(game, play))
    assert isinstance(answer, Pays)
    assert answer.payoff == 1
