import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.formats.documents import components_document, texts
from alignproof.games.algebra import RATIONAL
from alignproof.games.alignment import StrongWeights, WeakWeights, read_decomposition, read_strong, read_weak
from alignproof.games.document import InputError, parse
from alignproof.games.model import Components, Provider, Table
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.games.response import best_response, stakes
from alignproof.symbolic.rules import revealing_rule, silent_profile
from alignproof.symbolic.theorem_4_1 import game as theorem_game
from alignproof.symbolic.theorem_4_1 import weights as theorem_weights
from tests import brute

MODERATE = settings(deadline=None, max_examples=60)
EPS, C, D, M = Fraction(1, 4), Fraction(3, 4), Fraction(2), 4
signed = st.sampled_from([Fraction(k, 2) for k in range(-1, 3)])


@pytest.fixture
def market():
    return theorem_game(EPS, C, D, M)


@pytest.fixture
def exact(market):
    return theorem_weights(EPS, C, market)


def changed(weights, providers=None, users=None, constants=None):
    """Weights with single entries replaced: lambda_{j,i}, w_{j,i} and c_i."""
    decompositions, rows, tail = dict(weights.providers), dict(weights.users), list(weights.constants)
    for (j, i), value in (providers or {}).items():
        row = list(decompositions[j].weights)
        row[i] = value
        decompositions[j] = replace(decompositions[j], weights=tuple(row))
    for (j, i), value in (users or {}).items():
        row = list(rows[j])
        row[i] = value
        rows[j] = tuple(row)
    for i, value in (constants or {}).items():
        tail[i] = value
    return WeakWeights(decompositions, rows, tuple(tail))


@pytest.mark.parametrize(
    ("eps", "c", "d", "m"), [("1/4", "3/4", "2", 4), ("1/3", "1", "3/2", 4), ("2/5", "1/2", "9", 2)]
)
def test_theorem_4_1_is_weakly_aligned_exactly(eps, c, d, m):
    eps, c, d = Fraction(eps), Fraction(c), Fraction(d)
    market = theorem_game(eps, c, d, m)
    weights = theorem_weights(eps, c, market)
    assert weights.errors(market) == (0, 0)
    assert weights.faults(market) == []


def test_theorem_4_1_silence_is_worth_eps_and_revelation_c(market):
    found = outcome(RATIONAL, market, silent_profile(market, "anonymous"))
    assert [who.value for who in found.users] == [EPS, EPS]
    assert found.payoffs == (D / (D + 1), D / (D + 1))
    for i in range(2):
        assert best_response(RATIONAL, market, i, 0, revealing_rule(market, 0), stakes(market, i, 0)).value == C


@pytest.mark.parametrize("arguments", [(0, C, D, M), (C, C, D, M), (EPS, 2, D, M), (EPS, C, 1, M), (EPS, C, D, 3)])
def test_theorem_4_1_refuses_parameters_out_of_range(arguments):
    with pytest.raises(ValueError, match="the construction needs"):
        theorem_game(*map(Fraction, arguments[:3]), arguments[3])


def test_slack_of_theorem_3_1(market, exact):
    errors, factors = (Fraction(1, 10), Fraction(1, 100)), (Fraction(2), Fraction(2))
    mu = C / Fraction(1, 3) + EPS / Fraction(2, 3)
    assert exact.slack(0, errors, factors) == 2 * errors[0] + 2 * errors[1] * mu
    assert exact.slack(1, errors, (Fraction(0), Fraction(1))) == errors[1] * mu
    # Providers who do not count for her (w = 0) drop out of mu.
    assert changed(exact, users={(1, 0): Fraction(0)}).slack(0, errors, factors) == 2 * errors[0] + 2 * errors[1] * (
        C / Fraction(1, 3)
    )


def test_slack_disregards_providers_to_whom_she_gives_no_weight_even_if_they_ignore_her(exact):
    zero = {(1, 0): Fraction(0)}
    mu = exact.users[0][0] / exact.providers[0].weights[0]
    assert changed(exact, providers=zero, users=zero).slack(0, (Fraction(0), Fraction(1)), (Fraction(2),) * 2) == 2 * mu


