"""A proof by cases that cells cover a region: every case lies in a cell or is empty, as the kernel's identities say.

A case is a list of inequalities. One that is in no single cell is split by the sign of an inequality of some cell. Z3
says where to split, and is not believed: without an identity at every leaf there is no proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from alignproof.checks.linear import Row
from alignproof.counterexamples.regions.cells import Cell
from alignproof.counterexamples.regions.implied import implied
from alignproof.formats.certificates import Document
from alignproof.games.algebra import ZERO
from alignproof.games.polynomial import as_polynomial
from alignproof.smt.smtlib import nonlinear, script, symbol

NEVER = Row(as_polynomial(ZERO), ">")
MOST_LEAVES, LIMIT = 100, 2000
"""How many leaves a proof may have, and milliseconds for Z3 on each question."""


@dataclass(frozen=True)
class Leaf:
    """A case, the cell it lies in (None if it is empty), and the identity certificate of that."""

    case: tuple[Row, ...]
    cell: Cell | None
    document: Document


def negated(row: Row) -> Row:
    """The opposite of ``>=`` or ``>``."""
    return Row(-row.value, ">" if row.sense == ">=" else ">=")


def _possible(rows: Sequence[Row], parameters: Sequence[str]) -> bool:
    """Whether Z3 does not exclude that all rows hold somewhere."""
    names = [symbol(((name, 1),)) for name in parameters]
    formulas = [("", f"({row.sense} {nonlinear(row.value)} 0)") for row in rows]
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", LIMIT)
    solver.from_string(script("QF_NRA", (), names, formulas, "unsat").text)
    return bool(solver.check() != z3.unsat)


def by_cases(case: Sequence[Row], cells: Sequence[Cell], parameters: Sequence[str]) -> list[Leaf] | None:
    """A proof that the case is covered by the cells; None if none is found."""
    leaves: list[Leaf] = []
    open_cases = [tuple(case)]
    while open_cases:
        rows = open_cases.pop()
        if len(leaves) + len(open_cases) >= MOST_LEAVES:
            return None
        if not _possible(rows, parameters):
            document = implied(rows, [NEVER], parameters)
            if document is None:
                return None
            leaves.append(Leaf(rows, None, document))
            continue
        best = _nearest(rows, cells, parameters)
        if best is None:
            return None
        cell, missing = best
        document = None if missing else implied(rows, cell.rows, parameters)
        if document is None:
            # What follows but has no identity may still have one for its opposite being impossible.
            stuck = missing or [row for row in cell.rows if implied(rows, [row], parameters) is None]
            open_cases += [(*rows, negated(stuck[0])), (*rows, stuck[0])]
            continue
        leaves.append(Leaf(rows, cell, document))
    return leaves


def _nearest(rows: Sequence[Row], cells: Sequence[Cell], parameters: Sequence[str]) -> tuple[Cell, list[Row]] | None:
    """A cell that the case meets, with the fewest inequalities that do not follow from it."""
    found: tuple[Cell, list[Row]] | None = None
    for cell in cells:
        if any(row.sense == "=" for row in cell.rows) or not _possible([*rows, *cell.rows], parameters):
            continue
        missing = [row for row in cell.rows if _possible([*rows, negated(row)], parameters)]
        if found is None or len(missing) < len(found[1]):
            found = cell, missing
    return found


def outside(region: Sequence[Sequence[Row]]) -> list[tuple[Row, ...]]:
    """Cases that make up all that is in none of the region's lists of inequalities."""
    cases: list[tuple[Row, ...]] = [()]
    for rows in region:
        cases = [(*case, *rows[:k], negated(row)) for case in cases for k, row in enumerate(rows)]
    return cases
