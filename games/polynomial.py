"""Polynomials with rational coefficients: numbers of the definitions, with unknowns or continuous variables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from alignproof.games.algebra import ONE, ZERO, product, total
from alignproof.games.document import InputError, Node

MAX_POWER, MOST_PRODUCTS = 100, 200_000
MOST_BITS, MOST_POWER = 100_000, 1_000
Monomial = tuple[tuple[str, int], ...]
"""Variables with their positive powers, sorted by name."""


@dataclass(frozen=True)
class Polynomial:
    """A polynomial: monomials with nonzero coefficients."""

    terms: Mapping[Monomial, Fraction]

    def __add__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return gather((self, as_polynomial(other)))

    __radd__ = __add__

    def __neg__(self) -> "Polynomial":
        return Polynomial({monomial: -coefficient for monomial, coefficient in self.terms.items()})

    def __sub__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return self + -as_polynomial(other)

    def __rsub__(self, other: "Fraction | int") -> "Polynomial":
        return -self + other

    def __mul__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        terms, right_terms = dict[Monomial, Fraction](), as_polynomial(other).terms
        if len(self.terms) * len(right_terms) > MOST_PRODUCTS:
            raise InputError("$", f"a product of polynomials has more than {MOST_PRODUCTS} terms")
        if _bits(self.terms) + _bits(right_terms) > MOST_BITS:
            raise InputError("$", f"a product of polynomials has coefficients of more than {MOST_BITS} bits")
        for left, p in self.terms.items():
            for right, q in right_terms.items():
                monomial = _joined(left, right)
                terms[monomial] = terms.get(monomial, ZERO) + p * q
        return _tidy(terms)

    __rmul__ = __mul__

    def __call__(self, values: "Mapping[str, Polynomial | Fraction]") -> "Polynomial":
        """The polynomial with ``values`` put in for the variables that they name."""
        terms = ((c, [(as_polynomial(values.get(v, variable(v))), e) for v, e in m]) for m, c in self.terms.items())
        return as_polynomial(total(c * product(value for value, e in m for _ in range(e)) for c, m in terms))


def variable(name: str) -> Polynomial:
    """The polynomial that is a single variable."""
    return Polynomial({((name, 1),): ONE})


def gather(values: "Iterable[Polynomial | Fraction]") -> Polynomial:
    """The sum of many polynomials, in one pass."""
    terms: dict[Monomial, Fraction] = {}
    for value in values:
        for monomial, coefficient in as_polynomial(value).terms.items():
            terms[monomial] = terms.get(monomial, ZERO) + coefficient
    return _tidy(terms)


def combine(coefficients: Iterable[Fraction], values: "Iterable[Polynomial | Fraction]") -> Polynomial:
    """The combination of ``values`` with ``coefficients``."""
    return gather(c * value for c, value in zip(coefficients, values, strict=True) if c)


def as_polynomial(value: Polynomial | Fraction | int) -> Polynomial:
    """A number as a constant polynomial; polynomials as they are."""
    return value if isinstance(value, Polynomial) else _tidy({(): Fraction(value)})


def _tidy(terms: Mapping[Monomial, Fraction]) -> Polynomial:
    return Polynomial({monomial: coefficient for monomial, coefficient in terms.items() if coefficient != 0})


def _bits(terms: Mapping[Monomial, Fraction]) -> int:
    return max((c.numerator.bit_length() + c.denominator.bit_length() for c in terms.values()), default=0)


def _joined(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
        if powers[name] > MOST_POWER:
            raise InputError("$", f"a product of polynomials has a power of more than {MOST_POWER}")
    return tuple(sorted(powers.items()))


def read_polynomial(node: Node, variables: Sequence[str]) -> Polynomial:
    """A polynomial document: a list of ``{coefficient, powers}``. Raises InputError."""
    terms = (item.fields(("coefficient", "powers")) for item in node.items())
    return gather(_tidy({_monomial(t["powers"], variables): t["coefficient"].rational()}) for t in terms)


def _monomial(node: Node, variables: Sequence[str]) -> Monomial:
    powers = {name: item.rational() for name, item in node.fields((), variables).items()}
    if any(power.denominator != 1 or not 1 <= power <= MAX_POWER for power in powers.values()):
        raise node.fail(f"expected whole powers from 1 to {MAX_POWER}")
    return tuple(sorted((name, power.numerator) for name, power in powers.items()))
