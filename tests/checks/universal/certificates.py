"""Certificates of kind ``theorem``: those of the paper's theorems, and small ones to try the kernel with."""

import json

from alignproof.checks.kernel import CERTIFICATE_FORMAT, check
from alignproof.checks.linear import Rejected
from alignproof.checks.universal.market import Size
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse
from alignproof.symbolic import theorem_3_1 as personalized
from alignproof.symbolic import theorem_4_3 as dominated
from alignproof.symbolic import theorem_4_4 as branching
from alignproof.symbolic import theorem_4_4_spare as spare
from alignproof.symbolic import theorem_5_1 as personalized_with_entrant
from alignproof.symbolic.definitions import place, theorem_certificate

SIZE = tuple(Size.__dataclass_fields__)
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
    document = {"format": CERTIFICATE_FORMAT, "kind": "theorem", "claim": claim, "evidence": evidence}
    return json.loads(dump(document))


def _of(statement, digits, protocol):
    where = place(statement, size(digits), protocol)
    return json.loads(dump(theorem_certificate(statement, where)))


def theorem_3_1(digits="222222222", entrant=False):
    """Theorem 3.1, or 5.1 with an entrant."""
    return _of((personalized_with_entrant if entrant else personalized).statement(), digits, "P")


def theorem_4_3(digits="222222222", protocol="P"):
    """Theorem 4.3."""
    return _of(dominated.statement(), digits, protocol)


def theorem_4_4(digits="222222222", protocol="UP"):
    """Theorem 4.4."""
    return _of(branching.statement(), digits, protocol)


def theorem_4_4_spare(digits="222222122", protocol="UP"):
    """Theorem 4.4 with a message to spare."""
    return _of(spare.statement(), digits, protocol)


def verdict(document):
    """``valid``, the kernel's reason to reject, or ``unusable``; any other exception gets through."""
    try:
        check(parse(json.dumps(document).encode()))
    except Rejected as error:
        return str(error).partition(":")[0]
    except InputError:
        return "unusable"
    return "valid"
