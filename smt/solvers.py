"""Solvers that read SMT-LIB 2, all asked the same text; whatever goes wrong with one of them is ``unknown``."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Literal, Protocol

Answer = Literal["sat", "unsat", "unknown"]
ANSWERS: tuple[Answer, ...] = ("sat", "unsat", "unknown")
GRACE = 2.0
"""Seconds for starting up, and for stopping on one's own, beyond the time limit."""


@dataclass(frozen=True)
class Reply:
    """What a solver said: its name and version, its answer, the reason if that is ``unknown``, and how long it took."""

    solver: str
    answer: Answer
    reason: str
    seconds: float


class Solver(Protocol):
    """Anything that answers whether SMT-LIB 2 text can be satisfied."""

    def ask(self, text: str, seconds: float) -> Reply:
        """The answer within a time limit; never raises."""
        ...


@dataclass(frozen=True)
class Process:
    """A solver in a process of its own (:mod:`alignproof.smt.reader`), stopped at the time limit."""

    module: str
    package: str
    command: tuple[str, ...]

    def ask(self, text: str, seconds: float) -> Reply:
        """See :class:`Solver`."""
        if find_spec(self.module) is None:
            return Reply(self.module, "unknown", "not installed", 0.0)
        start = time.perf_counter()
        answer, reason = self._answered(text, seconds)
        return Reply(f"{self.module} {version(self.package)}", answer, reason, time.perf_counter() - start)

    def _answered(self, text: str, seconds: float) -> tuple[Answer, str]:
        command = [*self.command, str(max(1, int(1000 * seconds)))]
        try:
            done = subprocess.run(
                command, input=text, capture_output=True, encoding="utf-8", timeout=seconds + GRACE, check=False
            )
        except subprocess.TimeoutExpired:
            return "unknown", "timeout"
        except OSError as error:
            return "unknown", f"cannot be started: {error}"
        said, _, reason = done.stdout.partition("\n")
        for answer in ANSWERS:
            if said == answer and done.returncode == 0:
                return answer, reason.strip()
        return "unknown", _failure(done)


def _failure(done: subprocess.CompletedProcess[str]) -> str:
    last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
    return f"failed with exit code {done.returncode}: {last}"


def _reading(name: str, package: str) -> Process:
    return Process(name, package, (sys.executable, "-P", "-m", "alignproof.smt.reader", name))


Z3 = _reading("z3", "z3-solver")
CVC5 = _reading("cvc5", "cvc5")
SOLVERS: Sequence[Solver] = (Z3, CVC5)
