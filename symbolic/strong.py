"""What Theorems 4.3 and 4.4 share: strong alignment in the anonymous game, for the one provider who deviates.

The proofs pick one provider j of T; lambda_i stands for lambda_{j,i}, and r for 1 / lambda_1, lambda_1 > 0.
"""

import sympy

from alignproof.symbolic.expectations import BENCHMARK, EPS, others, symbol, value
from alignproof.symbolic.statement import Hypothesis, Premise, Size

RATIO = symbol("r")
PAYOFF_NE, PAYOFF_DEV, CONSTANT = symbol("P_ne"), symbol("P_dev"), symbol("c")


def weight(user: int) -> sympy.Symbol:
    """lambda_{j,i} of the deviating provider."""
    return symbol("lambda", user)


def _combination(where: str, size: Size) -> sympy.Expr:
    return sympy.Add(*(weight(i) * value(where, i) for i in (1, *others(size)))) + CONSTANT


def _weights(size: Size) -> list[Premise]:
    signs = [Premise(f"weight {i}", weight(i), factors=("ratio",)) for i in others(size)]
    gain = value("dev", 1) - value("ne", 1)
    return [Premise("ratio", RATIO), Premise("inverse", RATIO * weight(1) - 1, equal=True, multiplier=gain), *signs]


def _equilibrium(size: Size) -> list[Premise]:
    return [Premise("no gain", PAYOFF_NE - PAYOFF_DEV, factors=("ratio",))]


def _alignment(size: Size) -> list[Premise]:
    return [
        Premise("dev payoff", EPS + PAYOFF_DEV - _combination("dev", size), factors=("ratio",)),
        Premise("ne payoff", EPS - PAYOFF_NE + _combination("ne", size), factors=("ratio",)),
    ]


def _switch(size: Size) -> list[Premise]:
    return [Premise("switch", value("dev", 1) - BENCHMARK)]


WEIGHTS = Hypothesis("weights", "lambda_{j,i} >= 0, and lambda_{j,i} > 0 for the user", "Definition 2.14", _weights)
EQUILIBRIUM = Hypothesis("equilibrium", "the provider does not gain by deviating", "Definition 2.7", _equilibrium)
ALIGNMENT = Hypothesis("strong alignment", "payoffs combine utilities up to eps", "equation (3)", _alignment)
SWITCH = Hypothesis("switch", "a user below her benchmark gets it after the deviation", "Section 4, proofs", _switch)
