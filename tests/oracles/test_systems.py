"""Linear systems decided and optimised, against Z3."""

from fractions import Fraction

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.checks.linear import System, row, system
from alignproof.games.polynomial import as_polynomial, combine, variable
from alignproof.oracles import fallback, systems
from alignproof.oracles.program import Optimum
from alignproof.oracles.systems import Refutation, Solution, Unknown, decide, largest
from tests.evidence import finite, refutes

SETTINGS = settings(deadline=None, max_examples=150)
VARIABLES = tuple(variable(name) for name in "abc")
numbers = st.integers(-2, 2).map(Fraction)
affine = st.builds(
    lambda cs, d: combine(cs, VARIABLES) + d, st.lists(numbers, min_size=3, max_size=3), st.integers(-2, 2)
)
tiny = st.builds(lambda k, e: Fraction(k, 10**e), st.integers(-2, 2), st.integers(9, 12))


def by_z3(system):
    """What the fallback alone decides."""
    return systems._decided_by_z3(system, list(system.rows), systems._variables(system), 10.0)


@st.composite
def random_systems(draw, values=affine):
    senses = draw(st.lists(st.sampled_from([">=", ">", "="]), max_size=6))
    rows = [row(f"r{k}", draw(values), sense) for k, sense in enumerate(senses)]
    return system(rows, [v for v in VARIABLES if draw(st.booleans())])


near_systems = random_systems(st.builds(lambda value, e: value + e * VARIABLES[0] + e, affine, tiny))


def real(value):
    return z3.Q(value.numerator, value.denominator)


def term(value):
    unit = z3.RealVal(1)
    return z3.Sum([z3.RealVal(0), *(real(c) * (z3.Real(m[0][0]) if m else unit) for m, c in value.terms.items())])


def constraints(system, closed=False):
    """The system as Z3 formulas; ``closed`` takes strict rows weakly."""
    for r in system.rows.values():
        left = term(r.value)
        yield left == 0 if r.sense == "=" else left >= 0 if closed or r.sense == ">=" else left > 0
    for v in VARIABLES:
        (monomial,) = v.terms
        if monomial not in system.free:
            yield z3.Real(monomial[0][0]) >= 0


def satisfiable(system):
    solver = z3.Solver()
    solver.add(*constraints(system))
    return solver.check() == z3.sat


def solves(system, point):
    """Whether a point satisfies every row, strict ones strictly, and every sign."""
    assert all(value >= 0 for monomial, value in point.items() if monomial not in system.free)
    for r in system.rows.values():
        value = sum(c * (point[m] if m else 1) for m, c in r.value.terms.items())
        if not {">=": value >= 0, ">": value > 0, "=": value == 0}[r.sense]:
            return False
    return True


def assert_right(system, answer):
    if satisfiable(system):
        assert isinstance(answer, Solution)
        assert solves(system, answer.point)
    else:
        assert isinstance(answer, Refutation)
        assert refutes(system, answer.multipliers)


@SETTINGS
@given(random_systems())
def test_systems_are_decided_as_z3_does(system):
    assert_right(system, decide(system))


@SETTINGS
@given(random_systems())
def test_the_fallback_decides_the_same(system):
    assert_right(system, by_z3(system))


@SETTINGS
@given(near_systems)
def test_near_ties_are_decided_exactly(system):
    assert_right(system, decide(system))


@SETTINGS
@given(random_systems(), affine)
def test_the_largest_value_is_that_of_z3(system, objective):
    found = largest(system, objective)
    solver = z3.Optimize()
    solver.add(*constraints(system, closed=True))
    goal = solver.maximize(term(objective))
    top = finite(solver.upper(goal)) if solver.check() == z3.sat else None
    if top is None:
        assert found is None
        return
    if found is None:
        assert not any(m for value in (objective, *(r.value for r in system.rows.values())) for m in value.terms)
        return
    assert found.value == top
    closed = System(
        {name: type(r)(r.value, ">=") if r.sense == ">" else r for name, r in system.rows.items()}, system.free
    )
    assert solves(closed, {**dict.fromkeys([m for v in VARIABLES for m in v.terms], Fraction(0)), **found.point})


@st.composite
def lies(draw, program):
    """An optimum that has nothing to do with the program."""
    amounts = st.integers(-2, 3).map(Fraction)
    primal = draw(st.lists(amounts, min_size=len(program.objective), max_size=len(program.objective)))
    return Optimum(Fraction(draw(st.integers(1, 3))), primal, [Fraction(1)] * len(program.rows))


@SETTINGS
@given(random_systems(), st.data())
def test_a_lying_optimum_fools_nobody(system, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(systems, "maximise", lambda program, seconds: data.draw(lies(program)))
        answer = decide(system)
    assert isinstance(answer, Refutation)
    assert not (satisfiable(system) and refutes(system, answer.multipliers))


@SETTINGS
@given(random_systems())
def test_without_an_optimum_the_fallback_decides(system):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(systems, "maximise", lambda program, seconds: None)
        assert_right(system, decide(system))


def test_without_any_solver_nothing_is_decided(monkeypatch):
    monkeypatch.setattr(systems, "maximise", lambda program, seconds: None)
    monkeypatch.setattr(fallback, "_satisfied", lambda *ignored: None)
    for sense in (">", "="):
        answer = decide(system([row("r", as_polynomial(0), sense)]))
        assert isinstance(answer, Unknown)
        assert "neither" in answer.reason


@pytest.mark.parametrize(("sense", "consistent"), [(">=", True), ("=", True), (">", False)])
@pytest.mark.parametrize("fallback", [False, True])
def test_rows_without_variables(sense, consistent, fallback):
    form = system([row("zero", as_polynomial(0), sense)])
    answer = by_z3(form) if fallback else decide(form)
    assert isinstance(answer, Solution if consistent else Refutation)


def test_strict_rows_exclude_the_boundary():
    a, b = VARIABLES[:2]
    tight = system([row("low", a - b, ">="), row("high", b - a, ">")])
    assert isinstance(decide(tight), Refutation)
    assert isinstance(decide(system([row("low", a - b, ">="), row("high", b - a, ">=")])), Solution)


def test_numbers_beyond_floating_point_are_decided():
    huge = Fraction(10**400)
    form = system([row("r", VARIABLES[0] - huge, ">=")])
    assert_right(form, decide(form))
