"""Counterexample-guided payoffs: a linear program against the deviations found so far, a best one found, and again.

Unlike the prices of :mod:`alignproof.counterexamples.search.prices` the program has no unknowns but the payoffs' own,
and a row for each deviation that once paid: it stays small where there are many signals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from time import monotonic

from alignproof.checks.linear import Row, System
from alignproof.counterexamples.search.drafts import Draft, Family
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.linear import Point, best
from alignproof.counterexamples.search.market import Size
from alignproof.counterexamples.search.prices import UnknownPayoff, groups
from alignproof.counterexamples.search.unknowns import PAYOFF
from alignproof.counterexamples.violations import certify
from alignproof.formats.certificates import Document
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.polynomial import Monomial, Polynomial
from alignproof.oracles.deviations import case_of
from alignproof.oracles.systems import Unknown, largest, without

MOST_ROUNDS = 200


@dataclass(frozen=True)
class GrowingDeviations:
    """The engine, for a family of drafts."""

    family: Family
    patience: int = 1200
    name: str = "random users, a linear program for payoffs against the deviations found so far"

    def hopeful(self, task: Task, size: Size) -> bool:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`."""
        return self.family.hopeful(task, size)

    def propose(self, task: Task, size: Size, random: Random, seconds: float) -> Sequence[Document]:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`."""
        deadline, draft = monotonic() + seconds, self.family.draw(task, size, random)
        if draft is None:
            return []
        point = stable(draft, task.robust, deadline)
        if point is None:
            return []
        document = certify(draft.instance(point), max(1.0, deadline - monotonic()))
        return [] if isinstance(document, Unknown) else [document]


def stable(draft: Draft, robust: bool, deadline: float) -> Point | None:
    """Unknowns at which no deviation was found that pays; None if there are none, or it is too late."""
    rows, cases = list(draft.rows), []
    for j in range(len(draft.game.providers)):
        found, systems = _cases(draft, j, robust, max(1.0, deadline - monotonic()))
        rows += found
        cases += systems
    for _ in range(MOST_ROUNDS):
        left = deadline - monotonic()
        point = None if left <= 0 else best(rows, draft.simple, left)
        if point is None:
            return None
        paying = list(_paying(cases, point, left))
        if not paying:
            return point
        rows += paying
    return None


def _cases(draft: Draft, provider: int, robust: bool, seconds: float) -> tuple[list[Row], list[System]]:
    """What a provider may do, with payoffs unknown: a system for each set of users he may serve; and rows on what he
    earns from users who leave."""
    rows: list[Row] = []
    systems = []
    for group in groups(draft.game, draft.profile):
        deviation = UnknownPayoff(draft.game, draft.profile, provider, group, robust)
        now = deviation.earned(RATIONAL, deviation.now)
        rows += deviation.leaving_rows() if robust and deviation.outside else ()
        systems += [case_of(deviation, served, seconds).system(now) for served in deviation.served_sets()]
    return rows, systems


def _paying(cases: Sequence[System], point: Point, seconds: float) -> Iterator[Row]:
    """Of each system a best deviation, if it pays at ``point``: that it must not, as a row on payoffs."""
    for system in cases:
        gain = system.rows["payoff"].value
        found = largest(without(system, "payoff"), _partly(gain, point, of_payoffs=True), seconds)
        if found is not None and found.value > 0:
            yield Row(-_partly(gain, found.point, of_payoffs=False), ">=")


def _partly(gain: Polynomial, point: Point, of_payoffs: bool) -> Polynomial:
    """A gain, bilinear in payoffs and the deviator's rule, with values put in for the one or the other."""
    terms: dict[Monomial, Fraction] = {}
    for monomial, coefficient in gain.terms.items():
        known = tuple(factor for factor in monomial if factor[0].startswith(PAYOFF) is of_payoffs)
        rest = tuple(factor for factor in monomial if factor not in known)
        terms[rest] = terms.get(rest, ZERO) + coefficient * (point.get(known, ZERO) if known else ONE)
    return Polynomial({monomial: coefficient for monomial, coefficient in terms.items() if coefficient})
