"""Payoffs as far as alignment leaves them open: affine in unknowns, with the rows that make the hypotheses hold.

Errors are 0. *Weak*: provider j earns ``lambda_{j,i} F_{j,i}`` by user i; with lambda and w drawn, equations (1) and
(2) are linear in the unknown components F. *Strong*: equation (3) is linear in the unknown weights lambda. A hypothesis
that is dropped takes its rows, or signs, away. Payoffs outside T, or bound by no equation, are unknown shares.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from alignproof.checks.benchmark import Team
from alignproof.checks.linear import Row
from alignproof.counterexamples.search.linear import Point, value
from alignproof.counterexamples.search.market import largest_payoff
from alignproof.counterexamples.search.target import Target
from alignproof.counterexamples.search.unknowns import PAYOFF, constant, evaluated, share
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights, Weights
from alignproof.games.model import Components, Game, Part, Parts, tabulated
from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable

Payoffs = tuple[Components, ...]


@dataclass(frozen=True)
class Alignment:
    """Payoffs in unknowns; the rows under which they are aligned; the numbers that a solution makes of both; and, for
    each provider j who earns a nonnegative combination of the users' utilities, its weights ``weights[j][i]``."""

    payoffs: Payoffs
    rows: tuple[Row, ...]
    read: Callable[[Point], tuple[Payoffs, Weights]]
    weights: dict[int, tuple[Polynomial, ...]]


def any_payoff(game: Game, provider: int) -> Components:
    """A payoff of which nothing is known but that it is separable."""
    parts = tabulated(game, lambda i, a, y: share(provider, i, a, y))
    return Components((ONE,) * len(game.users), parts, ZERO)


def draw_team(random: Random, providers: int) -> Team:
    """All providers, or now and then just one of them."""
    everyone = tuple(range(providers))
    return everyone if providers == 1 or random.random() < 0.9 else (random.choice(everyone),)


# Strong alignment.


def strong_alignment(random: Random, target: Target, game: Game, team: Team) -> Alignment:
    """Exact strong alignment of T, or what is left of it."""
    covers = {i: random.choice(team) for i in range(len(game.users))}
    if not target.assumes("strong alignment"):
        return _unrelated(random, game, team)
    signed = target.assumes("weights")
    weights = {j: tuple(_weight(j, i, signed) for i in range(len(game.users))) for j in team}
    utilities = tuple(user.utility for user in game.users)
    payoffs = tuple(
        Components(weights[j], utilities, ZERO) if j in weights else any_payoff(game, j)
        for j in range(len(game.providers))
    )
    rows = [Row(weights[j][i] - ONE, ">=") for i, j in covers.items()] if target.assumes("coverage") else []

    def read(point: Point) -> tuple[Payoffs, Weights]:
        numbers = {j: tuple(value(w, point) for w in row) for j, row in weights.items()}
        return _strong_market(game, numbers, [_evaluated(payoff, point) for payoff in payoffs])

    return Alignment(payoffs, tuple(rows), read, weights if signed else {})


def _weight(provider: int, user: int, signed: bool) -> Polynomial:
    positive = variable(f"{PAYOFF}{provider} weighs {user}")
    return positive if signed else positive - variable(f"{PAYOFF}{provider} minds {user}")


def _unrelated(random: Random, game: Game, team: Team) -> Alignment:
    """Providers say that they weigh users by some weights, and earn what they like."""
    payoffs = tuple(any_payoff(game, j) for j in range(len(game.providers)))
    drawn = {j: tuple(Fraction(random.randint(1, 3)) for _ in game.users) for j in team}
    weights = {j: tuple(w / sum(row) for w in row) for j, row in drawn.items()}

    def read(point: Point) -> tuple[Payoffs, Weights]:
        return tuple(_evaluated(payoff, point) for payoff in payoffs), StrongWeights(weights, dict.fromkeys(team, ZERO))

    return Alignment(payoffs, (), read, {})


def _strong_market(
    game: Game, weights: dict[int, tuple[Fraction, ...]], payoffs: Sequence[Components]
) -> tuple[Payoffs, Weights]:
    """Payoffs in [0, 1], in which whoever weighs a user negatively earns by what she does not get."""
    made, rows, constants = list(payoffs), {}, {}
    for j, drawn in weights.items():
        most = sum(map(abs, drawn), ZERO) or ONE
        rows[j] = tuple(w / most for w in drawn)
        constants[j] = -sum((min(w, ZERO) for w in rows[j]), ZERO)
        parts = tuple(
            _turned(user.utility) if w < 0 else user.utility for user, w in zip(game.users, drawn, strict=True)
        )
        made[j] = Components(tuple(map(abs, rows[j])), parts, ZERO)
    return tuple(made), StrongWeights(rows, constants)


def _turned(part: Part) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(ONE - Fraction(cell) for cell in row) for row in part)


# Weak alignment.


