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
    """How to compare: who is best, and what to do if a condition holds."""

    def first_best(self, scores: Sequence[Number], order: Sequence[int]) -> list[Condition]:
        """For each option, the condition that its score is largest and it precedes all others of that score.

        ``order`` lists the options by priority, first wins (the tie-breaking rule of Definition 2.5). Exactly one
        of the conditions holds.
        """
        ...

    def choose(self, condition: Condition, yes: Number, no: Number) -> Number:
        """``yes`` where the condition holds, else ``no``."""
        ...


class Rationals:
    """The algebra of exact rationals (``fractions.Fraction``)."""

    def first_best(self, scores: Sequence[Number], order: Sequence[int]) -> list[Condition]:
        """See :class:`Algebra`."""
        top = max(scores)
        winner = next(option for option in order if scores[option] == top)
        return [option == winner for option in range(len(scores))]

    def choose(self, condition: Condition, yes: Number, no: Number) -> Number:
        """See :class:`Algebra`."""
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
