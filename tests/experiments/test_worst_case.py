"""Exact worst cases against programs with every row and the kernel's own systems; certificates against lies."""

import random
from fractions import Fraction
from itertools import product

import pytest

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.experiments.market import (
    aligned_certificate,
    benchmark_certificate,
    full_information,
    own_parts,
    restricted,
    strong_refutation,
    survey_game,
    weak_refutation,
    weak_weights,
)
from alignproof.experiments.tables import Answers, Panel, Question
from alignproof.experiments.worst_case import StrongProgram, TeamError, members, scored, weak_errors, worst_case
from alignproof.formats.documents import dump
from alignproof.games.algebra import RATIONAL
from alignproof.games.alignment import StrongWeights
from alignproof.games.document import parse
from alignproof.games.outcome import outcome
from alignproof.oracles.alignments import smallest_strong, smallest_weak, weak_lower_bound
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.program import Program, maximise
from alignproof.symbolic.rules import anonymous_profile, revealing_rule
from tests.experiments import market

ZERO, ONE = Fraction(0), Fraction(1)


def drawn(folder, seed=0, score="linear", **sizes):
    sizes = {"questions": 6, "groups": 2, "models": 3} | sizes
    return scored(market.tables(folder, seed=seed, **sizes).panel("PART"), score)


def smallest(rows, variables, free):
    """The smallest e with ``e >= sum coefficients x + number`` for all rows; e is the variable after the others."""
    found = maximise(
        Program(
            [ZERO] * variables + [-ONE],
            [{**{v: a for v, a in enumerate(row) if a}, variables: -ONE} for row, _ in rows],
            [-number for _, number in rows],
            [False] * len(rows),
            frozenset(free),
        )
    )
    return -found.value


def weak_by_all_rows(data, user, team):
    """Unknowns: a weight per member of T and c."""
    rows = []
    for y, a in data.cells:
        values = [data.models[j][y][a] for j in team]
        u = data.users[user][y][a]
        rows += [([-v for v in values] + [-ONE], u), ([*values, ONE], -u)]
    return smallest(rows, len(team) + 1, [len(team)])


def strong_by_all_rows(data, model):
    """Unknowns: lambda and c; a pair of rows for every profile of options of every question."""
    n, rows = len(data.users), []
    for y, options in enumerate(data.models[model]):
        for profile in product(range(len(options)), repeat=n):
            paid = sum(options[a] for a in profile) / n
            values = [data.users[i][y][a] for i, a in enumerate(profile)]
            rows += [([-u for u in values] + [-ONE], paid), ([*values, ONE], -paid)]
    return smallest(rows, n + 1, [n])


@pytest.mark.parametrize(("seed", "score"), [(0, "linear"), (1, "linear"), (2, "brier")])
def test_weak_errors_of_all_sets_are_those_with_all_rows(tmp_path, seed, score):
    data = drawn(tmp_path, seed, score)
    for user in range(2):
        fits = weak_errors(data, user)
        assert set(fits) == set(range(1, 8))
        for team, fit in fits.items():
            assert fit.eps == weak_by_all_rows(data, user, members(team, 3))
            assert all(fit.weights[j] == 0 for j in range(3) if not team >> j & 1)
            assert sum(fit.multipliers.values()) == 1


@pytest.mark.parametrize(("seed", "score"), [(0, "linear"), (3, "linear"), (4, "brier")])
def test_strong_errors_are_those_with_all_rows(tmp_path, seed, score):
    data = drawn(tmp_path, seed, score, groups=3)
    for model in range(3):
        assert StrongProgram(data, model).fit().eps == strong_by_all_rows(data, model)


