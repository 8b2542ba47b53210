"""Theorem 4.4: without a user-dominant rule, strong alignment gives every user her (R-1)-round benchmark, up to
delta_i = min over j of Delta_R(j) * (sum of the others' lambda_{j,i'}) / lambda_{j,i} + 2 eps / lambda_{j,i}.

For each provider j of T with lambda_{j,i} > 0 (so also for the minimum): he spends a round on asking who is there and
then offers everybody her own optimal shared rule; no other user loses more than Delta_R(j).
"""

import sympy

from alignproof.symbolic.expectations import BENCHMARK, EPS, others, printed, symbol, value
from alignproof.symbolic.statement import Hypothesis, Premise, Size, Statement
from alignproof.symbolic.strong import ALIGNMENT, EQUILIBRIUM, RATIO, SWITCH, WEIGHTS, weight

LOSS = symbol("Delta")


def _bounded_loss(size: Size) -> list[Premise]:
    return [
        Premise(f"loss {i}", value("dev", i) - value("ne", i) + LOSS, factors=("ratio", f"weight {i}"))
        for i in others(size)
    ]


HYPOTHESES = (
    WEIGHTS,
    EQUILIBRIUM,
    ALIGNMENT,
    Hypothesis(
        "bounded loss", "no other user loses more than Delta_R(j)", "Section 4, proof of Theorem 4.4", _bounded_loss
    ),
    SWITCH,
)


def statement() -> Statement:
    """Theorem 4.4, for one provider j of T with a positive weight on the user."""

    def conclusion(size: Size) -> sympy.Expr:
        spread = sympy.Add(*(weight(i) for i in others(size)))
        return value("ne", 1) - (BENCHMARK - RATIO * (LOSS * spread + 2 * EPS))

    loss = printed("\\Delta_R(j)") * printed("\\sum_{i' \\ne i} \\lambda_{j,i'}") + 2 * printed("varepsilon")
    return Statement(
        "Theorem 4.4",
        "Anonymous game: strong alignment gives every user nearly her benchmark with one round less",
        "Section 4, Theorem 4.4",
        HYPOTHESES,
        printed("E_{NE}[u_i^U]"),
        printed("u_i^U(C^*_{S,T,R-1}(i))") - loss / printed("\\lambda_{j,i}"),
        conclusion,
    )
