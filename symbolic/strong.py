"""What Theorems 4.3 and 4.4 share: strong alignment in the anonymous game, for the one provider who deviates.

The proofs pick one provider j of T; lambda_i stands for lambda_{j,i}, and r for 1 / lambda_1, lambda_1 > 0.
"""

import sympy

from alignproof.symbolic.expectations import BENCHMARK_VALUE, COMMON, COVER, EPS, LARGEST_GAIN, OTHERS, symbol, value
from alignproof.symbolic.statement import Hypothesis, Index, Line, Premise, Quantities, World, nothing

RATIO, LOSS = symbol("r"), symbol("Delta")
PAYOFF_NE, PAYOFF_DEV, CONSTANT = symbol("P_ne"), symbol("P_dev"), symbol("c")


def weight(user: Index) -> sympy.Symbol:
    """lambda_{j,i} of the deviating provider."""
    return symbol("lambda", user)


def quantities(world: World) -> Quantities:
    """What the symbols of the bounds stand for."""
    return {**COMMON, COVER: 1 / RATIO, OTHERS: world.over_others(weight), LARGEST_GAIN: LOSS}


def _combination(where: str, world: World) -> sympy.Expr:
    def term(i: Index) -> sympy.Expr:
        return weight(i) * value(where, i)

    return term(1) + world.over_others(term) + CONSTANT


def _weights(world: World) -> list[Premise]:
    return [Premise(f"weight {i}", weight(i), factors=("ratio",)) for i in world.each_other()]


def _coverage(world: World) -> list[Premise]:
    gain = value("dev", 1) - value("ne", 1)
    return [Premise("ratio", RATIO), Premise("inverse", RATIO * weight(1) - 1, equal=True, multiplier=gain)]


def _equilibrium(world: World) -> list[Premise]:
    return [Premise("no gain", PAYOFF_NE - PAYOFF_DEV, factors=("ratio",))]


def _alignment(world: World) -> list[Premise]:
    return [
        Premise("dev payoff", EPS + PAYOFF_DEV - _combination("dev", world), factors=("ratio",)),
        Premise("ne payoff", EPS - PAYOFF_NE + _combination("ne", world), factors=("ratio",)),
    ]


def _switch(world: World) -> list[Premise]:
    return [Premise("switch", value("dev", 1) - BENCHMARK_VALUE)]


WEIGHTS = Hypothesis("weights", "lambda_{j,i} >= 0", "Definition 2.14", _weights, "provider weights")
COVERAGE = Hypothesis("coverage", "lambda_{j,i} > 0 for the user", "Definition 2.14", _coverage, "coverage")
EQUILIBRIUM = Hypothesis(
    "equilibrium", "the provider does not gain by deviating", "Definition 2.7", _equilibrium, "equilibrium"
)
ALIGNMENT = Hypothesis(
    "strong alignment", "payoffs combine utilities up to eps", "equation (3)", _alignment, "strong alignment"
)
GARBLING = Hypothesis(
    "common garbling",
    "shared rules read garblings that are common given the state and her own features",
    "Definition 2.8, with her features",
    nothing,
    "common given state and user",
)
SWITCH = Hypothesis(
    "switch", "after the deviation the user has her benchmark", "Section 4, proofs", _switch, derived=True
)
UNUSED = (
    Hypothesis("errors", "eps >= 0", "Definition 2.14", nothing),
    Hypothesis("range", "utilities lie in [0, 1]", "Section 2", nothing),
    Hypothesis("ties", "one order of ties for all users, blind to the provider", "Definition 2.5", nothing),
)
"""Hypotheses of the paper that the proofs do not use."""

EQUATION_3 = Line(
    r"\mathbb{E}[u_j^P] = \sum_{i \in N} \lambda_{j,i}\,\mathbb{E}[u_i^U] + c_j \pm \varepsilon",
    "equation (3), after the deviation and in the equilibrium",
)
NO_GAIN = Line(
    r"\sum_{i \in N} \lambda_{j,i}\,(\mathbb{E}_{dev}[u_i^U] - \mathbb{E}_{NE}[u_i^U]) \le 2\varepsilon",
    "in an equilibrium the deviation does not pay",
)
