"""The benchmark against enumerated garblings and rules."""

from fractions import Fraction
from itertools import combinations
from itertools import product as tuples

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.formats.certificates import benchmark_claim, play_claim
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.garbling import READINGS, SharedRule, is_common, shared_value
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.oracles.benchmarks import Benchmark, benchmark
from alignproof.oracles.deviations import Bounded, equilibrium
from alignproof.oracles.systems import Unknown
from alignproof.symbolic.rules import anonymous_profile, revealing_rule
from tests.evidence import proves

SETTINGS = settings(deadline=None, max_examples=40)
HALF = Fraction(1, 2)
MATCH = ((ONE, ZERO), (ZERO, ONE))
BITS = ("0", "1")
values = st.sampled_from([Fraction(k, 4) for k in range(5)])
chances = st.sampled_from([ZERO, HALF, Fraction(3, 4), ONE])


def market(prior, utility=MATCH, user_features=BITS, messages=BITS, protocol="P"):
    """One user and as many providers as the prior says, all with one bit; ``prior`` maps (y, x_U, x_P's) to chances."""
    k = len(next(iter(prior))[2])
    actions = tuple(map(str, range(len(utility))))
    user = User("u", user_features, actions, utility)
    idle = Components((ZERO,), (tuple((ZERO, ZERO) for _ in actions),), ZERO)
    providers = tuple(Provider(f"p{j}", BITS, idle) for j in range(k))
    atoms = tuple(Atom(p, y, (x,), xs) for (y, x, xs), p in prior.items() if p)
    return Game((user,), providers, BITS, atoms, messages, protocol, common_ties((user,), k, len(messages)))


@st.composite
def markets(draw, providers=(1, 2), messages=BITS):
    """Providers see the state through noise that they may share with each other and with the user."""
    k = draw(st.integers(*providers))
    accuracies = [draw(chances) for _ in range(k)]
    sees = draw(st.sampled_from(["nothing", "state", "first", "whether the first is right"]))
    copies = draw(st.booleans())
    prior = {}
    for y, *xs in tuples(range(2), repeat=k + 1):
        xs = [xs[0]] * k if copies else xs
        p = HALF
        for x, accuracy in zip(xs[: 1 if copies else k], accuracies, strict=False):
            p *= accuracy if x == y else 1 - accuracy
        known = {"nothing": 0, "state": y, "first": xs[0], "whether the first is right": xs[0] ^ y}[sees]
        prior[y, known, tuple(xs)] = p
    utility = tuple((draw(values), draw(values)) for _ in range(draw(st.integers(2, 3))))
    return market(prior, utility, messages=messages)


def kernels(signals):
    """All garblings of a bit to ``signals`` signals, in multiples of 1/2."""
    rows = [tuple(Fraction(c, 2) for c in row) for row in tuples(range(3), repeat=signals) if sum(row) == 2]
    return list(tuples(rows, repeat=2))


def shared_rules(game, team, reading):
    """Common garblings to two signals with every deterministic rule that reads them."""
    words = range(len(game.messages))
    for choice in tuples(kernels(2), repeat=len(team)):
        garblings = dict(zip(team, choice, strict=True))
        if is_common(game, SharedRule(garblings, {}), reading, 0):
            for said in tuples(words, repeat=2):
                rule = {(z, ()): tuple(ONE if m == said[z] else ZERO for m in words) for z in range(2)}
                yield SharedRule(garblings, rule)


def best_on_grid(game, team, reading):
    rules = list(shared_rules(game, team, reading))
    return max(shared_value(RATIONAL, game, 0, j, shared) for shared in rules for j in team)


def teams(game):
    everyone = range(len(game.providers))
    return [team for size in range(1, len(everyone) + 1) for team in combinations(everyone, size)]


def informed_value(game):
    """What the user gets if she learns the state."""
    at = {y: sum(a.probability for a in game.prior if a.state == y) for y in range(2)}
    return sum(p * max(row[y] for row in game.users[0].utility) for y, p in at.items())


def assert_certified(game, team, reading, found):
    claim = benchmark_claim(game, 0, team, reading, found.value)
    assert proves("benchmark", claim, found.evidence)
    for wrong in (found.value + Fraction(1, 10**6), found.value - Fraction(1, 10**6)):
        assert not proves("benchmark", {**claim, "value": str(wrong)}, found.evidence)


@SETTINGS
@given(markets(), st.sampled_from(READINGS))
def test_no_shared_rule_beats_the_benchmark(game, reading):
    for team in teams(game):
        found = benchmark(game, 0, team, reading)
        assert isinstance(found, Benchmark)
        assert found.value >= best_on_grid(game, team, reading)


@SETTINGS
@given(markets(messages=tuple("abcdefghi")), st.sampled_from(READINGS))
def test_the_benchmark_is_attained_by_its_rule(game, reading):
    """With a message for each of the user's strategies there is always a rule."""
    for team in teams(game):
        found = benchmark(game, 0, team, reading)
        assert found.shared is not None
        assert is_common(game, found.shared, reading, 0)
        worths = {
            who.name: shared_value(RATIONAL, game, 0, j, found.shared)
            for j, who in enumerate(game.providers)
            if j in team
        }
        assert worths[found.at_least["producer"]] == found.value == max(worths.values())
        if reading != "state":
            assert len(set(worths.values())) == 1
        assert_certified(game, team, reading, found)


