"""Exact worst cases of alignment on a panel: the errors of Definitions 2.13 and 2.14, as linear programs.

With a score that is a rational number (linear, Brier) payoffs ``u_j^P = mean over users of v_j(a_i, y)`` are separable
(eps_P = 0) with lambda_{j,i} = 1/n and F_{j,i} = v_j, and

* group i's weak error with a set T of models is the smallest e with ``|p_i(a|y) - sum_T w_j v_j(a, y) - c| <= e`` for
  some w >= 0 and c, at every question y and option a: a Chebyshev fit; eps_U(T) is the largest over the groups;
* model j's strong error is the smallest e with ``|mean_i v_j(a_i, y) - sum_i lambda_i p_i(a_i|y) - c| <= e`` for some
  lambda >= 0 and c, at every question and every profile of options. The residual is a sum with a term per user, so its
  extremes are reached by each user's own option; eps(T) is the largest over T.

The log score is not rational and is left out. All errors and weights are exact, and each comes with multipliers that
show it to be the smallest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import numpy as np

from alignproof.experiments.scores import brier, linear
from alignproof.experiments.tables import Panel
from alignproof.oracles.cutting_planes import Array, Box, CuttingPlanes, Rational

RULES = {"linear": linear, "brier": brier}
"""The scores that are rational numbers."""

ZERO, ONE = Fraction(0), Fraction(1)
ROUNDING = 1e-9
MOST_ROWS = 8
"""Rows added in a round."""

Cell = tuple[int, int]
"""A question and an option, (y, a)."""
WeakKey = tuple[int | None, int | None]
"""Cells, by number: the residual at the first, minus that at the second; one may be missing."""
Profile = tuple[int, ...]
StrongKey = tuple[int, int, Profile | None, Profile | None]
"""The place of a model and a question: the residual at the first profile minus that at the second; as above. With both
missing, the floor under the error."""
FLOOR: StrongKey = (-1, -1, None, None)


@dataclass(frozen=True)
class Scored:
    """A panel's numbers: ``users[i][y][a] = p_i(a|y)``, ``models[j][y][a] = v_j(a, y)``."""

    panel: Panel
    users: tuple[tuple[tuple[Fraction, ...], ...], ...]
    models: tuple[tuple[tuple[Fraction, ...], ...], ...]

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All questions and options."""
        return tuple((y, a) for y, row in enumerate(self.users[0]) for a in range(len(row)))


def scored(panel: Panel, score: str = "linear") -> Scored:
    """The panel under one of ``RULES``."""
    rule = RULES[score]
    return Scored(
        panel,
        tuple(tuple(answers.shares for answers in mine) for mine in panel.groups),
        tuple(tuple(rule(answers.shares) for answers in mine) for mine in panel.models),
    )


def members(team: int, models: int) -> tuple[int, ...]:
    """The models in a set: model j is bit j."""
    return tuple(j for j in range(models) if team >> j & 1)


def _flint(value: Fraction) -> Rational:
    return flint.fmpq(value.numerator, value.denominator)


def _exactly(x: Rational) -> Fraction:
    return Fraction(int(x.p), int(x.q))


# Weak alignment -------------------------------------------------------------------------------------------------------


class WeakRows:
    """Variables: w_j for all models, c, e. Rows: e >= r and e >= -r for the residual r = u - w v - c at every cell.

    With ``offsets``, 2 e >= r - r' for any two options of a question: the same with a constant per question.
    """

    def __init__(self, data: Scored, user: int, offsets: bool) -> None:
        values = [[data.users[user][y][a], *(model[y][a] for model in data.models), ONE] for y, a in data.cells]
        self._exact = [[_flint(x) for x in row] for row in values]
        self._matrix = flint.fmpq_mat(len(values), len(values[0]), [x for row in self._exact for x in row])
        self._float = np.array([[float(x) for x in row] for row in values])
        sizes = [len(row) for row in data.users[user]]
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._spans = [range(start, start + size) for start, size in zip(self._starts.tolist(), sizes, strict=True)]
        self._offsets = offsets

    def row(self, key: WeakKey) -> tuple[Mapping[int, Rational], Rational]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        signed = [(sign, self._exact[k]) for sign, k in zip((1, -1), key, strict=True) if k is not None]
        bound, *columns = (
            sum((sign * row[v] for sign, row in signed), flint.fmpq(0)) for v in range(len(signed[0][1]))
        )
        return {v: x for v, x in enumerate(columns) if x} | {len(columns): flint.fmpq(len(signed))}, bound

    def violated(self, point: Array) -> list[WeakKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        residuals = self._float @ np.concatenate(([1.0], -point[:-1]))
        most = point[-1] + ROUNDING
        if not self._offsets:
            worst = np.argsort(-np.abs(residuals))[:MOST_ROWS].tolist()
            return [(k, None) if residuals[k] > 0 else (None, k) for k in worst if abs(residuals[k]) > most]
        spread = np.maximum.reduceat(residuals, self._starts) - np.minimum.reduceat(residuals, self._starts)
        worst = np.argsort(-spread)[:MOST_ROWS].tolist()
        return [self._ends(residuals.tolist(), self._spans[y]) for y in worst if spread[y] > 2 * most]

    @staticmethod
    def _ends(residuals: Sequence[Any], span: range) -> tuple[int, int]:
        return max(span, key=residuals.__getitem__), min(span, key=residuals.__getitem__)

    def broken(self, point: Sequence[Rational]) -> list[WeakKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        column = flint.fmpq_mat(len(point), 1, [flint.fmpq(1), *(-x for x in point[:-1])])
        residuals, most = (self._matrix * column).entries(), point[-1]
        if self._offsets:
            ends = (self._ends(residuals, span) for span in self._spans)
            return [(k, m) for k, m in ends if residuals[k] - residuals[m] > 2 * most]
        found: list[WeakKey] = [(k, None) for k, r in enumerate(residuals) if r > most]
        return [*found, *((None, k) for k, r in enumerate(residuals) if -r > most)][:MOST_ROWS]

    def seed(self) -> list[WeakKey]:
        """Rows to begin with."""
        some = self._spans[:: max(1, len(self._spans) // MOST_ROWS)]
        if self._offsets:
            return [(k, m) for span in some for k in span for m in span if k != m]
        return [key for span in some for k in span for key in ((k, None), (None, k))]


@dataclass(frozen=True)
class WeakFit:
    """Group i's smallest weak error with a set T: ``weights[j]`` (0 outside T), ``constant``, and multipliers that sum
    to 1 over their cells. Some weight is positive, as Definition 2.13 demands, unless all must be 0. Then
    ``least_reduced``, the smallest reduced cost of a weight in T, is positive, which shows it; else it is 0."""

    eps: Fraction
    weights: tuple[Fraction, ...]
    constant: Fraction
    multipliers: Mapping[WeakKey, Fraction]
    least_reduced: Fraction
    offsets: bool

    @property
    def covered(self) -> bool:
        """Whether some weight is positive."""
        return any(self.weights)


class WeakProgram:
    """The weak errors of one group, for any set of models."""

    def __init__(self, data: Scored, user: int, offsets: bool = False) -> None:
        self._models = len(data.models)
        self._constant = {self._models} if offsets else set[int]()
        rows = WeakRows(data, user, offsets)
        self._planes = CuttingPlanes(self._models + 2, rows, rows.seed())

    def fit(self, team: int) -> WeakFit:
        """The exact optimum for the set of models ``team``. Raises NotSolved."""
        n = self._models
        inside = members(team, n)
        outside = set(range(n)) - set(inside) | self._constant
        lower = (*((ZERO,) * n), None, ZERO)
        found = self._planes.minimise({n + 1: ONE}, Box(lower, frozenset(outside)))
        least, point, multipliers = min(found.reduced[j] for j in inside), found.point, found.multipliers
        if not any(point[:n]) and least == 0:
            # Another solution may cover the group; if none does, the multipliers of this question show it.
            box = Box((*((ZERO,) * n), None, found.value), frozenset(outside | {n + 1}), dict.fromkeys(inside, ONE))
            covering = self._planes.minimise(dict.fromkeys(inside, -ONE), box)
            point = covering.point
            if covering.value == 0:
                whole = sum((x * sum(k is not None for k in key) for key, x in covering.multipliers.items()), ZERO)
                multipliers = {key: x / whole for key, x in covering.multipliers.items()}
                least = 1 / whole
        return WeakFit(found.value, point[:n], point[n], multipliers, least, bool(self._constant))


def gray(bits: int) -> list[int]:
    """All non-empty sets, each one member away from the next."""
    return [k ^ (k >> 1) for k in range(1, 1 << bits)]


def weak_errors(data: Scored, user: int, offsets: bool = False) -> dict[int, WeakFit]:
    """Group ``user``'s fit for every non-empty set of models. Raises NotSolved."""
    program = WeakProgram(data, user, offsets)
    return {team: program.fit(team) for team in gray(len(data.models))}


