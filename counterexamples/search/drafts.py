"""Drafts: markets in which users are given, and what providers earn is affine in unknowns.

A *family* makes the drafts of a goal, at random or one after another; engines differ in how they find the unknowns.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from math import gcd
from random import Random
from typing import Protocol

from alignproof.checks.linear import Row
from alignproof.counterexamples.search import newcomer, weak
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.linear import Point, value
from alignproof.counterexamples.search.market import Size, Start, Table, falls_short, market, silence
from alignproof.counterexamples.search.profiles import telling
from alignproof.counterexamples.search.unknowns import constant, evaluated, shares
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO, dot
from alignproof.games.model import Components, Game, Parts
from alignproof.games.polynomial import Polynomial, gather
from alignproof.games.rules import Profile

MOST_TABLES = 10_000
"""No more assignments of utilities than this are gone through at one size."""


@dataclass(frozen=True)
class Draft:
    """A market with payoffs in unknowns: the game and what is played; rows that the unknowns have to satisfy for the
    alignment; an objective, the larger the simpler; and the instance that values of the unknowns make."""

    game: Game
    profile: Profile
    rows: Sequence[Row]
    simple: Polynomial
    instance: Callable[[Point], Instance]


class Family(Protocol):
    """What makes the drafts of a goal."""

    def hopeful(self, task: Task, size: Size) -> bool:
        """Whether a draft of the size may reach the goal."""
        ...

    def draw(self, task: Task, size: Size, random: Random) -> Draft | None:
        """A random draft; None if what was drawn is of no use."""
        ...

    def drafts(self, task: Task, size: Size) -> Iterator[Draft | None]:
        """Drafts with small integers for all that is given, each up to relabelling once; few enough to go through.

        None in between, where looking for the next one takes time.
        """
        ...


@dataclass(frozen=True)
class WeakFamily:
    """Equilibria under exact weak alignment: see :mod:`alignproof.counterexamples.search.weak`."""

    def hopeful(self, task: Task, size: Size) -> bool:
        """See :class:`Family`."""
        return weak.hopeful(task, size)

    def draw(self, task: Task, size: Size, random: Random) -> Draft | None:
        """See :class:`Family`."""
        start = weak.drawn(task, size, random)
        return None if start is None else weak_draft(start, size, task.robust)

    def drafts(self, task: Task, size: Size) -> Iterator[Draft]:
        """See :class:`Family`."""
        low, high = task.values["eps"], task.values["c"]
        prior = (Fraction(1, size.states),) * size.states
        for tables in distinct(size, 1, alike=task.robust):
            if all(uninformed(prior, table) <= low and informed(prior, table) >= high for table in tables):
                for scales in small_scales(size):
                    yield weak_draft(Start(prior, tables, scales, silence(size)), size, task.robust)


def weak_draft(start: Start, size: Size, robust: bool) -> Draft:
    """Equation (2) holds for shares and constants; a provider earns his shares, times what was drawn."""
    unknown = [shares(size, j) for j in range(size.providers)]
    payoffs = [Components(row, parts, ZERO) for row, parts in zip(start.scales, unknown, strict=True)]

    def instance(point: Point) -> Instance:
        found = [tuple(evaluated(point, part) for part in parts) for parts in unknown]
        return weak.instance(start, found, tuple(value(constant(i), point) for i in range(size.users)), robust)

    game = market(start, payoffs)
    return Draft(game, telling(game, start.told), tuple(weak.equation_2(start, unknown)), least(unknown), instance)


@dataclass(frozen=True)
class NewcomerFamily:
    """Equilibria after an entry: see :mod:`alignproof.counterexamples.search.newcomer`."""

    def hopeful(self, task: Task, size: Size) -> bool:
        """See :class:`Family`."""
        return newcomer.hopeful(task, size)

    def draw(self, task: Task, size: Size, random: Random) -> Draft | None:
        """See :class:`Family`."""
        start = newcomer.drawn(task, size, random)
        return None if start is None else newcomer_draft(start, size, task.robust)

    def drafts(self, task: Task, size: Size) -> Iterator[Draft]:
        """See :class:`Family`."""
        prior = (Fraction(1, size.states),) * size.states
        for tables in distinct(size, 2, alike=task.robust):
            if _all_below(prior, tables):
                for scales in small_scales(size):
                    yield newcomer_draft(Start(prior, tables, scales, silence(size)), size, task.robust)


def newcomer_draft(start: Start, size: Size, robust: bool) -> Draft:
    """A provider earns a combination of the old users' utilities, and what he makes of the new one, the last."""
    wishes = [shares(size, j)[-1] for j in range(size.providers)]
    payoffs = [
        Components((*row[:-1], ONE), (*start.tables[:-1], wish), ZERO)
        for row, wish in zip(start.scales, wishes, strict=True)
    ]

    def instance(point: Point) -> Instance:
        return newcomer.instance(start, [evaluated(point, wish) for wish in wishes], robust)

    rows = tuple(Row(cell, ">=") for wish in wishes for row in wish for cell in row)
    game = market(start, payoffs)
    return Draft(game, telling(game, start.told), rows, least([(wish,) for wish in wishes]), instance)


def _all_below(prior: Sequence[Fraction], tables: Sequence[Table]) -> bool:
    """Whether in silence every user gets less than any of them would get if she knew the state."""
    everyone = all(falls_short(prior, table, (0,) * len(prior)) for table in tables)
    return everyone and max(uninformed(prior, t) for t in tables) < min(informed(prior, t) for t in tables)


def least(unknown: Sequence[Parts]) -> Polynomial:
    """The objective of small payoffs."""
    return -gather(cell for parts in unknown for part in parts for row in part for cell in row)


def uninformed(prior: Sequence[Fraction], table: Table) -> Fraction:
    """What the best action is worth to who knows nothing."""
    return Fraction(max(dot(prior, row) for row in table))


def informed(prior: Sequence[Fraction], table: Table) -> Fraction:
    """What the best actions are worth to who knows the state."""
    return Fraction(dot(prior, [max(column) for column in zip(*table, strict=True)]))


def distinct(size: Size, levels: int, alike: bool) -> Iterator[tuple[Table, ...]]:
    """Utilities of all users in 0, 1/levels, ..., 1, one for each class of those that relabelling makes equal: states,
    users, and ``alike``, each user's actions. (Ties depend on the order of actions.) None if they are too many.
    """
    cells = size.actions * size.states
    if (levels + 1) ** (cells * size.users) > MOST_TABLES:
        return
    marks = [Fraction(k, levels) for k in range(levels + 1)]
    rows = list(product(marks, repeat=size.states))
    each = list(product(rows, repeat=size.actions))
    for tables in product(each, repeat=size.users):
        if tables == min(_relabelled(tables, alike)):
            yield tables


def _relabelled(tables: tuple[Table, ...], alike: bool) -> Iterator[tuple[Table, ...]]:
    """For each order of states, the users' tables in the smallest order, each table likewise if ``alike``."""
    for order in permutations(range(len(tables[0][0]))):
        moved = [tuple(tuple(row[y] for y in order) for row in table) for table in tables]
        yield tuple(sorted(tuple(sorted(table)) if alike else table for table in moved))


def small_scales(size: Size) -> Iterator[tuple[tuple[Fraction, ...], ...]]:
    """What providers earn for a unit of each user's share: 1 or 2, without common factors, the providers sorted."""
    rows = [row for row in product((1, 2), repeat=size.users) if gcd(*row) == 1]
    for chosen in product(rows, repeat=size.providers):
        if list(chosen) == sorted(chosen):
            yield tuple(tuple(map(Fraction, row)) for row in chosen)
