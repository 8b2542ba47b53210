"""Enumeration: candidates of a size, few and up to relabelling, gone through one after another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Protocol

from alignproof.counterexamples.search.drafts import Draft, Family
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.linear import best
from alignproof.counterexamples.search.market import Size
from alignproof.counterexamples.search.prices import Stability
from alignproof.counterexamples.violations import certify
from alignproof.formats.certificates import Document
from alignproof.oracles.systems import Unknown

Candidate = Callable[[float], Sequence[Document]]
"""A market, or a part of one, that is to be tried within some seconds: its certificates, or nothing."""


class Candidates(Protocol):
    """What there is to go through."""

    def hopeful(self, task: Task, size: Size) -> bool:
        """Whether there may be something of use at a size."""
        ...

    def candidates(self, task: Task, size: Size) -> Iterator[Candidate]:
        """All candidates of a size."""
        ...


@dataclass(frozen=True)
class Enumeration:
    """The engine that tries each candidate once. It remembers how far it is."""

    source: Candidates
    patience: int = 2000
    name: str = "small integers, all up to relabelling"
    left: dict[Size, Iterator[Candidate]] = field(default_factory=dict, compare=False)
    done: set[Size] = field(default_factory=set, compare=False)

    def hopeful(self, task: Task, size: Size) -> bool:
        """Not where all has been tried; and nobody says anything."""
        return size not in self.done and not task.talk and self.source.hopeful(task, size)

    def propose(self, task: Task, size: Size, random: Random, seconds: float) -> Sequence[Document]:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`; nothing is drawn."""
        if size not in self.left:
            self.left[size] = self.source.candidates(task, size)
        candidate = next(self.left[size], None)
        if candidate is None:
            self.done.add(size)
            return []
        return candidate(seconds)


@dataclass(frozen=True)
class Priced:
    """The drafts of a family, each with payoffs and prices from one linear program: at random as an engine of its own,
    or as candidates of an enumeration."""

    family: Family
    patience: int = 2000
    name: str = "random users, a linear program for payoffs and prices"

    def hopeful(self, task: Task, size: Size) -> bool:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`."""
        return self.family.hopeful(task, size)

    def propose(self, task: Task, size: Size, random: Random, seconds: float) -> Sequence[Document]:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`."""
        return priced(self.family.draw(task, size, random), task.robust, seconds)

    def candidates(self, task: Task, size: Size) -> Iterator[Candidate]:
        """See :class:`Candidates`."""
        return (partial(priced, draft, task.robust) for draft in self.family.drafts(task, size))


def priced(draft: Draft | None, robust: bool, seconds: float) -> Sequence[Document]:
    """The certificate of a draft in which payoffs and prices were found; nothing if there are none."""
    if draft is None:
        return []
    stable = Stability(robust, seconds).everywhere(draft.game, draft.profile)
    point = best([*draft.rows, *stable], draft.simple, seconds)
    document = None if point is None else certify(draft.instance(point), seconds)
    return [] if document is None or isinstance(document, Unknown) else [document]
