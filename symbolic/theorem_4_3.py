"""Theorem 4.3: in the anonymous game, strong alignment and a user-dominant rule give every user her benchmark, up to
2 eps / lambda*_i.

The deviator is the provider of T with the largest lambda_{j,i}; he offers his user-dominant rule (Definition 4.2), so
no user is worse off: those with him get at least what he offered, the others could stay where they are.
"""

from fractions import Fraction

import sympy

from alignproof.symbolic.expectations import BENCHMARK, EPS, others, printed, value
from alignproof.symbolic.statement import Hypothesis, Premise, Size, Statement
from alignproof.symbolic.strong import ALIGNMENT, EQUILIBRIUM, RATIO, SWITCH, WEIGHTS

FACTORS = (Fraction(2),)


def _nobody_worse(size: Size) -> list[Premise]:
    return [
        Premise(f"no worse {i}", value("dev", i) - value("ne", i), factors=("ratio", f"weight {i}"))
        for i in others(size)
    ]


HYPOTHESES = (
    WEIGHTS,
    EQUILIBRIUM,
    ALIGNMENT,
    Hypothesis("user dominance", "the deviation makes no other user worse off", "Definition 4.2", _nobody_worse),
    SWITCH,
)


def statement(factors: tuple[Fraction] = FACTORS) -> Statement:
    """Theorem 4.3 with slack ``factors[0] * eps / lambda*_i``; the paper's factor is 2."""
    factor = sympy.Rational(factors[0].numerator, factors[0].denominator)

    def conclusion(size: Size) -> sympy.Expr:
        return value("ne", 1) - (BENCHMARK - factor * EPS * RATIO)

    return Statement(
        "Theorem 4.3",
        "Anonymous game: strong alignment and a user-dominant rule give every user nearly her benchmark",
        "Section 4, Theorem 4.3",
        HYPOTHESES,
        printed("E_{NE}[u_i^U]"),
        printed("u_i^U(C^*_{S,T}(i))") - factor * printed("varepsilon") / printed("lambda^*_i"),
        conclusion,
    )
