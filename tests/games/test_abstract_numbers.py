"""The definitions of games, word for word, over SymPy expressions and over Z3 terms."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.games.algebra import RATIONAL
from alignproof.games.garbling import SharedRule, image, shared_value
from alignproof.games.model import Atom, Components, Game, Provider, Table, User, common_ties
from alignproof.games.outcome import expected_payoff, joint_distribution, outcome, user_outcome
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.games.response import best_response, stakes
from alignproof.games.rules import Profile
from alignproof.smt.algebra import SolverTerms
from alignproof.symbolic.algebra import Expressions

FEW = settings(deadline=None, max_examples=40)
HALF = Fraction(1, 2)


class PiecewiseNumbers:
    """SymPy expressions with Piecewise, for one decision: SymPy folds Piecewise out of conditions, which takes ages.

    Plain rationals may be mixed in.
    """

    def first_best(self, scores, order):
        terms = [sympy.sympify(score) for score in scores]
        conditions = [None] * len(terms)
        for place, option in enumerate(order):
            before = [terms[option] > terms[other] for other in order[:place]]
            after = [terms[option] >= terms[other] for other in order[place + 1 :]]
            conditions[option] = sympy.And(*before, *after)
        return conditions

    def choose(self, condition, yes, no):
        return sympy.Piecewise((sympy.sympify(yes), condition), (sympy.sympify(no), True))


def _term(value):
    return value if z3.is_expr(value) else z3.RealVal(value)


def z3_value(term, values):
    """A term's value where variables have the ``values``."""
    pairs = [(z3.Real(name), z3.RealVal(value)) for name, value in values.items()]
    return z3.simplify(z3.substitute(_term(term), *pairs)).as_fraction()


def sympy_value(expression, values):
    """An expression's value where variables have the ``values``."""
    at = {sympy.Symbol(name): sympy.Rational(v.numerator, v.denominator) for name, v in values.items()}
    found = sympy.sympify(expression).xreplace(at)
    return Fraction(int(found.p), int(found.q))


WORLDS = {"z3": (SolverTerms(), z3.Real, z3_value), "sympy": (Expressions(), sympy.Symbol, sympy_value)}
each_world = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)


def blurred(rule, number):
    """``rule`` with chance t moved from what it says to the first message."""
    t = number
    return {case: (t + (1 - t) * p[0], *((1 - t) * q for q in p[1:])) for case, p in rule.items()}


def same_acts(found, expected, valued):
    return all(
        valued(cell) == number
        for rows, expected_rows in zip(found.acts, expected.acts, strict=True)
        for row, expected_row in zip(rows, expected_rows, strict=True)
        for cell, number in zip(row, expected_row, strict=True)
    )


tiny = {
    "users": (1, 1),
    "states": (1, 2),
    "actions": (2, 2),
    "features": (1, 2),
    "messages": (2, 2),
    "protocols": ("P", "PU", "UP"),
}


@each_world
@FEW
@given(meeting=strategies.meetings(providers=(1, 1), **tiny), at=st.sampled_from([Fraction(k, 4) for k in range(5)]))
def test_response_to_a_symbolic_rule(world, meeting, at):
    algebra, symbol, valued = world
    game, user, provider, rule = meeting
    here = stakes(game, user, provider)
    found = best_response(algebra, game, user, provider, blurred(rule, symbol("t")), here)
    expected = best_response(RATIONAL, game, user, provider, blurred(rule, at), here)
    assert valued(found.value, {"t": at}) == expected.value
    assert same_acts(found, expected, lambda cell: valued(cell, {"t": at}))


@each_world
@FEW
@given(market=strategies.markets(providers=(2, 2), **tiny), at=st.sampled_from(strategies.VALUES))
def test_outcome_of_a_symbolic_profile(world, market, at):
    algebra, symbol, valued = world
    game, profile = market
    mine = profile.rules[0][0]
    found = outcome(algebra, game, profile.deviate(0, (blurred(mine, symbol("t")),)))
    expected = outcome(RATIONAL, game, profile.deviate(0, (blurred(mine, at),)))
    point = {"t": at}
    assert [valued(p, point) for p in found.payoffs] == list(expected.payoffs)
    assert valued(found.users[0].value, point) == expected.users[0].value
    for condition, picked in zip(found.users[0].picks, expected.users[0].picks, strict=True):
        assert valued(algebra.choose(condition, 1, 0), point) == picked


