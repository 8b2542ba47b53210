"""Numbers that remember how they were made, and users' decisions about them.

Running a definition of ``games`` on these numbers leaves a record of it: sums and products of named indeterminates,
each written once. What a game's numbers make of a record is what they make of the definition, so an identity between
records holds in every game.

A decision (:meth:`Decisions.first_best`) is kept as what is true of it in every game: one option is taken, it has the
largest score, and which one depends on nothing but scores and order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from alignproof.games.algebra import Condition, Number

Expanded = dict[tuple[int, ...], Number]
"""A polynomial in terms: sorted places of the factors, to the coefficient (an integer where it is one)."""

MOST_TERMS = 3_000_000


class TooLarge(ValueError):
    """A record, an expansion or the number of decisions outgrows ``MOST_TERMS``."""


class Term:
    """A number of a :class:`Book`; two terms of a book are the same object exactly if they were made alike."""

    __slots__ = ("book", "left", "place", "right", "sign")

    def __init__(self, book: "Book", sign: str, left: Any, right: Any) -> None:
        self.book, self.sign, self.left, self.right = book, sign, left, right
        self.place = len(book.terms)

    def __add__(self, number: Number) -> "Term":
        other = self.book.term(number)
        if other is self.book.zero or self is self.book.zero:
            return self if other is self.book.zero else other
        return self.book.make("+", self, other)

    def __mul__(self, number: Number) -> "Term":
        other = self.book.term(number)
        if self is self.book.zero or other is self.book.one:
            return self
        if other is self.book.zero or self is self.book.one:
            return other
        return self.book.make("*", self, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> "Term":
        return self * self.book.minus

    def __sub__(self, other: Number) -> "Term":
        return self + -self.book.term(other)

    def __rsub__(self, other: Number) -> "Term":
        return (-self).__add__(other)


class Book:
    """All terms of one claim, each kept once."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self._known: dict[Any, Term] = {}
        self.zero, self.one, self.minus = map(self.term, map(Fraction, (0, 1, -1)))

    def make(self, sign: str, left: Any, right: Any) -> Term:
        """The term ``left sign right``, or the leaf ``left`` of kind ``sign``. Raises TooLarge."""
        key = (sign, left.place, right.place) if right is not None else (sign, left)
        found: Term | None = self._known.get(key)
        if found is None:
            found = self._known[key] = Term(self, sign, left, right)
            self.terms.append(found)
            if len(self.terms) > MOST_TERMS:
                raise TooLarge(f"more than {MOST_TERMS} terms")
        return found

    def term(self, value: Number) -> Term:
        """A rational as a term; terms as they are."""
        if isinstance(value, Term):
            return value
        return self.make("constant", Fraction(value), None)

    def variable(self, name: str) -> Term:
        """The indeterminate of this name."""
        return self.make("variable", name, None)


@dataclass(frozen=True)
class Decision:
    """A decision: ``taken[option]`` is 1 for the option taken and else 0; ``order`` breaks ties."""

    scores: tuple[Term, ...]
    order: Any
    taken: tuple[Term, ...]

    @property
    def value(self) -> Term:
        """The score of the option taken."""
        return sum((d * s for d, s in zip(self.taken, self.scores, strict=True)), self.taken[0].book.zero)


@dataclass
class Decisions:
    """The algebra of terms, see :class:`alignproof.games.algebra.Algebra`; keeps all decisions, in order, in ``log``.

    Decisions on the same scores by the same order are one.
    """

    book: Book
    log: list[Decision] = field(default_factory=list)
    _made: dict[Any, Decision] = field(default_factory=dict)

    def first_best(self, scores: Sequence[Number], order: Sequence[int]) -> list[Condition]:
        """See :class:`alignproof.games.algebra.Algebra`. Raises TooLarge."""
        terms = tuple(self.book.term(score) for score in scores)
        key = tuple(term.place for term in terms), order
        if key not in self._made:
            names = (f"decision {len(self._made)},{k}" for k in range(len(terms)))
            self._made[key] = Decision(terms, order, tuple(self.book.variable(name) for name in names))
        self.log.append(self._made[key])
        if len(self.log) * len(terms) > MOST_TERMS:
            raise TooLarge(f"decisions with more than {MOST_TERMS} options")
        return list(self._made[key].taken)

    def choose(self, condition: Condition, yes: Number, no: Number) -> Number:
        """See :class:`alignproof.games.algebra.Algebra`."""
        return condition * yes + (0 if no == 0 else (1 - condition) * no)


class View:
    """A way of reading terms as polynomials: ``known`` says what stands for a term instead of how it was made."""

    def __init__(self, known: Mapping[int, Expanded]) -> None:
        self._read: dict[int, Expanded] = dict(known)

    def __call__(self, term: Term) -> Expanded:
        """The polynomial of ``term``. Raises TooLarge."""
        found = self._read.get(term.place)
        if found is None:
            if term.sign == "+":
                found = combined((1, self(addend)) for addend in self._addends(term))
            elif term.sign == "*":
                found = multiplied(self(term.left), self(term.right))
            else:
                found = leaf(term)
            self._read[term.place] = found
        return found

    def _addends(self, term: Term) -> Iterable[Term]:
        """The addends of a sum, however deep to the left: sums of many terms are long chains."""
        while term.sign == "+" and term.place not in self._read:
            yield term.right
            term = term.left
        yield term


def leaf(term: Term) -> Expanded:
    """A term as a polynomial, whatever it was made of; a constant as its value."""
    if term.sign == "constant":
        return {(): plain(term.left)} if term.left else {}
    return {(term.place,): 1}


def plain(value: Fraction) -> Number:
    """A rational as an integer if it is one: integers add faster."""
    return value.numerator if value.denominator == 1 else value


def combined(parts: Iterable[tuple[Number, Expanded]]) -> Expanded:
    """The combination of polynomials with coefficients."""
    result: Expanded = {}
    for coefficient, part in parts:
        for monomial, c in part.items():
            result[monomial] = result.get(monomial, 0) + (c if coefficient == 1 else coefficient * c)
    return {monomial: c for monomial, c in result.items() if c}


def multiplied(left: Expanded, right: Expanded) -> Expanded:
    """The product of two polynomials. Raises TooLarge."""
    if len(left) * sum(map(len, right)) + len(right) * sum(map(len, left)) > MOST_TERMS:
        raise TooLarge(f"a product with more than {MOST_TERMS} factors")
    left, right = (left, right) if len(left) <= len(right) else (right, left)
    if len(left) == 1:
        ((m, c),) = left.items()
        return {tuple(sorted(m + n)): c * d for n, d in right.items()}
    result: Expanded = {}
    for m, c in left.items():
        for n, d in right.items():
            monomial = tuple(sorted(m + n))
            result[monomial] = result.get(monomial, 0) + c * d
    return {monomial: c for monomial, c in result.items() if c}
