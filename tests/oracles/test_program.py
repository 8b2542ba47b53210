"""Exact linear programs against Z3's optimiser."""

from fractions import Fraction

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.oracles.program import Program, maximise
from tests.evidence import finite

SETTINGS = settings(deadline=None, max_examples=150)
coefficients = st.integers(-3, 3).map(Fraction)
halves = st.integers(-6, 6).map(lambda k: Fraction(k, 2))
sizes = st.integers(0, 4)
tiny = st.builds(lambda k, e: Fraction(k, 10**e), st.integers(-3, 3), st.integers(9, 12))


def rows(draw, n, m, cells=coefficients):
    return [{v: a for v in range(n) if (a := draw(cells)) or draw(st.booleans())} for _ in range(m)]


@st.composite
def bounded_programs(draw, cells=coefficients):
    """Feasible and bounded: built around a feasible primal and a feasible dual point, often degenerate."""
    n, m = draw(st.integers(1, 4)), draw(sizes)
    matrix = rows(draw, n, m, cells)
    equal = [draw(st.booleans()) for _ in range(m)]
    free = frozenset(v for v in range(n) if draw(st.booleans()))
    x = [draw(halves) if v in free else abs(draw(halves)) for v in range(n)]
    y = [draw(halves) if e else abs(draw(halves)) for e in equal]
    room = [Fraction(0) if e else abs(draw(halves)) for e in equal]
    bounds = [sum((a * x[v] for v, a in row.items()), extra) for row, extra in zip(matrix, room, strict=True)]
    covered = [sum((p * row.get(v, 0) for p, row in zip(y, matrix, strict=True)), Fraction(0)) for v in range(n)]
    objective = [c if v in free else c - abs(draw(halves)) for v, c in enumerate(covered)]
    return Program(objective, matrix, bounds, equal, free)


@st.composite
def any_programs(draw, cells=coefficients):
    """Arbitrary programs: many are infeasible or unbounded."""
    n, m = draw(sizes), draw(sizes)
    free = frozenset(v for v in range(n) if draw(st.booleans()))
    objective, bounds = [draw(cells) for _ in range(n)], [draw(cells) for _ in range(m)]
    return Program(objective, rows(draw, n, m, cells), bounds, [draw(st.booleans()) for _ in range(m)], free)


def best_by_z3(program):
    """The optimum according to Z3: None if infeasible or unbounded."""
    x = [z3.Real(f"x{v}") for v in range(len(program.objective))]
    solver = z3.Optimize()
    solver.add(*(x[v] >= 0 for v in range(len(x)) if v not in program.free))
    for row, bound, equal in zip(program.rows, program.bounds, program.equal, strict=True):
        left = z3.Sum([z3.RealVal(0), *(real(a) * x[v] for v, a in row.items())])
        solver.add(left == real(bound) if equal else left <= real(bound))
    goal = solver.maximize(z3.Sum([z3.RealVal(0), *(real(c) * x[v] for v, c in enumerate(program.objective))]))
    if solver.check() != z3.sat:
        return None
    return finite(solver.upper(goal))


def real(value):
    return z3.Q(value.numerator, value.denominator)


def assert_optimal(program, found):
    """Primal and dual feasible with equal values: optimal whatever the solver says."""
    for row, bound, equal in zip(program.rows, program.bounds, program.equal, strict=True):
        left = sum(a * found.primal[v] for v, a in row.items())
        assert left == bound if equal else left <= bound
    for v, c in enumerate(program.objective):
        price = sum(y * row.get(v, 0) for y, row in zip(found.dual, program.rows, strict=True))
        assert price == c if v in program.free else price >= c and found.primal[v] >= 0
    assert all(y >= 0 for y, equal in zip(found.dual, program.equal, strict=True) if not equal)
    assert found.value == sum(c * x for c, x in zip(program.objective, found.primal, strict=True))
    assert found.value == sum(b * y for b, y in zip(program.bounds, found.dual, strict=True))


@SETTINGS
@given(bounded_programs())
def test_optima_are_those_of_z3(program):
    found = maximise(program)
    assert found is not None
    assert_optimal(program, found)
    assert found.value == best_by_z3(program)


@SETTINGS
@given(any_programs())
def test_infeasible_and_unbounded_programs_have_no_optimum(program):
    found, best = maximise(program), best_by_z3(program)
    if best is None:
        assert found is None
    elif program.objective:
        assert found is not None
        assert found.value == best


near = st.one_of(coefficients, st.builds(lambda a, e: a + e, coefficients, tiny))


@SETTINGS
@given(st.one_of(bounded_programs(near), any_programs(near)))
def test_near_ties_are_exact_or_admitted(program):
    found = maximise(program)
    if found is not None:
        assert_optimal(program, found)
        assert found.value == best_by_z3(program)


@pytest.mark.parametrize("exponent", [9, 10, 11, 12])
def test_a_near_tie_does_not_hide_the_better_vertex(exponent):
    """Maximise x + y on x + (1 + e) y <= 1: x = 1 wins by about e."""
    nudge = Fraction(1, 10**exponent)
    one = Fraction(1)
    found = maximise(Program([one, one], [{0: one, 1: one + nudge}], [one], [False]))
    assert found is None or found.value == 1


@pytest.mark.parametrize(
    ("objective", "bound", "best"), [(1, 0, 0), (0, 1, 0), (-1, 5, 0), (3, Fraction(1, 7), Fraction(3, 7))]
)
def test_one_variable(objective, bound, best):
    found = maximise(Program([Fraction(objective)], [{0: Fraction(1)}], [Fraction(bound)], [False]))
    assert found is not None
    assert found.value == best


def test_empty_rows_decide_feasibility():
    assert maximise(Program([Fraction(0)], [{}], [Fraction(0)], [True])) is not None
    assert maximise(Program([Fraction(0)], [{}], [Fraction(1)], [True])) is None
    assert maximise(Program([Fraction(0)], [{}], [Fraction(-1)], [False])) is None


@pytest.mark.parametrize("size", [10**400, -(10**400)], ids=["large", "small"])
def test_numbers_beyond_floating_point_are_admitted(size):
    program = Program([Fraction(1)], [{0: Fraction(1)}], [Fraction(size)], [False])
    found = maximise(program)
    assert found is None or found.value == size
