"""Linear programs solved exactly: a floating-point solver proposes a basis, rational arithmetic decides.

HiGHS finds an optimal basis, python-flint solves it over the rationals, and the solution counts only if primal and
dual are feasible exactly. Otherwise the answer is None, and the caller must ask another way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from alignproof.oracles.sparse import solution, transposed

if TYPE_CHECKING:
    import highspy

ZERO = Fraction(0)


@dataclass(frozen=True)
class Program:
    """Maximise ``sum objective[v] x[v]`` subject to ``sum rows[r][v] x[v] <= bounds[r]`` (``=`` where ``equal[r]``).

    Variables are 0, ..., n-1, nonnegative unless in ``free``.
    """

    objective: Sequence[Fraction]
    rows: Sequence[Mapping[int, Fraction]]
    bounds: Sequence[Fraction]
    equal: Sequence[bool]
    free: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Optimum:
    """An optimal solution: ``primal[v]``, ``dual[r]`` and the common value."""

    value: Fraction
    primal: list[Fraction]
    dual: list[Fraction]


def maximise(program: Program, seconds: float = 60.0) -> Optimum | None:
    """The exact optimum, or None.

    None: not found in time, infeasible, unbounded, too large for floating point, no solver installed, a solver that
    fails, or the basis was none, or not exactly optimal.
    """
    try:
        basis = _proposed_basis(program, seconds)
    except Exception:  # whatever becomes of a solver, it has then proposed nothing
        return None
    return None if basis is None else _solved(program, *basis)


def _proposed_basis(program: Program, seconds: float) -> tuple[list[int], list[int]] | None:
    """The basic variables and the tight rows, as HiGHS sees them."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("threads", 1)
    solver.passModel(_model(program))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    basis = solver.getBasis()
    basic = highspy.HighsBasisStatus.kBasic
    variables = [v for v, status in enumerate(basis.col_status) if status == basic]
    tight = [r for r, status in enumerate(basis.row_status) if status != basic]
    return variables, tight


def _model(program: Program) -> "highspy.HighsLp":
    import highspy
    import numpy as np

    model, infinity = highspy.HighsLp(), highspy.kHighsInf
    model.num_col_, model.num_row_ = len(program.objective), len(program.rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.array([float(c) for c in program.objective])
    model.col_lower_ = np.array([-infinity if v in program.free else 0.0 for v in range(model.num_col_)])
    model.col_upper_ = np.full(model.num_col_, infinity)
    upper = np.array([float(b) for b in program.bounds])
    model.row_upper_ = upper
    model.row_lower_ = np.where(np.array(program.equal, dtype=bool), upper, -infinity)
    entries = [sorted(row.items()) for row in program.rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *map(len, entries)], dtype=np.int32)
    model.a_matrix_.index_ = np.array([v for row in entries for v, _ in row], dtype=np.int32)
    model.a_matrix_.value_ = np.array([float(a) for row in entries for _, a in row])
    return model


def _solved(program: Program, basic: list[int], tight: list[int]) -> Optimum | None:
    if len(basic) != len(tight) or not (_places(basic, program.objective) and _places(tight, program.rows)):
        return None
    place = {v: k for k, v in enumerate(basic)}
    matrix = [{place[v]: a for v, a in program.rows[r].items() if a and v in place} for r in tight]
    values = solution(matrix, [program.bounds[r] for r in tight])
    prices = solution(transposed(matrix), [program.objective[v] for v in basic])
    if values is None or prices is None:
        return None
    primal, dual = [ZERO] * len(program.objective), [ZERO] * len(program.rows)
    for v, value in zip(basic, values, strict=True):
        primal[v] = value
    for r, price in zip(tight, prices, strict=True):
        dual[r] = price
    if not (_primal_feasible(program, primal) and _dual_feasible(program, dual)):
        return None
    return Optimum(sum((c * x for c, x in zip(program.objective, primal, strict=True)), ZERO), primal, dual)


def _places(chosen: list[int], among: Sequence[object]) -> bool:
    """Whether these are distinct places of a list."""
    return len(set(chosen)) == len(chosen) and set(chosen) <= set(range(len(among)))


def _primal_feasible(program: Program, primal: list[Fraction]) -> bool:
    if any(x < 0 for v, x in enumerate(primal) if v not in program.free):
        return False
    sides = (
        (sum((a * primal[v] for v, a in row.items()), ZERO), bound, equal)
        for row, bound, equal in zip(program.rows, program.bounds, program.equal, strict=True)
    )
    return all(left == right if equal else left <= right for left, right, equal in sides)


def _dual_feasible(program: Program, dual: list[Fraction]) -> bool:
    if any(y < 0 for y, equal in zip(dual, program.equal, strict=True) if not equal):
        return False
    covered = [ZERO] * len(program.objective)
    for row, price in zip(program.rows, dual, strict=True):
        if price:
            for v, a in row.items():
                covered[v] += price * a
    return all(
        left == c if v in program.free else left >= c
        for v, (left, c) in enumerate(zip(covered, program.objective, strict=True))
    )
