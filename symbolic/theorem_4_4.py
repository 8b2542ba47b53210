"""Theorem 4.4: without a user-dominant rule, strong alignment gives every user her (R-1)-round benchmark, up to
delta_i = min over j of Delta_R(j) * (sum of the others' lambda_{j,i'}) / lambda_{j,i} + 2 eps / lambda_{j,i}.

For each provider j of T with lambda_{j,i} > 0 (so also for the minimum): he spends a round on asking who is there and
then offers everybody her own optimal shared rule; no other user loses more than Delta_R(j). The user must speak first,
and |M| >= n.
"""

from fractions import Fraction

import sympy

from alignproof.symbolic import anonymous
from alignproof.symbolic.expectations import COVER, ERROR, GUARANTEED, LARGEST_GAIN, OTHERS, SHORTER_BENCHMARK, value
from alignproof.symbolic.statement import Argument, Hypothesis, Line, Premise, Statement, World, nothing
from alignproof.symbolic.strong import (
    ALIGNMENT,
    COVERAGE,
    EQUATION_3,
    EQUILIBRIUM,
    GARBLING,
    LOSS,
    NO_GAIN,
    SWITCH,
    UNUSED,
    WEIGHTS,
    quantities,
)

FACTORS = (Fraction(1), Fraction(2))


def _bounded_loss(world: World) -> list[Premise]:
    return [
        Premise(f"loss {i}", value("dev", i) - value("ne", i) + LOSS, factors=("ratio", f"weight {i}"))
        for i in world.each_other()
    ]


OPENING = Hypothesis(
    "opening",
    "the user speaks first",
    "proof of Theorem 4.4; Definition 2.1 is silent",
    nothing,
    outside=("222222222", "PU"),
)

HYPOTHESES = (
    WEIGHTS,
    COVERAGE,
    EQUILIBRIUM,
    ALIGNMENT,
    GARBLING,
    Hypothesis(
        "largest gain",
        "no rule of the deviator is worth more to a user than her shared rule and Delta_R(j)",
        "before Theorem 4.4",
        _bounded_loss,
        "largest gain",
    ),
    SWITCH,
    OPENING,
    Hypothesis(
        "messages",
        "|M| >= n, so that every user can say who she is",
        "Theorem 4.4",
        nothing,
        outside=("222221222", "UP"),
    ),
    *UNUSED,
)

LINES = (
    Line(
        r"\mathbb{E}_{dev}[u_i^U] \ge u_i^U(C^*_{S,T,R-1}(i))",
        "user i may name herself; should she name another, she is better off still",
    ),
    Line(
        r"\mathbb{E}_{dev}[u_{i'}^U] \ge \mathbb{E}_{NE}[u_{i'}^U] - \Delta_R(j) \quad (i' \ne i)",
        "those who asked j got at most Delta_R(j) more than their shared rule; the others may stay",
    ),
    EQUATION_3,
    NO_GAIN,
)


def statement(factors: tuple[Fraction, Fraction] = FACTORS) -> Statement:
    """Theorem 4.4, for one provider j of T with a positive weight on the user; ``factors`` are those of the terms with
    Delta_R(j) and with eps, in the paper 1 and 2."""
    by_gain, by_error = (sympy.Rational(f.numerator, f.denominator) for f in factors)
    return Statement(
        "Theorem 4.4",
        "Anonymous game: strong alignment gives every user nearly her benchmark with one round less",
        "Section 4, Theorem 4.4",
        HYPOTHESES,
        GUARANTEED,
        SHORTER_BENCHMARK - (by_gain * LARGEST_GAIN * OTHERS + by_error * ERROR) / COVER,
        quantities,
        Argument(
            ("UP", "UUP", "UPU"), "anonymous", anonymous.quantities, anonymous.proof_of_4_4, shared=lambda w: w.members
        ),
        LINES,
    )
