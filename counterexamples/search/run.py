"""The search: sizes from small to large, engines in turn, and nothing counts that the kernel does not accept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from time import monotonic

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.counterexamples.search.bounds import DEFAULT, Bounds, sizes
from alignproof.counterexamples.search.drafts import NewcomerFamily, WeakFamily
from alignproof.counterexamples.search.engine import Engine
from alignproof.counterexamples.search.enumeration import Enumeration, Priced
from alignproof.counterexamples.search.fit import AlternatingFits, SmallShares
from alignproof.counterexamples.search.garbled import GarblingFamily
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.growing import GrowingDeviations
from alignproof.counterexamples.search.joint import JointPayoffs
from alignproof.counterexamples.search.market import Size
from alignproof.counterexamples.search.profiles import informs
from alignproof.counterexamples.search.setting import Shape
from alignproof.counterexamples.search.whole import WholeMarket
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse, shown

ENGINES: Mapping[str, Mapping[str, Callable[[], Engine]]] = {
    "thm4.1": {
        "cegis": partial(GrowingDeviations, WeakFamily()),
        "prices": partial(Priced, WeakFamily(), 400),
        "enumeration": partial(Enumeration, Priced(WeakFamily())),
        "z3": WholeMarket,
    },
    "thm5.2": {
        "prices": partial(Priced, NewcomerFamily(), 1200),
        "cegis": partial(GrowingDeviations, NewcomerFamily()),
        "enumeration": partial(Enumeration, Priced(NewcomerFamily())),
    },
    "thm3.1-literal-garbling": {
        "prices": partial(Priced, GarblingFamily()),
        "cegis": partial(GrowingDeviations, GarblingFamily()),
        "enumeration": partial(Enumeration, Priced(GarblingFamily())),
    },
    "propA.2": {"fits": AlternatingFits, "enumeration": partial(Enumeration, SmallShares())},
    "propA.1-as-printed": {"errors": JointPayoffs, "enumeration": partial(Enumeration, JointPayoffs())},
}
"""Makers of the engines of each goal, by name, in the order in which they are asked at a size."""

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
    bounds: Bounds = DEFAULT

    def __str__(self) -> str:
        if self.last is None:
            return f"no attempts: no time, or no size up to {self.bounds} gives hope"
        return f"{self.attempts} attempts up to {self.last}, by {'; '.join(self.engines)}"


@dataclass(frozen=True)
class Plan:
    """How to search: where the random draws start, how large markets may be, and by which engines (all, if empty)."""

    seed: int = 0
    bounds: Bounds = DEFAULT
    engines: Sequence[str] = ()

    def made(self, goal: str) -> list[Engine]:
        """The goal's engines, new ones, since they may remember what they proposed. Raises InputError."""
        known = ENGINES[goal]
        for name in self.engines:
            if name not in known:
                raise InputError("--engine", f"{goal} has no engine {shown(name)!r}; it has: {', '.join(known)}")
        return [make() for name, make in known.items() if name in (self.engines or known)]


ANYHOW = Plan()


def search(task: Task, seconds: float, plan: Plan = ANYHOW) -> Found | NotFound:
    """A market that reaches the goal, sought until one is certified or the time is up. Raises InputError."""
    return next(searched(task, seconds, plan))


def searched(task: Task, seconds: float, plan: Plan = ANYHOW) -> Iterator[Found | NotFound]:
    """Markets that reach the goal, no two with the same certificates; last, how the search ended. Raises InputError.

    The time is looked at between attempts, and limits each solver call.
    """
    deadline, engines, random = monotonic() + seconds, plan.made(task.goal.name), Random(plan.seed)
    attempts, last, known = 0, None, set()
    for size, engine in _order(task, engines, plan.bounds):
        left = deadline - monotonic()
        if left <= 0:
            break
        attempts, last = attempts + 1, size if last is None or _cells(size) > _cells(last) else last
        documents = engine.propose(task, size, random, left)
        written = tuple(map(dump, documents))
        if documents and written not in known and certified(task, documents):
            known.add(written)
            yield Found(size, engine.name, documents, attempts)
    yield NotFound(attempts, last, tuple(engine.name for engine in engines), plan.bounds)


def _order(task: Task, engines: Sequence[Engine], bounds: Bounds) -> Iterator[tuple[Size, Engine]]:
    """All sizes from small to large, again and again; small ones, where an attempt takes no time, more often.

    Ends when no size gives hope, or none does any longer.
    """
    within = sizes(bounds)
    while pairs := [(size, engine) for size in within for engine in engines if engine.hopeful(task, size)]:
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
        who = "every user" if claim["users"] == _everyone(claim) else ", ".join(claim["users"])
        return f"{what} worth at most {claim['at_most']} to {who}; benchmarks are at least {claim['at_least']}"
    ((form, shown),) = claim["alignment"].items()
    if kind == "aligned":
        return f"{form} alignment with errors {' and '.join(shown['eps'])}"
    what = "separable payoffs" if form == "separable" else f"{form} alignment"
    return f"no {what} with an error {'of at most' if shown['attained'] else 'below'} {shown['eps']}"


def _everyone(claim: Document) -> list[str]:
    new = [claim["entrant"]["user"]["name"]] if "entrant" in claim else []
    return [user["name"] for user in claim["game"]["users"]] + new
