"""The definitions of ``games`` over Z3 terms; rationals may be mixed in."""

from collections.abc import Sequence
from typing import Any

import z3


class SolverTerms:
    """The algebra of Z3's real terms, see :class:`alignproof.games.algebra.Algebra`."""

    def first_best(self, scores: Sequence[Any], order: Sequence[int]) -> list[Any]:
        """For each option, the formula that it has the largest score and precedes all others that have it."""
        terms = [real(score) for score in scores]
        rank = {option: place for place, option in enumerate(order)}
        return [
            z3.And(
                *(
                    mine > other if rank[rival] < rank[option] else mine >= other
                    for rival, other in enumerate(terms)
                    if rival != option
                )
            )
            for option, mine in enumerate(terms)
        ]

    def choose(self, condition: Any, yes: Any, no: Any) -> Any:
        """If-then-else."""
        return z3.If(condition, real(yes), real(no))


def real(value: Any) -> Any:
    """A rational as a Z3 constant; terms as they are."""
    return value if isinstance(value, z3.ExprRef) else z3.Q(value.numerator, value.denominator)