def test_errors_of_a_bent_payoff_and_a_bent_utility(market, exact):
    bent = {a: tuple(market.providers[1].payoff.value(a, y) for y in range(M)) for a in market.action_profiles()}
    bent[0, 0] = (bent[0, 0][0] + Fraction(1, 10), *bent[0, 0][1:])
    other = replace(market, providers=(market.providers[0], Provider("bent", ("1", "2", "3", "4"), Table(bent))))
    assert exact.errors(other) == (0, Fraction(1, 10))
    lower = replace(
        market.users[1], utility=((C - Fraction(1, 20), *market.users[1].utility[0][1:]), *market.users[1].utility[1:])
    )
    assert exact.errors(replace(market, users=(market.users[0], lower))) == (Fraction(1, 20), 0)
    assert changed(exact, constants={0: Fraction(1, 8)}).errors(market) == (Fraction(1, 8), 0)
    assert changed(exact, users={(0, 0): C + Fraction(1, 16)}).errors(market) == (Fraction(1, 16), 0)


def test_weak_faults_sign_of_a_users_weight(market, exact):
    assert changed(exact, users={(1, 0): Fraction(-1, 4)}).faults(market) == ["w or lambda of 1, 0 is negative"]


def test_weak_faults_sign_of_a_providers_weight(market, exact):
    broken = changed(exact, providers={(1, 0): Fraction(-1, 3)}, users={(1, 0): Fraction(0)})
    assert broken.faults(market) == ["w or lambda of 1, 0 is negative"]


def test_weak_faults_a_user_counts_on_a_provider_who_ignores_her(market, exact):
    assert changed(exact, providers={(1, 0): Fraction(0)}).faults(market) == ["w > 0 = lambda for 1, 0"]


def test_weak_faults_a_user_without_weights(market, exact):
    bare = changed(exact, users={(0, 1): Fraction(0), (1, 1): Fraction(0)})
    assert bare.faults(market) == ["user 1 is not covered"]


def test_weak_faults_a_user_whom_no_provider_values(market, exact):
    ignored = changed(exact, providers={(0, 0): Fraction(0), (1, 0): Fraction(0)})
    assert ignored.faults(market) == ["w > 0 = lambda for 0, 0", "w > 0 = lambda for 1, 0", "user 0 is not covered"]


def test_weak_coverage_needs_both_weights_at_the_same_provider(market, exact):
    # Provider 0 values user 0 but she gives him no weight; she gives provider 1 weight but he does not value her.
    split = changed(exact, providers={(1, 0): Fraction(0)}, users={(0, 0): Fraction(0)})
    assert split.faults(market) == ["w > 0 = lambda for 1, 0", "user 0 is not covered"]


def test_a_set_of_one_provider_uses_his_weights_only(market, exact):
    alone = WeakWeights({0: exact.providers[0]}, {0: (C, EPS)}, (Fraction(0), Fraction(0)))
    assert alone.faults(market) == []
    assert alone.errors(market) == (C, 0)


def test_strong_faults_and_slack(market):
    zero = {0: Fraction(0), 1: Fraction(0)}
    fine = StrongWeights({0: (Fraction(1, 2), Fraction(0)), 1: (Fraction(1, 4), Fraction(1, 8))}, zero)
    assert fine.faults(market) == []
    assert fine.slack(0, (Fraction(1, 10),), (Fraction(2),)) == Fraction(2, 5)
    assert fine.slack(1, (Fraction(1, 10),), (Fraction(2),)) == Fraction(8, 5)
    negative = StrongWeights({0: (Fraction(1), Fraction(-1)), 1: (Fraction(0), Fraction(1))}, zero)
    assert negative.faults(market) == ["a weight of provider 0 is negative"]
    bare = StrongWeights({0: (Fraction(1), Fraction(0)), 1: (Fraction(1), Fraction(0))}, zero)
    assert bare.faults(market) == ["user 1 is not covered"]


def test_strong_errors_of_a_payoff_that_is_half_a_users_utility_but_in_one_place(market):
    half = Fraction(1, 2)
    entries = {
        a: tuple(half * market.users[0].utility[a[0]][y] + Fraction(1, 8) for y in range(M))
        for a in market.action_profiles()
    }
    aligned = replace(market, providers=(Provider("P", ("1", "2", "3", "4"), Table(entries)), market.providers[1]))
    weights = StrongWeights({0: (half, Fraction(0))}, {0: Fraction(1, 8)})
    assert weights.errors(aligned) == (0,)
    entries[4, 2] = (*entries[4, 2][:3], entries[4, 2][3] - Fraction(1, 9))
    assert weights.errors(aligned) == (Fraction(1, 9),)
    assert StrongWeights(weights.users, {0: Fraction(0)}).errors(aligned) == (Fraction(1, 8),)


