"""Certificates that an earlier run left in a folder: held against tasks and replayed, with nothing searched."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from alignproof.verification.replay import replay
from alignproof.verification.run import slug
from alignproof.verification.verdict import KERNEL, Row, Task


def unfit(task: Task, data: bytes) -> str:
    """Why the bytes of a certificate's file do not claim what the task asks for; empty if they do.

    Whether the claim is true is the kernel's to say."""
    try:
        document = json.loads(data)
        faults = task.demands(document["kind"], document["claim"])
    except Exception as error:  # whatever a forged certificate brings about here, it is not what the row says
        return f"the certificate cannot be held against the row: {type(error).__name__}: {error}"
    return f"the certificate claims something else: {', '.join(faults)}" if faults else ""


def kept(tasks: Sequence[Task], folder: Path, jobs: int = 1) -> list[Row]:
    """The rows of tasks whose certificates are in ``folder``, under the names that a run gives them, after a replay.

    A task whose certificate is not there, claims something else or is not valid is UNKNOWN, with the reason.
    """
    files = defaultdict(list)
    for path in sorted(folder.glob("*.json")):
        files[path.stem.partition("-")[2]].append(path)
    return replay([_row(task, files[slug(task.result)]) for task in tasks], jobs)


def _row(task: Task, files: Sequence[Path]) -> Row:
    faults = {path: unfit(task, path.read_bytes()) for path in files}
    fitting = [path for path, fault in faults.items() if not fault]
    reason = "" if fitting else next(iter(faults.values()), "there is no file with its certificate")
    verdict = task.expected if fitting else "UNKNOWN"
    certificate = fitting[0].as_posix() if fitting else ""
    return Row(
        task.result, verdict, task.scope, task.depth, KERNEL, 0.0, certificate, task.expected, reason, reused=True
    )
