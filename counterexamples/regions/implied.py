"""That a region lies in one cell, as identities: each inequality of the cell is a combination of products of the
region's and the box's (Handelman 1988), found by a linear program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from alignproof.checks.linear import Row
from alignproof.counterexamples.regions.farkas import inequality
from alignproof.formats.certificates import Document, certificate
from alignproof.games.algebra import ONE, ZERO, product
from alignproof.games.polynomial import Polynomial, as_polynomial, gather
from alignproof.oracles.program import Program, maximise
from alignproof.symbolic.identities import identity_claim

DEGREE = 3
"""The most factors of a product."""


@dataclass(frozen=True)
class _Product:
    """A product of given inequalities, by number; strict if all of them are."""

    factors: tuple[int, ...]
    value: Polynomial
    strict: bool


def _products(given: Sequence[Row], degree: int) -> Iterator[_Product]:
    for size in range(degree + 1):
        for factors in combinations_with_replacement(range(len(given)), size):
            value = as_polynomial(product(given[k].value for k in factors))
            yield _Product(factors, value, all(given[k].sense == ">" for k in factors))


def _combination(row: Row, products: Sequence[_Product]) -> list[tuple[Fraction, _Product]] | None:
    """Nonnegative multiples of products that add up to the row, one of them strict if the row is; None if not found."""
    monomials = dict.fromkeys(m for p in (*(p.value for p in products), row.value) for m in p.terms)
    rows = [{k: p.value.terms[m] for k, p in enumerate(products) if m in p.value.terms} for m in monomials]
    bounds = [row.value.terms.get(m, ZERO) for m in monomials]
    objective = [ONE if p.strict and row.sense == ">" else ZERO for p in products]
    equal = [True] * len(rows)
    if not row.value.terms:  # nothing else bounds the multiples of a contradiction
        rows, bounds, equal = [*rows, dict(enumerate(objective))], [*bounds, ONE], [*equal, False]
    found = maximise(Program(objective, rows, bounds, equal))
    if found is None or (row.sense == ">" and found.value == 0):
        return None
    return [(c, p) for c, p in zip(found.primal, products, strict=True) if c]


def implied(given: Sequence[Row], wanted: Sequence[Row], parameters: Sequence[str]) -> Document | None:
    """The identity certificate that ``wanted`` holds wherever ``given`` does; None if no products do it.

    A conclusion is what is left of a wanted side when its strict products, which are positive, are taken away.
    """
    names = [inequality(row) for row in given]
    conclusions: dict[str, Polynomial] = {}
    evidence: dict[str, Document] = {}
    for row in wanted:
        for degree in range(1, DEGREE + 1):
            combination = _combination(row, list(_products(given, degree)))
            if combination is not None:
                break
        else:
            return None
        apart = [(c, p) for c, p in combination if p.strict and row.sense == ">"]
        name = inequality(row)
        conclusions[name] = row.value - gather(c * p.value for c, p in apart)
        terms = [
            {"coefficient": str(c), "factors": [names[k] for k in p.factors]}
            for c, p in combination
            if (c, p) not in apart
        ]
        evidence[name] = {"products": terms, "zero": {}}
    claim = identity_claim({name: row.value for name, row in zip(names, given, strict=True)}, {}, conclusions)
    claim["variables"] = list(dict.fromkeys([*parameters, *claim["variables"]]))
    return certificate("identity", claim, evidence)