def drawn_weak(data, game, team):
    n = len(game.users)
    unit = st.sampled_from((Fraction(0), Fraction(1, 2), Fraction(1)))
    providers = {
        j: Components(
            data.draw(st.tuples(*[signed] * n)),
            tuple(data.draw(strategies.tables(len(u.actions), len(game.states), unit)) for u in game.users),
            data.draw(signed),
        )
        for j in team
    }
    return WeakWeights(
        providers, {j: data.draw(st.tuples(*[signed] * n)) for j in team}, data.draw(st.tuples(*[signed] * n))
    )


def drawn_team(data, game):
    return tuple(sorted(data.draw(st.sets(st.integers(0, len(game.providers) - 1), min_size=1))))


@MODERATE
@given(strategies.games(), st.data())
def test_weak_errors_and_faults_are_those_of_the_text(game, data):
    team = drawn_team(data, game)
    weights = drawn_weak(data, game, team)
    users, states = range(len(game.users)), range(len(game.states))
    separability = user_alignment = Fraction(0)
    for actions in game.action_profiles():
        for y in states:
            for j in team:
                split = weights.providers[j]
                value = split.constant
                for i in users:
                    value += split.weights[i] * split.parts[i][actions[i]][y]
                separability = max(separability, abs(brute.payoff_at(game, j, actions, y) - value))
            for i in users:
                value = weights.constants[i]
                for j in team:
                    value += weights.users[j][i] * weights.providers[j].parts[i][actions[i]][y]
                user_alignment = max(user_alignment, abs(game.users[i].utility[actions[i]][y] - value))
    assert weights.errors(game) == (user_alignment, separability)
    nonnegative = all(weights.users[j][i] >= 0 and weights.providers[j].weights[i] >= 0 for j in team for i in users)
    covered = all(any(weights.users[j][i] > 0 and weights.providers[j].weights[i] > 0 for j in team) for i in users)
    backed = all(weights.providers[j].weights[i] > 0 for j in team for i in users if weights.users[j][i] > 0)
    assert (weights.faults(game) == []) == (nonnegative and covered and backed)


@MODERATE
@given(strategies.games(), st.data())
def test_strong_errors_and_faults_are_those_of_the_text(game, data):
    team = drawn_team(data, game)
    users = {j: data.draw(st.tuples(*[signed] * len(game.users))) for j in team}
    constants = {j: data.draw(signed) for j in team}
    weights = StrongWeights(users, constants)
    error = Fraction(0)
    for actions in game.action_profiles():
        for y in range(len(game.states)):
            for j in team:
                value = constants[j]
                for i, a in enumerate(actions):
                    value += users[j][i] * game.users[i].utility[a][y]
                error = max(error, abs(brute.payoff_at(game, j, actions, y) - value))
    assert weights.errors(game) == (error,)
    nonnegative = all(w >= 0 for row in users.values() for w in row)
    covered = all(any(row[i] > 0 for row in users.values()) for i in range(len(game.users)))
    assert (weights.faults(game) == []) == (nonnegative and covered)


@MODERATE
@given(strategies.games(payoffs=("components",)), st.data())
def test_errors_user_by_user_are_those_of_all_profiles(game, data):
    """Separable payoffs against the largest residual of the whole list."""
    team = drawn_team(data, game)
    weak = drawn_weak(data, game, team)
    listed = max(abs(r) for j in team for r in weak.separability_residuals(game, j))
    assert weak.errors(game)[1] == listed
    users = {j: data.draw(st.tuples(*[signed] * len(game.users))) for j in team}
    strong = StrongWeights(users, {j: data.draw(signed) for j in team})
    assert strong.errors(game) == (max(abs(r) for j in team for r in strong.residuals(game, j)),)