@dataclass(frozen=True)
class _Drawn:
    """``scales[j][i]`` is lambda_{j,i}, ``counts[j][i]`` is w_{j,i}; j in T."""

    scales: dict[int, tuple[Fraction, ...]]
    counts: dict[int, tuple[Fraction, ...]]


def weak_alignment(random: Random, target: Target, game: Game, team: Team, users: int) -> Alignment:
    """Exact weak alignment of T, or what is left of it, with the first ``users`` users; a last one may be new."""
    drawn = _draw_weights(random, target, team, users)
    parts = {j: tuple(_component(game, j, i) for i in range(users)) for j in team}
    bound = target.assumes("provider separability")
    payoffs = tuple(
        _earned(target, game, j, drawn.scales[j], parts[j]) if j in parts and bound else any_payoff(game, j)
        for j in range(len(game.providers))
    )

    def read(point: Point) -> tuple[Payoffs, Weights]:
        numbers = {j: tuple(evaluated(point, part) for part in found) for j, found in parts.items()}
        constants = tuple(value(constant(i), point) for i in range(users))
        return _weak_market(drawn, numbers, constants, [_evaluated(payoff, point) for payoff in payoffs], bound)

    return Alignment(payoffs, tuple(_weak_rows(target, game, drawn, parts)), read, {})


def _component(game: Game, provider: int, user: int) -> tuple[tuple[Polynomial, ...], ...]:
    """F_{j,i}, unknown."""
    actions, states = range(len(game.users[user].actions)), range(len(game.states))
    return tuple(tuple(variable(f"{PAYOFF}part {provider} {user} {a} {y}") for y in states) for a in actions)


def _draw_weights(random: Random, target: Target, team: Team, users: int) -> _Drawn:
    """Every user is covered. Weights w below 0, or above 0 for a component that lambda weighs by 0, if these may be."""
    scales = {j: [Fraction(random.randint(1, 3)) for _ in range(users)] for j in team}
    counts = {j: [random.choice((ZERO, ONE, ONE, ONE)) for _ in range(users)] for j in team}
    for i in range(users):
        cover = random.choice(team)
        counts[cover][i] = ONE
        for j in team:
            if j != cover and not target.assumes("weights"):
                counts[j][i] = random.choice((ZERO, ONE, -ONE))
    return _Drawn({j: tuple(row) for j, row in scales.items()}, {j: tuple(row) for j, row in counts.items()})


def _earned(target: Target, game: Game, provider: int, scales: tuple[Fraction, ...], parts: Parts) -> Components:
    """Equation (1), and a wish for a new user; all the provider cares for is that wish if his share in it is 1."""
    if not target.entrant:
        return Components(scales, parts, ZERO)
    wish = any_payoff(game, provider).parts[-1]
    old = scales if target.assumes("shares") else (ZERO,) * len(scales)
    return Components((*old, ONE), (*parts, wish), ZERO)


def _weak_rows(target: Target, game: Game, drawn: _Drawn, parts: dict[int, Parts]) -> Iterator[Row]:
    """Equation (2); and components are small where a companion of the market has to be made of them."""
    if not (target.assumes("weights") and target.assumes("user alignment")):
        cells = (cell for some in parts.values() for part in some for row in part for cell in row)
        yield from (Row(Fraction(1, len(parts)) - cell, ">=") for cell in cells)
    if target.assumes("user alignment"):
        for i in range(len(next(iter(parts.values())))):
            for a, row in enumerate(game.users[i].utility):
                for y, utility in enumerate(row):
                    sides = (drawn.counts[j][i] * some[i][a][y] for j, some in parts.items())
                    yield Row(gather(sides) + constant(i) - utility, "=")


def _weak_market(
    drawn: _Drawn,
    parts: dict[int, Parts],
    constants: tuple[Fraction, ...],
    payoffs: Sequence[Components],
    separable: bool,
) -> tuple[Payoffs, Weights]:
    """Payoffs of T in [0, 1]: lambda shrinks. ``payoffs`` are as found, those of other providers already small."""
    made, decompositions = list(payoffs), {}
    for j, found in parts.items():
        scales = drawn.scales[j]
        most = largest_payoff(scales, found) or ONE
        decompositions[j] = Components(tuple(w / most for w in scales), found, ZERO)
        if separable and len(payoffs[j].weights) == len(scales):
            made[j] = decompositions[j]
    return tuple(made), WeakWeights(decompositions, drawn.counts, constants)


def _evaluated(payoff: Components, point: Point) -> Components:
    """The numbers of a payoff in unknowns, as large as 1 at most."""
    weights = tuple(value(as_polynomial(w), point) for w in payoff.weights)
    parts = tuple(tuple(tuple(value(as_polynomial(c), point) for c in row) for row in part) for part in payoff.parts)
    most = largest_payoff(weights, parts)
    return Components(tuple(w / most for w in weights) if most > 1 else weights, parts, ZERO)
