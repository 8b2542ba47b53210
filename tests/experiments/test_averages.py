"""The same market written differently: the same values, and errors that are means."""

import random
from fractions import Fraction

import pytest

from alignproof.experiments.averages import rewritten_strong, rewritten_weak, strong_mean, weak_mean
from alignproof.experiments.market import full_information, own_parts, restricted, survey_game
from alignproof.experiments.small import settle, starts
from alignproof.experiments.worst_case import weak_errors
from alignproof.games.algebra import RATIONAL
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.oracles.deviations import Bounded, equilibrium
from alignproof.oracles.program import Program, maximise
from tests.experiments.test_worst_case import drawn

ZERO, ONE = Fraction(0), Fraction(1)
CLOSE = Fraction(1, 500)


def random_profile(game, seed):
    """An anonymous profile with random rules."""
    draw = random.Random(seed)
    rules = []
    for provider in game.providers:
        rule = {}
        for x in range(len(provider.features)):
            weights = [draw.randint(0, 3) for _ in game.messages]
            weights[draw.randrange(len(weights))] += 1
            rule[x, ()] = tuple(Fraction(w, sum(weights)) for w in weights)
        rules.append((rule,) * len(game.users))
    return Profile("anonymous", tuple(rules))


@pytest.mark.parametrize("seed", range(5))
def test_every_profile_is_worth_the_same_to_the_group_of_a_market_of_its_own(tmp_path, seed):
    data = drawn(tmp_path, seed, questions=5)
    alone = restricted(data, range(5), [1], range(3))
    again = rewritten_weak(data, 1, weak_mean(data, 1).weights)
    plain = survey_game(alone)
    for number in range(4):
        profile = random_profile(plain, number)
        ours, theirs = outcome(RATIONAL, plain, profile), outcome(RATIONAL, again.game, profile)
        assert again.original(theirs.users[0].value) == ours.users[0].value
        assert theirs.users[0].picks == ours.users[0].picks
        # Payoffs differ by a factor that is the same for every profile.
        ratios = {Fraction(b) / Fraction(a) for a, b in zip(ours.payoffs, theirs.payoffs, strict=True) if a}
        assert len(ratios) == 1


@pytest.mark.parametrize("seed", range(5))
def test_every_profile_is_worth_the_same_to_all_groups(tmp_path, seed):
    data = drawn(tmp_path, seed, questions=5, groups=3)
    plain = survey_game(data)
    again = rewritten_strong(data, 0, 2, [Fraction(1, 3), Fraction(1, 5), Fraction(0)])
    seen = []
    for number in range(4):
        profile = random_profile(plain, number)
        ours, theirs = outcome(RATIONAL, plain, profile), outcome(RATIONAL, again.game, profile)
        for a, b in zip(ours.users, theirs.users, strict=True):
            assert again.original(b.value) == a.value
            assert a.picks == b.picks
        seen.append((ours.payoffs[2], theirs.payoffs[2]))
    slopes = {(b - y) / (a - x) for a, b in seen for x, y in seen if a != x}
    assert len(slopes) <= 1
    assert all(slope > 0 for slope in slopes)


@pytest.mark.parametrize("seed", range(4))
def test_weak_error_of_the_market_written_differently_is_the_mean(tmp_path, seed):
    data = drawn(tmp_path, seed)
    for user in range(2):
        found = weak_mean(data, user)
        again = rewritten_weak(data, user, found.weights)
        game, team = again.game, range(3)
        weights = WeakWeights(own_parts(game, team), {j: (again.weights[j],) for j in team}, (again.constant,))
        error, separability = weights.errors(game)
        assert separability == 0
        assert error <= again.eps <= error + CLOSE * again.scale
        assert again.slack == 2 * again.eps / again.scale
        assert found.slack <= again.slack <= found.slack + CLOSE
        assert found.slack <= 2 * weak_errors(data, user)[7].eps


