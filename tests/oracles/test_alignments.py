"""The smallest alignment errors against Z3's optimiser on an encoding of Definitions 2.13 and 2.14 of its own."""

from fractions import Fraction

import pytest
import z3
from hypothesis import given, settings

from alignproof import strategies
from alignproof.formats.certificates import alignment_document, team_claim
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, Table, User, common_ties
from alignproof.oracles.alignments import StrongFit, decomposition, smallest_strong, smallest_weak, weak_lower_bound
from alignproof.oracles.deviations import Unknown
from alignproof.symbolic import theorem_4_1, theorem_5_2
from tests.brute import payoff_at, separable
from tests.evidence import finite, proves

SETTINGS = settings(deadline=None, max_examples=40)
SMALL = {
    "users": (1, 2),
    "providers": (1, 2),
    "states": (1, 2),
    "actions": (2, 2),
    "features": (1, 1),
    "protocols": ("P",),
}
HALF = Fraction(1, 2)


def real(value):
    return z3.Q(value.numerator, value.denominator)


def smallest(build):
    """The least error for which Z3 can satisfy ``build(error)``."""
    solver, error = z3.Optimize(), z3.Real("error")
    solver.add(*build(error))
    goal = solver.minimize(error)
    assert solver.check() == z3.sat
    return finite(solver.lower(goal))


def reachable(constraints):
    solver = z3.Solver()
    solver.add(*constraints)
    return solver.check() == z3.sat


def within(error, gap):
    return [gap <= error, -gap <= error]


def weighted(weights, values):
    return z3.Sum([z3.RealVal(0), *(w * real(v) for w, v in zip(weights, values, strict=True))])


def strong(game, team):
    """Equation (3) for every provider of T, as constraints on the error; and what covers the users."""
    n = len(game.users)
    weights = {j: [z3.Real(f"l{j}_{i}") for i in range(n)] for j in team}

    def build(error):
        for j in team:
            yield from (w >= 0 for w in weights[j])
            for actions in game.action_profiles():
                for y in range(len(game.states)):
                    utilities = [user.utility[a][y] for user, a in zip(game.users, actions, strict=True)]
                    fitted = weighted(weights[j], utilities) + z3.Real(f"c{j}")
                    yield from within(error, real(payoff_at(game, j, actions, y)) - fitted)

    return build, [z3.Or([weights[j][i] > 0 for j in team]) for i in range(n)]


def weak(game, parts):
    """Equation (2) for every user, likewise; w_{j,i} vanishes with lambda_{j,i}."""
    team, n = list(parts), len(game.users)
    w = {(j, i): z3.Real(f"w{j}_{i}") for j in team for i in range(n)}

    def build(error):
        for (j, i), unknown in w.items():
            yield unknown >= 0 if parts[j].weights[i] > 0 else unknown == 0
        for i, user in enumerate(game.users):
            for a, row in enumerate(user.utility):
                for y, utility in enumerate(row):
                    values = [parts[j].parts[i][a][y] for j in team]
                    fitted = weighted([w[j, i] for j in team], values) + z3.Real(f"c{i}")
                    yield from within(error, real(utility) - fitted)

    return build, [z3.Or([w[j, i] > 0 for j in team]) for i in range(n)]


def separation(game, provider):
    """Equation (1) for any separable function."""

    def build(error):
        for actions in game.action_profiles():
            for y in range(len(game.states)):
                fitted = z3.Sum([z3.Real(f"g{i}_{a}_{y}") for i, a in enumerate(actions)])
                yield from within(error, real(payoff_at(game, provider, actions, y)) - fitted)

    return build


def errors_of(fit):
    return (fit.eps,) if isinstance(fit, StrongFit) else (fit.eps_users, fit.eps_providers)


def assert_certified(game, team, fit):
    """Both halves pass the kernel: the weights, if any, and that nothing smaller will do."""
    assert proves("not-aligned", team_claim(game, team, alignment=fit.claim), fit.evidence)
    if fit.weights is not None:
        alignment = alignment_document(fit.weights, errors_of(fit))
        assert proves("aligned", team_claim(game, team, alignment=alignment), {})