def market_with(number, coupled=False):
    """A biased coin that the provider sees; each user guesses it or passes, which is worth the same in every state."""
    utility = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)), (number("pass"),) * 2)
    users = tuple(User(f"U{i}", ("-",), ("heads", "tails", "pass"), utility) for i in range(2 if coupled else 1))
    if coupled:
        payoff = Table({(a, b): (Fraction(a == b), HALF) for a in range(3) for b in range(3)})
    else:
        payoff = Components(
            (number("weight"),), (((Fraction(1), Fraction(0)), (HALF, HALF), (Fraction(0),) * 2),), HALF
        )
    bias = number("bias")
    prior = (Atom(bias, 0, (0,) * len(users), (0,)), Atom(1 - bias, 1, (0,) * len(users), (1,)))
    return Game(
        users, (Provider("P", ("h", "t"), payoff),), ("h", "t"), prior, ("h", "t"), "P", common_ties(users, 1, 2)
    )


POINTS = [
    {"bias": HALF, "pass": HALF, "weight": HALF, "t": Fraction(0)},
    {"bias": HALF, "pass": HALF, "weight": HALF, "t": Fraction(1)},
    {"bias": Fraction(1, 3), "pass": Fraction(2, 3), "weight": Fraction(1, 4), "t": Fraction(1, 2)},
    {"bias": Fraction(3, 4), "pass": Fraction(9, 10), "weight": Fraction(1, 4), "t": Fraction(1, 8)},
    {"bias": Fraction(0), "pass": Fraction(0), "weight": Fraction(0), "t": Fraction(1, 8)},
]
TELL = {(x, ()): tuple(Fraction(m == x) for m in range(2)) for x in range(2)}


@each_world
@pytest.mark.parametrize("coupled", [False, True])
def test_outcome_with_a_symbolic_prior_utility_and_payoff(world, coupled):
    algebra, symbol, valued = world

    def under(algebra, number):
        game = market_with(number, coupled)
        rule = blurred(TELL, number("t"))
        return outcome(algebra, game, Profile("anonymous", ((rule,) * len(game.users),)))

    found = under(algebra, symbol)
    for point in POINTS:
        expected = under(RATIONAL, point.__getitem__)
        assert [valued(p, point) for p in found.payoffs] == list(expected.payoffs)
        assert [valued(who.value, point) for who in found.users] == [who.value for who in expected.users]


@each_world
def test_shared_rule_with_a_symbolic_garbling(world):
    algebra, symbol, valued = world

    def under(algebra, number):
        game = market_with(lambda name: HALF)
        t = number("t")
        garbling = ((1 - t, t), (t, 1 - t))
        shared = SharedRule({0: garbling}, TELL)
        return shared_value(algebra, game, 0, 0, shared), image(game, 0, "state", garbling, 0)[0,]

    value, joint = under(algebra, symbol)
    for at in strategies.VALUES:
        expected_value, expected_joint = under(RATIONAL, lambda name, at=at: at)
        assert valued(value, {"t": at}) == expected_value == HALF + abs(at - HALF)
        assert tuple(valued(p, {"t": at}) for p in joint) == expected_joint


def test_sympy_finds_the_value_of_a_blurred_coin_as_a_piecewise_function():
    t = sympy.Symbol("t", real=True)
    game = market_with(lambda name: HALF)
    response = best_response(PiecewiseNumbers(), game, 0, 0, blurred(TELL, t), stakes(game, 0, 0))
    for at in strategies.VALUES:
        exact = best_response(RATIONAL, game, 0, 0, blurred(TELL, at), stakes(game, 0, 0))
        put = {t: sympy.Rational(at.numerator, at.denominator)}
        assert response.value.subs(put) == sympy.Rational(exact.value.numerator, exact.value.denominator)
        assert same_acts(response, exact, lambda cell, put=put: sympy.sympify(cell).subs(put))
    assert sympy.simplify(response.value.subs(t, sympy.Rational(1, 3))) == sympy.Rational(5, 6)


