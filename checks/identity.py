"""Polynomial inequalities by an identity with signed multipliers.

``goal = sum of coefficient * product of nonnegative hypotheses + sum of polynomial * vanishing hypothesis``, with
nonnegative coefficients, shows goal >= 0 wherever the hypotheses hold (Krivine 1964, Handelman 1988). Linear
hypotheses and constant multipliers are Farkas' lemma.
"""

from collections.abc import Mapping

from alignproof.checks.linear import Rejected
from alignproof.games.algebra import product
from alignproof.games.document import Node
from alignproof.games.polynomial import Polynomial, gather, read_polynomial

MAX_FACTORS = 20

Named = Mapping[str, Polynomial]


def check_identity(claim: Node, evidence: Node) -> None:
    """For all real values of the variables, the claim's hypotheses imply that each conclusion is ``>= 0``.

    ``definitions`` are abbreviations, polynomials in the variables and earlier ones, or ``{of, at}``: an earlier one
    with rationals put in. Evidence: an identity ``{products, zero}`` per conclusion. Raises Rejected.
    """
    fields = claim.fields(("variables", "definitions", "nonnegative", "zero", "conclusions"))
    variables = fields["variables"].names()
    known: dict[str, Polynomial] = {}
    for name, item in fields["definitions"].object().items():
        if name in variables:
            raise item.fail("a definition has the name of a variable")
        known[name] = _definition(item, variables, known)
    nonnegative, zero, goals = (
        {name: _expanded(item, variables, known) for name, item in fields[part].object().items()}
        for part in ("nonnegative", "zero", "conclusions")
    )
    proofs = evidence.fields(goals)
    if not goals:
        raise Rejected("nothing-concluded", fields["conclusions"].path)
    for name, goal in goals.items():
        _check_goal(goal, nonnegative, zero, variables, proofs[name])


def _definition(node: Node, variables: tuple[str, ...], known: Named) -> Polynomial:
    if isinstance(node.value, list):
        return _expanded(node, variables, known)
    fields = node.fields(("of", "at"))
    point = {name: item.rational() for name, item in fields["at"].fields((), variables).items()}
    return known[tuple(known)[fields["of"].name_in(tuple(known))]](point)


def _expanded(node: Node, variables: tuple[str, ...], known: Named) -> Polynomial:
    return read_polynomial(node, (*variables, *known))(known)


def _check_goal(goal: Polynomial, nonnegative: Named, zero: Named, variables: tuple[str, ...], proof: Node) -> None:
    fields = proof.fields(("products", "zero"))
    parts = [goal]
    for item in fields["products"].items():
        term = item.fields(("coefficient", "factors"))
        coefficient, factors = term["coefficient"].rational(), term["factors"].items()
        if coefficient < 0 or len(factors) > MAX_FACTORS:
            raise Rejected("negative-multiplier" if coefficient < 0 else "too-many-factors", item.path)
        parts.append(-coefficient * product(_hypothesis(factor, factor.text(), nonnegative) for factor in factors))
    for name, item in fields["zero"].object().items():
        parts.append(-read_polynomial(item, variables) * _hypothesis(item, name, zero))
    if gather(parts).terms:
        raise Rejected("not-an-identity", f"{proof.path}: the two sides differ")


def _hypothesis(node: Node, name: str, hypotheses: Named) -> Polynomial:
    if name not in hypotheses:
        raise Rejected("unknown-hypothesis", f"{node.path}: {name!r}")
    return hypotheses[name]
