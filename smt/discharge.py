"""One query, several solvers: what they say together."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from alignproof.smt.smtlib import Query
from alignproof.smt.solvers import SOLVERS, Answer, Reply, Solver


@dataclass(frozen=True)
class Discharge:
    """The replies of all solvers to the same query."""

    query: Query
    replies: tuple[Reply, ...]

    @property
    def disagreement(self) -> bool:
        """Whether one solver says ``sat`` and another ``unsat``: one of them is wrong."""
        return {"sat", "unsat"} <= {reply.answer for reply in self.replies}

    @property
    def answer(self) -> Answer:
        """What all solvers say; ``unknown`` unless there are at least two and they say the same."""
        answers = {reply.answer for reply in self.replies}
        return answers.pop() if len(answers) == 1 and len(self.replies) > 1 else "unknown"

    @property
    def solvers(self) -> str:
        """The solvers' names and versions."""
        return " and ".join(reply.solver for reply in self.replies)

    @property
    def said(self) -> str:
        """Each solver with its answer, and its reason if it has one."""
        return "; ".join(f"{r.solver}: {r.answer}" + (f" ({r.reason})" if r.reason else "") for r in self.replies)


def discharge(query: Query, seconds: float = 60.0, solvers: Sequence[Solver] = SOLVERS) -> Discharge:
    """Ask all solvers at the same time."""
    with ThreadPoolExecutor(max(1, len(solvers))) as pool:
        return Discharge(query, tuple(pool.map(lambda solver: solver.ask(query.text, seconds), solvers)))
