"""Proof of Theorem 4.4: asked who she is and then served that user's shared rule, a user gets at least her benchmark.

She may name herself. (The paper adds that naming another gets her no more. That is false if she has private features:
her types may name different users. It does no harm, since she gains.)
"""

from alignproof.checks.universal.market import named
from alignproof.formats.certificates import Document, certificate
from alignproof.symbolic.anonymous import branches, serves
from alignproof.symbolic.definitions import setting
from alignproof.symbolic.derivation import Place, proof, written
from alignproof.symbolic.shared_rules import COMMON
from alignproof.symbolic.statement import Claim, Line

CLAIM = Claim(
    "A user loses nothing by naming her own branch",
    "Under the rule that asks who is there, every user gets at least her shared rule",
    "Section 4, proof of Theorem 4.4",
    r"u_i^U(C'_{P_j}; j) \ge u_i^U(C^*_{S,T,R-1}(i))",
    (Line(r"u_i^U(C'_{P_j} \mid i) = u_i^U(C^*_{S,T,R-1}(i))", "in her own branch she talks as under her rule"),),
)


def claim(where: Place) -> Document:
    """For all shared rules, a set for every user: nobody gets less than her own under the branching rule."""
    (rule,) = branches(where).values()
    gains = {f"user {i}": [(1, named("value:branches", i)), (-1, named("value:shared 0", i))] for i in where.members}
    return {
        "setting": setting(where),
        "hypotheses": [COMMON],
        "shared": [str(i) for i in where.members],
        "rules": [{part: rule[part] for part in ("name", "provider", "chances")}],
        "conclusions": {name: written(gain) for name, gain in gains.items()},
    }


def self_selection_certificate(where: Place) -> Document:
    """The certificate of :func:`claim`, at a place whose protocol the user opens, with |M| >= n."""
    (rule,) = branches(where).values()
    steps = [serves(where, "branches", i, 0, (i,)) for i in where.members]
    last = {f"user {i}": proof([(1, named("serves:0", i))]) for i in where.members}
    return certificate("theorem", claim(where), {"rules": [rule["sums"]], "steps": [*steps, {"conclude": last}]})
