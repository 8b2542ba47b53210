"""A sharper slack for the same game: the mean over questions, where the definitions take the worst question.

Nobody's choice changes the question, so a game says the same if (a) a function of the question is added to a player's
payoff, and (b) the prior ``mu`` is replaced by another, ``nu``, and all payoffs at question y are multiplied by
``mu(y) / nu(y)``: expected payoffs of all profiles move by constants, or not at all. Alignment is not the same: its
errors are a maximum over questions, whatever their probability. Among all these ways to write the game, the errors are
smallest if every question has the same, and then they are means:

* Theorem 3.1, in the market of one group alone (with separable payoffs the personalized game is one market per group):
  the slack is the mean over questions of the range over options of ``p_i(a|y) - sum_j w_j v_j(a, y)``;
* Theorem 4.3 with T = {j}: the mean over questions of the range over profiles of ``s u_j^P - sum_i mu_i u_i``, with
  mu_i = 1 for the user in question.

The weights that make these smallest solve linear programs, with one error per question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import flint
import numpy as np

from alignproof.experiments.market import market_game
from alignproof.experiments.worst_case import ONE, ROUNDING, ZERO, Scored, StrongKey, StrongRows, WeakKey, WeakRows
from alignproof.games.model import Game
from alignproof.oracles.cutting_planes import Array, Box, CuttingPlanes, Rational


class _WeakMeans(WeakRows):
    """Variables: w, then an error per question. Rows: ``2 e_y >= r - r'`` for any two options of question y."""

    def __init__(self, data: Scored, user: int) -> None:
        super().__init__(data, user, True)
        self._models = len(data.models)
        self._question = [y for y, _ in data.cells]

    def row(self, key: WeakKey) -> tuple[Mapping[int, Rational], Rational]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        coefficients, bound = super().row(key)
        n = self._models
        weights = {v: x for v, x in coefficients.items() if v < n}
        return weights | {n + self._question[key[0] or 0]: coefficients[n + 1]}, bound

    def violated(self, point: Array) -> list[WeakKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        n = self._models
        residuals = self._float[:, : n + 1] @ np.concatenate(([1.0], -point[:n]))
        spread = np.maximum.reduceat(residuals, self._starts) - np.minimum.reduceat(residuals, self._starts)
        open_questions = np.flatnonzero(spread > 2 * (point[n:] + ROUNDING)).tolist()
        return [self._ends(residuals.tolist(), self._spans[y]) for y in open_questions]

    def broken(self, point: Sequence[Rational]) -> list[WeakKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        n = self._models
        column = flint.fmpq_mat(n + 2, 1, [flint.fmpq(1), *(-x for x in point[:n]), flint.fmpq(0)])
        residuals = (self._matrix * column).entries()
        ends = (self._ends(residuals, span) for span in self._spans)
        return [(k, m) for (k, m), e in zip(ends, point[n:], strict=True) if residuals[k] - residuals[m] > 2 * e]


@dataclass(frozen=True)
class MeanSlack:
    """The smallest mean range, and weights that reach it: w for Theorem 3.1; mu for 4.3, with the scale s."""

    slack: Fraction
    weights: tuple[Fraction, ...]
    scale: Fraction = ONE


def weak_mean(data: Scored, user: int) -> MeanSlack:
    """The smallest slack of Theorem 3.1 with all models, in the market of one group. Raises NotSolved."""
    rows = _WeakMeans(data, user)
    models, questions = len(data.models), len(data.users[user])
    costs = dict.fromkeys(range(models, models + questions), Fraction(2, questions))
    seed = [(k, m) for span in rows._spans for k, m in ((span[0], span[-1]), (span[-1], span[0]))]
    planes = CuttingPlanes(models + questions, rows, seed)
    found = planes.minimise(costs, Box((ZERO,) * (models + questions)))
    return MeanSlack(found.value, found.point[:models])


class _StrongMeans(StrongRows):
    """Variables: mu, s, then an error per question. Rows: ``2 e_y >= r - r'`` for two profiles at question y."""

    def __init__(self, data: Scored, model: int) -> None:
        super().__init__(data, (model,), True)

    def _inner(self, point: Sequence[Rational]) -> list[Rational]:
        """mu, c = 0, e = 0 and s, as the class above has them."""
        n = self._n
        return [*point[:n], 0 * point[0], 0 * point[0], point[n]]

    def row(self, key: StrongKey) -> tuple[Mapping[int, Rational], Rational]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        coefficients, bound = super().row(key)
        n = self._n
        moved = {n + 1: n + 1 + key[1], n + 2: n}
        return {moved.get(v, v): x for v, x in coefficients.items()}, bound

    def violated(self, point: Array) -> list[StrongKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        n = self._n
        terms = point[n] * self._float_v[0][None] - point[:n, None, None] * self._float_u
        spread = (terms.max(axis=2) - terms.min(axis=2)).sum(axis=0)
        open_questions = np.flatnonzero(spread > 2 * (point[n + 1 :] + ROUNDING)).tolist()
        highest, lowest = terms.argmax(axis=2).T.tolist(), terms.argmin(axis=2).T.tolist()
        return [(0, y, tuple(highest[y]), tuple(lowest[y])) for y in open_questions]

    def broken(self, point: Sequence[Rational]) -> list[StrongKey]:
        """See :class:`alignproof.oracles.cutting_planes.Separation`."""
        inner = self._inner(point)
        found: list[StrongKey] = []
        for y, error in enumerate(point[self._n + 1 :]):
            terms = self._terms(0, y, inner)
            if sum(map(max, terms), -2 * error) > sum(map(min, terms), flint.fmpq(0)):
                found.append((0, y, tuple(t.index(max(t)) for t in terms), tuple(t.index(min(t)) for t in terms)))
        return found


def strong_mean(data: Scored, user: int, model: int, least: Fraction = ZERO) -> MeanSlack:
    """The smallest slack of Theorem 4.3 for a user with T = {model}; the weights on the other users are at least
    ``least`` times hers. Raises NotSolved."""
    rows, n, questions = _StrongMeans(data, model), len(data.users), len(data.users[0])
    costs = dict.fromkeys(range(n + 1, n + 1 + questions), Fraction(2, questions))
    seed: list[StrongKey] = [(0, y, (0,) * n, (1,) * n) for y in range(questions)]
    lower = [ONE if i == user else least for i in range(n)]
    box = Box((*lower, *((ZERO,) * (questions + 1))), frozenset({user}))
    found = CuttingPlanes(n + 1 + questions, rows, seed).minimise(costs, box)
    return MeanSlack(found.value, found.point[:n], found.point[n])


# The same game, written so that every question has the same error ----------------------------------------------------


@dataclass(frozen=True)
class Rewritten:
    """The game in which the errors are means, and the weights and the constant of its alignment with error ``eps``.

    A user's utility ``u`` became ``scale * (mu/nu) * (u - shift_y) + offset`` in it, so that its expectation became
    ``scale * (E u - shift) + offset``. ``slack`` is in the units of the survey.
    """

    game: Game
    scale: Fraction
    shift: Fraction
    offset: Fraction
    eps: Fraction
    slack: Fraction
    weights: tuple[Fraction, ...]
    constant: Fraction

    def original(self, value: Fraction) -> Fraction:
        """A value of the game in the units of the survey."""
        return (value - self.offset) / self.scale + self.shift


GRID = 10_000
"""Weights, and errors of questions (upwards), are rounded to multiples of 1/GRID: the numbers stay short, and the slack
grows by about that much."""


def _rounded(values: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(Fraction(round(value * GRID), GRID) for value in values)


def _errors(spans: Sequence[tuple[Fraction, Fraction]]) -> tuple[list[Fraction], list[Fraction]]:
    """Half the range of each question's residual, rounded upwards and positive; and the middle."""
    errors = [Fraction(max(1, -(-((high - low) / 2 * GRID) // 1)), GRID) for low, high in spans]
    return errors, [(high + low) / 2 for low, high in spans]


def rewritten_weak(data: Scored, user: int, weights: Sequence[Fraction]) -> Rewritten:
    """The market of one group, with the weights w of all models (rounded)."""
    w = _rounded(weights)
    spans = []
    for y, row in enumerate(data.users[user]):
        sums = [
            u - sum((x * m[y][a] for x, m in zip(w, data.models, strict=True) if x), ZERO) for a, u in enumerate(row)
        ]
        spans.append((min(sums), max(sums)))
    errors, middles = _errors(spans)
    ratios, prior = _measure(errors)
    top, scale = max(ratios), _room(middles, ratios)
    half = Fraction(1, 2)
    users = [[[half + scale * ratios[y] * (u - middles[y]) for u in row] for y, row in enumerate(data.users[user])]]
    models = [[[v * ratios[y] / top for v in row] for y, row in enumerate(table)] for table in data.models]
    game = market_game(data, [data.panel.group_names[user]], users, models, [], prior)
    eps = scale * sum(errors, ZERO) / len(errors)
    shift = sum(middles, ZERO) / len(middles)
    return Rewritten(game, scale, shift, half, eps, 2 * eps / scale, tuple(scale * top * x for x in w), half)


def rewritten_strong(data: Scored, user: int, model: int, weights: Sequence[Fraction]) -> Rewritten:
    """The market of all groups, with the weights lambda of one model (rounded)."""
    rates, n = _rounded(weights), len(data.users)
    spans = []
    for y, row in enumerate(data.models[model]):
        terms = [
            [v / n - x * u for v, u in zip(row, mine[y], strict=True)]
            for x, mine in zip(rates, data.users, strict=True)
        ]
        spans.append((sum(map(min, terms), ZERO), sum(map(max, terms), ZERO)))
    errors, middles = _errors(spans)
    ratios, prior = _measure(errors)
    top, half = max(ratios), Fraction(1, 2)
    paid = _room(middles, ratios)
    users = [[[u * ratios[y] / top for u in row] for y, row in enumerate(table)] for table in data.users]
    models = [[[v * ratios[y] / top for v in row] for y, row in enumerate(table)] for table in data.models]
    models[model] = [[paid * ratios[y] * v for v in row] for y, row in enumerate(data.models[model])]
    shifts = [half - paid * r * m for r, m in zip(ratios, middles, strict=True)]
    game = market_game(data, list(data.panel.group_names), users, models, [(model, shifts)], prior)
    eps = paid * sum(errors, ZERO) / len(errors)
    inside = tuple(paid * top * x for x in rates)
    return Rewritten(game, 1 / top, ZERO, ZERO, eps, 2 * eps / inside[user] * top, inside, half)


def _room(middles: Sequence[Fraction], ratios: Sequence[Fraction]) -> Fraction:
    """A factor that keeps ``1/2 + factor * ratio * (x - middle)`` in [0, 1] for x in [0, 1]."""
    return 1 / (4 * max(max(ONE, abs(m)) * r for m, r in zip(middles, ratios, strict=True)))


def _measure(errors: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """``mu(y) / nu(y)`` and ``nu(y)``, with nu proportional to the errors and mu uniform."""
    whole = sum(errors, ZERO)
    return [whole / (len(errors) * e) for e in errors], [e / whole for e in errors]
