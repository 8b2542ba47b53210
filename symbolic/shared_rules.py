"""What the paper says of shared rules without a number: they bring about the same whoever deploys them (before
Definition 2.11), and what all of K share, T shares (after Definition 2.12).

Both for garblings that are common given the state and her own features. Given the state alone the first fails, and
with it the second, if the best deployer counts (docs/explanation/semantics.md).
"""

from fractions import Fraction
from itertools import product

from alignproof.checks.universal.market import named
from alignproof.formats.certificates import Document, certificate
from alignproof.symbolic.definitions import setting
from alignproof.symbolic.derivation import Expression, Place, proof, written
from alignproof.symbolic.personalized import SHARED, induced_alike, same_acts
from alignproof.symbolic.statement import Claim, Line

CLAIM = Claim(
    "Shared rules bring about the same whoever deploys them",
    "Common garblings, given the users' features too, make providers interchangeable",
    "before Definition 2.11",
    r"\mathcal{I}_i(C_S; j) = \mathcal{I}_i(C_S; j') \quad (j, j' \in T)",
    (
        Line(
            r"\sum_{x_j} \phi(y, x^U, x_j) f_j(z \mid x_j) = \sum_{x_{j'}} \phi(y, x^U, x_{j'}) f_{j'}(z \mid x_{j'})",
            "Definition 2.8, given the users' features too",
        ),
        Line(r"D^*_{U_i}(x_i^U, m)\text{ is the same for } j, j'", "equal scores, and ties blind to the provider"),
    ),
)
SUBSET = Claim(
    "What all of K share, T shares",
    "A garbling common to all providers is common to fewer",
    "after Definition 2.12",
    r"\mathcal{C}_S(x_K^P) \subseteq \mathcal{C}_S(x_T^P) \quad (T \subseteq K)",
    (Line(r"u_i^U(C^*_{S,T}(i)) \ge u_i^U(C^*_{S,K}(i))", "the paper prints arg max for max"),),
)

COMMON, BLIND = "common given state and user", "ties blind to the provider"


def _both(name: str, difference: Expression) -> dict[str, list[list[str]]]:
    """A difference is zero: it is nonnegative, and so is its negative."""
    turned = [(-c, *factors) for c, *factors in difference]
    return {name: written(difference), f"{name}, turned": written(turned)}


def _claim(where: Place, hypotheses: list[str], conclusions: Document) -> Document:
    return {
        "setting": setting(where),
        "hypotheses": hypotheses,
        "shared": ["0"],
        "rules": [],
        "conclusions": conclusions,
    }


def same_outcome_claim(where: Place) -> Document:
    """User 0's induced distribution is the same whichever provider of T deploys the shared rule."""
    conclusions: Document = {}
    for j in where.team[1:]:
        for a, y in where.cells:
            difference: Expression = [(1, named(f"q:shared {j}", 0, a, y)), (-1, named(f"q:{SHARED}", 0, a, y))]
            conclusions |= _both(f"provider {j}, action {a}, state {y}", difference)
    return _claim(where, [BLIND, COMMON], conclusions)


def same_outcome_certificate(where: Place) -> Document:
    """The certificate of :func:`same_outcome_claim`, at a place with protocol "P" and more than one provider in T."""
    steps = [step for j in where.team[1:] for step in same_acts(where, f"shared {j}", j, 0)]
    last: Document = {}
    for j in where.team[1:]:
        for a, y in where.cells:
            name, how = f"provider {j}, action {a}, state {y}", induced_alike(where, j, a, y)
            last |= {name: how, f"{name}, turned": _turned(how)}
    return certificate("theorem", same_outcome_claim(where), {"rules": [], "steps": [*steps, {"conclude": last}]})


def _turned(how: Document) -> Document:
    """The same identity for the negative."""
    zero = [[name, [[str(-Fraction(c)), *factors] for c, *factors in value]] for name, value in how.get("zero", [])]
    return how | {"zero": zero}


def images(where: Place) -> list[tuple[tuple[int, ...], int]]:
    """Conditions and values of user 0's garblings."""
    features = range(where.size.user_features)
    return [((y, x), z) for y, x, z in product(where.states, features, range(where.size.values))]


def subset_claim(where: Place) -> Document:
    """A garbling that is common to T is common to T's providers without the first."""
    conclusions: Document = {}
    for j in where.team[2:]:
        for at, z in images(where):
            difference: Expression = [(1, named("image", 0, j, *at, z)), (-1, named("image", 0, 1, *at, z))]
            conclusions |= _both(f"provider {j} given {at}, value {z}", difference)
    return _claim(where, [COMMON], conclusions)


def subset_certificate(where: Place) -> Document:
    """The certificate of :func:`subset_claim`, at a place with more than two providers in T."""
    last: Document = {}
    for j in where.team[2:]:
        for at, z in images(where):
            one, other = named("common", 0, j, *at, z), named("common", 0, 1, *at, z)
            how = proof(zero=[(one, [(1,)]), (other, [(-1,)])])
            name = f"provider {j} given {at}, value {z}"
            last |= {name: how, f"{name}, turned": _turned(how)}
    return certificate("theorem", subset_claim(where), {"rules": [], "steps": [{"conclude": last}]})
