"""A family's region settled: cells that cover the box, certificates on its boundary and just off it, and all of it as
JSON and as lines of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected, Row
from alignproof.counterexamples.regions.cases import Leaf, by_cases, outside
from alignproof.counterexamples.regions.cells import Cell, Side
from alignproof.counterexamples.regions.covering import SIDES, Covering, cover, inside
from alignproof.counterexamples.regions.families import Edge, Family
from alignproof.counterexamples.regions.farkas import inequality
from alignproof.counterexamples.regions.parameters import Point, holds
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.formats.writing import write_file
from alignproof.games.algebra import ZERO
from alignproof.games.document import InputError, parse
from alignproof.oracles.systems import Unknown

DISTANCES = (Fraction(1, 10), Fraction(1, 1000))
"""How far off an edge the claim is certified, besides on it."""

EXAMPLE = "the example"
"""The name, in place of an edge's, of a family's own example."""


@dataclass(frozen=True)
class Spot:
    """A point on an edge or at a distance from it, what holds there, and the kernel's certificate of it."""

    edge: str
    distance: Fraction
    point: Point
    side: Side
    document: Document


@dataclass(frozen=True)
class Report:
    """What is known of a family: the covering, its proof by cases for either side (None if none was found), the
    certified spots, and what is wrong, if anything."""

    covering: Covering
    cases: Mapping[Side, tuple[Leaf, ...] | None]
    spots: tuple[Spot, ...]
    faults: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether the region is exact: both solvers confirm both sides, the kernel accepts all certificates."""
        return self.covering.proved and not self.faults


def within(rows: Sequence[Row], point: Point) -> bool:
    """Whether a point satisfies all the inequalities."""
    return all(holds(row, point) for row in rows)


def cell_of(cells: Sequence[Cell], point: Point) -> Cell | None:
    """A cell that contains the point; None if there is none."""
    return next((cell for cell in cells if within(cell.rows, point)), None)


def spots(family: Family, cells: Sequence[Cell]) -> list[Spot]:
    """Certificates of the example, and on every edge and at all distances on both its sides, as far as these lie in
    the box."""
    cell = cell_of(cells, family.paper)
    found = [] if cell is None else [Spot(EXAMPLE, ZERO, family.paper, cell.side, cell.certify(family.paper))]
    for edge in family.edges:
        for distance in (*(-d for d in DISTANCES), ZERO, *reversed(DISTANCES)):
            point = edge.beyond(distance)
            cell = cell_of(cells, point) if within(family.box, point) else None
            if cell is not None:
                found.append(Spot(edge.name, distance, point, cell.side, cell.certify(point)))
    return found


def expected(edge: Edge, distance: Fraction) -> Side:
    """What an edge says of a point at a distance from it."""
    if distance == 0:
        return "holds" if edge.closed else "fails"
    return "holds" if distance < 0 and not edge.thin else "fails"


def refused(document: Document) -> str:
    """Why the kernel does not accept a certificate; empty if it does."""
    try:
        check(parse(dump(document).encode()))
    except (Rejected, InputError) as error:
        return str(error)
    return ""


def settle(family: Family, seconds: float = 60.0) -> Report | Unknown:
    """The region of a family with all its evidence, each certificate shown to the kernel; or what stopped it."""
    covering = cover(family, seconds)
    if isinstance(covering, Unknown):
        return covering
    certified, edges = spots(family, covering.cells), {edge.name: edge for edge in family.edges}
    faults = [f"{spot.edge} at {spot.distance}: {reason}" for spot in certified if (reason := refused(spot.document))]
    faults += [
        f"{spot.edge} at {spot.distance}: the claim {spot.side} there"
        for spot in certified
        if spot.side != _stated(family, spot.point)
        or (spot.edge in edges and spot.side != expected(edges[spot.edge], spot.distance))
    ]
    faults += [
        f"{cell.argument}: {reason}" for cell in covering.cells for d in cell.documents if (reason := refused(d))
    ]
    cases = {side: covered(covering, side) for side in SIDES}
    leaves = [leaf for found in cases.values() for leaf in found or ()]
    faults += [f"a case of the covering: {reason}" for leaf in leaves if (reason := refused(leaf.document))]
    return Report(covering, cases, tuple(certified), tuple(faults))


def covered(covering: Covering, side: Side) -> tuple[Leaf, ...] | None:
    """A proof by cases that the cells of one side cover it; None if none is found."""
    family, cells = covering.family, [cell for cell in covering.cells if cell.side == side]
    leaves: list[Leaf] = []
    for rows in family.region if side == "holds" else outside(family.region):
        found = by_cases([*family.box, *rows], cells, family.parameters)
        if found is None:
            return None
        leaves += found
    return tuple(leaves)


def _stated(family: Family, point: Point) -> Side:
    return "holds" if inside(family.region, point) else "fails"


def region_text(family: Family) -> str:
    """The region as inequalities."""
    options = [" and ".join(map(inequality, rows)) for rows in family.region]
    return " or ".join(f"({option})" if len(options) > 1 else option for option in options) or "nowhere"


def evidence_text(report: Report, side: Side) -> str:
    """What shows one side, in a few words."""
    cells = [cell for cell in report.covering.cells if cell.side == side]
    identities = sum(len(cell.documents) for cell in cells)
    points = sum(spot.side == side for spot in report.spots)
    counts = ((len(cells), "cell", "cells"), (identities, "identity", "identities"), (points, "point", "points"))
    said = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    return ", ".join(said) or "nowhere"


def covering_text(report: Report) -> str:
    """What shows that the cells cover the box: ``unsat`` of both solvers on both sides, and a proof by cases."""
    if report.covering.proved:
        counts = [len(leaves) for leaves in report.cases.values() if leaves is not None]
        whole = f"both solvers; the kernel, {sum(counts)} cases"
        return whole if len(counts) == len(SIDES) else "both solvers"
    return "; ".join(f"{side}: {reply.said}" for side, reply in report.covering.replies.items())


def line(report: Report) -> tuple[str, str, str, str, str]:
    """The report as a line of a table: family, region, what shows either side, what shows the covering."""
    name = report.covering.family.name
    holds, fails = (evidence_text(report, side) for side in SIDES)
    return name, region_text(report.covering.family), holds, fails, covering_text(report)


def document(report: Report) -> Document:
    """The whole report as JSON; ``write`` puts the certificates into files of their own."""
    family = report.covering.family
    return {
        "family": family.name,
        "claim": family.about,
        "parameters": list(family.parameters),
        "box": _texts(family.box),
        "region": [_texts(rows) for rows in family.region],
        "settled": report.settled,
        "faults": list(report.faults),
        "solvers": {side: reply.said for side, reply in report.covering.replies.items()},
        "cases": {
            side: leaves
            and [
                {
                    "case": _texts(leaf.case),
                    "cell": None if leaf.cell is None else report.covering.cells.index(leaf.cell),
                    "identity": leaf.document,
                }
                for leaf in leaves
            ]
            for side, leaves in report.cases.items()
        },
        "cells": [
            {
                "side": cell.side,
                "argument": cell.argument,
                "found at": _point(cell.point),
                "where": _texts(cell.rows),
                "identities": list(cell.documents),
            }
            for cell in report.covering.cells
        ],
        "edges": [
            {
                "edge": spot.edge,
                "distance": str(spot.distance),
                "point": _point(spot.point),
                "claim": spot.side,
                "certificate": spot.document,
            }
            for spot in report.spots
        ],
    }


def _texts(rows: Sequence[Row]) -> list[str]:
    return list(map(inequality, rows))


def _point(point: Point) -> dict[str, str]:
    return {name: str(value) for name, value in point.items()}


def write(report: Report, folder: Path) -> Path:
    """Write the report, its certificates and what the solvers were asked; file names stand for the certificates."""
    name = slug(report.covering.family.name)
    certificates = folder / "certificates"

    def stored(item: Document, label: str) -> str:
        path = certificates / f"{name}-{label}.json"
        write_file(path, dump(item))
        return f"certificates/{path.name}"

    whole: Any = document(report)
    for k, cell in enumerate(whole["cells"]):
        cell["identities"] = [stored(d, f"cell-{k}-{n}") for n, d in enumerate(cell["identities"])]
    for side, leaves in whole["cases"].items():
        for k, leaf in enumerate(leaves or ()):
            leaf["identity"] = stored(leaf["identity"], f"{side}-{k}")
    for k, spot in enumerate(whole["edges"]):
        spot["certificate"] = stored(spot["certificate"], f"edge-{k}")
    for side, reply in report.covering.replies.items():
        write_file(folder / f"{name}-{side}.smt2", reply.query.text)
    path = folder / f"{name}.json"
    write_file(path, dump(whole))
    return path


def slug(name: str) -> str:
    """A name for files."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