@pytest.mark.parametrize("seed", range(3))
def test_strong_error_of_the_market_written_differently_is_the_mean(tmp_path, seed):
    data = drawn(tmp_path, seed)
    rates = [Fraction(1, 3), Fraction(1, 5)]
    again = rewritten_strong(data, 0, 1, rates)
    weights = StrongWeights({1: again.weights}, {1: again.constant})
    (error,) = weights.errors(again.game)
    assert error <= again.eps <= error + CLOSE
    mean = ZERO
    for y, options in enumerate(data.models[1]):
        terms = [[v / 2 - x * u for v, u in zip(options, data.users[i][y], strict=True)] for i, x in enumerate(rates)]
        mean += sum(max(t) - min(t) for t in terms) / len(data.users[0])
    own = weights.slack(0, (again.eps,), (Fraction(2),)) / again.scale
    assert own == again.slack
    assert mean / rates[0] <= own <= mean / rates[0] + 3 * CLOSE


def means_by_all_rows(questions, variables, pairs, lower):
    """The smallest mean over questions of 2 e_y, with ``2 e_y >= row x + number`` for (y, row, number) in pairs."""
    found = maximise(
        Program(
            [ZERO] * variables + [Fraction(-2, questions)] * questions,
            [{**{v: a for v, a in enumerate(row) if a}, variables + y: Fraction(-2)} for y, row, _ in pairs],
            [-number - sum(a * low for a, low in zip(row, lower, strict=True)) for _, row, number in pairs],
            [False] * len(pairs),
        )
    )
    return -found.value


@pytest.mark.parametrize("seed", range(4))
def test_mean_slacks_are_those_with_all_rows(tmp_path, seed):
    data = drawn(tmp_path, seed, questions=4)
    cells = [(y, a, b) for y, row in enumerate(data.users[0]) for a in range(len(row)) for b in range(len(row))]
    for user in range(2):
        u = data.users[user]
        pairs = [(y, [m[y][b] - m[y][a] for m in data.models], u[y][a] - u[y][b]) for y, a, b in cells]
        assert weak_mean(data, user).slack == means_by_all_rows(4, 3, pairs, [ZERO] * 3)
        for model in range(2):
            v, other = data.models[model], data.users[1 - user]
            pairs = []
            for y, a, b in cells:
                for c in range(len(u[y])):
                    for d in range(len(u[y])):
                        paid = (v[y][a] - v[y][b] + v[y][c] - v[y][d]) / 2
                        pairs.append((y, [other[y][d] - other[y][c], paid], u[y][b] - u[y][a]))
            assert strong_mean(data, user, model).slack == means_by_all_rows(4, 2, pairs, [ZERO] * 2)


def test_benchmark_less_slack_is_no_more_than_the_benchmark(tmp_path):
    data = drawn(tmp_path, 2)
    for user in range(2):
        assert weak_mean(data, user).slack >= 0
        assert weak_mean(data, user).slack <= sum(max(row) - min(row) for row in data.users[user]) / 6
        assert full_information(data, user) <= ONE


@pytest.mark.parametrize("seed", range(3))
def test_a_personalized_equilibrium_is_one_in_each_groups_own_market(tmp_path, seed):
    """With separable payoffs; here the whole market's equilibria are found, and taken apart."""
    data = drawn(tmp_path, seed, questions=3, options=(2,), models=2)
    game = survey_game(data)
    for _, profile in starts(game, "personalized"):
        found = settle(game, profile)
        if isinstance(found, str):
            continue
        reached = found[0]
        values = outcome(RATIONAL, game, reached).users
        for user in range(2):
            own = survey_game(restricted(data, range(3), [user], range(2)))
            mine = Profile("personalized", tuple((rules[user],) for rules in reached.rules))
            assert isinstance(equilibrium(own, mine), Bounded)
            assert outcome(RATIONAL, own, mine).users[0].value == values[user].value


def test_equilibria_are_found_at_all(tmp_path):
    game = survey_game(drawn(tmp_path, 0, questions=3, options=(2,), models=2))
    assert any(not isinstance(settle(game, profile), str) for _, profile in starts(game, "personalized"))
