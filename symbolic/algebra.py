"""The definitions of ``games`` over SymPy expressions; rationals may be mixed in."""

from collections.abc import Sequence
from typing import Any

import sympy


class Exceeds(sympy.Function):  # type: ignore[misc]
    """1 if the first argument is larger than the second, else 0. (Piecewise expressions inside conditions are folded
    by SymPy, which takes exponential time; an indicator stays as it is.)"""

    @classmethod
    def eval(cls, left: Any, right: Any) -> Any:
        """The value, if both arguments are rational."""
        return sympy.Integer(bool(left > right)) if left.is_Rational and right.is_Rational else None


class Expressions:
    """The algebra of SymPy expressions, see :class:`alignproof.games.algebra.Algebra`: conditions are 0 or 1."""

    def first_best(self, scores: Sequence[Any], order: Sequence[int]) -> list[Any]:
        """For each option, the indicator that it has the largest score and precedes all others that have it."""
        terms = [sympy.sympify(score, strict=True) for score in scores]
        conditions: list[Any] = [None] * len(terms)
        for place, option in enumerate(order):
            before = [Exceeds(terms[option], terms[rival]) for rival in order[:place]]
            after = [1 - Exceeds(terms[rival], terms[option]) for rival in order[place + 1 :]]
            conditions[option] = sympy.Mul(*before, *after)
        return conditions

    def choose(self, condition: Any, yes: Any, no: Any) -> Any:
        """``yes`` or ``no`` by the indicator."""
        return condition * yes + (1 - condition) * no
