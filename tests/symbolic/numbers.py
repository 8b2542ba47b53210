"""Numbers for symbols with indices, and what polynomials in totals are then worth, by plain loops.

Nothing is shared with the glue: names are taken apart here once more.
"""

from fractions import Fraction
from itertools import product as tuples
from math import prod


def parts(name):
    """The indices that a total binds and the names that it multiplies; a plain name binds none."""
    if not name.startswith("sum_"):
        return (), (name,)
    bound, _, factors = name.removeprefix("sum_").rstrip("]").partition("[")
    return tuple(bound.split(",")), tuple(filter(None, factors.split("*")))


class Numbers:
    """``ranges``: which values each index takes; ``known``: numbers of names, others are drawn."""

    def __init__(self, rng, ranges, known=()):
        self.rng, self.ranges, self.known = rng, dict(ranges), dict(known)

    def named(self, name, at=()):
        """The number of a name, its last indices as in ``at``."""
        first, *indices = name.split("_")
        full = "_".join([first, *(str(dict(at).get(index, index)) for index in indices)])
        if full not in self.known:
            self.known[full] = Fraction(self.rng.randint(-4, 4), self.rng.randint(1, 3))
        return self.known[full]

    def worth(self, name, at=()):
        """What a name or a total is worth."""
        bound, factors = parts(name)
        places = tuples(*(self.ranges[index] for index in bound))
        inner = ({**dict(at), **dict(zip(bound, place, strict=True))} for place in places)
        return sum((prod((self.named(f, here) for f in factors), start=Fraction(1)) for here in inner), Fraction(0))

    def value(self, polynomial, at=(), put=()):
        """What a polynomial is worth; ``put`` has numbers of names that are neither indexed nor totals."""
        return sum(
            (
                c * prod((dict(put)[n] if n in dict(put) else self.worth(n, at)) ** power for n, power in monomial)
                for monomial, c in polynomial.terms.items()
            ),
            Fraction(0),
        )

    def narrowed(self, index, length):
        """The same numbers, with only the first ``length`` values of an index."""
        ranges = self.ranges | {index: list(self.ranges[index])[:length]}
        other = Numbers(self.rng, ranges)
        other.known = self.known
        return other
