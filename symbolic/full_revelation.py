"""Footnote 2: a provider who can name his feature in one message has a user-dominant rule, which is to name it.

The proof is Blackwell's: whatever a rule says, the user could do on hearing the feature itself; she does best there.
"""

from alignproof.checks.universal.market import named
from alignproof.formats.certificates import Document, certificate
from alignproof.symbolic.definitions import setting
from alignproof.symbolic.derivation import Place, proof, written
from alignproof.symbolic.statement import Claim, Line

CLAIM = Claim(
    "Full revelation is user-dominant",
    "A provider who can name his feature in one message has a user-dominant rule",
    "Section 4, footnote 2",
    r"u_i^U(C_{reveal}; j) \ge u_i^U(C; j)",
    (
        Line(
            r"\sum_{x} C(m \mid x)\, g_x(a) \le \sum_{x} C(m \mid x) \max_{a'} g_x(a')",
            "what she does on hearing m she could do on hearing each feature x",
        ),
    ),
)

RULE = "revealing"


def rule(where: Place) -> Document:
    """The rule of provider 0 that names his feature. Raises ValueError if there are too few messages."""
    size = where.size
    if size.provider_features > size.messages:
        raise ValueError("features cannot be named in one message")
    chances = [[written([(1,)] if m == x else []) for m in range(size.messages)] for x in range(size.provider_features)]
    return {"name": RULE, "provider": "0", "chances": chances}


def claim(where: Place) -> Document:
    """For every rule of provider 0, the profile's: no user gets more out of it than out of full revelation."""
    conclusions = {
        f"user {i}": written([(1, named(f"value:{RULE}", i)), (-1, named("offer:ne", i, 0))]) for i in where.members
    }
    hypotheses: list[str] = []
    return {
        "setting": setting(where),
        "hypotheses": hypotheses,
        "shared": [],
        "rules": [rule(where)],
        "conclusions": conclusions,
    }


def _dominates(where: Place, user: int) -> Document:
    """On the rule's message m the user does a; on hearing the feature x she does no worse than a."""
    size, products = where.size, list[tuple[object, ...]]()
    for x_user in range(size.user_features):
        for x in range(size.provider_features):
            for m in range(size.messages):
                said = named("say", 0, where.heard(user), x, (), m)
                for a in where.actions:
                    taken = named(f"taken:ne:{user}", x_user * size.messages + m, a)
                    best = named(f"best:{RULE}:{user}", x_user * size.messages + x, a)
                    products.append((1, said, taken, best))
    return proof(products, reduce=("sum say", f"sum taken:ne:{user}"))


def full_revelation_certificate(where: Place) -> Document:
    """The certificate of :func:`claim`, at a place with protocol "P"."""
    steps = [{"conclude": {f"user {i}": _dominates(where, i) for i in where.members}}]
    evidence = {"rules": [[proof()] * where.size.provider_features], "steps": steps}
    return certificate("theorem", claim(where), evidence)
