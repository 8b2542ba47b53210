"""Proposition A.1: strong alignment implies weak alignment.

As printed, (T, eps)-strong implies (T, eps, 0)-weak: eps_U = eps, eps_P = 0. The proof gives (T, 0, eps): eps_U = 0,
eps_P = eps. The first is false, since eps_P = 0 asks for exactly separable payoffs; the second is what holds.
"""

from fractions import Fraction
from itertools import product
from typing import Any

from alignproof.formats.documents import polynomial_document
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.model import Atom, Game, Provider, Table, User, common_ties
from alignproof.games.polynomial import Polynomial, gather, variable
from alignproof.symbolic.expectations import EPS as EPS_SYMBOL
from alignproof.symbolic.expectations import symbol
from alignproof.symbolic.induction import RULES, AnyNumber, Fact, Obligation, inductive
from alignproof.symbolic.statement import Claim, Line, Premise, polynomial

CLAIM = Claim(
    "Proposition A.1",
    "Strong alignment implies weak alignment",
    "Appendix A, Proposition A.1; as printed (T, eps, 0), as proved (T, 0, eps)",
    r"(T, \varepsilon)\text{-strong} \Rightarrow (T, 0, \varepsilon)\text{-weak}",
    (
        Line(r"F_{j,i} = u_i^U", "then equation (1) is equation (3)"),
        Line(r"w_{j,i} = 1 / |\{j : \lambda_{j,i} > 0\}|", "where lambda_{j,i} > 0, and 0 elsewhere"),
        Line(r"u_i^U = \sum_{j \in T} w_{j,i} F_{j,i}", "equation (2) holds exactly"),
    ),
)

EPS = Fraction(1, 4)


def any_number() -> list[Obligation]:
    """What is to be shown for any n and any T: (T, eps)-strong implies (T, 0, eps)-weak at a profile and a state.

    With F_{j,i} = u_i equation (1) is equation (3), and the weights w_j of the covering providers add up to 1.
    """
    world = AnyNumber()
    combined = world.over("i", symbol("lambda", "i") * symbol("u", "i")) + symbol("c")
    found: list[Obligation] = []
    for sign in (1, -1):
        residual = EPS_SYMBOL + sign * (symbol("P") - combined)
        found += inductive(world, [Premise("equation (3)", residual)], Fact(polynomial(residual), ">="))
    weight, utility = symbol("w", "j"), symbol("u")
    mean = [Premise("weights", world.over("j", weight) - 1, equal=True, multiplier=utility)]
    goal = world.over("j", weight * utility) - utility
    return [*RULES, *found, *inductive(world, mean, Fact(polynomial(goal), "="))]


def repaired_claim(users: int, covering: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(T, eps)-strong implies (T, 0, eps)-weak at one action profile and state: an identity certificate's parts.

    Equation (1) for one provider (all are alike) and ``users`` users, with F_{j,i} = u_i as in the proof. Equation (2)
    for each user, on whom ``covering`` providers put a positive weight, each of whom gets w_{j,i} = 1 / covering.
    """
    utilities = [f"u{i}" for i in range(1, users + 1)]
    everyone, team = range(1, users + 1), range(1, covering + 1)
    components = {f"F{j},{i}": variable(f"u{i}") for j in team for i in everyone}

    def residual(names: list[str]) -> Polynomial:
        combination = gather(variable(f"lambda{i}") * variable(name) for i, name in enumerate(names, start=1))
        return variable("P") - (combination + variable("c"))

    strong, weak = residual(utilities), residual([f"F1,{i}" for i in everyone])
    hypotheses = {"(3) above": variable("eps") + strong, "(3) below": variable("eps") - strong}
    conclusions = {"(1) above": variable("eps") + weak, "(1) below": variable("eps") - weak}
    evidence: dict[str, Any] = {
        f"(1) {side}": {"products": [{"coefficient": "1", "factors": [f"(3) {side}"]}], "zero": {}}
        for side in ("above", "below")
    }
    for i, utility in enumerate(utilities, start=1):
        mean = gather(Fraction(1, covering) * variable(f"F{j},{i}") for j in team)
        conclusions |= {f"(2) for {i} above": variable(utility) - mean, f"(2) for {i} below": mean - variable(utility)}
        evidence |= {f"(2) for {i} {side}": {"products": [], "zero": {}} for side in ("above", "below")}
    claim = {
        "variables": [*utilities, *(f"lambda{i}" for i in everyone), "P", "c", "eps"],
        "definitions": {name: polynomial_document(value) for name, value in components.items()},
        "nonnegative": {name: polynomial_document(value) for name, value in hypotheses.items()},
        "zero": {},
        "conclusions": {name: polynomial_document(value) for name, value in conclusions.items()},
    }
    return claim, evidence


def game() -> Game:
    """A market that is strongly aligned with error ``EPS`` and whose payoff is not separable.

    Two users to whom every action is worth nothing; the provider likes them to act alike.
    """
    users = tuple(User(f"user {i + 1}", ("-",), ("left", "right"), ((ZERO,), (ZERO,))) for i in range(2))
    profiles = product(range(2), repeat=2)
    alike = Table({actions: (ONE - EPS if len(set(actions)) == 1 else EPS,) for actions in profiles})
    providers = (Provider("provider", ("-",), alike),)
    prior = (Atom(ONE, 0, (0, 0), (0,)),)
    return Game(users, providers, ("y",), prior, ("m",), "P", common_ties(users, 1, 1), "Proposition A.1 as printed")


def weights() -> StrongWeights:
    """Weights of strong alignment of :func:`game` with error ``EPS``."""
    return StrongWeights({0: (ONE, ONE)}, {0: Fraction(1, 2)})
