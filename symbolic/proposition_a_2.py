"""Proposition A.2: weak alignment is strictly weaker than strong alignment, on a market with continuous actions.

Everything is a polynomial in the actions a_i in [0, 1] and the state (y_1, y_2) of the simplex. The weak half is one
identity per claim. The strong half: equation (3) at the two points of the proof already forces the error to 1/2.
"""

from fractions import Fraction
from typing import Any

from alignproof.formats.documents import polynomial_document
from alignproof.games.polynomial import Polynomial, as_polynomial, variable
from alignproof.symbolic.statement import Claim, Line

CLAIM = Claim(
    "Proposition A.2",
    "Weak alignment is strictly weaker than strong alignment",
    "Appendix A, Proposition A.2",
    r"\exists\, u^P, u^U:\ (T, 0, 0)\text{-weak},"
    r"\ \forall \varepsilon < \tfrac12:\ \neg\,(T, \varepsilon)\text{-strong}",
    (
        Line(r"u_i^U = \tfrac12 F_{1,i} + \tfrac12 F_{2,i},\ u_j^P = F_{j,1} + F_{j,2}", "exact weak alignment"),
        Line(
            r"u_i^U(1, (0,1)) = u_i^U(1, (1,0)) = \tfrac14,\ u_1^P(1, 1, (0,1)) = 0,\ u_1^P(1, 1, (1,0)) = 1",
            "the users' utilities are the same at two points, a provider's payoffs differ by 1",
        ),
        Line(
            r"|v| \le \varepsilon,\ |1 - v| \le \varepsilon \Rightarrow \varepsilon \ge \tfrac12",
            "equation (3) at both",
        ),
    ),
)

ACTIONS, STATES = ("a1", "a2"), ("y1", "y2")
HALF = Fraction(1, 2)
SIMPLEX = "y1 + y2 = 1"
POINTS = {"s": {"a1": "1", "a2": "1", "y1": "0", "y2": "1"}, "t": {"a1": "1", "a2": "1", "y1": "1", "y2": "0"}}
"""Where equation (3) forces the error to 1/2: actions and state, by label."""


def definitions() -> dict[str, Polynomial]:
    """F_{j,i} as in the proof, then u_i^U and u_j^P in terms of them, by name."""
    parts = {f"F{j}{i}": HALF * variable(f"a{i}") * variable(f"y{j}") for j in (1, 2) for i in (1, 2)}
    users = {f"u{i}": HALF * variable(f"F1{i}") + HALF * variable(f"F2{i}") for i in (1, 2)}
    payoffs = {f"P{j}": variable(f"F{j}1") + variable(f"F{j}2") for j in (1, 2)}
    return parts | users | payoffs


def domain() -> tuple[dict[str, Polynomial], Polynomial]:
    """What is nonnegative for actions in [0, 1] and states of the simplex, by name, and what is zero."""
    bounds = {name: variable(name) for name in (*ACTIONS, *STATES)}
    bounds |= {f"1-{name}": 1 - variable(name) for name in ACTIONS}
    return bounds, variable("y1") + variable("y2") - 1


def strong_residual(j: int, where: str = "") -> Polynomial:
    """Equation (3) for provider j with weights l_{j,i} and c_j: payoff minus combination, of values named ``where``."""
    fitted = variable(f"l{j}1") * variable(f"u1{where}") + variable(f"l{j}2") * variable(f"u2{where}")
    return variable(f"P{j}{where}") - (fitted + variable(f"c{j}"))


def _documents(named: dict[str, Polynomial]) -> dict[str, Any]:
    return {name: polynomial_document(value) for name, value in named.items()}


def _proof(*products: tuple[Fraction, list[str]], zero: Polynomial | None = None) -> dict[str, Any]:
    terms = [{"coefficient": str(coefficient), "factors": factors} for coefficient, factors in products]
    return {"products": terms, "zero": {} if zero is None else {SIMPLEX: polynomial_document(zero)}}


def weak_claim() -> tuple[dict[str, Any], dict[str, Any]]:
    """Exact weak alignment with lambda = 1, w = 1/2: claim and evidence of an identity certificate.

    Conclusions: F >= 0, utilities and payoffs in [0, 1] on the domain, and equation (2) as two inequalities.
    """
    bounds, simplex = domain()
    conclusions: dict[str, Polynomial] = {}
    evidence: dict[str, Any] = {}
    for j in (1, 2):
        other = 3 - j
        for i in (1, 2):
            conclusions[f"F{j}{i} >= 0"] = variable(f"F{j}{i}")
            evidence[f"F{j}{i} >= 0"] = _proof((HALF, [f"a{i}", f"y{j}"]))
        conclusions[f"P{j} <= 1"] = 1 - variable(f"P{j}")
        tight = [(HALF, [f"1-a{i}", f"y{j}"]) for i in (1, 2)]
        evidence[f"P{j} <= 1"] = _proof(*tight, (Fraction(1), [f"y{other}"]), zero=as_polynomial(-1))
    for i in (1, 2):
        combination = HALF * variable(f"F1{i}") + HALF * variable(f"F2{i}")
        conclusions[f"u{i} <= 1"] = 1 - variable(f"u{i}")
        quarter = Fraction(1, 4)
        evidence[f"u{i} <= 1"] = _proof((Fraction(3, 4), []), (quarter, [f"1-a{i}"]), zero=-quarter * variable(f"a{i}"))
        conclusions[f"u{i} at least the combination"] = variable(f"u{i}") - combination
        conclusions[f"u{i} at most the combination"] = combination - variable(f"u{i}")
        evidence[f"u{i} at least the combination"] = _proof()
        evidence[f"u{i} at most the combination"] = _proof()
    claim = {
        "variables": [*ACTIONS, *STATES],
        "definitions": _documents(definitions()),
        "nonnegative": _documents(bounds),
        "zero": _documents({SIMPLEX: simplex}),
        "conclusions": _documents(conclusions),
    }
    return claim, evidence


def not_strong_claim() -> tuple[dict[str, Any], dict[str, Any]]:
    """Weights that fit equation (3) for a provider within eps at two points have eps >= 1/2: an identity certificate.

    At a = (1, 1) the users' utilities are the same in states (0, 1) and (1, 0), a provider's payoffs differ by 1. The
    hypotheses are equation (3) at these points for each provider, with weights l_{j,i} and c_j; each provider alone
    forces the error e_j to 1/2, so no set of providers is aligned at any smaller one.
    """
    defined = _documents(definitions())
    for label, point in POINTS.items():
        defined |= {f"{name} at {label}": {"of": name, "at": dict(point)} for name in ("u1", "u2", "P1", "P2")}
    hypotheses, conclusions, evidence, unknown = {}, {}, {}, []
    for j in (1, 2):
        error, own = variable(f"e{j}"), [f"l{j}1", f"l{j}2", f"c{j}", f"e{j}"]
        unknown += own
        for label in POINTS:
            residual = strong_residual(j, f" at {label}")
            hypotheses[f"(3) for {j} above at {label}"] = error + residual
            hypotheses[f"(3) for {j} below at {label}"] = error - residual
        low, high = ("s", "t") if j == 1 else ("t", "s")
        conclusions[f"e{j} >= 1/2"] = error - HALF
        evidence[f"e{j} >= 1/2"] = _proof(
            (HALF, [f"(3) for {j} above at {low}"]), (HALF, [f"(3) for {j} below at {high}"])
        )
    claim = {
        "variables": [*ACTIONS, *STATES, *unknown],
        "definitions": defined,
        "nonnegative": _documents(hypotheses),
        "zero": {},
        "conclusions": _documents(conclusions),
    }
    return claim, evidence
