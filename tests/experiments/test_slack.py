"""The smallest slack against programs with every row, and the search over who covers whom against all ways."""

from fractions import Fraction
from itertools import product

import pytest

from alignproof.experiments.market import own_parts, survey_game, worst_user_refutation
from alignproof.experiments.scores import observations
from alignproof.experiments.slack import (
    least_squares,
    slack_by_team,
    smallest_slack,
    strong_error,
    user_slacks,
    utility_range,
    weak_error,
    worst_user_slack,
)
from alignproof.experiments.worst_case import members, scored, worst_case
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.oracles.program import Program, maximise
from tests.evidence import accepted
from tests.experiments import market
from tests.experiments.test_worst_case import drawn

ZERO, ONE = Fraction(0), Fraction(1)


def slack_by_all_rows(data, cover, floor=ZERO):
    """``2 e``; unknowns: for each model mu - lower bound and c, then s, then e."""
    models, n = sorted(cover), len(data.users)
    size = len(models) * (n + 1)
    rows, bounds = [], []
    for place, j in enumerate(models):
        start = place * (n + 1)
        least = [ONE if i in cover[j] else ZERO for i in range(n)]
        for y, options in enumerate(data.models[j]):
            for profile in product(range(len(options)), repeat=n):
                paid = sum(options[a] for a in profile) / n
                values = [data.users[i][y][a] for i, a in enumerate(profile)]
                fixed = sum(u * low for u, low in zip(values, least, strict=True))
                for sign in (1, -1):
                    row = {start + i: -sign * u for i, u in enumerate(values)} | {start + n: Fraction(-sign)}
                    rows.append(row | {size: sign * paid, size + 1: -ONE})
                    bounds.append(sign * fixed)
    rows.append({size: floor, size + 1: -ONE})
    bounds.append(ZERO)
    free = frozenset(place * (n + 1) + n for place in range(len(models)))
    objective = [ZERO] * (size + 1) + [-ONE]
    found = maximise(Program(objective, rows, bounds, [False] * len(rows), free))
    return -2 * found.value


@pytest.mark.parametrize("seed", range(4))
def test_slack_of_one_model_is_that_with_all_rows(tmp_path, seed):
    data = drawn(tmp_path, seed, questions=3, groups=2)
    for user in range(2):
        for model, found in user_slacks(data, user).items():
            cover = {model: frozenset({user})}
            assert found.slack == slack_by_all_rows(data, cover)
            assert found.slack <= utility_range(data, user)
            for floor in (Fraction(1, 10), Fraction(2, 5)):
                assert smallest_slack(data, cover, floor).slack == slack_by_all_rows(data, cover, floor)


@pytest.mark.parametrize("seed", range(3))
def test_attained_slack_is_that_of_the_weights(tmp_path, seed):
    """By the definitions in games/alignment.py."""
    data = drawn(tmp_path, seed, questions=3)
    game = survey_game(data)
    for model in range(3):
        found = smallest_slack(data, {model: frozenset({0})}, least=Fraction(1, 100), least_scale=Fraction(1, 50))
        rates = tuple(x / found.scale for x in found.weights[model])
        weights = StrongWeights({model: rates}, {model: found.constants[model] / found.scale})
        assert weights.faults(game) == []
        assert weights.slack(0, weights.errors(game), (Fraction(2),)) <= found.slack


@pytest.mark.parametrize("seed", range(3))
def test_slack_of_every_set_is_that_with_all_its_models(tmp_path, seed):
    data = drawn(tmp_path, seed, questions=3)
    for user in range(2):
        found = slack_by_team(worst_case(data), user)
        for team in range(1, 8):
            inside = members(team, 3)
            covers = [{k: frozenset({user}) if k == j else frozenset() for k in inside} for j in inside]
            assert found[team] == min(slack_by_all_rows(data, cover) for cover in covers)


@pytest.mark.parametrize("seed", range(4))
def test_worst_user_is_the_best_of_all_ways_to_cover(tmp_path, seed):
    data = drawn(tmp_path, seed, questions=3, groups=2, models=3)
    ways = []
    for assignment in product(range(3), repeat=2):
        cover = {j: frozenset(i for i in range(2) if assignment[i] == j) for j in set(assignment)}
        ways.append(slack_by_all_rows(data, cover))
    found = worst_user_slack(data)
    assert found.slack.slack == min(ways)
    assert slack_by_all_rows(data, found.cover) == found.slack.slack
    assert frozenset().union(*found.cover.values()) == {0, 1}
    document = worst_user_refutation(survey_game(data), found)
    assert accepted(document)
    larger = str(found.slack.slack + Fraction(1, 10**9))
    document["claim"]["alignment"]["slack"]["eps"] = larger
    assert not accepted(document)


def test_errors_of_given_weights_are_those_of_the_definitions(tmp_path):
    data = drawn(tmp_path, 3, questions=5)
    game = survey_game(data)
    w = [Fraction(1, 3), Fraction(0), Fraction(5, 7)]
    for user in range(2):
        errors = []
        for c in (Fraction(k, 40) for k in range(-80, 81)):
            weights = WeakWeights(own_parts(game, range(3)), {j: (x,) * 2 for j, x in enumerate(w)}, (c, c))
            errors.append(max(abs(r) for r in weights.user_residuals(game, user)))
        assert weak_error(data, user, w) <= min(errors) <= weak_error(data, user, w) + Fraction(1, 80)
    rates = (Fraction(1, 4), Fraction(1, 9))
    errors = [StrongWeights({1: rates}, {1: Fraction(k, 40)}).errors(game)[0] for k in range(-80, 81)]
    assert strong_error(data, 1, rates) <= min(errors) <= strong_error(data, 1, rates) + Fraction(1, 80)


def test_least_squares_weights_are_no_better(tmp_path):
    tables = market.tables(tmp_path, questions=12, groups=2, models=3)
    panel = tables.panel("PART")
    data, seen = scored(panel), observations(panel, "linear", tables.smallest_share / 2, 0)
    case, fitted = worst_case(data), least_squares(data, seen)
    for user in range(2):
        assert fitted.weak[user] >= 2 * case.weak[user][7].eps
        assert fitted.rmse[user] <= float(fitted.weak[user]) / 2
        if fitted.strong[user] is not None:
            assert fitted.strong[user] >= min(s.slack for s in user_slacks(data, user).values())
