"""Statements x sizes, each asked of all solvers, and written out as an SMT-LIB 2 file for anyone else's."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from alignproof.formats.writing import write_file
from alignproof.smt.continuous import everywhere_query, two_points_query
from alignproof.smt.discharge import Discharge, discharge
from alignproof.smt.smtlib import Query, Status
from alignproof.smt.solvers import SOLVERS, Reply, Solver
from alignproof.smt.statements import choice_query, sum_query
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1
from alignproof.symbolic.statement import Size, Statement

STATEMENTS: tuple[Statement, ...] = tuple(
    result.statement() for result in (theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1)
)
CHOICES = (
    (theorem_3_1.statement(), "switch"),  # the same in all four results
    (theorem_4_3.statement(), "user dominance"),
    (theorem_4_4.statement(), "largest gain"),
)
SIZES = tuple(Size(n, n) for n in (1, 2, 5, 10, 50))
PROVIDERS = tuple(size.providers for size in SIZES)

Outcome = Literal["confirmed", "disagreement", "contradicted", "unknown"]


@dataclass(frozen=True)
class Case:
    """One query of the sweep.

    ``needed`` solvers have to answer as expected; None is all of them. ``most`` is a time limit of its own.
    """

    name: str
    statement: str
    size: str
    build: Callable[[], Query]
    needed: int | None = None
    most: float = 60.0


@dataclass(frozen=True)
class Row:
    """What came of a case: the replies, and the seconds it took from the statement to the last reply."""

    name: str
    statement: str
    size: str
    expected: Status
    replies: tuple[Reply, ...]
    agree: bool
    outcome: Outcome
    seconds: float


def universal_cases(sizes: Sequence[Size] = SIZES) -> Iterator[Case]:
    """The four universal results at the level of expectations."""
    for size in sizes:
        text, end = f"n={size.users}, |T|={size.providers}", f"n{size.users}-k{size.providers}"
        for statement in STATEMENTS:
            yield Case(f"{_slug(statement.result)}-{end}", statement.result, text, partial(sum_query, statement, size))


def choice_cases(providers: Sequence[int] = PROVIDERS) -> Iterator[Case]:
    """The lemmas about one user's choice among the providers."""
    for k in providers:
        for statement, hypothesis in CHOICES:
            name = f"{_slug(statement.result)}-{_slug(hypothesis)}-k{k}"
            build = partial(choice_query, statement, hypothesis, k)
            yield Case(name, f"{statement.result}, {hypothesis}", f"one user, k={k}", build)


def continuous_cases() -> Iterator[Case]:
    """Proposition A.2 for each provider. With quantifiers cvc5 decides it and Z3 runs out of time."""
    for j in (1, 2):
        name, result = f"proposition-a-2-provider-{j}", f"Proposition A.2, provider {j}"
        yield Case(f"{name}-two-points", result, "two points", partial(two_points_query, j))
        yield Case(f"{name}-everywhere", result, "all points", partial(everywhere_query, j), needed=1, most=5.0)


def all_cases() -> Iterator[Case]:
    """Everything there is to ask."""
    yield from universal_cases()
    yield from choice_cases()
    yield from continuous_cases()


def sweep(cases: Iterable[Case], folder: Path, seconds: float = 60.0, solvers: Sequence[Solver] = SOLVERS) -> list[Row]:
    """Ask every case of every solver, ``seconds`` at most each, and write its query into ``folder``."""
    return [_asked(case, folder, seconds, solvers) for case in cases]


def _asked(case: Case, folder: Path, seconds: float, solvers: Sequence[Solver]) -> Row:
    start = time.perf_counter()
    query = case.build()
    write_file(folder / f"{case.name}.smt2", query.text)
    found = discharge(query, min(seconds, case.most), solvers)
    spent = time.perf_counter() - start
    outcome = _outcome(case, found)
    return Row(
        case.name, case.statement, case.size, query.expected, found.replies, not found.disagreement, outcome, spent
    )


def _outcome(case: Case, found: Discharge) -> Outcome:
    """``confirmed`` only if enough solvers answer as expected and none otherwise; an ``unknown`` never counts."""
    if found.disagreement:
        return "disagreement"
    decided = [reply.answer for reply in found.replies if reply.answer != "unknown"]
    if any(answer != found.query.expected for answer in decided):
        return "contradicted"
    needed = len(found.replies) if case.needed is None else case.needed
    return "confirmed" if len(decided) >= max(1, needed) else "unknown"


def _slug(text: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", text.lower()))
