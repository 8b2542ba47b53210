"""Reading what the commands left in a folder. Nothing that is read is believed.

A row of ``verify.json`` stands if this version expects such a row and verdict, the certificate claims what the row
says, and the kernel accepts it in a fresh process; otherwise it is UNKNOWN, with the reason.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any, TypeVar, get_args

from alignproof import __version__
from alignproof.counterexamples.catalogue.entries import ENTRIES
from alignproof.counterexamples.regions.picture import pictures
from alignproof.games.document import shown
from alignproof.report.contents import Attachment, Contents, Counterexample, Listing, Picture, Settled
from alignproof.symbolic.catalogue import RESULTS
from alignproof.verification import audit, mutation
from alignproof.verification.catalogue import KEPT
from alignproof.verification.kept import kept, unfit
from alignproof.verification.printed import lines
from alignproof.verification.printed.catalogue import lines as printed_lines
from alignproof.verification.replay import replay
from alignproof.verification.run import KEYS
from alignproof.verification.store import environment
from alignproof.verification.verdict import Row, Task, Verdict

T = TypeVar("T")
PICTURES = KEPT.parent.parent / "docs" / "explanation" / "pictures"
"""Pictures of regions that are kept; they come with a clone of the project, not with the installed package."""


class Unusable(ValueError):
    """A file that cannot be used: which one, and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


def gather(folder: Path, rows: Sequence[Row], tasks: Sequence[Task], jobs: int = 1) -> Contents:
    """What is in ``folder``. The rows are those of its ``verify.json``, or of a run that has just ended and knows the
    reasons, which the file does not have. Raises Unusable."""
    settled = settle(rows, folder / "certificates", tasks, jobs)
    return Contents(
        __version__,
        environment(),
        len(tasks),
        settled,
        RESULTS,
        counterexamples(),
        regions(folder / "regions"),
        region_pictures(folder / "regions") or region_pictures(PICTURES),
        audited(folder / "audit", jobs),
        read_lines(folder / "audit" / "lines", jobs),
        read_listing(folder / "mutants.json", mutation.KEYS),
    )


def read_rows(path: Path) -> list[Row]:
    """The rows of a ``verify.json``, with no verdict expected and nothing replayed. Raises Unusable."""
    rows = [_row(path, k, document) for k, document in enumerate(_objects(path, KEYS))]
    if not rows:
        raise Unusable(path, "there are no rows")
    return rows


def _row(path: Path, index: int, document: dict[str, Any]) -> Row:
    for key in KEYS:
        kind = (int, float) if key == "seconds" else (str,)
        if isinstance(document[key], bool) or not isinstance(document[key], kind):
            raise Unusable(path, f"row {index}: {key}: not a {'number' if key == 'seconds' else 'text'}")
    if not 0 <= document["seconds"] < inf:
        raise Unusable(path, f"row {index}: seconds: not a time")
    if document["verdict"] not in get_args(Verdict):
        raise Unusable(path, f"row {index}: verdict: {shown(document['verdict'])} is none")
    return Row(**document, expected="UNKNOWN", reason="")


def settle(rows: Sequence[Row], folder: Path, tasks: Sequence[Task], jobs: int = 1) -> tuple[Settled, ...]:
    """The rows held against the tasks and against their certificates in ``folder``, which are replayed."""
    known = {(task.result, task.scope, task.depth): task for task in tasks}
    held = [_held(row, folder, known.get((row.result, row.scope, row.depth))) for row in rows]
    replayed = replay([item.row for item in held], jobs)
    return tuple(replace(item, row=row) for item, row in zip(held, replayed, strict=True))


def _held(row: Row, folder: Path, task: Task | None) -> Settled:
    path = folder / Path(row.certificate).name
    data = path.read_bytes() if row.certificate and path.is_file() else None
    row = replace(row, certificate=str(path) if data is not None else "", expected=task.expected if task else "UNKNOWN")
    fault = _fault(row, data, task)
    if fault:
        row = replace(row, verdict="UNKNOWN", reason=fault)
    return Settled(row, None if data is None else Attachment(path.name, data))


def _fault(row: Row, data: bytes | None, task: Task | None) -> str:
    """Why a row does not stand, before its replay; empty if nothing speaks against it."""
    if row.verdict == "UNKNOWN":
        return row.reason or "so says verify.json; `alignproof verify` prints the reason"
    if task is None:
        return "this version of alignproof has no such row"
    if row.verdict != task.expected:
        return f"verify.json says {row.verdict}, and what is known to be asked of a certificate is for {task.expected}"
    if data is None:
        return "there is no file with its certificate"
    return unfit(task, data)


def counterexamples(folder: Path = KEPT) -> tuple[Counterexample, ...]:
    """The entries of the catalogue as they are kept. Raises Unusable if one is not there."""
    return tuple(
        Counterexample(
            entry,
            tuple(Attachment(path.name, path.read_bytes()) for path in sorted((folder / entry.name).glob("*.json"))),
            _bytes(folder / entry.name / "game.svg"),
        )
        for entry in ENTRIES
    )


