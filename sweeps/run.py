"""Running a sweep: cells that have no result yet are claimed, carried out and written, until all have one."""

import json
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alignproof.sweeps.cells import Cell, Outcome
from alignproof.sweeps.pools import Pool
from alignproof.sweeps.spec import ANY, Planned
from alignproof.sweeps.store import Heartbeat, Store
from alignproof.verification.verdict import DISAGREEMENT, Verdict

POLL = 1.0
"""Seconds between looks whether other runners are done with their cells."""

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
    def contrary(self) -> bool:
        """Whether it is decided otherwise than expected, or solvers contradict each other."""
        other = self.verdict != self.expected and not (self.expected == ANY and self.verdict in ("PROVED", "REFUTED"))
        return self.reason.startswith(DISAGREEMENT) or (other and self.verdict != "UNKNOWN")


def sweep(
    planned: Sequence[Planned], store: Store, pool: Pool, told: Callable[[Planned, Outcome, bool], None]
) -> dict[Cell, Outcome]:
    """The outcome of every cell. ``told`` hears of each, and whether it was found before or elsewhere.

    Raises StoreFailed and Unusable; what was found until then is stored.
    """
    known = _looked_up(store, planned, told)
    with Heartbeat(store):
        while left := [each for each in planned if each.cell not in known]:
            before = len(known)
            for batch in pool.carried_out(partial(store.claim, deque(left))):
                for each, outcome in store.write(batch):
                    known[each.cell] = outcome
                    told(each, outcome, False)
            # Other runners are at what is left now, or were.
            known |= _looked_up(store, [each for each in left if each.cell not in known], told)
            if len(known) == before:
                time.sleep(POLL)
    return known


def _looked_up(
    store: Store, planned: Sequence[Planned], told: Callable[[Planned, Outcome, bool], None]
) -> dict[Cell, Outcome]:
    found = store.outcomes(planned)
    for each in planned:
        if each.cell in found:
            told(each, found[each.cell], True)
    return found


def row(planned: Planned, outcome: Outcome, reused: bool, folder: Path) -> Row:
    """The row of a cell, whose certificates are written to ``folder``. Raises OSError."""
    cell = planned.cell
    names = []
    for number, text in enumerate(outcome.certificates):
        path = folder / f"{_slug(str(cell))}-{number + 1}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        names.append(path.as_posix())
    told = (outcome.verdict, planned.expected, outcome.depth, outcome.trusts, outcome.reason, round(outcome.seconds, 3))
    return Row(cell.statement, cell.size, cell.mutant, cell.solver, cell.seed, *told, tuple(names), reused)


def _slug(text: str) -> str:
    return "-".join(re.findall("[A-Za-z0-9]+", text))


def exit_code(rows: Sequence[Row], codes: tuple[int, int, int]) -> int:
    """Which of the codes for valid, invalid and unknown rows come to."""
    valid, invalid, unknown = codes
    if any(each.contrary for each in rows):
        return invalid
    return unknown if any(each.verdict == "UNKNOWN" for each in rows) else valid


def write_json(rows: Sequence[Row], path: Path) -> None:
    """The rows as a JSON list of objects with exactly the keys :data:`KEYS`. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{key: getattr(each, key) for key in KEYS} for each in rows], indent=1) + "\n", "utf-8")
