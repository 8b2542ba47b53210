"""Cells that cover a box, and the proof that they do.

As long as some point is in no cell, a solver names one, the claim is decided there, and its cell is added. Then two
solvers are asked whether anything of the box is left over: inside the region by the cells where the claim holds,
outside by those where it fails.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import z3

from alignproof.checks.linear import Row
from alignproof.counterexamples.regions.cells import Cell, Side
from alignproof.counterexamples.regions.families import Family
from alignproof.counterexamples.regions.parameters import Point, holds
from alignproof.oracles.systems import Unknown
from alignproof.smt.discharge import Discharge, discharge
from alignproof.smt.smtlib import Query, nonlinear, script, symbol

LOGIC = "QF_NRA"
MOST_CELLS = 300
SIDES: tuple[Side, Side] = ("holds", "fails")


def inside(region: Iterable[Sequence[Row]], point: Point) -> bool:
    """Whether a point satisfies all inequalities of some list."""
    return any(all(holds(row, point) for row in rows) for rows in region)


def _formula(row: Row) -> str:
    return f"({row.sense} {nonlinear(row.value)} 0)"


def _joined(word: str, formulas: Sequence[str]) -> str:
    if len(formulas) > 1:
        return f"({word} {' '.join(formulas)})"
    return formulas[0] if formulas else {"and": "true", "or": "false"}[word]


def _outside(rows: Sequence[Row]) -> str:
    return f"(not {_joined('and', [_formula(row) for row in rows])})"


def uncovered_query(family: Family, cells: Sequence[Cell], side: Side | None = None) -> Query:
    """Is some point of the box in none of the cells? With a ``side``: a point of the region, or one outside it."""
    asserted = [("box", _formula(row)) for row in family.box]
    if side == "holds":
        region = [_joined("and", [_formula(row) for row in rows]) for rows in family.region]
        asserted.append(("region", _joined("or", region)))
    elif side == "fails":
        asserted += [("outside the region", _outside(rows)) for rows in family.region]
    asserted += [(cell.argument, _outside(cell.rows)) for cell in cells if side in (None, cell.side)]
    notes = [f"Regions: {family.name}; {family.about}.", f"Side: {side or 'both'}. Unsat proves that cells cover it."]
    return script(LOGIC, notes, [symbol(((name, 1),)) for name in family.parameters], asserted, "unsat")


def missing_point(family: Family, cells: Sequence[Cell], seconds: float) -> Point | Unknown | None:
    """A rational point of the box in none of the cells; None if there is none."""
    solver = z3.SolverFor(LOGIC)
    solver.set("timeout", max(1, int(1000 * seconds)))
    solver.from_string(uncovered_query(family, cells).text)
    answer = solver.check()
    if answer == z3.unsat:
        return None
    if answer != z3.sat:
        return Unknown(f"Z3 names no point: {solver.reason_unknown()}")
    model = solver.model()
    values = {n: model.eval(z3.Real(symbol(((n, 1),)).strip("|")), model_completion=True) for n in family.parameters}
    if not all(map(z3.is_rational_value, values.values())):
        return Unknown("Z3 names a point that is not rational")
    return {name: Fraction(value.numerator_as_long(), value.denominator_as_long()) for name, value in values.items()}


@dataclass(frozen=True)
class Covering:
    """Cells of a family, and what the solvers say to either side of the region."""

    family: Family
    cells: tuple[Cell, ...]
    replies: dict[Side, Discharge]

    @property
    def proved(self) -> bool:
        """Whether both solvers confirm both sides."""
        return all(reply.answer == "unsat" for reply in self.replies.values())

    @property
    def refuted(self) -> bool:
        """Whether a solver names a point that is left over, or the solvers contradict each other."""
        return any(r.answer == "sat" for reply in self.replies.values() for r in reply.replies)


def explore(family: Family, seconds: float = 60.0) -> tuple[Cell, ...] | Unknown:
    """Cells that cover the family's box, as far as Z3 can tell; or what stopped the search."""
    cells: list[Cell] = []
    point: Point | Unknown | None = family.paper
    while point is not None:
        if isinstance(point, Unknown):
            return point
        cell = family.claim.cell(family.parameters, point)
        named = ", ".join(f"{name} = {value}" for name, value in point.items())
        if isinstance(cell, Unknown):
            return Unknown(f"at {named}: {cell.reason}")
        if not all(holds(row, point) for row in cell.rows):
            return Unknown(f"at {named}: the cell does not contain its point")
        if len(cells) == MOST_CELLS:
            return Unknown(f"{MOST_CELLS} cells do not cover the box; {named} is left")
        cells.append(cell)
        point = missing_point(family, cells, seconds)
    return needed(family, cells, seconds)


def needed(family: Family, cells: Sequence[Cell], seconds: float) -> tuple[Cell, ...]:
    """The cells without those that others cover."""
    kept = list(cells)
    for cell in cells:
        rest = [other for other in kept if other is not cell]
        if missing_point(family, rest, seconds) is None:
            kept = rest
    return tuple(kept)


def cover(family: Family, seconds: float = 60.0) -> Covering | Unknown:
    """Cells that cover the box, and both solvers' word for it."""
    cells = explore(family, seconds)
    if isinstance(cells, Unknown):
        return cells
    return Covering(family, cells, {side: discharge(uncovered_query(family, cells, side), seconds) for side in SIDES})
