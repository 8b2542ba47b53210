"""Linear equations whose coefficients are polynomials in parameters, solved in the field of rational functions, and
the irreducible factors of polynomials. SymPy computes; the kernel checks what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy
from sympy.polys.matrices import DomainMatrix

from alignproof.counterexamples.regions.parameters import Point, value_at
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.polynomial import Polynomial, as_polynomial


def independent(rows: Sequence[Sequence[Fraction]]) -> list[int]:
    """The first rows that are linearly independent, by number."""
    kept: list[int] = []
    echelon: list[tuple[int, list[Fraction]]] = []
    for number, row in enumerate(rows):
        left = list(row)
        for pivot, other in echelon:
            if left[pivot]:
                left = [a - left[pivot] * b for a, b in zip(left, other, strict=True)]
        place = next((k for k, a in enumerate(left) if a), None)
        if place is not None:
            echelon.append((place, [a / left[place] for a in left]))
            kept.append(number)
    return kept


def solved(
    matrix: Sequence[Sequence[Polynomial]], right: Sequence[Polynomial], parameters: Sequence[str]
) -> tuple[list[Polynomial], Polynomial] | None:
    """The solution of a square system as numerators over one denominator; None if it is singular."""
    ring = sympy.QQ[tuple(sympy.Symbol(name) for name in parameters)] if parameters else sympy.QQ
    size = len(right)
    if size == 0:
        return [], as_polynomial(ONE)
    cells = [[_element(ring, a, parameters) for a in row] for row in matrix]
    left = DomainMatrix(cells, (size, size), ring)
    column = DomainMatrix([[_element(ring, b, parameters)] for b in right], (size, 1), ring)
    try:
        numerators, denominator = left.solve_den(column)
    except sympy.polys.matrices.exceptions.DMNonInvertibleMatrixError:
        return None
    found = [numerators[k, 0].element for k in range(size)]
    common = reduce(ring.gcd, found, denominator)
    reduced = [_polynomial(ring.exquo(value, common), parameters) for value in (*found, denominator)]
    return reduced[:-1], reduced[-1]


def _element(ring: Any, value: Polynomial, parameters: Sequence[str]) -> Any:
    terms = {
        tuple(dict(monomial).get(name, 0) for name in parameters): sympy.QQ(c.numerator, c.denominator)
        for monomial, c in value.terms.items()
    }
    return ring.ring.from_dict(terms) if parameters else terms.get((), sympy.QQ(0))


def _polynomial(element: Any, parameters: Sequence[str]) -> Polynomial:
    terms = element.to_dict() if parameters else {(): element}
    return Polynomial(
        {
            tuple(sorted((name, e) for name, e in zip(parameters, powers, strict=True) if e)): _fraction(c)
            for powers, c in terms.items()
            if c
        }
    )


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))


@dataclass(frozen=True)
class Factored:
    """``scale`` times the product of ``factors``, each with its power; scale > 0 and no factor negative at a point."""

    scale: Fraction
    factors: tuple[tuple[Polynomial, int], ...]


def factored(value: Polynomial, point: Point, parameters: Sequence[str]) -> Factored:
    """A polynomial that is nonnegative at the point, as factors that are so too. Raises ValueError if it is negative.

    Factors that vanish at the point are left multiplied together.
    """
    if value_at(value, point) < 0:
        raise ValueError("the polynomial is negative at the point")
    terms = as_polynomial(value).terms
    if terms.keys() <= {()}:
        return Factored(terms.get((), ZERO), ())
    ring = sympy.QQ[tuple(sympy.Symbol(name) for name in parameters)].ring
    scale, parts = _element(sympy.QQ[tuple(ring.symbols)], value, parameters).factor_list()
    number, kept, vanishing = _fraction(scale), [], as_polynomial(ONE)
    for part, power in parts:
        content, primitive = part.primitive()
        number *= _fraction(content) ** power
        factor = _polynomial(primitive, parameters)
        sign = value_at(factor, point)
        if sign == 0:
            for _ in range(power):
                vanishing = vanishing * factor
            continue
        if sign < 0:
            factor, number = -factor, number * (-1) ** power
        kept.append((factor, power))
    if vanishing.terms != {(): ONE}:
        if number < 0:
            vanishing, number = -vanishing, -number
        kept.append((vanishing, 1))
    return Factored(number, tuple(kept))
