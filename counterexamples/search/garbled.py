"""Users with private features, and providers who see functions of state and features: what a garbling may depend on.

Personalized game with one user, exact weak alignment. Benchmarks are taken with garblings that are common given the
state alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

from alignproof.counterexamples.search.drafts import Draft, distinct, least, small_scales, uninformed
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.linear import Point, value
from alignproof.counterexamples.search.market import (
    Size,
    Start,
    Table,
    draw_scales,
    draw_table,
    falls_short,
    largest_payoff,
    silence,
    users_of,
)
from alignproof.counterexamples.search.unknowns import constant, evaluated, shares
from alignproof.counterexamples.search.weak import equation_2
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.garbling import Reading
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.oracles.benchmarks import Benchmark, benchmark
from alignproof.symbolic.rules import silent_profile
from alignproof.symbolic.theorem_3_1 import FACTORS

TYPES = 2
"""The number of features of the user."""

MOST_SIGHTS = 1_000_000
"""No more assignments of features to providers than this are gone through at one size."""

READING: Reading = "state"

Sight = tuple[int, ...]
"""What a provider sees, by state and the user's feature: ``sight[y * TYPES + x]``, numbered as they first occur."""

Seen = tuple[Start, tuple[Sight, ...]]


@dataclass(frozen=True)
class GarblingFamily:
    """State and feature are independent and uniform; each provider sees some function of both."""

    def hopeful(self, task: Task, size: Size) -> bool:
        """One user, who has a choice, and providers who may differ in what they see.

        A single provider deploys every shared rule himself: Theorem 4.3.
        """
        return size.users == 1 and size.providers > 1 and size.actions > 1 and size.states > 1

    def draw(self, task: Task, size: Size, random: Random) -> Draft | None:
        """See :class:`~alignproof.counterexamples.search.drafts.Family`."""
        sights = tuple(
            _numbered([random.randrange(size.states) for _ in range(size.states * TYPES)])
            for _ in range(size.providers)
        )
        prior = (Fraction(1, size.states),) * size.states
        start = Start(prior, (draw_table(random, size),), draw_scales(random, size), silence(size))
        return _draft(start, sights, size, task.robust) if _of_use(start, sights, size) else None

    def drafts(self, task: Task, size: Size) -> Iterator[Draft | None]:
        """See :class:`~alignproof.counterexamples.search.drafts.Family`."""
        prior = (Fraction(1, size.states),) * size.states
        cells = size.states * TYPES
        if size.states ** (cells * size.providers) > MOST_SIGHTS:
            return
        known = sorted({_numbered(seen) for seen in product(range(size.states), repeat=cells)})
        users = [
            tables
            for tables in distinct(size, 1, alike=task.robust)
            if falls_short(prior, tables[0], (0,) * size.states)
        ]
        for tables, sights in product(users, product(known, repeat=size.providers)):
            start = Start(prior, tables, ((ONE,) * size.users,) * size.providers, silence(size))
            useful = _of_use(start, sights, size)
            for scales in small_scales(size) if useful else ():
                yield _draft(Start(prior, tables, scales, silence(size)), sights, size, task.robust)
            if not useful:
                yield None


def _numbered(seen: Sequence[int]) -> Sight:
    names = list(dict.fromkeys(seen))
    return tuple(names.index(x) for x in seen)


def _game(start: Start, sights: Sequence[Sight], payoffs: Sequence[Components]) -> Game:
    """The game in which the user sees her feature and provider j his sight."""
    (plain,), states = users_of(start.tables), range(len(start.prior))
    user = User(plain.name, tuple(f"x{x + 1}" for x in range(TYPES)), plain.actions, plain.utility)
    providers = tuple(
        Provider(f"provider {j + 1}", tuple(f"z{z + 1}" for z in range(max(sight) + 1)), payoff)
        for j, (sight, payoff) in enumerate(zip(sights, payoffs, strict=True))
    )
    prior = tuple(
        Atom(start.prior[y] / TYPES, y, (x,), tuple(sight[y * TYPES + x] for sight in sights))
        for y in states
        for x in range(TYPES)
    )
    messages = tuple(str(m + 1) for m in range(len(user.actions)))
    names = tuple(f"y{y + 1}" for y in states)
    ties = common_ties((user,), len(providers), len(messages))
    return Game((user,), providers, names, prior, messages, "P", ties)


def _of_use(start: Start, sights: Sequence[Sight], size: Size) -> bool:
    """Whether her benchmark, which does not depend on payoffs, is above what silence gives her."""
    nothing = Components((ONE,), tuple(((ZERO,) * size.states,) * size.actions for _ in start.tables), ZERO)
    game = _game(start, sights, (nothing,) * len(sights))
    found = benchmark(game, 0, tuple(range(len(sights))), READING)
    return isinstance(found, Benchmark) and found.value > uninformed(start.prior, start.tables[0])


def _draft(start: Start, sights: Sequence[Sight], size: Size, robust: bool) -> Draft:
    unknown = [shares(size, j) for j in range(size.providers)]
    payoffs = [Components(row, parts, ZERO) for row, parts in zip(start.scales, unknown, strict=True)]

    def instance(point: Point) -> Instance:
        tables: list[tuple[Table, ...]] = [tuple(evaluated(point, part) for part in parts) for parts in unknown]
        sizes = [largest_payoff(row, parts) or ONE for row, parts in zip(start.scales, tables, strict=True)]
        found = [
            Components(tuple(scale / most for scale in row), parts, ZERO)
            for row, parts, most in zip(start.scales, tables, sizes, strict=True)
        ]
        game, team = _game(start, sights, found), tuple(range(len(sights)))
        weights = WeakWeights(dict(enumerate(found)), dict.fromkeys(team, (ONE,)), (value(constant(0), point),))
        profile = silent_profile(game, "personalized")
        return Instance(game, profile, team, weights, FACTORS, (0,), robust=robust, reading=READING)

    game = _game(start, sights, payoffs)
    profile = silent_profile(game, "personalized")
    return Draft(game, profile, tuple(equation_2(start, unknown)), least(unknown), instance)