@SETTINGS
@given(strategies.games(**SMALL))
def test_the_smallest_strong_error_is_that_of_z3(game):
    team = tuple(range(len(game.providers)))
    fit = smallest_strong(game, team)
    build, covered = strong(game, team)
    assert fit.eps == smallest(build)
    assert (fit.weights is not None) == reachable([*build(real(fit.eps)), *covered])
    assert_certified(game, team, fit)


@SETTINGS
@given(strategies.games(**(SMALL | {"payoffs": ("components", "separable table")})))
def test_the_smallest_weak_error_is_that_of_z3(game):
    team = tuple(range(len(game.providers)))
    parts = decomposition(game, team)
    fit = smallest_weak(game, team, parts)
    build, covered = weak(game, parts)
    assert fit.eps_users == smallest(build)
    assert fit.eps_providers == 0
    assert (fit.weights is not None) == reachable([*build(real(fit.eps_users)), *covered])
    assert_certified(game, team, fit)


@SETTINGS
@given(strategies.games(**(SMALL | {"users": (2, 2), "payoffs": ("table", "separable table")})))
def test_decompositions_of_tables_have_the_smallest_error(game):
    team = tuple(range(len(game.providers)))
    parts = decomposition(game, team)
    for j in team:
        residuals = WeakWeights({j: parts[j]}, {j: ()}, ()).separability_residuals(game, j)
        error = max(map(abs, residuals))
        assert error == smallest(separation(game, j))
        assert (error == 0) == separable(game, j)
        assert parts[j].weights == (ONE, ONE)
        assert min(g for rows in parts[j].parts for row in rows for g in row) >= 0
    fit = smallest_weak(game, team, parts)
    assert fit.eps_users == smallest(weak(game, parts)[0])
    assert_certified(game, team, fit)


@pytest.mark.parametrize(
    ("eps", "c", "d", "states"), [(HALF, ONE, Fraction(2), 3), (Fraction(1, 5), Fraction(4, 5), Fraction(101, 100), 5)]
)
def test_theorem_4_1_is_weakly_but_not_strongly_aligned(eps, c, d, states):
    game = theorem_4_1.game(eps, c, d, states)
    parts = decomposition(game, (0, 1))
    assert parts == {j: who.payoff for j, who in enumerate(game.providers)}
    fit = smallest_weak(game, (0, 1), parts)
    assert (fit.eps_users, fit.eps_providers) == (0, 0)
    assert fit.weights == theorem_4_1.weights(eps, c, game)
    assert_certified(game, (0, 1), fit)
    assert smallest_weak(game, (0,), {0: parts[0]}).eps_users > 0
    strongly = smallest_strong(game, (0, 1))
    assert strongly.eps == smallest(strong(game, (0, 1))[0]) > 0
    assert_certified(game, (0, 1), strongly)


def test_theorem_5_2_is_strongly_aligned():
    game = theorem_5_2.game()
    fit = smallest_strong(game, (0,))
    assert fit.eps == 0
    assert fit.weights == theorem_5_2.weights()
    assert_certified(game, (0,), fit)


def lopsided(weight):
    """Two users who match a bit; the provider wants the first to be right and gives the second's luck ``weight``."""
    match = ((ONE, ZERO), (ZERO, ONE))
    users = tuple(User(f"u{i}", ("-",), ("0", "1"), match) for i in range(2))
    payoff = Components((HALF, weight), (match, match), ZERO)
    prior = tuple(Atom(HALF, y, (0, 0), (y,)) for y in range(2))
    bits = ("0", "1")
    return Game(users, (Provider("p", bits, payoff),), bits, prior, bits, "P", common_ties(users, 1, 2))


@pytest.mark.parametrize("weight", [ZERO, Fraction(1, 4)])
def test_a_strong_error_is_attained_only_if_everyone_is_covered(weight):
    game = lopsided(weight)
    fit = smallest_strong(game, (0,))
    assert fit.eps == 0
    assert fit.claim == {"strong": {"eps": "0", "attained": weight == 0}}
    assert (fit.weights is None) == (weight == 0)
    assert_certified(game, (0,), fit)
    larger = {"strong": {"eps": "1/1000", "attained": True}}
    assert not proves("not-aligned", team_claim(game, (0,), alignment=larger), fit.evidence)


