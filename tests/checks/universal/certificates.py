"""Certificates of kind ``theorem``: those of the paper's theorems, and small ones to try the kernel with."""

import json

from alignproof.checks.kernel import FORMAT, check
from alignproof.checks.linear import Rejected
from alignproof.checks.universal.market import Size
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse
from alignproof.symbolic import anonymous, personalized
from alignproof.symbolic.derivation import Place

SIZE = tuple(Size.__dataclass_fields__)
WEAK = ["separable payoffs", "user alignment", "user weights", "errors"]
STRONG = ["strong alignment", "provider weights", "coverage"]
COMMON = "common given state and users"
FALSE = {"false": [["-1"]]}
"""What follows from nothing true: -1 >= 0."""

REASONS = {
    "name-taken",
    "negative-multiplier",
    "not-a-rule",
    "not-an-identity",
    "not-the-same",
    "not-zero",
    "proof-is-open",
    "sign-unknown",
    "unknown-name",
    "unusable",
}
"""Why the kernel rejects forged certificates."""


def size(digits):
    """A size, one digit per field."""
    return Size(*map(int, digits))


def certificate(
    digits="111111111",
    protocol="P",
    play="personalized",
    entrant=False,
    hypotheses=(),
    shared=(),
    rules=(),
    conclusions=FALSE,
    rule_proofs=(),
    steps=(),
):
    """The document of a certificate."""
    setting = {"size": dict(zip(SIZE, digits, strict=True)), "protocol": protocol, "play": play, "entrant": entrant}
    claim = {
        "setting": setting,
        "hypotheses": list(hypotheses),
        "shared": list(shared),
        "rules": list(rules),
        "conclusions": conclusions,
    }
    evidence = {"rules": list(rule_proofs), "steps": list(steps)}
    document = {"format": FORMAT, "kind": "theorem", "claim": claim, "evidence": evidence}
    return json.loads(dump(document))


def theorem_3_1(digits="222222222", entrant=False):
    """Theorem 3.1, or 5.1 with an entrant."""
    where = Place(size(digits), "P", "personalized", entrant)
    shortfall = [["2", "eps_U"], *(["2", "eps_P", f"r {j}"] for j in where.team)]
    return certificate(
        digits,
        entrant=entrant,
        hypotheses=["ties blind to the provider", "equilibrium", *WEAK, COMMON, *["shares"] * entrant],
        shared=["0"],
        conclusions=_bounds(where, personalized.bound, shortfall),
        steps=personalized.proof_of_3_1(where),
    )


def theorem_4_3(digits="222222222", protocol="P"):
    """Theorem 4.3."""
    where = Place(size(digits), protocol, "anonymous")
    return certificate(
        digits,
        protocol,
        "anonymous",
        hypotheses=["equilibrium", *STRONG, COMMON, "user dominance"],
        shared=["0"],
        conclusions=_bounds(where, anonymous.bound, [["2", "eps", f"r {anonymous.deviator(where)}"]]),
        steps=anonymous.theorem_4_3(where),
    )


def theorem_4_4(digits="222222222", protocol="UP"):
    """Theorem 4.4."""
    where = Place(size(digits), protocol, "anonymous")
    d = anonymous.deviator(where)
    losses = [["1", f"r {d}", "Delta", f"lambda {d},{i}"] for i in range(1, where.size.users)]
    return certificate(
        digits,
        protocol,
        "anonymous",
        hypotheses=["equilibrium", *STRONG, COMMON, "largest gain"],
        shared=list(map(str, where.members)),
        conclusions=_bounds(where, anonymous.bound, [["2", "eps", f"r {d}"], *losses]),
        steps=anonymous.theorem_4_4(where),
    )


def _bounds(where, name, shortfall):
    return {name(p): [["1", "value:ne 0"], ["-1", f"value:shared {p} 0"], *shortfall] for p in where.team}


def verdict(document):
    """``valid``, the kernel's reason to reject, or ``unusable``; any other exception gets through."""
    try:
        check(parse(json.dumps(document).encode()))
    except Rejected as error:
        return str(error).partition(":")[0]
    except InputError:
        return "unusable"
    return "valid"
