"""Numbers, distributions and tables with small denominators, in which ties are likely."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from alignproof.games.algebra import ZERO

Bound = tuple[int, int]
"""The least and the most of something."""

Distribution = tuple[Fraction, ...]

Grid = tuple[tuple[Fraction, ...], ...]
"""``[row][column]``, like a utility ``[a][y]``."""

VALUES = tuple(Fraction(k, 4) for k in range(5))

values: SearchStrategy[Fraction] = st.sampled_from(VALUES)
"""Multiples of 1/4 in [0, 1]. Shrinks to 0."""


def sizes(bound: Bound) -> SearchStrategy[int]:
    """Sizes within a bound, rather large than small: in small games nothing is at stake. Shrinks to the least.

    Raises InvalidArgument unless 1 <= least <= most.
    """
    least, most = bound
    if not 1 <= least <= most:
        raise InvalidArgument(f"a bound on sizes is a pair 1 <= least <= most, not {bound}")
    return st.sampled_from([*range(least, most + 1), most, most])


def distributions(size: int) -> SearchStrategy[Distribution]:
    """Probabilities of ``size`` things, with small denominators and often zero. Shrinks to certainty of the first."""
    certain = st.sampled_from([tuple(Fraction(k == sure) for k in range(size)) for sure in range(size)])
    weights = st.lists(st.integers(0, 2), min_size=size, max_size=size)
    return certain | weights.map(_normalised)


def _normalised(weights: Sequence[int]) -> Distribution:
    weights = weights if any(weights) else [1, *weights[1:]]
    return tuple(Fraction(w, sum(weights)) for w in weights)


def tables(rows: int, columns: int, cells: SearchStrategy[Fraction] = values) -> SearchStrategy[Grid]:
    """Tables ``[row][column]``. Shrinks cell by cell."""
    row = st.tuples(*[cells] * columns)
    return st.tuples(*[row] * rows)


def residuals(eps: Fraction) -> SearchStrategy[Fraction]:
    """Numbers in [-eps, eps], both ends included. Shrinks to 0."""
    return st.sampled_from([ZERO, eps, -eps, eps / 2, -eps / 2]) if eps else st.just(ZERO)