@pytest.mark.parametrize("seed", range(3))
def test_worst_cases_are_those_that_the_kernels_systems_give(tmp_path, seed):
    """Another road to the same numbers: the game, and the systems of checks/alignment.py, with all rows."""
    data = drawn(tmp_path, seed, questions=3, options=(2,), models=2)
    found, apart = worst_case(data), worst_case(data, True)
    game = survey_game(data)
    for team in range(1, 4):
        inside = members(team, 2)
        weak = smallest_weak(game, inside, own_parts(game, inside))
        assert (found.weak_error(team).eps, found.weak_error(team).attained) == (
            weak.eps_users,
            weak.weights is not None,
        )
        assert apart.weak_error(team).eps == weak_lower_bound(game, inside).eps_users
        strong = smallest_strong(game, inside)
        assert (found.strong_error(team).eps, found.strong_error(team).attained) == (
            strong.eps,
            strong.weights is not None,
        )


def test_offsets_allow_no_larger_error(tmp_path):
    data = drawn(tmp_path, 5)
    plain, apart = worst_case(data), worst_case(data, True)
    for team in range(1, 8):
        assert apart.weak_error(team).eps <= plain.weak_error(team).eps
        assert apart.strong_error(team).eps <= plain.strong_error(team).eps


def test_errors_do_not_grow_with_the_set_and_strong_ones_do_not_fall(tmp_path):
    case = worst_case(drawn(tmp_path, 6))
    for team in range(1, 8):
        for more in (team | 1 << j for j in range(3)):
            assert case.weak_error(more).eps <= case.weak_error(team).eps
            assert case.strong_error(more).eps >= case.strong_error(team).eps


def accepted(document):
    return check(parse(dump(document).encode()))


def lower(document):
    """Claims an error that is smaller than the one that was found by a hair."""
    alignment = document["claim"]["alignment"]
    claim = alignment.get("weak", alignment.get("strong"))
    claim["eps"][0] = str(Fraction(claim["eps"][0]) - Fraction(1, 10**9))
    return document


def higher(document):
    alignment = document["claim"]["alignment"]
    claim = alignment.get("weak", alignment.get("strong"))
    claim["eps"] = str(Fraction(claim["eps"]) + Fraction(1, 10**9))
    return document


@pytest.fixture
def data(tmp_path):
    return drawn(tmp_path, 7, questions=8, groups=3, options=(2, 3))


def test_weak_certificates_and_lies(data):
    game, fits = survey_game(data), [weak_errors(data, i)[7] for i in range(3)]
    eps, team = max(fit.eps for fit in fits), (0, 1, 2)
    document = aligned_certificate(game, team, weak_weights(game, team, fits), (eps, ZERO))
    assert accepted(document) == "aligned"
    with pytest.raises(Rejected, match="residual-too-large"):
        accepted(lower(document))
    for user, fit in enumerate(fits):
        assert accepted(weak_refutation(data, game, team, user, fit)) == "not-aligned"
        with pytest.raises(Rejected, match="not-refuted"):
            accepted(higher(weak_refutation(data, game, team, user, fit)))
        apart = weak_errors(data, user, True)[7]
        document = weak_refutation(data, game, team, user, apart)
        assert "providers" not in document["claim"]["alignment"]["weak"]
        assert accepted(document) == "not-aligned"
        with pytest.raises(Rejected, match="not-refuted"):
            accepted(higher(document))


def test_multipliers_for_another_group_refute_nothing(data):
    game, fit = survey_game(data), weak_errors(data, 0)[7]
    with pytest.raises(Rejected, match="not-refuted"):
        accepted(weak_refutation(data, game, (0, 1, 2), 1, fit))


def test_strong_certificates_and_lies(data):
    game = survey_game(data)
    for model in range(3):
        fit = StrongProgram(data, model).fit()
        assert accepted(strong_refutation(game, model, fit)) == "not-aligned"
        with pytest.raises(Rejected, match="not-refuted"):
            accepted(higher(strong_refutation(game, model, fit)))
        more = Fraction(1, 100)
        weights = StrongWeights({model: tuple(x + more for x in fit.weights)}, {model: fit.constant})
        (eps,) = weights.errors(game)
        assert fit.eps <= eps <= fit.eps + 3 * more
        document = aligned_certificate(game, (model,), weights, (eps,))
        assert accepted(document) == "aligned"
        with pytest.raises(Rejected, match="residual-too-large"):
            accepted(lower(document))


