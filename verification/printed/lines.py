"""Lines of the printed proofs, each a statement of its own, and how it is settled.

A line is TRUE if its proof was reached: every certificate that it asks for was replayed, what it says stands in their
proofs, and the numbers compare. It is FALSE if its instance was reached in the same way, and FALSE BUT HARMLESS if,
besides, so was what shows that the result survives. Both proof and instance are tried; if both are reached, the audit
contradicts itself.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alignproof.formats.certificates import Document
from alignproof.formats.writing import write_file
from alignproof.symbolic.printed import Step, rules_in, steps_in
from alignproof.verification.run import REJECTED, verify
from alignproof.verification.verdict import Row, Task

LineVerdict = Literal["TRUE", "FALSE", "FALSE BUT HARMLESS", "UNKNOWN", "CONTRADICTION"]

KEYS = ("result", "place", "says", "verdict", "by", "note", "certificates")
"""The keys of a row in JSON."""


@dataclass(frozen=True)
class Evidence:
    """What shows something: certificates that must all be replayed; ``steps`` and ``rules``, lemmas and rules (by their
    text) that must stand in the proof of the first; ``numbers``, what must be true of their claims, in order."""

    by: str
    tasks: tuple[Task, ...]
    steps: tuple[Step, ...] = ()
    rules: tuple[str, ...] = ()
    numbers: Callable[[Sequence[Document]], bool] = lambda claims: True


@dataclass(frozen=True)
class Line:
    """A line: the result it belongs to, where it stands, and what it says, read precisely and in our words.

    ``proof`` and ``instance`` show that it is true or false, ``survives`` that the result holds, as printed, although
    the line is false. ``note`` says what is read into the line, or what is true instead.
    """

    result: str
    place: str
    says: str
    proof: Evidence | None = None
    instance: Evidence | None = None
    survives: Evidence | None = None
    note: str = ""

    def tries(self) -> tuple[Evidence, ...]:
        """All evidence there may be."""
        return tuple(evidence for evidence in (self.proof, self.instance, self.survives) if evidence)


@dataclass(frozen=True)
class LineRow:
    """What came of a line, by what, and the certificates' files; ``fault`` says what is wrong with the audit itself."""

    result: str
    place: str
    says: str
    verdict: LineVerdict
    by: str
    note: str
    certificates: tuple[str, ...]
    fault: str = ""

    @property
    def settled(self) -> bool:
        """Whether the line is known to be true, or to be false."""
        return self.verdict in ("TRUE", "FALSE", "FALSE BUT HARMLESS")


def settle(
    lines: Sequence[Line], folder: Path, announce: Callable[[Task], None] = lambda task: None, jobs: int = 1
) -> list[LineRow]:
    """Carry out what the lines ask for, once each, replay the certificates, and say what they settle."""
    return settled(lines, verify(tasks_of(lines), folder, announce, jobs=jobs))


def tasks_of(lines: Sequence[Line]) -> list[Task]:
    """What the lines ask for, once each."""
    return list(dict.fromkeys(task for line in lines for evidence in line.tries() for task in evidence.tasks))


def settled(lines: Sequence[Line], found: Sequence[Row]) -> list[LineRow]:
    """What the rows of :func:`tasks_of`, after their replay, settle."""
    rows = dict(zip(tasks_of(lines), found, strict=True))
    return [_row(line, rows) for line in lines]


Rows = dict[Task, Row]


def _row(line: Line, found: Rows) -> LineRow:
    true, false, survives = (_shown(evidence, found) for evidence in (line.proof, line.instance, line.survives))
    verdict: LineVerdict = "UNKNOWN"
    used: Iterable[Evidence | None] = ()
    if true and false:
        verdict, used = "CONTRADICTION", (line.proof, line.instance)
    elif true:
        verdict, used = "TRUE", (line.proof,)
    elif false:
        verdict, used = (
            ("FALSE BUT HARMLESS", (line.instance, line.survives)) if survives else ("FALSE", (line.instance,))
        )
    shown = [evidence for evidence in used if evidence]
    by = "; ".join(evidence.by for evidence in shown) or _why_not(line, found)
    files = dict.fromkeys(found[task].certificate for evidence in shown for task in evidence.tasks)
    fault = "shown to be true and to be false" if verdict == "CONTRADICTION" else _fault(line, found)
    return LineRow(line.result, line.place, line.says, verdict, by, line.note, tuple(files), fault)


def _shown(evidence: Evidence | None, found: Rows) -> bool:
    return evidence is not None and _missing(evidence, found) == ""


def _missing(evidence: Evidence, found: Rows) -> str:
    """What the evidence lacks; empty if nothing."""
    if not evidence.tasks:
        return "nothing was asked for"
    for task in evidence.tasks:
        row = found[task]
        if not (row.reached and row.replayed):
            return f"{task.result}: {row.reason or row.verdict}"
    documents = [_read(found[task].certificate) for task in evidence.tasks]
    if evidence.steps or evidence.rules:
        proof = documents[0]["evidence"]["steps"]
        if not set(evidence.steps) <= set(steps_in(proof)):
            return "it does not stand in the proof"
        if not set(evidence.rules) <= set(rules_in(proof)):
            return "the rule does not stand in the proof"
    if not evidence.numbers([document["claim"] for document in documents]):
        return "the numbers do not compare"
    return ""


def _read(path: str) -> Any:
    return json.loads(Path(path).read_text("utf-8"))


def _why_not(line: Line, found: Rows) -> str:
    tries = line.tries()
    return "; ".join(_missing(evidence, found) or evidence.by for evidence in tries) if tries else "nothing was tried"


def _fault(line: Line, found: Rows) -> str:
    """Why a certificate was rejected, if one was."""
    rows = [found[task] for evidence in line.tries() for task in evidence.tasks]
    wrong = (row.reason for row in rows if row.reason.startswith(REJECTED) or (row.certificate and not row.replayed))
    return next(wrong, "")


def summary(rows: Sequence[LineRow]) -> str:
    """How many lines are settled, and how."""
    counts = [
        (verdict, sum(row.verdict == verdict for row in rows)) for verdict in ("TRUE", "FALSE BUT HARMLESS", "FALSE")
    ]
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts)
    return f"settled {sum(row.settled for row in rows)} of {len(rows)} lines: {said}"


def exit_code(rows: Sequence[LineRow]) -> int:
    """0 if every line is settled, 1 if something is wrong with the audit, 3 if a line is open."""
    return 1 if any(row.fault for row in rows) else 0 if all(row.settled for row in rows) else 3


def write_lines(rows: Sequence[LineRow], path: Path) -> None:
    """The rows as a JSON list of objects with exactly the keys :data:`KEYS`."""
    write_file(path, json.dumps([{key: getattr(row, key) for key in KEYS} for row in rows], indent=1) + "\n")