# Strong alignment -----------------------------------------------------------------------------------------------------


class StrongRows:
    """Residuals of several models at once, homogeneous in a scale s.

    Variables: for each model in turn lambda_1, ..., lambda_n and c; then e, and s. Rows: ``e +- (s u_j^P - sum_i
    lambda_i u_i - c) >= 0`` at every profile and question. At s = 1 this is Definition 2.14 with the one error e. With
    ``offsets``, 2 e is at least the difference between any two profiles at a question, as if c were a number per
    question. And ``e >= floor * s``.
    """

    def __init__(self, data: Scored, models: Sequence[int], offsets: bool, floor: Fraction = ZERO) -> None:
        users, questions = range(len(data.users)), range(len(data.users[0]))
        self._n, self._models, self._offsets = len(users), tuple(models), offsets
        self._floor = _flint(floor)
        n = flint.fmpq(len(users))
        self._u = [[[_flint(x) for x in data.users[i][y]] for i in users] for y in questions]
        self._v = [[[_flint(x) / n for x in data.models[j][y]] for y in questions] for j in models]
        width = max(len(row) for row in data.users[0])
        self._float_u = np.array([[_padded(row, width) for row in table] for table in data.users])
        self._float_v = np.array([[_padded(row, width) for row in data.models[j]] for j in models]) / len(users)

    @property
    def variables(self) -> int:
        """Their number."""
        return len(self._models) * (self._n + 1) + 2

    def start(self, place: int) -> int:
        """The first variable of the model at ``place``."""
        return place * (self._n + 1)

    def row(self, key: StrongKey) -> tuple[Mapping[int, Rational], Rational]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        if key == FLOOR:
            return {self.variables - 2: flint.fmpq(1), self.variables - 1: -self._floor}, flint.fmpq(0)
        place, y, *profiles = key
        first, zero = self.start(place), flint.fmpq(0)
        signed = [(sign, profile) for sign, profile in zip((1, -1), profiles, strict=True) if profile is not None]
        coefficients = {
            first + i: sum((sign * self._u[y][i][profile[i]] for sign, profile in signed), zero) for i in range(self._n)
        }
        coefficients[first + self._n] = flint.fmpq(sum(sign for sign, _ in signed))
        paid = sum((sign * self._v[place][y][a] for sign, profile in signed for a in profile), zero)
        coefficients |= {self.variables - 2: flint.fmpq(len(signed)), self.variables - 1: -paid}
        return {v: x for v, x in coefficients.items() if x}, zero

    def violated(self, point: Array) -> list[StrongKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        found: list[tuple[float, StrongKey]] = []
        most = float(point[-2]) + ROUNDING
        for place in range(len(self._models)):
            *weights, constant = point[self.start(place) : self.start(place + 1)]
            terms = point[-1] * self._float_v[place][None] - np.array(weights)[:, None, None] * self._float_u
            ends = {True: terms.max(axis=2).sum(axis=0) - constant, False: terms.min(axis=2).sum(axis=0) - constant}
            highest, lowest = terms.argmax(axis=2).T.tolist(), terms.argmin(axis=2).T.tolist()
            for size, kind in self._sizes(ends[True], ends[False]):
                for y in np.argsort(-size)[:MOST_ROWS].tolist():
                    if size[y] > most:
                        high = tuple(highest[y]) if kind != "low" else None
                        low = tuple(lowest[y]) if kind != "high" else None
                        found.append((-float(size[y]), (place, y, high, low)))
        found.sort(key=lambda pair: pair[0])
        return [key for _, key in found[: MOST_ROWS * len(self._models)]]

    def _sizes(self, high: Any, low: Any) -> list[tuple[Any, str]]:
        """What must be at most e, and the end that it comes from."""
        return [((high - low) / 2, "both")] if self._offsets else [(high, "high"), (-low, "low")]

    def broken(self, point: Sequence[Rational]) -> list[StrongKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        found: list[StrongKey] = [FLOOR] if point[-2] < self._floor * point[-1] else []
        for place, table in enumerate(self._v):
            constant = point[self.start(place + 1) - 1]
            for y in range(len(table)):
                terms = self._terms(place, y, point)
                high, low = sum(map(max, terms), -constant), sum(map(min, terms), -constant)
                for size, kind in self._sizes(high, low):
                    if size > point[-2]:
                        highest = tuple(t.index(max(t)) for t in terms) if kind != "low" else None
                        lowest = tuple(t.index(min(t)) for t in terms) if kind != "high" else None
                        found.append((place, y, highest, lowest))
        return found[: MOST_ROWS * len(self._models)]

    def _terms(self, place: int, y: int, point: Sequence[Rational]) -> list[list[Rational]]:
        """``[i][a]``: each user's term of the residual at a question."""
        paid = [point[-1] * v for v in self._v[place][y]]
        weights = point[self.start(place) : self.start(place) + self._n]
        return [
            [v - w * u for v, u in zip(paid, mine, strict=True)] for w, mine in zip(weights, self._u[y], strict=True)
        ]

    def seed(self) -> list[StrongKey]:
        """Rows to begin with, the floor among them."""
        found: list[StrongKey] = [FLOOR]
        for place in range(len(self._models)):
            for y in range(0, len(self._u), max(1, len(self._u) // 4)):
                same: list[Profile] = [(a,) * self._n for a in range(len(self._u[y][0]))]
                if self._offsets:
                    found += [(place, y, high, low) for high in same for low in same if high != low]
                else:
                    found += [key for each in same for key in ((place, y, each, None), (place, y, None, each))]
        return found


def _padded(row: Sequence[Fraction], width: int) -> list[float]:
    """Options are repeated up to the largest number of options, which adds no constraint."""
    return [float(x) for x in (*row, *((row[0],) * (width - len(row))))]


@dataclass(frozen=True)
class StrongFit:
    """Model j's smallest strong error: ``weights[i]``, ``constant``, and multipliers that sum to 1.

    A weight is positive wherever it can be at that error; for the other users ``uncovered[i]`` are multipliers that
    show it is 0.
    """

    eps: Fraction
    weights: tuple[Fraction, ...]
    constant: Fraction
    multipliers: Mapping[StrongKey, Fraction]
    uncovered: Mapping[int, Mapping[StrongKey, Fraction]]


class StrongProgram:
    """The strong errors of one model."""

    def __init__(self, data: Scored, model: int, offsets: bool = False) -> None:
        self.rows = StrongRows(data, (model,), offsets)
        self.users = len(data.users)
        self._constant = {self.users} if offsets else set[int]()
        self.planes = CuttingPlanes(self.rows.variables, self.rows, self.rows.seed())

    def fit(self) -> StrongFit:
        """The smallest error. Raises NotSolved."""
        n = self.users
        found = self.planes.minimise({n + 1: ONE}, self.box())
        points, uncovered = [found.point], dict[int, Mapping[StrongKey, Fraction]]()
        for i in range(n):
            if not any(point[i] for point in points):
                most = self.planes.minimise({i: -ONE}, replace(self.box(found.value), upper={i: ONE}))
                if most.value < 0:
                    points.append(most.point)
                else:
                    uncovered[i] = most.multipliers
        mean = [sum(values, ZERO) / len(points) for values in zip(*points, strict=True)]
        return StrongFit(found.value, tuple(mean[:n]), mean[n], found.multipliers, uncovered)

    def box(self, eps: Fraction | None = None) -> Box:
        """lambda >= 0, c free, e at least 0 or just ``eps``, s = 1."""
        n = self.users
        fixed = self._constant | ({n + 2} if eps is None else {n + 1, n + 2})
        return Box((*((ZERO,) * n), None, eps or ZERO, ONE), frozenset(fixed))


@dataclass(frozen=True)
class TeamError:
    """The smallest error of a set, and whether weights attain it (else it is only approached: coverage fails)."""

    eps: Fraction
    attained: bool


@dataclass(frozen=True)
class WorstCase:
    """Everything about one panel: ``weak[i][T]`` for all sets T, ``strong[j]``."""

    data: Scored
    weak: tuple[Mapping[int, WeakFit], ...]
    strong: tuple[StrongFit, ...]

    def weak_error(self, team: int) -> TeamError:
        """eps_U(T). A group below the largest error has room for a positive weight."""
        fits = [fits[team] for fits in self.weak]
        eps = max(fit.eps for fit in fits)
        return TeamError(eps, all(fit.covered or fit.eps < eps for fit in fits))

    def strong_error(self, team: int) -> TeamError:
        """eps(T). A model below the largest error has room for a positive weight on everybody."""
        fits = [self.strong[j] for j in members(team, len(self.strong))]
        eps = max(fit.eps for fit in fits)
        room = any(fit.eps < eps for fit in fits)
        return TeamError(eps, room or not set.intersection(*(set(fit.uncovered) for fit in fits)))


def worst_case(data: Scored, offsets: bool = False) -> WorstCase:
    """All sets of models, all groups. Raises NotSolved."""
    return WorstCase(
        data,
        tuple(weak_errors(data, i, offsets) for i in range(len(data.users))),
        tuple(StrongProgram(data, j, offsets).fit() for j in range(len(data.models))),
    )
