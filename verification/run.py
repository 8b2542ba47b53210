"""Running tasks: every certificate passes the kernel here, is written down, and is replayed in a fresh process.

The fresh process is ``python -I`` and may load nothing of this project but ``checks`` and ``games``.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse
from alignproof.verification.verdict import Finding, Row, Task

REPLAY = """
import sys
from alignproof.checks.kernel import main
code = main(sys.argv[1:])
allowed = ("alignproof.checks", "alignproof.games")
foreign = [name for name in sys.modules if name.startswith("alignproof.") and not name.startswith(allowed)]
if foreign:
    print("the replay loaded", *foreign)
    code = 1
sys.exit(code)
"""

KEYS = ("result", "verdict", "scope", "depth", "trusts", "seconds", "certificate")
"""The keys of a row in ``verify.json``."""


def run(tasks: Sequence[Task], folder: Path, announce: Callable[[Task], None]) -> list[Row]:
    """Carry out the tasks, writing certificates into ``folder``; ``announce`` is told of each before it starts."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    rows = []
    for number, task in enumerate(tasks, start=1):
        announce(task)
        start = time.perf_counter()
        finding = _checked(task, _found(task))
        seconds = time.perf_counter() - start
        name = _write(folder, number, task, finding)
        rows.append(
            Row(
                task.result,
                finding.verdict,
                task.scope,
                task.depth,
                finding.trusts,
                round(seconds, 3),
                name,
                task.expected,
                finding.reason,
            )
        )
    return rows


def _found(task: Task) -> Finding:
    """The task's finding; a crash of untrusted code is UNKNOWN, with its reason."""
    try:
        return task.find()
    except Exception as error:
        return Finding("UNKNOWN", None, reason=f"{type(error).__name__}: {error}")


def _checked(task: Task, finding: Finding) -> Finding:
    """The finding if its certificate claims what the row says and the kernel accepts it, else UNKNOWN."""
    if finding.verdict == "UNKNOWN":
        return finding
    if finding.certificate is None:
        return Finding("UNKNOWN", None, reason="there is no certificate")
    document = finding.certificate
    if faults := task.demands(document["kind"], document["claim"]):
        return Finding("UNKNOWN", None, reason=f"the certificate claims something else: {'; '.join(faults)}")
    try:
        check(parse(dump(document).encode()))
    except (Rejected, InputError, ValueError) as error:
        return Finding("UNKNOWN", None, reason=f"the kernel rejects the certificate: {error}")
    return finding


def _write(folder: Path, number: int, task: Task, finding: Finding) -> str:
    if finding.certificate is None:
        return ""
    slug = "-".join(re.findall("[a-z0-9]+", task.result.lower()))
    path = folder / f"{number:02d}-{slug}.json"
    path.write_text(dump(finding.certificate), encoding="utf-8")
    return path.as_posix()


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """The rows as a JSON list of objects with exactly the keys :data:`KEYS`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{key: getattr(row, key) for key in KEYS} for row in rows], indent=1) + "\n", "utf-8")


def replay(rows: Sequence[Row]) -> tuple[bool, str]:
    """Check every written certificate again in a fresh, isolated process: are all valid, and what did it print?"""
    files = [row.certificate for row in rows if row.certificate]
    done = subprocess.run([sys.executable, "-I", "-c", REPLAY, *files], capture_output=True, text=True, check=False)
    valid = [line for line in done.stdout.splitlines() if line.startswith("valid ")]
    return done.returncode == 0 and len(valid) == len(files) > 0, done.stdout + done.stderr