@SETTINGS
@given(markets(providers=(2, 2)))
def test_smaller_teams_share_more(game):
    """What K shares, T shares. Given the state alone the best of T counts, so there a bigger T may do better."""
    strict = {team: benchmark(game, 0, team, "state and users").value for team in teams(game)}
    loose = {team: benchmark(game, 0, team, "state").value for team in teams(game)}
    assert strict[0, 1] <= min(strict[(0,)], strict[(1,)])
    assert loose[0, 1] <= max(loose[(0,)], loose[(1,)])
    assert all(loose[team] >= strict[team] for team in strict)
    assert all(loose[(j,)] == strict[(j,)] for j in range(2))


@SETTINGS
@given(st.lists(st.tuples(values, values), min_size=2, max_size=3).map(tuple), st.sampled_from(READINGS))
def test_fully_informed_providers_share_everything(utility, reading):
    game = market({(y, x, (y, y)): Fraction(1, 4) for y in range(2) for x in range(2)}, utility)
    for team in teams(game):
        assert benchmark(game, 0, team, reading).value == informed_value(game)


def xor_market():
    """Both providers toss a coin of their own; the user knows whether the first coin shows the state."""
    return market({(y, x ^ y, (x, other)): Fraction(1, 8) for y, x, other in tuples(range(2), repeat=3)})


def test_the_readings_differ_where_users_know_something_of_the_garbling():
    game = xor_market()
    assert benchmark(game, 0, (0, 1), "state").value == 1
    assert benchmark(game, 0, (0, 1), "state and users").value == HALF
    assert benchmark(game, 0, (0,), "state and users").value == 1
    assert benchmark(game, 0, (1,), "state").value == HALF


def test_the_readings_differ_by_who_deploys():
    found = benchmark(xor_market(), 0, (0, 1), "state")
    assert found.at_least["producer"] == "p0"
    assert [shared_value(RATIONAL, xor_market(), 0, j, found.shared) for j in range(2)] == [1, HALF]
    assert_certified(xor_market(), (0, 1), "state", found)


@pytest.mark.parametrize("reading", READINGS)
def test_too_few_messages_leave_an_upper_bound(reading):
    game = market({(y, 0, (y,)): HALF for y in range(2)}, messages=("only",))
    found = benchmark(game, 0, (0,), reading)
    assert found.value == 1
    assert found.at_least is None
    assert found.shared is None
    assert not proves("benchmark", benchmark_claim(game, 0, (0,), reading, found.value), found.evidence)


@pytest.mark.parametrize(("protocol", "attained"), [("P", False), ("PP", True), ("PUP", True), ("U", False)])
def test_longer_talks_carry_more_strategies(protocol, attained):
    """Three actions, two messages: one message is too little, two are enough."""
    states = 3
    match = tuple(tuple(ONE if a == y else ZERO for y in range(states)) for a in range(states))
    names = tuple("abc")
    user = User("u", ("-",), names, match)
    idle = Components((ZERO,), (((ZERO,) * states,) * states,), ZERO)
    prior = tuple(Atom(Fraction(1, states), y, (0,), (y,)) for y in range(states))
    ties = common_ties((user,), 1, 2)
    game = Game((user,), (Provider("p0", names, idle),), names, prior, BITS, protocol, ties)
    found = benchmark(game, 0, (0,), "state")
    assert found.value == 1
    assert (found.shared is not None) == attained
    if attained:
        assert_certified(game, (0,), "state", found)


def test_a_user_who_needs_no_advice_is_served_without_messages():
    game = market({(y, y, (x,)): Fraction(1, 4) for y in range(2) for x in range(2)}, protocol="U")
    found = benchmark(game, 0, (0,), "state")
    assert found.value == 1
    assert_certified(game, (0,), "state", found)


def test_features_that_are_never_drawn_need_no_message():
    game = market({(y, y, (0,)): HALF for y in range(2)}, messages=("only",))
    found = benchmark(game, 0, (0,), "state")
    assert found.value == 1
    assert_certified(game, (0,), "state", found)


def test_too_many_strategies_are_unknown():
    """A user with eight features and eight actions has 8^8 strategies: no benchmark is claimed. An equilibrium can be
    shown without a list of them."""
    names = tuple(f"{k}" for k in range(8))
    utility = tuple((Fraction(k, 8), 1 - Fraction(k, 8)) for k in range(8))
    user = User("u", names, names, utility)
    wish = tuple((Fraction(k % 2), ZERO) for k in range(8))
    provider = Provider("p", ("0", "1"), Components((ONE,), (wish,), ZERO))
    prior = tuple(Atom(Fraction(1, 16), y, (x,), (y,)) for y in range(2) for x in range(8))
    game = Game((user,), (provider,), ("0", "1"), prior, ("m", "n"), "P", common_ties((user,), 1, 2))
    informed = anonymous_profile(game, (revealing_rule(game, 0),))
    answer = benchmark(game, 0, (0,), "state")
    assert isinstance(answer, Unknown)
    assert "too-large" in answer.reason
    found = equilibrium(game, informed)
    assert isinstance(found, Bounded)
    assert proves("equilibrium", play_claim(game, informed, robust=False), found.evidence)
