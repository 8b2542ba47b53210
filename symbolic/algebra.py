"""The definitions of ``games`` over SymPy expressions; rationals may be mixed in."""

from collections.abc import Sequence
from typing import Any

import sympy


class Expressions:
    """The algebra of SymPy expressions, see :class:`alignproof.games.algebra.Algebra`; nothing is simplified."""

    def first_best(self, scores: Sequence[Any], order: Sequence[int]) -> list[Any]:
        """For each option, the relation that it has the largest score and precedes all others that have it."""
        terms = [sympy.sympify(score) for score in scores]
        rank = {option: place for place, option in enumerate(order)}
        return [
            sympy.And(
                *(
                    _relation(sympy.Gt if rank[rival] < rank[option] else sympy.Ge, mine, other)
                    for rival, other in enumerate(terms)
                    if rival != option
                ),
                evaluate=False,
            )
            for option, mine in enumerate(terms)
        ]

    def choose(self, condition: Any, yes: Any, no: Any) -> Any:
        """A piecewise expression."""
        return sympy.Piecewise((sympy.sympify(yes), condition), (sympy.sympify(no), True), evaluate=False)


def _relation(kind: Any, left: Any, right: Any) -> Any:
    return kind(left, right, evaluate=bool(left.is_Rational and right.is_Rational))
