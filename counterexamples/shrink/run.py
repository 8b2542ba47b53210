"""Shrinking: the smallest instance that steps lead to, its numbers as simple as they get, in canonical form.

One predicate decides, :meth:`.Aim.documents`: the kernel accepts the certificates of what a step made, and they show
what was asked for. A step is taken if it lowers the cost (:func:`~alignproof.counterexamples.shrink.moves.cost`): so
this ends, and what it ends at cannot be improved by a step.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from time import monotonic

from alignproof.counterexamples.shrink.aim import SECONDS, Aim
from alignproof.counterexamples.shrink.canonical import Canonical, canonical_form
from alignproof.counterexamples.shrink.moves import cost, frame_cost, framed, paid, smaller, tied
from alignproof.counterexamples.shrink.payoffs import bare, derived, solvable, solved
from alignproof.counterexamples.shrink.select import played
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE

RATIOS = (ONE, Fraction(2))
MOST_RATIOS = 64
"""How many tables of ratios are tried at most: all, if there are up to six of a user and a provider."""

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
    passes: tuple[Pass, ...] = (smaller, framed) if solvable(instance) else (smaller, framed, paid)
    found = run.least(instance, passes)
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
        as_weighed = derived(step)
        if as_weighed != step:
            yield as_weighed
        if worth_solving and self.aim.hopeful(step):
            again = solved(step, SECONDS)
            if again is not None:
                yield again

    def settled(self, found: Instance) -> Canonical:
        """The canonical form. Payoffs that a program can find are found anew for the canonical form of all the rest,
        so that they do not depend on where the shrinking began; ties that do not matter are in the order of listing.
        """
        if solvable(found):
            again = self._paid_anew(found)
            found = found if again is None else self.least(again, (paid,))
        free = canonical_form(found, ties=False)
        plain = Canonical(tied(free.instance), free.exact)
        return plain if self.aim.documents(plain.instance) else canonical_form(found)

    def _paid_anew(self, found: Instance) -> Instance | None:
        """The simplest payoffs for a few ratios of what providers earn and bring, alike for a start."""
        users, team = range(len(found.game.users)), range(len(found.team))
        frame = tied(canonical_form(bare(found, [(ONE,) * len(users)] * len(team)), ties=False).instance)
        tables = product(product(RATIOS, repeat=len(users)), repeat=len(team))
        ways = (solved(bare(frame, table), SECONDS) for table in islice(tables, MOST_RATIOS) if self.left > 0)
        cheapest = sorted((way for way in ways if way is not None), key=cost)
        return next((way for way in cheapest if self.aim.documents(way)), None)


def size_text(instance: Instance) -> str:
    """How many users, providers, actions, states and messages there are."""
    game = played(instance)
    users = f"n={len(game.users)}" if instance.entrant is None else f"n={len(game.users) - 1}+1"
    actions = max(len(user.actions) for user in game.users)
    counts = f"k={len(game.providers)}, |A|={actions}, |Y|={len(game.states)}, |M|={len(game.messages)}"
    return f"{users}, {counts}"