REGION = ("family", "claim", "holds where", "settled")


def regions(folder: Path) -> Listing | None:
    """What ``alignproof regions`` wrote; None if it has not. Raises Unusable."""
    rows = tuple(_region(path) for path in sorted(folder.glob("*.json")))
    return Listing(REGION, rows) if rows else None


def _region(path: Path) -> tuple[str, ...]:
    found = _json(path)
    try:
        where = " or ".join(" and ".join(map(str, case)) for case in found["region"])
        return (
            str(found["family"]),
            str(found["claim"]),
            where or "nowhere",
            "yes" if found["settled"] is True else "no",
        )
    except (KeyError, TypeError) as error:
        raise Unusable(path, f"no region: {type(error).__name__}: {error}") from None


def region_pictures(folder: Path) -> tuple[Picture, ...]:
    """The pictures of regions that are in a folder."""
    paths = [(drawn.title, folder / f"{drawn.name}.svg") for drawn in pictures()]
    return tuple(Picture(title, _bytes(path)) for title, path in paths if path.is_file())


def audited(folder: Path, jobs: int = 1) -> Listing | None:
    """The rows of ``alignproof audit`` in a folder; None if it has not run. Raises Unusable.

    What they say is settled anew, from the certificates beside them; only UNKNOWN is taken as it is written.
    """

    def known() -> dict[tuple[str, ...], audit.Question]:
        asked = (*audit.questions(), *audit.construction_questions())
        return {(q.result, q.hypothesis, q.weakened): q for q in asked}

    def settle(asked: Sequence[audit.Question]) -> Sequence[object]:
        return audit.answers(asked, kept(audit.tasks_of(asked), folder / "certificates", jobs))

    return _settled_anew(folder / "audit.json", audit.KEYS, known, settle)


def read_lines(folder: Path, jobs: int = 1) -> Listing | None:
    """The rows of ``alignproof audit --lines`` in a folder, in the same way. Raises Unusable."""

    def known() -> dict[tuple[str, ...], lines.Line]:
        return {(item.result, item.place, item.says): item for item in printed_lines()}

    def settle(asked: Sequence[lines.Line]) -> Sequence[object]:
        return lines.settled(asked, kept(lines.tasks_of(asked), folder / "certificates", jobs))

    return _settled_anew(folder / "lines.json", lines.KEYS, known, settle)


def _settled_anew(
    path: Path,
    keys: Sequence[str],
    known: Callable[[], Mapping[tuple[str, ...], T]],
    settle: Callable[[Sequence[T]], Sequence[object]],
) -> Listing | None:
    """The rows in a file with what ``settle`` says of the questions, known by their first three keys, that they claim
    to answer."""
    if not path.is_file():
        return None
    written = [{key: _text(document[key]) for key in keys} for document in _objects(path, keys)]
    named = [(row, tuple(row[key] for key in keys[:3])) for row in written]
    questions = known()
    asked = {name: questions[name] for row, name in named if row["verdict"] != "UNKNOWN" and name in questions}
    found = dict(zip(asked, settle(list(asked.values())), strict=True))

    def shown_row(row: dict[str, str], name: tuple[str, ...]) -> tuple[str, ...]:
        if name in found:
            return tuple(_text(getattr(found[name], key)) for key in keys)
        if row["verdict"] != "UNKNOWN":
            row = row | {"verdict": "UNKNOWN", "by": "this version of alignproof does not ask this"}
        return tuple(row.values())

    return Listing(tuple(keys), tuple(shown_row(row, name) for row, name in named))


def read_listing(path: Path, keys: Sequence[str]) -> Listing | None:
    """A list of objects with exactly these keys, as texts; None if there is no file. Raises Unusable."""
    if not path.is_file():
        return None
    rows = tuple(tuple(_text(document[key]) for key in keys) for document in _objects(path, keys))
    return Listing(tuple(keys), rows)


def _text(value: object) -> str:
    """A value of a listing as a text; certificates by the numbers that their names begin with."""
    return (
        " ".join(Path(str(name)).name.split("-")[0] for name in value)
        if isinstance(value, list | tuple)
        else str(value)
    )


def _objects(path: Path, keys: Sequence[str]) -> list[dict[str, Any]]:
    found = _json(path)
    if not isinstance(found, list):
        raise Unusable(path, "not a list of rows")
    for k, document in enumerate(found):
        if not isinstance(document, dict) or set(document) != set(keys):
            raise Unusable(path, f"row {k}: the keys are not {' '.join(keys)}")
    return found


def _json(path: Path) -> Any:
    try:
        return json.loads(_bytes(path))
    except (ValueError, RecursionError) as error:
        raise Unusable(path, f"no JSON: {error}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(path, str(error.strerror)) from None
