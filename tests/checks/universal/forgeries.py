"""Forged certificates about all games: of a claim too strong, and of a proof with something missing or changed."""

from fractions import Fraction

from alignproof.strategies.documents import drop, places, put
from tests.checks.universal.certificates import SIZE

PROTOCOLS = ("P", "U", "PP", "UP", "PU", "UUP")
TURNED = {"anonymous": "personalized", "personalized": "anonymous"}


def stronger(document):
    """Every change of a claim that makes it say more, or speak of other games than the proof does."""
    claim = document["claim"]
    for k, hypothesis in enumerate(claim["hypotheses"]):
        yield f"without {hypothesis}", drop(document, ("claim", "hypotheses", k))
    for goal, monomials in claim["conclusions"].items():
        path = ("claim", "conclusions", goal)
        yield f"less one: {goal}", put(document, path, [*monomials, ["-1"]])
        yield f"under another name: {goal}", put(drop(document, path), (*path[:2], "other"), monomials)
        for k, (coefficient, *names) in enumerate(monomials):
            lower = str(Fraction(coefficient) - Fraction(1, 2))
            yield f"lowered {names}: {goal}", put(document, (*path, k, 0), lower)
            yield f"dropped {names}: {goal}", drop(document, (*path, k))
    setting = claim["setting"]
    for field in SIZE:
        for change in (-1, 1):
            path = ("claim", "setting", "size", field)
            yield f"{field} {change:+}", put(document, path, str(int(setting["size"][field]) + change))
    for protocol in PROTOCOLS:
        if protocol != setting["protocol"]:
            yield f"protocol {protocol}", put(document, ("claim", "setting", "protocol"), protocol)
    yield "entrant turned", put(document, ("claim", "setting", "entrant"), not setting["entrant"])
    yield "play turned", put(document, ("claim", "setting", "play"), TURNED[setting["play"]])
    yield "nothing shared", put(document, ("claim", "shared"), [])


def weakened(document):
    """Every change of the evidence that drops a part or changes a number."""
    for path, value in places(document["evidence"], ("evidence",)):
        where = path[-2] if len(path) > 1 else None
        if where in ("steps", "products", "zero", "cases", "sums", "proofs", "chances"):
            yield f"without {path}", drop(document, path)
        if where == "reduce":
            yield f"without {path}", drop(document, path)
        if where == "zero":
            yield f"without multiplier {path}", put(document, (*path, 1), [])
        if len(path) > 1 and path[-1] == 0 and _is_number(value):
            yield f"negated {path}", put(document, path, str(-Fraction(value)))
            yield f"another number {path}", put(document, path, str(Fraction(value) + 1))
        if path[-1] == "equal":
            yield f"turned {path}", put(document, path, not value)


def _is_number(value):
    return isinstance(value, str) and value.lstrip("-").isdigit()
