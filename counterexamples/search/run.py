"""The search: sizes from small to large, engines in turn, and nothing counts that the kernel does not accept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.counterexamples.search.engine import Engine
from alignproof.counterexamples.search.fit import AlternatingFits
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.market import LARGEST, Size, sizes
from alignproof.counterexamples.search.newcomer import NewcomerPrices
from alignproof.counterexamples.search.profiles import informs
from alignproof.counterexamples.search.setting import Shape
from alignproof.counterexamples.search.weak import WeakPrices
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse

ENGINES: dict[str, tuple[Engine, ...]] = {
    "thm4.1": (WeakPrices(),),
    "thm5.2": (NewcomerPrices(),),
    "propA.2": (AlternatingFits(),),
}
"""The engines of each goal, in the order in which they are asked."""

LEAST_ATTEMPTS = 4
"""How often at least an engine is asked for a market of a size before the next size is tried."""


@dataclass(frozen=True)
class Found:
    """Certificates that the kernel accepts and that reach the goal; the market's size, and who proposed it."""

    size: Size | Shape
    engine: str
    documents: Sequence[Document]
    attempts: int


@dataclass(frozen=True)
class NotFound:
    """Nothing was found in time: how many attempts there were, the largest size among them, and the engines."""

    attempts: int
    last: Size | Shape | None
    engines: tuple[str, ...]

    def __str__(self) -> str:
        if self.last is None:
            return f"no attempts: no time, or all sizes up to |A| = |Y| = {LARGEST} are too small"
        return f"{self.attempts} attempts up to {self.last}, by {'; '.join(self.engines)}"


def search(task: Task, seconds: float, seed: int = 0) -> Found | NotFound:
    """Markets that reach the goal, tried until one is certified or the time is up.

    The time is looked at between attempts, and limits each solver call.
    """
    deadline, engines, random = monotonic() + seconds, ENGINES[task.goal.name], Random(seed)
    attempts, last = 0, None
    for size, engine in _order(task, engines):
        left = deadline - monotonic()
        if left <= 0:
            break
        attempts, last = attempts + 1, size if last is None or _cells(size) > _cells(last) else last
        documents = engine.propose(task, size, random, left)
        if documents and certified(task, documents):
            return Found(size, engine.name, documents, attempts)
    return NotFound(attempts, last, tuple(engine.name for engine in engines))


def _order(task: Task, engines: Sequence[Engine]) -> Iterator[tuple[Size, Engine]]:
    """All sizes from small to large, again and again; small ones, where an attempt takes no time, more often.

    Ends at once if no size gives hope.
    """
    pairs = [(size, engine) for size in sizes() for engine in engines if engine.hopeful(task, size)]
    while pairs:
        for size, engine in pairs:
            yield from ((size, engine) for _ in range(LEAST_ATTEMPTS + engine.patience // _cells(size)))


def _cells(size: Size) -> int:
    return size.users * size.providers * size.actions * size.states


def certified(task: Task, documents: Sequence[Document]) -> bool:
    """Whether the kernel accepts all certificates, as they will be written, and their claims reach the goal."""
    try:
        for document in documents:
            check(parse(dump(document).encode()))
    except (Rejected, InputError):
        return False
    flags = [document["claim"]["robust"] for document in documents if "robust" in document["claim"]]
    if task.talk and not all(informs(document["claim"]) for document in documents):
        return False
    return task.goal.reached(task.values, documents) and flags == [task.robust] * len(flags)


def facts(documents: Sequence[Document]) -> list[str]:
    """What the certificates show, a line each."""
    return [_fact(document["kind"], document["claim"]) for document in documents]


def _fact(kind: str, claim: Document) -> str:
    if kind == "bound-violated":
        what = "a robust equilibrium" if claim["robust"] else "an equilibrium"
        return f"{what} worth at most {claim['at_most']} to every user; benchmarks are at least {claim['at_least']}"
    ((form, shown),) = claim["alignment"].items()
    if kind == "aligned":
        return f"{form} alignment with errors {' and '.join(shown['eps'])}"
    return f"no {form} alignment with an error {'of at most' if shown['attained'] else 'below'} {shown['eps']}"
