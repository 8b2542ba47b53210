"""Polynomials with rational coefficients: numbers of the definitions, for markets with continuous actions and states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from alignproof.games.algebra import ONE, ZERO, product
from alignproof.games.document import Node

MAX_POWER = 100
Monomial = tuple[tuple[str, int], ...]
"""Variables with their positive powers, sorted by name."""


@dataclass(frozen=True)
class Polynomial:
    """A polynomial: monomials with nonzero coefficients."""

    terms: Mapping[Monomial, Fraction]

    def __add__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        terms = dict(self.terms)
        for monomial, coefficient in as_polynomial(other).terms.items():
            terms[monomial] = terms.get(monomial, ZERO) + coefficient
        return _tidy(terms)

    __radd__ = __add__

    def __neg__(self) -> "Polynomial":
        return Polynomial({monomial: -coefficient for monomial, coefficient in self.terms.items()})

    def __sub__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return self + -as_polynomial(other)

    def __rsub__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return -self + other

    def __mul__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        terms: dict[Monomial, Fraction] = {}
        for left, p in self.terms.items():
            for right, q in as_polynomial(other).terms.items():
                monomial = _joined(left, right)
                terms[monomial] = terms.get(monomial, ZERO) + p * q
        return _tidy(terms)

    __rmul__ = __mul__

    def __call__(self, values: Mapping[str, Fraction]) -> Fraction:
        """The value at a point; every variable that occurs needs a value."""
        return sum((c * product(values[v] ** e for v, e in m) for m, c in self.terms.items()), ZERO)


def variable(name: str) -> Polynomial:
    """The polynomial that is a single variable."""
    return Polynomial({((name, 1),): ONE})


def as_polynomial(value: Polynomial | Fraction | int) -> Polynomial:
    """A number as a constant polynomial; polynomials as they are."""
    return value if isinstance(value, Polynomial) else _tidy({(): Fraction(value)})


def _tidy(terms: Mapping[Monomial, Fraction]) -> Polynomial:
    return Polynomial({monomial: coefficient for monomial, coefficient in terms.items() if coefficient != 0})


def _joined(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def read_polynomial(node: Node, variables: Sequence[str]) -> Polynomial:
    """A polynomial document: a list of ``{coefficient, powers}``. Raises InputError."""
    value = as_polynomial(ZERO)
    for item in node.items():
        fields = item.fields(("coefficient",), ("powers",))
        powers = fields["powers"].object() if "powers" in fields else {}
        for name, power in powers.items():
            if name not in variables:
                raise power.fail("no such variable")
        monomial = tuple(sorted((name, _power(power)) for name, power in powers.items()))
        value += _tidy({monomial: fields["coefficient"].rational()})
    return value


def _power(node: Node) -> int:
    power = node.rational()
    if power.denominator != 1 or not 1 <= power <= MAX_POWER:
        raise node.fail(f"expected a whole power from 1 to {MAX_POWER}")
    return power.numerator


def polynomial_document(value: Polynomial) -> list[dict[str, object]]:
    """The document of a polynomial; :func:`read_polynomial` is its inverse."""
    return [
        {"coefficient": str(coefficient), **({"powers": {name: str(p) for name, p in monomial}} if monomial else {})}
        for monomial, coefficient in value.terms.items()
    ]
