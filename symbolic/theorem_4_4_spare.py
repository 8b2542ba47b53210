"""Theorem 4.4 without Delta_R(j), where the provider has a message to spare: |M| > the number of types of the others.
For users without features that is |M| >= n, the paper's own condition.

The paper's deviator gives up his rule, so other users may lose Delta_R(j). He need not: he keeps it on all first
messages that the others send him, and answers one that they do not send with user i's shared rule. Nobody loses.
"""

from dataclasses import replace
from fractions import Fraction

import sympy

from alignproof.symbolic import anonymous, theorem_4_4
from alignproof.symbolic.expectations import COVER, ERROR, SHORTER_BENCHMARK, value
from alignproof.symbolic.statement import Hypothesis, Line, Premise, Statement, World
from alignproof.symbolic.strong import EQUATION_3, NO_GAIN

FACTORS = (Fraction(2),)


def _nobody_worse(world: World) -> list[Premise]:
    return [
        Premise(f"no worse {i}", value("dev", i) - value("ne", i), factors=("ratio", f"weight {i}"))
        for i in world.each_other()
    ]


SPARE = Hypothesis(
    "spare message",
    "|M| exceeds the number of the other users' types",
    "not in the paper",
    _nobody_worse,
    outside=("222222222", "UP"),
)

LINES = (
    Line(r"\mathbb{E}_{dev}[u_i^U] \ge u_i^U(C^*_{S,T,R-1}(i))", "user i may open with the spare message"),
    Line(
        r"\mathbb{E}_{dev}[u_{i'}^U] \ge \mathbb{E}_{NE}[u_{i'}^U] \quad (i' \ne i)",
        "the others may talk as before, also with the deviator",
    ),
    EQUATION_3,
    NO_GAIN,
)


def statement(factors: tuple[Fraction] = FACTORS) -> Statement:
    """The statement with slack ``factors[0] * eps / lambda_{j,i}``."""
    base, factor = theorem_4_4.statement(), sympy.Rational(factors[0].numerator, factors[0].denominator)
    kept = tuple(SPARE if h.name == "largest gain" else h for h in base.hypotheses if h.name != "messages")
    steps = anonymous.proof_with_a_spare_message
    return replace(
        base,
        result="Theorem 4.4 with a spare message",
        title="Anonymous game: with a message to spare, the guarantee needs no Delta",
        source="after Section 4, Theorem 4.4",
        hypotheses=kept,
        bound=SHORTER_BENCHMARK - factor * ERROR / COVER,
        argument=replace(base.argument, steps=steps, shared=lambda where: range(1)),
        lines=LINES,
    )
