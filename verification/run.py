"""Running tasks: every certificate passes the kernel and is written down, and the isolated replay has the last word.

A result that was stored by an earlier run is used again only if it is the expected verdict and its certificate claims
what the row says; its certificate then passes the kernel in the replay (:mod:`alignproof.verification.replay`).
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.documents import dump
from alignproof.formats.writing import write_file
from alignproof.games.document import InputError, parse
from alignproof.verification.replay import replay
from alignproof.verification.store import Result, Store
from alignproof.verification.verdict import KERNEL, Disagreement, Finding, Refused, Row, Task
from alignproof.verification.workers import Died, carried_out

KEYS = ("result", "verdict", "scope", "depth", "trusts", "seconds", "certificate")
"""The keys of a row in ``verify.json``."""

REJECTED = "the kernel rejects the certificate"
"""How the reason of a row begins if the kernel accepts no evidence that was found for it."""


def verify(
    tasks: Sequence[Task], folder: Path, announce: Callable[[Task], None], store: Store | None = None, jobs: int = 1
) -> list[Row]:
    """Carry out the tasks and replay their certificates; what fails the replay is UNKNOWN.

    Nothing stays stored for a row that was not reached.
    """
    rows = replay(run(tasks, folder, announce, store, jobs), jobs)
    if store:
        store.forget([task for task, row in zip(tasks, rows, strict=True) if not row.reached])
    return rows


def run(
    tasks: Sequence[Task], folder: Path, announce: Callable[[Task], None], store: Store | None = None, jobs: int = 1
) -> list[Row]:
    """Carry out the tasks, writing certificates into ``folder``; ``announce`` is told of each before it starts.

    With more than one job they are carried out in that many processes, and one that dies costs only its task. The rows
    are in the tasks' order. A row that was ``reused`` is worth nothing before its replay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stored = store.load(tasks) if store else [None] * len(tasks)

    def work(index: int) -> Result | None:
        return None if _usable(tasks[index], stored[index]) else result_of(tasks[index])

    rows: dict[int, Row] = {}
    for index, answer in carried_out(work, len(tasks), jobs, lambda index: announce(tasks[index])):
        if isinstance(answer, Died):
            answer = unknown(answer.reason, answer.seconds)
        result = answer or stored[index] or unknown("there is no stored result", 0.0)
        certificate = _write(folder, index + 1, tasks[index], result.certificate)
        rows[index] = _row(tasks[index], result, certificate, reused=answer is None)
        if store and answer and rows[index].reached:
            store.save(tasks[index], answer)
    _remove_all_but({row.certificate for row in rows.values()}, folder)
    return [rows[index] for index in range(len(tasks))]


def _row(task: Task, result: Result, certificate: str, reused: bool) -> Row:
    found = (task.result, result.verdict, task.scope, task.depth, result.trusts, round(result.seconds, 3))
    return Row(*found, certificate, task.expected, result.reason, reused)


def unknown(reason: str, seconds: float) -> Result:
    """No verdict, for the reason given."""
    return Result("UNKNOWN", b"", KERNEL, reason, seconds)


def _usable(task: Task, stored: Result | None) -> bool:
    """Whether a stored result is the expected one and claims what the row says; the kernel's part is the replay's."""
    if stored is None or not stored.verdict == task.expected != "UNKNOWN":
        return False
    try:
        document = json.loads(stored.certificate)
        return not task.demands(document["kind"], document["claim"])
    except Exception:  # whatever a forged certificate brings about here, the task is carried out afresh
        return False


def result_of(task: Task) -> Result:
    """The task carried out; a crash of untrusted code is UNKNOWN, with its reason."""
    start = time.perf_counter()
    try:
        finding = task.find()
        certificate = _checked(task, finding)
    except (Refused, Disagreement) as error:
        return unknown(str(error), time.perf_counter() - start)
    except (Exception, SystemExit) as error:
        return unknown(f"{type(error).__name__}: {error}", time.perf_counter() - start)
    return Result(finding.verdict, certificate, finding.trusts, finding.reason, time.perf_counter() - start)


def _checked(task: Task, finding: Finding) -> bytes:
    """The certificate's bytes if it claims what the row says and the kernel accepts it; raises Refused if not."""
    if finding.verdict == "UNKNOWN":
        raise Refused(finding.reason)
    if finding.certificate is None:
        raise Refused("there is no certificate")
    document = finding.certificate
    if faults := task.demands(document["kind"], document["claim"]):
        raise Refused(f"the certificate claims something else: {'; '.join(faults)}")
    try:
        certificate = dump(document).encode()
        check(parse(certificate))
    except (Rejected, InputError, ValueError) as error:
        raise Refused(f"{REJECTED}: {error}") from None
    return certificate


def slug(result: str) -> str:
    """What the name of a certificate's file ends in, after a number and a hyphen."""
    return "-".join(re.findall("[a-z0-9]+", result.lower()))


def _write(folder: Path, number: int, task: Task, certificate: bytes) -> str:
    if not certificate:
        return ""
    path = folder / f"{number:02d}-{slug(task.result)}.json"
    # In one step, since another run may be replaying the file of the same name.
    write_file(path, certificate)
    return path.as_posix()


def _remove_all_but(kept: set[str], folder: Path) -> None:
    for path in folder.glob("*.json"):
        if path.as_posix() not in kept:
            path.unlink(missing_ok=True)


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """The rows as a JSON list of objects with exactly the keys :data:`KEYS`."""
    write_file(path, json.dumps([{key: getattr(row, key) for key in KEYS} for row in rows], indent=1) + "\n")