def refuted(*claims):
    solver = z3.Solver()
    solver.add(*claims)
    return solver.check() == z3.unsat


def test_the_solver_proves_the_value_of_a_blurred_coin():
    t = z3.Real("t")
    game = market_with(lambda name: HALF)
    response = best_response(SolverTerms(), game, 0, 0, blurred(TELL, t), stakes(game, 0, 0))
    inside = z3.And(t >= 0, t <= 1)
    assert refuted(inside, response.value != 1 - t / 2)
    assert not refuted(inside, response.value != 1 - t / 3)


def test_the_solver_proves_that_payoffs_substitute():
    # Whatever t is, the term at t = t0 is what exact rationals give for the rule at t0.
    t = z3.Real("t")
    game = market_with(lambda name: HALF)
    term = outcome(SolverTerms(), game, Profile("anonymous", ((blurred(TELL, t),),))).payoffs[0]
    for at in strategies.VALUES:
        exact = outcome(RATIONAL, game, Profile("anonymous", ((blurred(TELL, at),),))).payoffs[0]
        assert refuted(t == _term(at), term != _term(exact))
        assert not refuted(t == _term(at), term == _term(exact))


def test_the_solver_proves_that_exactly_one_option_is_first_best():
    scores = [z3.Real(f"s{k}") for k in range(3)]
    conditions = SolverTerms().first_best(scores, (2, 0, 1))
    assert refuted(z3.Not(z3.PbEq([(c, 1) for c in conditions], 1)))
    top = z3.If(scores[0] > scores[1], scores[0], scores[1])
    top = z3.If(scores[2] > top, scores[2], top)
    for k, condition in enumerate(conditions):
        assert refuted(condition, scores[k] != top)
    assert refuted(scores[2] == top, z3.Not(conditions[2]))


@FEW
@given(
    st.lists(strategies.values, min_size=1, max_size=4).flatmap(
        lambda scores: st.tuples(st.just(scores), st.permutations(range(len(scores))))
    )
)
def test_the_algebras_agree_on_who_is_first_best(case):
    scores, order = case
    expected = RATIONAL.first_best(scores, order)
    assert [z3.is_true(z3.simplify(c)) for c in SolverTerms().first_best(scores, order)] == expected
    assert [c == sympy.true for c in PiecewiseNumbers().first_best(scores, order)] == expected
    assert [c == 1 for c in Expressions().first_best(scores, order)] == expected
    assert expected.count(True) == 1
    assert all(scores[k] < max(scores) for k in order[: order.index(expected.index(True))])


def test_payoffs_with_polynomial_numbers_need_no_comparison():
    # Stakes and masses are sums and products only, so polynomials do.
    game = market_with(variable)
    (by_action,) = stakes(game, 0, 0)
    assert by_action[2] == (variable("bias") * variable("pass"), (1 - variable("bias")) * variable("pass"))
    numbers = {"bias": Fraction(1, 3), "pass": Fraction(2, 3), "weight": HALF}
    at = stakes(market_with(numbers.__getitem__), 0, 0)
    assert tuple(tuple(as_polynomial(c)(numbers) for c in row) for row in by_action) == tuple(
        tuple(map(as_polynomial, row)) for row in at[0]
    )


@each_world
def test_a_listed_payoff_may_be_symbolic_in_the_joint_payoff(world):
    algebra, symbol, valued = world

    def under(algebra, number):
        game = market_with(lambda name: HALF, coupled=True)
        bonus = number("t")
        listed = Table({(a, b): (bonus if a == b else Fraction(0), HALF) for a in range(3) for b in range(3)})
        game = replace(game, providers=(replace(game.providers[0], payoff=listed),))
        profile = Profile("anonymous", ((TELL, TELL),))
        users = tuple(user_outcome(algebra, game, profile, i) for i in range(2))
        return expected_payoff(game.providers[0].payoff, joint_distribution(algebra, game, users))

    for at in strategies.VALUES:
        assert valued(under(algebra, symbol), {"t": at}) == under(RATIONAL, lambda name, at=at: at)
