"""Shrinking: the smallest instance that steps lead to, its numbers as simple as they get, in canonical form.

One predicate decides, :meth:`Aim.documents`: the kernel accepts the certificates of what a step made, and they show
what was asked for. A step is taken if it lowers the cost (:func:`~alignproof.counterexamples.shrink.moves.cost`): so
this ends, and what it ends at cannot be improved by a step.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from alignproof.counterexamples.shrink.aim import SECONDS, Aim
from alignproof.counterexamples.shrink.canonical import Canonical, canonical_form
from alignproof.counterexamples.shrink.moves import cost, frame_cost, framed, paid, smaller, tied
from alignproof.counterexamples.shrink.payoffs import bare, derived, solvable, solved
from alignproof.counterexamples.violations import Instance

Pass = Callable[[Instance], Iterator[Instance]]


@dataclass(frozen=True)
class Shrunk:
    """The instance, whether its order is canonical (else a normal form only), whether steps were tried to the end, and
    how many were taken."""

    instance: Instance
    exact: bool
    complete: bool
    steps: int


def shrink(instance: Instance, aim: Aim, seconds: float = 120.0) -> Instance:
    """See :func:`shrunk`."""
    return shrunk(instance, aim, seconds).instance


def shrunk(instance: Instance, aim: Aim, seconds: float = 120.0) -> Shrunk:
    """The instance made small. Raises ValueError if it does not reach the aim to begin with."""
    if not aim.documents(instance):
        raise ValueError("the instance does not reach the aim")
    run = _Run(aim, monotonic() + seconds)
    found = run.least(instance, (smaller, framed, paid))
    form = run.settled(found)
    return Shrunk(form.instance, form.exact, run.left > 0, run.steps)


@dataclass
class _Run:
    aim: Aim
    deadline: float
    steps: int = 0

    @property
    def left(self) -> float:
        return self.deadline - monotonic()

    def least(self, now: Instance, passes: Sequence[Pass]) -> Instance:
        """What is left when no step of a pass helps any more; passes begin anew after every step that was taken."""
        better: Instance | None = now
        while better is not None:
            now = better
            better = next(filter(None, (self._improved(now, steps(now)) for steps in passes)), None)
        return now

    def _improved(self, now: Instance, steps: Iterator[Instance]) -> Instance | None:
        """The first of the steps that costs less and reaches the aim, payoffs made anew if need be."""
        price = cost(now)
        for step in steps:
            for way in self._ways(step, frame_cost(step) < price[0]):
                if self.left <= 0:
                    return None
                if cost(way) < price and self.aim.documents(way):
                    self.steps += 1
                    return way
        return None

    def _ways(self, step: Instance, worth_solving: bool) -> Iterator[Instance]:
        """The step as it is; with payoffs that its weights say; with payoffs that a program finds."""
        yield step
        yield derived(step)
        if worth_solving and self.aim.hopeful(step):
            again = solved(step, SECONDS)
            if again is not None:
                yield again

    def settled(self, found: Instance) -> Canonical:
        """The canonical form. Payoffs that a program can find are found anew for the canonical form of all the rest, so
        that they do not depend on where the shrinking began; ties that matter to nothing are in the order of listing."""
        if solvable(found):
            frame = canonical_form(bare(found), ties=False)
            again = solved(tied(frame.instance), SECONDS)
            if again is not None and self.aim.documents(again):
                found = self.least(again, (paid,))
        free = canonical_form(found, ties=False)
        plain = Canonical(tied(free.instance), free.exact)
        return plain if self.aim.documents(plain.instance) else canonical_form(found)
