"""Exact weak alignment far from strong alignment: two linear programs in turn, from random starts.

Given a market, the best strong fit has prices: signed weights on action profiles and states that show its error.
Given prices, the market with the largest error by them is a linear program in shares and utilities.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from random import Random

from alignproof.checks.linear import Row
from alignproof.counterexamples.search.drafts import distinct
from alignproof.counterexamples.search.enumeration import Candidate
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.linear import best, value
from alignproof.counterexamples.search.market import Size, Start, market, silence
from alignproof.counterexamples.search.unknowns import constant, evaluated, share, shares
from alignproof.formats.certificates import Document, alignment_document, certificate, team_claim
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Components, Game, Parts
from alignproof.games.polynomial import gather
from alignproof.oracles.alignments import StrongFit, smallest_strong
from alignproof.oracles.systems import Unknown

MOST_TURNS = 10


@dataclass(frozen=True)
class AlternatingFits:
    """The engine for alignment alone: no equilibrium is involved."""

    name: str = "random markets, linear programs for the fit's prices and for the market in turn"
    patience: int = 24

    def hopeful(self, task: Task, size: Size) -> bool:
        """A payoff is not constant; and the exact weak alignment of a single provider is strong."""
        return size.providers > 1 and size.actions * size.states > 1

    def propose(self, task: Task, size: Size, random: Random, seconds: float) -> Sequence[Document]:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`."""
        drawn = _drawn(size, random)
        reached = Fraction(-1)
        for _ in range(MOST_TURNS):
            fit = smallest_strong(drawn.game, drawn.team, seconds)
            if isinstance(fit, Unknown) or fit.eps <= reached:
                return []
            if fit.eps >= task.values["eps"]:
                return drawn.documents(fit)
            reached = fit.eps
            better = _improved(size, drawn, fit, seconds)
            if better is None:
                return []
            drawn = better
        return []


@dataclass(frozen=True)
class WeakMarket:
    """A market with exact weak alignment: F are the shares, w = 1, lambda is given."""

    game: Game
    weights: WeakWeights

    @property
    def team(self) -> tuple[int, ...]:
        """All providers."""
        return tuple(self.weights.users)

    def documents(self, fit: StrongFit) -> list[Document]:
        """That it is weakly aligned, and that it is not strongly aligned with a smaller error than the fit's."""
        weak = alignment_document(self.weights, self.weights.errors(self.game))
        return [
            certificate("aligned", team_claim(self.game, self.team, alignment=weak), {}),
            certificate("not-aligned", team_claim(self.game, self.team, alignment=fit.claim), fit.evidence),
        ]


def weak_market(size: Size, found: Sequence[Parts], constants: tuple[Fraction, ...]) -> WeakMarket:
    """The market in which user i's utility is the sum of the shares in it and c_i, a payoff the mean of its shares."""
    users, actions, states = range(size.users), range(size.actions), range(size.states)
    tables = tuple(
        tuple(tuple(sum((parts[i][a][y] for parts in found), constants[i]) for y in states) for a in actions)
        for i in users
    )
    row = (Fraction(1, size.users),) * size.users
    payoffs = [Components(row, parts, ZERO) for parts in found]
    start = Start((Fraction(1, size.states),) * size.states, tables, (row,) * size.providers, silence(size))
    game = market(start, payoffs)
    return WeakMarket(
        game,
        WeakWeights(dict(enumerate(payoffs)), dict.fromkeys(range(size.providers), (ONE,) * size.users), constants),
    )


@dataclass(frozen=True)
class SmallShares:
    """One user, and shares of 0 and 1 that make a utility up to a constant: the candidates of an enumeration."""

    def hopeful(self, task: Task, size: Size) -> bool:
        """See :class:`~alignproof.counterexamples.search.enumeration.Candidates`."""
        return size.users == 1 and AlternatingFits().hopeful(task, size)

    def candidates(self, task: Task, size: Size) -> Iterator[Candidate]:
        """See :class:`~alignproof.counterexamples.search.enumeration.Candidates`."""
        for tables in distinct(replace(size, users=size.providers), 1, alike=False):
            sums = [sum(shares, ZERO) for rows in zip(*tables, strict=True) for shares in zip(*rows, strict=True)]
            if max(sums) - min(sums) <= 1:
                yield partial(_shown, task, weak_market(size, [(table,) for table in tables], (-min(sums),)))


def _shown(task: Task, found: WeakMarket, seconds: float) -> Sequence[Document]:
    fit = smallest_strong(found.game, found.team, seconds)
    return [] if isinstance(fit, Unknown) or fit.eps < task.values["eps"] else found.documents(fit)


def _drawn(size: Size, random: Random) -> WeakMarket:
    def cell() -> Fraction:
        return Fraction(random.randint(0, 1), size.providers)

    drawn = [
        tuple(tuple(tuple(cell() for _ in range(size.states)) for _ in range(size.actions)) for _ in range(size.users))
        for _ in range(size.providers)
    ]
    return weak_market(size, drawn, (ZERO,) * size.users)


def _improved(size: Size, drawn: WeakMarket, fit: StrongFit, seconds: float) -> WeakMarket | None:
    """The market whose error is largest by the prices of ``fit``; None if these say nothing."""
    game = drawn.game
    if "provider" not in fit.evidence:
        return None
    j = game.provider_names.index(fit.evidence["provider"])
    prices = _prices(game, fit.evidence["multipliers"])
    providers, users = range(size.providers), range(size.users)
    utility = {
        (i, a, y): gather(share(k, i, a, y) for k in providers) + constant(i)
        for i in users
        for a in range(size.actions)
        for y in range(size.states)
    }
    rows = [Row(side, ">=") for cell in utility.values() for side in (cell, 1 - cell)]
    rows += [Row(1 - share(k, *at), ">=") for k in providers for at in utility]
    for i in users:
        rows.append(Row(-gather(price * utility[i, actions[i], y] for (actions, y), price in prices.items()), ">="))
    error = gather(
        price * Fraction(1, size.users) * share(j, i, actions[i], y)
        for (actions, y), price in prices.items()
        for i in users
    )
    point = best(rows, error, seconds)
    if point is None:
        return None
    found = [tuple(evaluated(point, part) for part in shares(size, k)) for k in providers]
    return weak_market(size, found, tuple(value(constant(i), point) for i in users))


def _prices(game: Game, multipliers: dict[str, str]) -> dict[tuple[tuple[int, ...], int], Fraction]:
    """How much the error's proof weighs the payoff, by action profile and state."""
    points = [(actions, y) for actions in game.action_profiles() for y in range(len(game.states))]
    weights = (
        Fraction(multipliers.get(f"below {k}", "0")) - Fraction(multipliers.get(f"above {k}", "0"))
        for k in range(len(points))
    )
    return {point: weight for point, weight in zip(points, weights, strict=True) if weight}