@MODERATE
@given(strategies.games(), st.data())
def test_strong_alignment_is_weak_alignment_with_utilities_as_components(game, data):
    # Proposition A.1, with each user's weight at one provider who values her.
    positive = st.sampled_from((Fraction(1, 2), Fraction(1)))
    team = drawn_team(data, game)
    users = {j: data.draw(st.tuples(*[positive] * len(game.users))) for j in team}
    strong = StrongWeights(users, {j: data.draw(signed) for j in team})
    parts = tuple(user.utility for user in game.users)
    decompositions = {j: Components(users[j], parts, strong.constants[j]) for j in team}
    once = {j: tuple(Fraction(j == team[0]) for _ in game.users) for j in team}
    weak = WeakWeights(decompositions, once, (Fraction(0),) * len(game.users))
    assert weak.errors(game) == (0, *strong.errors(game))
    assert weak.faults(game) == strong.faults(game) == []


@MODERATE
@given(strategies.games(payoffs=("components",)))
def test_a_payoff_given_by_components_is_its_own_decomposition(game):
    decompositions = {j: who.payoff for j, who in enumerate(game.providers)}
    nothing = {j: (Fraction(0),) * len(game.users) for j in decompositions}
    weights = WeakWeights(decompositions, nothing, (Fraction(0),) * len(game.users))
    assert all(r == 0 for j in decompositions for r in weights.separability_residuals(game, j))


def test_residuals_at_polynomial_weights(market, exact):
    w = variable("w")
    symbolic = changed(exact, users={(0, 0): w})
    residuals = list(symbolic.user_residuals(market, 0))
    assert residuals[0] == as_polynomial(C) - w
    at_c = [as_polynomial(r)({"w": C}) for r in residuals]
    assert all(value == as_polynomial(0) for value in at_c)


def weak_document(weights, team):
    return {
        "providers": [components_document(weights.providers[j]) for j in team],
        "w": [texts(weights.users[j]) for j in team],
        "c": texts(weights.constants),
    }


def as_node(document):
    return parse(json.dumps(document).encode())


def test_reading_weak_weights(market, exact):
    assert read_weak(as_node(weak_document(exact, (0, 1))), market, (0, 1)) == exact
    assert set(read_weak(as_node(weak_document(exact, (1,))), market, (1,)).users) == {1}
    only = read_decomposition(as_node([components_document(exact.providers[1])]), market, (1,))
    assert only == {1: exact.providers[1]}


def test_reading_strong_weights(market):
    weights = StrongWeights({1: (Fraction(1, 2), Fraction(-1, 3))}, {1: Fraction(2)})
    assert read_strong(as_node({"lambda": [["1/2", "-1/3"]], "c": ["2"]}), market, (1,)) == weights


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d.pop("c"), "$"),
        (lambda d: d.update(d=[]), "$.d"),
        (lambda d: d["w"].append(["0", "0"]), "$.w"),
        (lambda d: d["w"][1].append("0"), "$.w[1]"),
        (lambda d: d["w"][1].__setitem__(0, 1), "$.w[1][0]"),
        (lambda d: d["c"].pop(), "$.c"),
        (lambda d: d["providers"].pop(), "$.providers"),
        (lambda d: d["providers"][1]["weights"].__setitem__(0, "-1/2"), "$.providers[1].weights[0]"),
        (lambda d: d["providers"][0]["parts"][1][4].__setitem__(3, "-1"), "$.providers[0].parts[1][4][3]"),
    ],
)
def test_reading_unusable_weak_weights(market, exact, change, path):
    document = weak_document(exact, (0, 1))
    change(document)
    with pytest.raises(InputError) as error:
        read_weak(as_node(document), market, (0, 1))
    assert error.value.path == path


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"lambda": [["1", "0"]], "c": ["0", "0"]}, "$.lambda"),
        ({"lambda": [["1"], ["0"]], "c": ["0", "0"]}, "$.lambda[0]"),
        ({"lambda": [["1", "0"], ["0", "1"]], "c": ["0"]}, "$.c"),
        ({"lambda": [["1", "0"], ["0", None]], "c": ["0", "0"]}, "$.lambda[1][1]"),
        ([], "$"),
    ],
)
def test_reading_unusable_strong_weights(market, document, path):
    with pytest.raises(InputError) as error:
        read_strong(as_node(document), market, (0, 1))
    assert error.value.path == path
