"""The kinds of claims that speak of more than one game: identities, obligations of an induction, theorems."""

from collections.abc import Callable

from alignproof.checks.identity import check_identity
from alignproof.checks.linear import Rejected
from alignproof.checks.universal.theorem import check_theorem
from alignproof.games.document import Node


def check_obligations(claim: Node, evidence: Node) -> None:
    """Each of the claim's ``obligations``, a list of claims of kind ``identity``, by one of the ``proofs``; that they
    make an induction is not claimed. Raises Rejected."""
    obligations = claim.fields(("obligations",))["obligations"].items()
    if not obligations:
        raise Rejected("nothing-concluded", claim.path)
    proofs = evidence.fields(("proofs",))["proofs"].items(len(obligations))
    for obligation, proof in zip(obligations, proofs, strict=True):
        check_identity(obligation, proof)


UNIVERSAL: dict[str, Callable[[str, Node, Node], None]] = {
    "identity": lambda _, claim, evidence: check_identity(claim, evidence),
    "obligations": lambda _, claim, evidence: check_obligations(claim, evidence),
    "theorem": lambda _, claim, evidence: check_theorem(claim, evidence),
}
"""Kinds and their checkers, see :data:`alignproof.checks.kernel.KINDS`."""
