"""Polynomial identities as claims and evidence of the kernel's kind ``identity``."""

from collections.abc import Iterable, Mapping
from typing import Any

from alignproof.formats.documents import polynomial_document
from alignproof.games.polynomial import Polynomial, as_polynomial

Named = Mapping[str, Polynomial]


def identity_claim(nonnegative: Named, zero: Named, conclusions: Named) -> dict[str, Any]:
    """The hypotheses imply that the conclusions are nonnegative, for all real values of their variables."""
    parts = {"nonnegative": nonnegative, "zero": zero, "conclusions": conclusions}
    values = (value for named in parts.values() for value in named.values())
    variables = dict.fromkeys(name for value in values for monomial in value.terms for name, _ in monomial)
    documents = {part: {name: polynomial_document(v) for name, v in named.items()} for part, named in parts.items()}
    return {"variables": list(variables), "definitions": {}} | documents


def identity_proof(products: Iterable[tuple[str, ...]], zero: Named) -> dict[str, Any]:
    """The evidence for a conclusion: products of hypotheses, each once, and multipliers of vanishing ones."""
    terms = [{"coefficient": "1", "factors": list(factors)} for factors in products]
    return {
        "products": terms,
        "zero": {name: polynomial_document(as_polynomial(value)) for name, value in zero.items()},
    }
