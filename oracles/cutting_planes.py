"""Linear programs with many rows and few variables, solved exactly: rows are added as they are needed.

HiGHS solves the program on the rows at hand; whoever knows all rows (:class:`Separation`) names some that the solution
breaks; when there are none, python-flint solves for the basis over the rationals, all rows are looked at once more,
exactly, and the signs of the multipliers are checked. Rows stay from one question to the next, and so does the basis.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rational = Any
"""A ``flint.fmpq``."""

Key = TypeVar("Key")
MOST_ROUNDS = 500


class NotSolved(Exception):
    """No exact optimum was found: infeasible, unbounded, or no basis that floating point offers is optimal."""


class Separation(Protocol[Key]):
    """All rows ``sum_v coefficients[v] x[v] >= bound`` of a family, by key."""

    def row(self, key: Key) -> tuple[Mapping[int, Rational], Rational]:
        """Coefficients and bound of a row."""
        ...

    def violated(self, point: Array) -> Iterable[Key]:
        """Some rows that a point clearly breaks, the worst first; none if it breaks none by more than rounding."""
        ...

    def broken(self, point: Sequence[Rational]) -> Iterable[Key]:
        """Some rows that a point breaks, exactly; none only if it breaks none."""
        ...


@dataclass(frozen=True)
class Box:
    """What variables may be: at least ``lower[v]`` (any number where None), or, where ``fixed``, just that; and at most
    ``upper[v]``, if there is one."""

    lower: tuple[Fraction | None, ...]
    fixed: frozenset[int] = frozenset()
    upper: Mapping[int, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Minimum(Generic[Key]):
    """An optimum: its value, the point, multipliers of rows (positive), and the reduced cost of each variable.

    That is 0 where the variable is free, at most 0 where it is at its upper bound, else at least 0; where it is fixed,
    it may be anything.
    """

    value: Fraction
    point: tuple[Fraction, ...]
    multipliers: Mapping[Key, Fraction]
    reduced: tuple[Fraction, ...]


class CuttingPlanes(Generic[Key]):
    """One family of rows, asked again and again with other objectives and boxes."""

    def __init__(self, variables: int, separation: Separation[Key], seed: Iterable[Key] = ()) -> None:
        import highspy

        self._separation = separation
        self._keys: list[Key] = []
        self._rows: list[tuple[Mapping[int, Rational], Rational]] = []
        self._known: set[Key] = set()
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),
            ("primal_feasibility_tolerance", 1e-10),
            ("dual_feasibility_tolerance", 1e-10),
        ):
            self._solver.setOptionValue(option, value)
        for _ in range(variables):
            self._solver.addVar(0.0, highspy.kHighsInf)
        self._variables = variables
        self._add(seed)

    def _add(self, keys: Iterable[Key]) -> bool:
        """Add rows; whether any was new."""
        import highspy

        fresh = [key for key in dict.fromkeys(keys) if key not in self._known]
        for key in fresh:
            coefficients, bound = self._separation.row(key)
            self._known.add(key)
            self._keys.append(key)
            self._rows.append((coefficients, bound))
            values = np.array([_float(a) for a in coefficients.values()])
            places = np.array(list(coefficients), dtype=np.int32)
            self._solver.addRow(_float(bound), highspy.kHighsInf, len(places), places, values)
        return bool(fresh)

    def minimise(self, costs: Mapping[int, Fraction], box: Box) -> Minimum[Key]:
        """The exact minimum of ``sum costs[v] x[v]``. Raises NotSolved."""
        self._ask(costs, box)
        restarted = False
        for _ in range(MOST_ROUNDS):
            point = self._run()
            if self._add(self._separation.violated(point)):
                continue
            exact = self._at_basis(costs, box)
            if isinstance(exact, Minimum):
                keys = self._separation.broken([_flint(x) for x in exact.point])
                if not keys:
                    return exact
                if self._add(keys):
                    continue
            if restarted:
                raise NotSolved("the basis that was found is not exactly optimal")
            restarted = True
            self._solver.clearSolver()
        raise NotSolved(f"rows are missing after {MOST_ROUNDS} rounds")

    def _ask(self, costs: Mapping[int, Fraction], box: Box) -> None:
        import highspy

        for v, low in enumerate(box.lower):
            self._solver.changeColCost(v, float(costs.get(v, 0)))
            least = -highspy.kHighsInf if low is None else float(low)
            most = float(box.upper[v]) if v in box.upper else highspy.kHighsInf
            self._solver.changeColBounds(v, least, least if v in box.fixed else most)

    def _run(self) -> Array:
        import highspy

        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise NotSolved(f"on {len(self._keys)} rows: {self._solver.modelStatusToString(status)}")
        return np.array(self._solver.getSolution().col_value)

    def _at_basis(self, costs: Mapping[int, Fraction], box: Box) -> Minimum[Key] | None:
        """The basis over the rationals; None if it is not that of an optimum on the rows at hand."""
        import highspy

        basis, basic = self._solver.getBasis(), highspy.HighsBasisStatus.kBasic
        inside = [v for v, status in enumerate(basis.col_status) if status == basic]
        tight = [r for r, status in enumerate(basis.row_status) if status != basic]
        full = {v for v in box.upper if basis.col_status[v] == highspy.HighsBasisStatus.kUpper} - box.fixed
        point = [_flint(box.upper[v] if v in full else low or Fraction(0)) for v, low in enumerate(box.lower)]
        rows = [self._rows[r] for r in tight]
        resting = [(v, x) for v, x in enumerate(point) if x and v not in inside]
        bounds = [bound - sum((a[v] * x for v, x in resting if v in a), _flint(0)) for a, bound in rows]
        matrix = [[a.get(v, _flint(0)) for v in inside] for a, _ in rows]
        values = _solution(matrix, bounds)
        price = [_flint(costs.get(v, Fraction(0))) for v in range(self._variables)]
        prices = _solution([list(column) for column in zip(*matrix, strict=True)], [price[v] for v in inside])
        if values is None or prices is None:
            return None
        for v, value in zip(inside, values, strict=True):
            point[v] = value
        reduced = list(price)
        for (a, _), y in zip(rows, prices, strict=True):
            for v, coefficient in a.items():
                reduced[v] -= y * coefficient
        feasible = all(low is None or point[v] >= _flint(low) for v, low in enumerate(box.lower))
        feasible = feasible and all(point[v] <= _flint(most) for v, most in box.upper.items())
        feasible = feasible and all(point[v] == _flint(box.lower[v] or Fraction(0)) for v in box.fixed)
        signs = all(y >= 0 for y in prices) and all(
            v in box.fixed or (c <= 0 if v in full else c == 0 if box.lower[v] is None else c >= 0)
            for v, c in enumerate(reduced)
        )
        if not (feasible and signs):
            return None
        multipliers = {self._keys[r]: _fraction(y) for r, y in zip(tight, prices, strict=True) if y != 0}
        value = sum((c * x for c, x in zip(price, point, strict=True) if c), _flint(0))
        return Minimum(_fraction(value), tuple(map(_fraction, point)), multipliers, tuple(map(_fraction, reduced)))


def _solution(matrix: list[list[Rational]], right: list[Rational]) -> list[Rational] | None:
    """The solution of a square system; None if it is not square or is singular."""
    import flint

    if len(matrix) != len(right) or any(len(row) != len(matrix) for row in matrix):
        return None
    if not right:
        return []
    size = len(right)
    try:
        left = flint.fmpq_mat(size, size, [a for row in matrix for a in row])
        return list(left.solve(flint.fmpq_mat(size, 1, right)).entries())
    except ZeroDivisionError:
        return None


def _flint(value: Fraction | int | Rational) -> Rational:
    import flint

    if isinstance(value, int | Fraction):
        return flint.fmpq(value.numerator, value.denominator)
    return value


def _fraction(value: Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _float(value: Rational) -> float:
    return int(value.p) / int(value.q)
