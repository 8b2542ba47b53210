"""The smallest errors at which a set of providers is aligned (Definitions 2.13, 2.14), with exact weights.

Each answer has two halves: weights that attain the error, and multipliers that show no smaller one possible. Where
coverage (every user has a positive weight somewhere) fails at the smallest error, it is approached, not attained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alignproof.checks.alignment import Error, exact_parts, separability_system, strong_system, user_system
from alignproof.checks.benchmark import Team
from alignproof.checks.linear import Rejected, System
from alignproof.formats.certificates import decomposition_document, multipliers_document
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.model import Components, Game, separable_parts
from alignproof.games.polynomial import variable
from alignproof.oracles.systems import Point, Refutation, Solution, Unknown, at, decide, largest, without


@dataclass(frozen=True)
class StrongFit:
    """The smallest eps, weights that attain it (None if it is only approached), and why none is smaller: the
    ``alignment`` claim and the evidence of a not-aligned certificate."""

    eps: Fraction
    weights: StrongWeights | None
    claim: Any
    evidence: Any


@dataclass(frozen=True)
class WeakFit:
    """The smallest eps_U for a given decomposition, likewise, and its eps_P."""

    eps_users: Fraction
    eps_providers: Fraction
    weights: WeakWeights | None
    claim: Any
    evidence: Any


def smallest_strong(game: Game, team: Team, seconds: float = 60.0) -> StrongFit | Unknown:
    """The smallest eps of (T, eps)-strong alignment."""
    errors = {j: _smallest_error(strong_system(game, j, _ANY, None), seconds) for j in team}
    if None in errors.values():
        return Unknown("the smallest error of a provider was not found in time")
    worst = max(team, key=lambda j: errors[j] or ZERO)
    eps = errors[worst] or ZERO
    covering: dict[int, list[Point]] = {j: [] for j in team}
    for i in range(len(game.users)):
        decided = {j: decide(strong_system(game, j, Error(eps, True), i), seconds) for j in team}
        points = {j: answer.point for j, answer in decided.items() if isinstance(answer, Solution)}
        if not points:
            return _uncovered(game, team, eps, i, decided)
        for j, point in points.items():
            covering[j].append(point)
    for j in team:
        if not covering[j]:
            answer = decide(strong_system(game, j, Error(eps, True), None), seconds)
            covering[j] = [answer.point] if isinstance(answer, Solution) else []
    if not all(covering.values()):
        return Unknown("no weights were found at the smallest error")
    weights = StrongWeights(
        {j: tuple(_mean(points, f"lambda {i}") for i in range(len(game.users))) for j, points in covering.items()},
        {j: _mean(points, "c") for j, points in covering.items()},
    )
    below = decide(strong_system(game, worst, Error(eps, False), None), seconds)
    if not isinstance(below, Refutation):
        return Unknown("the smallest error could not be certified")
    evidence = {"provider": game.provider_names[worst], "multipliers": multipliers_document(below.multipliers)}
    return StrongFit(eps, weights, _claim("strong", eps, False), evidence)


_ANY = Error(ZERO, False)


def _uncovered(game: Game, team: Team, eps: Fraction, user: int, decided: Mapping[int, Any]) -> StrongFit | Unknown:
    if not all(isinstance(answer, Refutation) for answer in decided.values()):
        return Unknown("whether every user can be covered was not found in time")
    multipliers = [multipliers_document(decided[j].multipliers) for j in team]
    evidence = {"user": game.user_names[user], "multipliers": multipliers}
    return StrongFit(eps, None, _claim("strong", eps, True), evidence)


def _claim(form: str, eps: Fraction, attained: bool) -> Any:
    return {form: {"eps": str(eps), "attained": attained}}


def _smallest_error(system: System, seconds: float) -> Fraction | None:
    rest = without(system, "error", "covered")
    found = largest(rest, -variable("error"), seconds)
    return None if found is None else -found.value


def _mean(points: Sequence[Point], name: str) -> Fraction:
    return sum((at(point, name) for point in points), ZERO) / len(points)


def decomposition(game: Game, team: Team, seconds: float = 60.0) -> dict[int, Components] | None:
    """A separable decomposition of T's payoffs with the smallest error: their own components, else computed.

    Weights are positive: 0 times F is written as 1 times 0, so that nobody is left uncovered for want of a weight.
    """
    parts = {}
    for j in team:
        payoff = game.providers[j].payoff
        found = _weighted(payoff) if isinstance(payoff, Components) else _decomposed(game, j, seconds)
        if found is None:
            return None
        parts[j] = found
    return parts


def _weighted(payoff: Components) -> Components:
    parts = tuple(
        table if weight > 0 else tuple((ZERO,) * len(row) for row in table)
        for weight, table in zip(payoff.weights, payoff.parts, strict=True)
    )
    return Components(tuple(weight or ONE for weight in payoff.weights), parts, payoff.constant)


def _decomposed(game: Game, provider: int, seconds: float) -> Components | None:
    states = range(len(game.states))
    split = separable_parts(game, provider)
    if split is not None:
        (first, *others), rest = split
        tables = [tuple(tuple(g + rest[y] for y, g in enumerate(row)) for row in first), *others]
    else:
        system = separability_system(game, provider, _ANY)
        found = largest(without(system, "error"), -variable("error"), seconds)
        if found is None:
            return None
        tables = [
            tuple(tuple(at(found.point, f"part {i} {a} {y}") for y in states) for a in range(len(user.actions)))
            for i, user in enumerate(game.users)
        ]
    lowest = [min(g for row in table for g in row) for table in tables]
    shifted = tuple(
        tuple(tuple(g - low for g in row) for row in table) for table, low in zip(tables, lowest, strict=True)
    )
    return Components((ONE,) * len(tables), shifted, sum(lowest, ZERO))


def smallest_weak(game: Game, team: Team, parts: Mapping[int, Components], seconds: float = 60.0) -> WeakFit | Unknown:
    """The smallest eps_U of weak alignment with the decomposition ``parts`` of T's payoffs.

    Unknown, too, if a user has lambda_{j,i} = 0 for every provider of T: then no error is large enough.
    """
    users = range(len(game.users))
    for i, user in enumerate(game.users):
        if not any(components.weights[i] > 0 for components in parts.values()):
            return Unknown(f"no provider of T puts a positive weight on {user.name}")
    errors = [_smallest_error(user_system(game, parts, i, _ANY, False), seconds) for i in users]
    if None in errors:
        return Unknown("the smallest error of a user was not found in time")
    eps = max(error or ZERO for error in errors)
    named = decomposition_document(parts)
    points: list[Point] = []
    for i in users:
        answer = decide(user_system(game, parts, i, Error(eps, True), False), seconds)
        if isinstance(answer, Refutation):
            claim = {"weak": {"eps": str(eps), "attained": True, "providers": named}}
            return WeakFit(eps, _eps_providers(game, parts), None, claim, _fault(game, i, answer))
        if not isinstance(answer, Solution):
            return Unknown(answer.reason)
        points.append(answer.point)
    weights = WeakWeights(
        dict(parts),
        {j: tuple(at(points[i], f"w {j}") for i in users) for j in parts},
        tuple(at(point, "c 0") for point in points),
    )
    worst = max(users, key=lambda i: errors[i] or ZERO)
    below = decide(user_system(game, parts, worst, Error(eps, False), False), seconds)
    if not isinstance(below, Refutation):
        return Unknown("the smallest error could not be certified")
    claim = {"weak": {"eps": str(eps), "attained": False, "providers": named}}
    return WeakFit(eps, _eps_providers(game, parts), weights, claim, _fault(game, worst, below))


@dataclass(frozen=True)
class LowerBound:
    """No exact decomposition of T's payoffs has a smaller eps_U: claim and evidence of a not-aligned certificate."""

    eps_users: Fraction
    claim: Any
    evidence: Any


def weak_lower_bound(game: Game, team: Team, seconds: float = 60.0) -> LowerBound | Unknown:
    """A bound on eps_U over all exact decompositions of T's payoffs, F free: not always the best one."""
    try:
        parts = exact_parts(game, team)
    except Rejected as error:
        return Unknown(str(error))
    users = range(len(game.users))
    errors = [_smallest_error(user_system(game, parts, i, _ANY, True), seconds) for i in users]
    if None in errors:
        return Unknown("the smallest error of a user was not found in time")
    worst = max(users, key=lambda i: errors[i] or ZERO)
    eps = errors[worst] or ZERO
    below = decide(user_system(game, parts, worst, Error(eps, False), True), seconds)
    if not isinstance(below, Refutation):
        return Unknown("the bound could not be certified")
    return LowerBound(eps, _claim("weak", eps, False), _fault(game, worst, below))


def _fault(game: Game, user: int, refutation: Refutation) -> Any:
    return {"user": game.user_names[user], "multipliers": multipliers_document(refutation.multipliers)}


def _eps_providers(game: Game, parts: Mapping[int, Components]) -> Fraction:
    weights = WeakWeights(parts, {}, ())
    return Fraction(max(abs(r) for j in parts for r in weights.separability_residuals(game, j)))
