"""The rows of a sweep: what came of each cell, and the files of its certificates."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alignproof.formats.writing import write_file
from alignproof.sweeps.cells import Cell, Outcome
from alignproof.sweeps.spec import ANY, Planned
from alignproof.verification.replay import replay
from alignproof.verification.store import digest
from alignproof.verification.verdict import DISAGREEMENT, Verdict
from alignproof.verification.verdict import Row as ResultRow

KEYS = (
    "statement",
    "size",
    "mutant",
    "solver",
    "seed",
    "verdict",
    "expected",
    "depth",
    "trusts",
    "reason",
    "seconds",
    "certificates",
)
"""The keys of a row in JSON and CSV."""

REFUSED = "the replay failed"
"""How the reason of a row begins whose certificate does not pass the kernel again."""


@dataclass(frozen=True)
class Row:
    """A cell and what came of it; ``certificates`` are file names, ``reused`` says that an earlier run found it."""

    statement: str
    size: str
    mutant: str
    solver: str
    seed: int | None
    verdict: Verdict
    expected: str
    depth: str
    trusts: str
    reason: str
    seconds: float
    certificates: tuple[str, ...]
    reused: bool

    @property
    def cell(self) -> Cell:
        """The row's cell."""
        return Cell(self.statement, self.size, self.mutant, self.solver, self.seed)

    @property
    def contrary(self) -> bool:
        """Whether it is decided otherwise than expected, a certificate is refused, or solvers contradict each other."""
        otherwise = self.verdict != "UNKNOWN" and self.expected not in (ANY, self.verdict)
        return otherwise or self.reason.startswith((REFUSED, DISAGREEMENT))


def made(found: Iterable[tuple[Planned, Outcome, bool]], folder: Path) -> list[Row]:
    """A row for each cell, its outcome, and whether that was stored before; certificates are written to ``folder``.

    Raises OSError.
    """
    return [_made(planned, outcome, reused, folder) for planned, outcome, reused in found]


def _made(planned: Planned, outcome: Outcome, reused: bool, folder: Path) -> Row:
    cell = planned.cell
    names = []
    for number, text in enumerate(outcome.certificates, start=1):
        path = folder / f"{_name(cell)}-{number}.json"
        write_file(path, text)
        names.append(path.as_posix())
    told = (outcome.verdict, planned.expected, outcome.depth, outcome.trusts, outcome.reason, round(outcome.seconds, 3))
    return Row(cell.statement, cell.size, cell.mutant, cell.solver, cell.seed, *told, tuple(names), reused)


def _name(cell: Cell) -> str:
    """A file's name that says something, and is no other cell's."""
    slug = "-".join(re.findall("[a-z0-9]+", f"{cell.statement} {cell.mutant} {cell.solver}".lower()))
    return f"{slug[:60]}-{digest(str(cell))[:12]}"


def checked(rows: Sequence[Row], jobs: int) -> list[Row]:
    """The rows after checking all certificates in fresh processes; one that is refused makes its row UNKNOWN."""
    asked = [(row, name) for row in rows for name in row.certificates]
    told = [  # what is expected plays no part in a replay
        ResultRow(str(row.cell), row.verdict, row.size, row.depth, row.trusts, row.seconds, name, "PROVED", "")
        for row, name in asked
    ]
    faults = {
        row.cell: answer.reason
        for (row, _), answer in zip(asked, replay(told, jobs), strict=True)
        if not answer.replayed
    }
    return [
        replace(row, verdict="UNKNOWN", reason=f"{REFUSED}: {faults[row.cell]}") if row.cell in faults else row
        for row in rows
    ]


def write_json(rows: Sequence[Row], path: Path) -> None:
    """The rows as a JSON list of objects with exactly the keys :data:`KEYS`. Raises OSError."""
    write_file(path, json.dumps([{key: getattr(row, key) for key in KEYS} for row in rows], indent=1) + "\n")
