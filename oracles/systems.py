"""Systems of the kernel decided and optimised: a refutation, a solution, or neither in time.

Motzkin's alternative is itself one linear program, feasible and bounded: maximise the total of the multipliers on
strict rows and the slack of the constant, normalised to at most 1. Optimum 1 is a refutation; optimum 0 has a dual
that is a solution of the system, strict rows included.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from alignproof.checks.linear import Rejected, System, refute
from alignproof.games.document import InputError, Node
from alignproof.games.polynomial import Monomial, Polynomial
from alignproof.oracles.program import Optimum, Program, maximise

ZERO, ONE = Fraction(0), Fraction(1)
Point = Mapping[Monomial, Fraction]


@dataclass(frozen=True)
class Refutation:
    """Multipliers, by row, that show a system to have no solution."""

    multipliers: Mapping[str, Fraction]


@dataclass(frozen=True)
class Solution:
    """A solution of a system: values of its variables."""

    point: Point


@dataclass(frozen=True)
class Unknown:
    """No answer, and why."""

    reason: str


def decide(system: System, seconds: float = 60.0) -> Refutation | Solution | Unknown:
    """Whether the system has a solution, exactly."""
    system = System(dict(system.rows), system.free)  # rows may be made when they are asked for
    names, variables = list(system.rows), _variables(system)
    optimum = maximise(_alternative(system, names, variables), seconds)
    if optimum is None:
        return _decided_by_z3(system, names, variables, seconds)
    if optimum.value > 0:
        return Refutation(_nonzero(zip(names, optimum.primal, strict=False)))
    scale = optimum.dual[len(variables)]
    return Solution({v: optimum.dual[k] / scale for k, v in enumerate(variables)})


def _decided_by_z3(
    system: System, names: list[str], variables: list[Monomial], seconds: float
) -> Refutation | Solution | Unknown:
    """The same question to Z3, for systems whose basis the floating-point solver gets wrong."""
    try:
        from alignproof.oracles import fallback
    except ImportError as error:
        return Unknown(f"HiGHS found no exact basis, and the fallback is not there: {error}")
    try:
        multipliers = fallback.multipliers(_alternative(system, names, variables), seconds)
        point = fallback.point(system, variables, seconds) if multipliers is None else None
    except Exception as error:  # of untrusted code
        return Unknown(f"HiGHS found no exact basis, and Z3 fails: {error}")
    if multipliers is not None:
        found = _nonzero(zip(names, multipliers, strict=False))
        return Refutation(found) if refuted(system, found) else Unknown("what Z3 says is no refutation")
    if point is None:
        return Unknown(f"neither HiGHS nor Z3 decided a system of {len(names)} rows within {seconds:g} s each")
    values = dict(zip(variables, point, strict=False))
    return Solution(values) if _solved(system, variables, values) else Unknown("what Z3 says is no solution")


def refuted(system: System, multipliers: Mapping[str, Fraction]) -> bool:
    """Whether the kernel accepts the multipliers as a refutation."""
    try:
        refute(system, Node({name: str(value) for name, value in multipliers.items()}), "multipliers")
    except (Rejected, InputError):
        return False
    return True


def _solved(system: System, variables: Iterable[Monomial], point: Point) -> bool:
    """Whether a point is a solution."""
    if any(v not in point or (point[v] < 0 and v not in system.free) for v in variables):
        return False
    for row in system.rows.values():
        value = sum((c * point[m] if m else c for m, c in row.value.terms.items()), ZERO)
        if value < 0 or (row.sense == ">" and value == 0) or (row.sense == "=" and value != 0):
            return False
    return True


def _variables(system: System) -> list[Monomial]:
    return list(dict.fromkeys(m for row in system.rows.values() for m in row.value.terms if m))


def _nonzero(pairs: Iterable[tuple[str, Fraction]]) -> dict[str, Fraction]:
    return {name: value for name, value in pairs if value}


def _alternative(system: System, names: list[str], variables: list[Monomial]) -> Program:
    """Multipliers: columns are rows of the system (equalities free), plus one for the slack of the constant."""
    place = {variable: k for k, variable in enumerate(variables)}
    rows: list[dict[int, Fraction]] = [{} for _ in range(len(variables) + 2)]
    constant, norm = len(variables), len(variables) + 1
    for column, name in enumerate(names):
        row = system.rows[name]
        for monomial, coefficient in row.value.terms.items():
            rows[place[monomial] if monomial else constant][column] = coefficient
        if row.sense == ">":
            rows[norm][column] = ONE
    rows[constant][len(names)] = ONE
    rows[norm][len(names)] = ONE
    objective = [rows[norm].get(column, ZERO) for column in range(len(names) + 1)]
    equal = [variable in system.free for variable in variables] + [False, False]
    bounds = [ZERO] * (len(variables) + 1) + [ONE]
    free = frozenset(column for column, name in enumerate(names) if system.rows[name].sense == "=")
    return Program(objective, rows, bounds, equal, free)


def without(system: System, *names: str) -> System:
    """The system without the named rows."""
    return System({name: row for name, row in system.rows.items() if name not in names}, system.free)


def at(point: Point, name: str) -> Fraction:
    """The value of the variable ``name`` at a point; 0 if the point leaves it out."""
    return point.get(((name, 1),), ZERO)


@dataclass(frozen=True)
class Largest:
    """The largest value of an objective over the closure of a system, and where it is reached."""

    value: Fraction
    point: Point


def largest(system: System, objective: Polynomial, seconds: float = 60.0) -> Largest | None:
    """The supremum of ``objective`` over a system with solutions (strict rows taken weakly: the supremum over the
    system, if it has a solution). None if there is none, it is unbounded, or it was not found."""
    variables = list(dict.fromkeys([*_variables(system), *(m for m in objective.terms if m)]))
    place = {variable: k for k, variable in enumerate(variables)}
    values = [row.value.terms for row in system.rows.values()]
    program = Program(
        [objective.terms.get(variable, ZERO) for variable in variables],
        [{place[m]: -c for m, c in terms.items() if m} for terms in values],
        [terms.get((), ZERO) for terms in values],
        [row.sense == "=" for row in system.rows.values()],
        frozenset(place[variable] for variable in variables if variable in system.free),
    )
    optimum = maximise(program, seconds)
    if optimum is None:
        return None
    return Largest(optimum.value + objective.terms.get((), ZERO), _point(variables, optimum))


def _point(variables: list[Monomial], optimum: Optimum) -> Point:
    return dict(zip(variables, optimum.primal, strict=True))
