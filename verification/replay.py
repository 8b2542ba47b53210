"""The replay: certificates checked again from their files, in fresh processes that hold nothing but the kernel.

Each process is ``python -I`` and may load nothing of this project but ``checks`` and ``games``.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from alignproof.verification.verdict import Row

# One line of JSON for each file: nothing that a certificate makes the kernel say can pass for another file's answer.
# The collector finds nothing within a check, and takes a tenth of its time.
SCRIPT = """
import gc
import json, sys
from contextlib import redirect_stdout
from io import StringIO
from time import perf_counter
from alignproof.checks.kernel import answer
allowed = ("alignproof.checks", "alignproof.games")
gc.disable()
for path in sys.argv[1:]:
    start = perf_counter()
    with redirect_stdout(StringIO()):
        code, said = answer(path)
    foreign = [name for name in sys.modules if name.startswith("alignproof.") and not name.startswith(allowed)]
    print(json.dumps([code, said, foreign, perf_counter() - start]), flush=True)
    gc.collect()
"""


@dataclass(frozen=True)
class Answer:
    """What the replay found wrong with a certificate, empty if it is valid, and the seconds that the check took."""

    fault: str
    seconds: float


def replay(rows: Sequence[Row], jobs: int = 1) -> list[Row]:
    """The rows after checking every written certificate again: one that is not valid makes its row UNKNOWN."""
    batches = _batches({row.certificate: row.seconds for row in rows if row.certificate}, jobs)
    answers: dict[str, Answer] = {}
    with ThreadPoolExecutor(jobs) as threads:
        for some in threads.map(_answers, batches):
            answers |= some
    return [_settled(row, answers[row.certificate]) if row.certificate else row for row in rows]


def _settled(row: Row, answer: Answer) -> Row:
    if answer.fault:
        return replace(row, verdict="UNKNOWN", reason=f"the replay failed: {answer.fault}")
    seconds = round(answer.seconds, 3) if row.reused else row.seconds
    return replace(row, replayed=True, seconds=seconds)


def _batches(seconds: Mapping[str, float], count: int) -> list[list[str]]:
    """The files in at most ``count`` parts that took about the same time to find and check, the longest first."""
    batches: list[list[str]] = [[] for _ in range(count)]
    loads = [0.0] * count
    for file in sorted(seconds, key=seconds.__getitem__, reverse=True):
        lightest = loads.index(min(loads))
        batches[lightest].append(file)
        loads[lightest] += seconds[file]
    return [batch for batch in batches if batch]


def _answers(files: Sequence[str]) -> dict[str, Answer]:
    """The answer for each file; one at which the process ends is not valid, and the next process takes the rest."""
    answers: dict[str, Answer] = {}
    while len(answers) < len(files):
        left = files[len(answers) :]
        command = [sys.executable, "-I", "-c", SCRIPT, *left]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        lines = done.stdout.split("\n")[:-1]
        answers |= {file: _answer(line) for file, line in zip(left, lines, strict=False)}
        if len(lines) < len(left):
            last = done.stderr.strip().splitlines()[-1:]
            answers[left[len(lines)]] = Answer(
                ": ".join([f"the process ended with code {done.returncode}", *last]), 0.0
            )
    return answers


def _answer(line: str) -> Answer:
    code, said, foreign, seconds = json.loads(line)
    if foreign:
        return Answer(f"the replay loaded {' '.join(foreign)}", seconds)
    return Answer(said if code else "", seconds)
