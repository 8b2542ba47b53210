"""The definitions run at one point with the parameters kept symbolic.

Numbers are polynomials in the parameters. Whenever the definitions compare, the point decides, and the inequality that
made it decide so is kept: what comes out is true, as a polynomial, wherever all of these hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from alignproof.checks.linear import Row, Sense, System
from alignproof.games import outcome as outcomes
from alignproof.games.algebra import ZERO, Condition, Number, Rationals
from alignproof.games.deviation import Deviation, precedes
from alignproof.games.model import Part
from alignproof.games.polynomial import Monomial, Polynomial, as_polynomial

Point = Mapping[str, Fraction]
"""A value for each parameter."""


def constant(value: Number) -> Fraction:
    """The number that a polynomial without variables is. Raises ValueError for others."""
    terms = as_polynomial(value).terms
    if not terms.keys() <= {()}:
        raise ValueError("a variable has no value")
    return terms.get((), ZERO)


def value_at(value: Number, point: Point) -> Fraction:
    """A polynomial's value at a point."""
    return constant(as_polynomial(value)(point))


def holds(row: Row, point: Point) -> bool:
    """Whether an inequality holds at a point."""
    value = value_at(row.value, point)
    return {">": value > 0, ">=": value >= 0, "=": value == 0}[row.sense]


def specialised(system: System, point: Point) -> System:
    """The system with the parameters' values put in."""
    return System({name: Row(row.value(point), row.sense) for name, row in system.rows.items()}, system.free)


def coefficients(value: Polynomial, parameters: Sequence[str]) -> dict[Monomial, Polynomial]:
    """A polynomial in a system's variables whose coefficients are polynomials in the parameters."""
    parts: dict[Monomial, dict[Monomial, Fraction]] = {}
    for monomial, coefficient in value.terms.items():
        inner = tuple(factor for factor in monomial if factor[0] in parameters)
        outer = tuple(factor for factor in monomial if factor not in inner)
        parts.setdefault(outer, {})[inner] = coefficient
    return {outer: Polynomial(terms) for outer, terms in parts.items()}


@dataclass(frozen=True)
class Traced(Rationals):
    """The algebra of polynomials in the parameters, compared at ``point``; ``rows`` collects why."""

    point: Point
    rows: list[Row] = field(default_factory=list)

    def first_best(self, scores: Sequence[Number], order: Sequence[int]) -> list[Condition]:
        """See :class:`alignproof.games.algebra.Algebra`."""
        best = super().first_best([value_at(score, self.point) for score in scores], order)
        winner = best.index(True)
        for rival, score in enumerate(scores):
            lead = as_polynomial(scores[winner] - score)
            if not lead.terms.keys() <= {()}:
                sense: Sense = ">" if precedes(tuple(order), rival, winner) else ">="
                self.rows.append(Row(lead, sense))
        return best


@dataclass(frozen=True)
class ParametricDeviation(Deviation):
    """A deviation in a game with parameters: comparisons as ``algebra`` makes them."""

    algebra: Traced

    @cached_property
    def now(self) -> tuple[outcomes.UserOutcome, ...]:
        """Every user's outcome under the profile."""
        users = range(len(self.game.users))
        return tuple(outcomes.user_outcome(self.algebra, self.game, self.profile, i) for i in users)

    def _among(self, user: int, others: list[int]) -> outcomes.UserOutcome:
        responses = self.now[user].responses
        order = [others.index(j) for j in self.game.ties.providers[user] if j != self.provider]
        best = others[self.algebra.first_best([responses[j].value for j in others], order).index(True)]
        return outcomes.UserOutcome(responses, tuple(j == best for j in range(len(responses))), responses[best].value)

    def _from_leaving(self, user: int, part: Part) -> Number:
        return outcomes.separable_payoff(self.algebra, self.game, self.outside[user], user, part)
