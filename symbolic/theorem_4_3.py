"""Theorem 4.3: in the anonymous game, strong alignment and a user-dominant rule give every user her benchmark, up to
2 eps / lambda*_i.

The deviator is a provider j of T with lambda_{j,i} > 0 (the bound is best where it is largest); he offers his
user-dominant rule (Definition 4.2), so no user is worse off: those with him get at least what he offered, the others
could stay where they are. Ties play no part.
"""

from fractions import Fraction

import sympy

from alignproof.symbolic import anonymous
from alignproof.symbolic.expectations import BENCHMARK, COVER, ERROR, GUARANTEED, value
from alignproof.symbolic.statement import Argument, Hypothesis, Line, Premise, Statement, World
from alignproof.symbolic.strong import (
    ALIGNMENT,
    COVERAGE,
    EQUATION_3,
    EQUILIBRIUM,
    GARBLING,
    NO_GAIN,
    SWITCH,
    UNUSED,
    WEIGHTS,
    quantities,
)

FACTORS = (Fraction(2),)


def _nobody_worse(world: World) -> list[Premise]:
    return [
        Premise(f"no worse {i}", value("dev", i) - value("ne", i), factors=("ratio", f"weight {i}"))
        for i in world.each_other()
    ]


HYPOTHESES = (
    WEIGHTS,
    COVERAGE,
    EQUILIBRIUM,
    ALIGNMENT,
    GARBLING,
    Hypothesis(
        "user dominance", "the deviator has a user-dominant rule", "Definition 4.2", _nobody_worse, "user dominance"
    ),
    SWITCH,
    *UNUSED,
)

LINES = (
    Line(
        r"\mathbb{E}_{dev}[u_i^U] \ge u_i^U(C^*_{P_j}; j) \ge u_i^U(C^*_{S,T}(i))",
        "user-dominance: j could deploy the shared rule",
    ),
    Line(
        r"\mathbb{E}_{dev}[u_{i'}^U] \ge \mathbb{E}_{NE}[u_{i'}^U] \quad (i' \ne i)",
        "user-dominance for those who asked j; the others may stay",
    ),
    EQUATION_3,
    NO_GAIN,
)


def statement(factors: tuple[Fraction] = FACTORS) -> Statement:
    """Theorem 4.3 with slack ``factors[0] * eps / lambda*_i``; the paper's factor is 2."""
    factor = sympy.Rational(factors[0].numerator, factors[0].denominator)
    return Statement(
        "Theorem 4.3",
        "Anonymous game: strong alignment and a user-dominant rule give every user nearly her benchmark",
        "Section 4, Theorem 4.3",
        HYPOTHESES,
        GUARANTEED,
        BENCHMARK - factor * ERROR / COVER,
        quantities,
        Argument(("P",), "anonymous", anonymous.quantities, anonymous.proof_of_4_3),
        LINES,
    )