def test_a_user_of_no_weight_at_all_is_covered_by_no_error():
    """With lambda = 0 for all of T there is no smallest error to report."""
    game = lopsided(ZERO)
    fit = smallest_weak(game, (0,), {0: game.providers[0].payoff})
    assert isinstance(fit, Unknown)
    assert "u1" in fit.reason


def indifferent():
    """The provider's component is flat, so the user is covered, at no cost, by any weight at all."""
    game = lopsided(ZERO)
    return game, decomposition(game, (0,))


def opposed():
    """A user who wants to match, and a provider who wants her to miss: only w = 0 fits her best."""
    game = lopsided(ZERO)
    miss = ((ZERO, ONE), (ONE, ZERO))
    return game, {0: Components((HALF, HALF), (game.users[0].utility, miss), ZERO)}


@pytest.mark.parametrize(("build", "attained"), [(indifferent, True), (opposed, False)])
def test_a_weak_error_that_is_not_attained_is_approached(build, attained):
    game, parts = build()
    fit = smallest_weak(game, (0,), parts)
    assert fit.eps_users == HALF
    assert (fit.weights is not None) == attained
    constraints, covered = weak(game, parts)
    assert reachable([*constraints(real(HALF)), *covered]) == attained
    assert reachable([*constraints(real(HALF + Fraction(1, 10**6))), *covered])
    assert_certified(game, (0,), fit)


def test_the_smallest_weak_error_depends_on_the_payoff_only():
    """lambda F with lambda = 0 is also 1 times 0, and then the user is covered: at eps_U = 1/2, with any w > 0."""
    game = lopsided(ZERO)
    entries = {a: tuple(game.providers[0].payoff.value(a, y) for y in range(2)) for a in game.action_profiles()}
    table = Game(
        game.users,
        (Provider("p", ("0", "1"), Table(entries)),),
        game.states,
        game.prior,
        game.messages,
        game.protocol,
        game.ties,
    )
    fits = [smallest_weak(g, (0,), decomposition(g, (0,))) for g in (game, table)]
    assert [fit.eps_users for fit in fits] == [HALF, HALF]
    assert (fits[0].weights is None) == (fits[1].weights is None)


def shifted_market():
    """One provider; user 1 has his part of the payoff plus a term of the state, user 2 hers minus that term."""
    shift, half = (ZERO, Fraction(1, 4)), HALF
    part = ((half, Fraction(1, 4)), (Fraction(1, 4), half))
    first = tuple(tuple(g + t for g, t in zip(row, shift, strict=True)) for row in part)
    second = tuple(tuple(g - t for g, t in zip(row, shift, strict=True)) for row in part)
    users = (User("u1", ("-",), ("a", "b"), first), User("u2", ("-",), ("a", "b"), second))
    payoff = Components((ONE, ONE), (part, part), ZERO)
    prior = tuple(Atom(HALF, y, (0, 0), (y,)) for y in range(2))
    providers = (Provider("p", ("0", "1"), payoff),)
    return Game(users, providers, ("y0", "y1"), prior, ("m", "n"), "P", common_ties(users, 1, 2))


def test_another_decomposition_may_fit_better_and_the_lower_bound_leaves_room_for_it():
    game = shifted_market()
    given = smallest_weak(game, (0,), decomposition(game, (0,)))
    assert given.eps_users == Fraction(1, 8)
    bound = weak_lower_bound(game, (0,))
    assert bound.eps_users == 0
    parts = (game.users[0].utility, game.users[1].utility)
    weights = WeakWeights({0: Components((ONE, ONE), parts, ZERO)}, {0: (ONE, ONE)}, (ZERO, ZERO))
    assert (weights.faults(game), weights.errors(game)) == ([], (ZERO, ZERO))


@SETTINGS
@given(strategies.markets(**SMALL))
def test_no_decomposition_beats_the_lower_bound(market):
    game = market[0]
    team = tuple(range(len(game.providers)))
    bound = weak_lower_bound(game, team)
    parts = decomposition(game, team)
    fit = smallest_weak(game, team, parts)
    if isinstance(bound, Unknown):
        assert "not-separable" in bound.reason
    else:
        assert bound.eps_users <= fit.eps_users
        assert proves("not-aligned", team_claim(game, team, alignment=bound.claim), bound.evidence)
