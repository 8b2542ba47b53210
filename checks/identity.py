"""Polynomial inequalities by an identity with signed multipliers.

``goal = sum of coefficient * product of nonnegative hypotheses + sum of polynomial * vanishing hypothesis``, with
nonnegative coefficients, shows goal >= 0 wherever the hypotheses hold (Krivine 1964, Handelman 1988). Linear
hypotheses and constant multipliers are Farkas' lemma.
"""

from collections.abc import Mapping, Sequence

from alignproof.checks.linear import Rejected
from alignproof.games.algebra import ONE
from alignproof.games.document import Node
from alignproof.games.polynomial import Polynomial, as_polynomial, read_polynomial

MAX_FACTORS = 20


def check_identity(claim: Node, evidence: Node) -> None:
    """For all real values of the variables, the claim's hypotheses imply its conclusion ``>= 0``. Raises Rejected."""
    fields = claim.fields(("variables", "nonnegative", "zero", "conclusion"))
    variables = fields["variables"].names()
    nonnegative = {name: read_polynomial(item, variables) for name, item in fields["nonnegative"].object().items()}
    zero = {name: read_polynomial(item, variables) for name, item in fields["zero"].object().items()}
    goal = read_polynomial(fields["conclusion"], variables)
    check_nonnegative(goal, nonnegative, zero, variables, evidence)


def check_nonnegative(
    goal: Polynomial,
    nonnegative: Mapping[str, Polynomial],
    zero: Mapping[str, Polynomial],
    variables: Sequence[str],
    evidence: Node,
) -> None:
    """``goal >= 0`` wherever every polynomial of ``nonnegative`` is ``>= 0`` and every one of ``zero`` is 0."""
    fields = evidence.fields(("products", "zero"))
    value = as_polynomial(0)
    for item in fields["products"].items():
        term = item.fields(("coefficient", "factors"))
        coefficient = term["coefficient"].rational()
        if coefficient < 0:
            raise Rejected("negative-multiplier", item.path)
        value += coefficient * _product(term["factors"], nonnegative)
    value += _multiples(fields["zero"], zero, variables)
    _equal(goal, value, evidence)


def check_zero(goal: Polynomial, zero: Mapping[str, Polynomial], variables: Sequence[str], evidence: Node) -> None:
    """``goal = 0`` wherever every polynomial of ``zero`` is 0."""
    _equal(goal, _multiples(evidence.fields(("zero",))["zero"], zero, variables), evidence)


def _product(node: Node, nonnegative: Mapping[str, Polynomial]) -> Polynomial:
    factors = node.items()
    if len(factors) > MAX_FACTORS:
        raise Rejected("too-many-factors", node.path)
    value = as_polynomial(ONE)
    for factor in factors:
        name = factor.text()
        if name not in nonnegative:
            raise Rejected("unknown-hypothesis", f"{factor.path}: {name!r}")
        value *= nonnegative[name]
    return value


def _multiples(node: Node, zero: Mapping[str, Polynomial], variables: Sequence[str]) -> Polynomial:
    value = as_polynomial(0)
    for name, item in node.object().items():
        if name not in zero:
            raise Rejected("unknown-hypothesis", item.path)
        value += read_polynomial(item, variables) * zero[name]
    return value


def _equal(goal: Polynomial, value: Polynomial, evidence: Node) -> None:
    if (goal - value).terms:
        raise Rejected("not-an-identity", f"{evidence.path}: the two sides differ in {len((goal - value).terms)} terms")