def test_benchmark_is_that_of_full_information(data):
    data = restricted(data, range(4), range(2), range(2))
    game = survey_game(data)
    for user in range(2):
        document = benchmark_certificate(game, user, (0, 1))
        assert accepted(document) == "benchmark"
        assert Fraction(document["claim"]["value"]) == full_information(data, user)
        assert benchmark(game, user, (0, 1), "state").value == full_information(data, user)
        document["claim"]["value"] = str(full_information(data, user) + Fraction(1, 10**6))
        with pytest.raises(Rejected, match="value-not-reached"):
            accepted(document)


def test_providers_can_name_the_question(data):
    """So full revelation is a user-dominant rule: it is worth the benchmark to everybody."""
    game = survey_game(data)
    telling = anonymous_profile(game, tuple(revealing_rule(game, j) for j in range(3)))
    reached = outcome(RATIONAL, game, telling)
    assert [who.value for who in reached.users] == [full_information(data, i) for i in range(3)]


def test_short_questions_are_filled_up_without_effect(data):
    game = survey_game(data)
    width = max(len(row) for row in data.users[0])
    draw = random.Random(0)
    for i, user in enumerate(game.users):
        assert len(user.actions) == width
        for y, row in enumerate(data.users[i]):
            column = [user.utility[a][y] for a in range(width)]
            assert set(column) == set(row)
            assert column[: len(row)] == list(row)
    y = draw.randrange(len(game.states))
    payoff = game.providers[1].payoff.value((0, 1, 1), y)
    assert payoff == (data.models[1][y][0] + 2 * data.models[1][y][1]) / 3


def flat(answers_of_groups, answers_of_models):
    """A panel of questions with the given shares: ``[who][y][a]``."""
    rows = [tuple(tuple(Answers(tuple(map(Fraction, row))) for row in who) for who in answers) for answers in
            (answers_of_groups, answers_of_models)]  # fmt: skip
    questions = tuple(Question("W", f"Q{y}", ("a", "b")) for y in range(len(answers_of_groups[0])))
    names = [tuple(f"{kind} {k}" for k in range(len(who))) for kind, who in zip("gm", rows, strict=True)]
    return scored(Panel("PART", *names, questions, *rows))


def test_a_model_that_says_the_opposite_is_not_used_and_the_error_is_only_approached():
    data = flat([[("1", "0"), ("0", "1")]], [[("0", "1"), ("1", "0")]])
    case = worst_case(data)
    assert case.weak_error(1) == case.strong_error(1) == TeamError(Fraction(1, 2), False)
    game = survey_game(data)
    assert smallest_weak(game, (0,), own_parts(game, (0,))).weights is None
    for offsets in (False, True):
        document = weak_refutation(data, game, (0,), 0, weak_errors(data, 0, offsets)[1])
        assert document["claim"]["alignment"]["weak"]["attained"]
        assert accepted(document) == "not-aligned"
        with pytest.raises(Rejected, match="not-refuted"):
            accepted(higher(document))
        document = weak_refutation(data, game, (0,), 0, weak_errors(data, 0, offsets)[1])
        document["evidence"]["multipliers"]["covered"] = "2"
        with pytest.raises(Rejected, match="not-refuted"):
            accepted(document)
    assert smallest_strong(game, (0,)).weights is None


def test_a_model_that_never_decides_can_be_used_without_loss():
    data = flat([[("1", "0"), ("0", "1")]], [[("1/2", "1/2"), ("1/2", "1/2")]])
    assert worst_case(data).weak_error(1) == TeamError(Fraction(1, 2), True)
    turned = flat([[("1/2", "1/2"), ("1/2", "1/2")]], [[("1", "0"), ("0", "1")]])
    assert worst_case(turned).strong_error(1) == TeamError(Fraction(1, 2), True)


def test_a_model_that_says_the_same_has_no_error():
    shares = [[("1/3", "2/3"), ("3/4", "1/4")]]
    case = worst_case(flat(shares, shares))
    assert case.weak_error(1) == case.strong_error(1) == TeamError(ZERO, True)
