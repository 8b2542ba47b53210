"""The arithmetic in which the definitions are read.

Every definition of this package is an expression in sums, products, comparisons and a conditional. An
:class:`Algebra` says what these mean, so that one definition serves exact rationals (:data:`RATIONAL`), formulas and
solver terms alike. Sums and products are the operators ``+ - *`` of the numbers themselves.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, Protocol

Number = Any
"""An element of the algebra in use: a Fraction, a SymPy expression or a solver term."""

Condition = Any
"""A truth value of the algebra in use: a bool, a SymPy relation or a solver formula."""


class Algebra(Protocol):
    """Comparisons and the conditional over one kind of number."""

    def less(self, left: Number, right: Number) -> Condition:
        """``left < right``."""
        ...

    def at_most(self, left: Number, right: Number) -> Condition:
        """``left <= right``."""
        ...

    def every(self, conditions: Sequence[Condition]) -> Condition:
        """The conjunction; true when there are none."""
        ...

    def choose(self, condition: Condition, yes: Number, no: Number) -> Number:
        """``yes`` where the condition holds, else ``no``."""
        ...


class Rationals:
    """The algebra of exact rationals (``fractions.Fraction``)."""

    def less(self, left: Number, right: Number) -> Condition:
        """``left < right``."""
        return left < right

    def at_most(self, left: Number, right: Number) -> Condition:
        """``left <= right``."""
        return left <= right

    def every(self, conditions: Sequence[Condition]) -> Condition:
        """The conjunction; true when there are none."""
        return all(conditions)

    def choose(self, condition: Condition, yes: Number, no: Number) -> Number:
        """``yes`` where the condition holds, else ``no``."""
        return yes if condition else no


RATIONAL = Rationals()
"""Exact rational arithmetic: the algebra of every verdict."""

ZERO = Fraction(0)
ONE = Fraction(1)


def total(terms: Iterable[Number]) -> Number:
    """The sum of ``terms``; the rational 0 when there are none."""
    return sum(terms, ZERO)


def dot(left: Iterable[Number], right: Iterable[Number]) -> Number:
    """The inner product of two sequences of equal length."""
    return total(a * b for a, b in zip(left, right, strict=True))


def product(factors: Iterable[Number]) -> Number:
    """The product of ``factors``; the rational 1 when there are none."""
    return reduce(lambda a, b: a * b, factors, ONE)


def first_maximisers(algebra: Algebra, scores: Sequence[Number], order: Sequence[int]) -> list[Condition]:
    """For each option, the condition that it has the largest score and precedes all others that have it too.

    ``order`` lists the options by priority, first wins (the tie-breaking rule of Definition 2.5). Exactly one of the
    returned conditions holds.
    """
    rank = {option: place for place, option in enumerate(order)}
    return [
        algebra.every(
            [
                algebra.less(other_score, score) if rank[other] < rank[option] else algebra.at_most(other_score, score)
                for other, other_score in enumerate(scores)
                if other != option
            ]
        )
        for option, score in enumerate(scores)
    ]


def maximum(algebra: Algebra, scores: Sequence[Number]) -> Number:
    """The largest of ``scores`` (at least one)."""
    return reduce(lambda a, b: algebra.choose(algebra.less(a, b), b, a), scores)
