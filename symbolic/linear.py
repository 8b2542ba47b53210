"""A statement's linearised form: premises times their multipliers, and the negated conclusion.

Every monomial counts as a variable of its own. That forgets what monomials have to do with each other, so if the
linear form has no solution, the statement holds at that size; its refutation is an identity with signed multipliers.
"""

from collections.abc import Mapping
from fractions import Fraction

import sympy

from alignproof.checks.linear import System, above, row, system
from alignproof.formats.certificates import Document, certificate
from alignproof.formats.documents import polynomial_document
from alignproof.games.algebra import ONE, product
from alignproof.games.polynomial import Polynomial, as_polynomial
from alignproof.symbolic.statement import Premise, Size, Statement, polynomial

NEGATED = "the bound fails"


def linear_system(statement: Statement, size: Size) -> System:
    """The premises, multiplied and expanded, and the negated conclusion; all variables are free."""
    premises = statement.premises(size)
    values = {premise.name: polynomial(premise.value) for premise in premises}
    rows = [row(p.name, _multiplied(p, values), "=" if p.equal else ">=") for p in premises]
    rows.append(above(NEGATED, -polynomial(statement.conclusion(size)), True))
    monomials = {m for _, r in rows for m in r.value.terms if m}
    return system(rows, [Polynomial({m: Fraction(1)}) for m in monomials])


def _multiplied(premise: Premise, values: Mapping[str, Polynomial]) -> Polynomial:
    """The premise times its multiplier; as it stands if the hypothesis that signs the multiplier was dropped."""
    value = values[premise.name]
    if any(name not in values for name in premise.factors):
        return value
    factor = polynomial(premise.multiplier) if premise.equal else product(values[name] for name in premise.factors)
    return as_polynomial(factor) * value


def identity_claim(statement: Statement, size: Size) -> Document:
    """The claim that the premises, as they stand, imply the conclusion for all real values of their symbols."""
    premises, conclusion = statement.premises(size), statement.conclusion(size)
    symbols = {s for p in premises for s in p.value.free_symbols} | conclusion.free_symbols
    return {
        "variables": sorted(map(str, symbols)),
        "definitions": {},
        "nonnegative": {p.name: _document(p.value) for p in premises if not p.equal},
        "zero": {p.name: _document(p.value) for p in premises if p.equal},
        "conclusions": {statement.result: _document(conclusion)},
    }


def identity_certificate(statement: Statement, size: Size, multipliers: Mapping[str, Fraction]) -> Document:
    """The identity that a refutation of the linear form amounts to, as a certificate."""
    scale = multipliers[NEGATED]
    used = [(p, multipliers[p.name] / scale) for p in statement.premises(size) if p.name in multipliers]
    products = [{"coefficient": str(share), "factors": [p.name, *p.factors]} for p, share in used if not p.equal]
    zero = {p.name: polynomial_document(polynomial(p.multiplier) * share) for p, share in used if p.equal}
    evidence = {statement.result: {"products": products, "zero": zero}}
    return certificate("identity", identity_claim(statement, size), evidence)


def uniform_certificate(statement: Statement, size: Size) -> Document:
    """The identity in which every premise counts once, multiplied as it says; those that others are multiplied with
    serve for their signs."""
    premises = statement.premises(size)
    signs = {name for premise in premises for name in premise.factors}
    once = {premise.name: ONE for premise in premises if premise.name not in signs}
    return identity_certificate(statement, size, once | {NEGATED: ONE})


def _document(value: sympy.Expr) -> list[dict[str, object]]:
    return polynomial_document(polynomial(value))
