"""Theorem 3.1: in the personalized game, weak alignment gives every user her benchmark, up to 2 eps_U + 2 eps_P mu_i.

T's providers are j = 1..k, and r_j stands for w_{j,i} / lambda_{j,i}, so that w_{j,i} = r_j lambda_{j,i} holds the side
condition "w > 0 only where lambda > 0". ``dev`` is the proof's deviation, by each j to user i's optimal T-shared rule.
The bound needs a proof only where user i is below her benchmark; there she switches to the deviator.
"""

from fractions import Fraction

import sympy

from alignproof.symbolic import personalized
from alignproof.symbolic.expectations import (
    BENCHMARK,
    BENCHMARK_VALUE,
    COMMON,
    EPS_PROVIDERS,
    EPS_USERS,
    ERROR_PROVIDERS,
    ERROR_USERS,
    GUARANTEED,
    RATIOS,
    symbol,
    value,
)
from alignproof.symbolic.statement import (
    Argument,
    Hypothesis,
    Index,
    Line,
    Premise,
    Quantities,
    Statement,
    World,
    nothing,
)

OFFSET = symbol("c")
FACTORS = (Fraction(2), Fraction(2))


def _ratio(j: Index) -> sympy.Symbol:
    return symbol("r", j)


def _weight(j: Index, i: Index) -> sympy.Symbol:
    return symbol("lambda", j, i)


def _expected_part(where: str, j: Index, i: Index) -> sympy.Symbol:
    return symbol(f"F_{where}", j, i)


def _payoff_sum(where: str, world: World, j: Index) -> sympy.Expr:
    def term(i: Index) -> sympy.Expr:
        return _weight(j, i) * _expected_part(where, j, i)

    return term(1) + world.over_others(term) + symbol("c_P", j)


def _signs(world: World) -> list[Premise]:
    return [Premise(f"ratio {j}", _ratio(j)) for j in world.each_provider()]


def _equilibrium(world: World) -> list[Premise]:
    return [
        Premise(f"no gain {j}", symbol("P_ne", j) - symbol("P_dev", j), factors=(f"ratio {j}",))
        for j in world.each_provider()
    ]


def _separability(world: World) -> list[Premise]:
    return [
        Premise(name, difference, factors=(f"ratio {j}",))
        for j in world.each_provider()
        for name, difference in (
            (f"dev payoff {j}", EPS_PROVIDERS + symbol("P_dev", j) - _payoff_sum("dev", world, j)),
            (f"ne payoff {j}", EPS_PROVIDERS - symbol("P_ne", j) + _payoff_sum("ne", world, j)),
        )
    ]


def _others_unaffected(world: World) -> list[Premise]:
    return [
        Premise(
            f"same part {j} {i}",
            _expected_part("dev", j, i) - _expected_part("ne", j, i),
            equal=True,
            multiplier=_ratio(j) * _weight(j, i),
        )
        for j in world.each_provider()
        for i in world.each_other()
    ]


def _same_outcome(world: World) -> list[Premise]:
    return [
        Premise(
            f"whoever deviates {j}",
            _expected_part("dev", j, 1) - _expected_part("shared", j, 1),
            equal=True,
            multiplier=_ratio(j) * _weight(j, 1),
        )
        for j in world.each_provider()
    ]


def _combination(where: str, world: World) -> sympy.Expr:
    return world.over_providers(lambda j: _ratio(j) * _weight(j, 1) * _expected_part(where, j, 1)) + OFFSET


def _user_alignment(world: World) -> list[Premise]:
    return [
        Premise("user at dev", EPS_USERS - value("dev", 1) + _combination("shared", world)),
        Premise("user at ne", EPS_USERS + value("ne", 1) - _combination("ne", world)),
    ]


def _switch(world: World) -> list[Premise]:
    return [Premise("switch", value("dev", 1) - BENCHMARK_VALUE)]


def _quantities(world: World) -> Quantities:
    return {**COMMON, RATIOS: world.over_providers(_ratio)}


HYPOTHESES = (
    Hypothesis(
        "weights", "w_{j,i} >= 0, and lambda_{j,i} > 0 where w_{j,i} > 0", "Definition 2.13", _signs, "user weights"
    ),
    Hypothesis("equilibrium", "no provider of T gains by deviating", "Definition 2.6", _equilibrium, "equilibrium"),
    Hypothesis(
        "provider separability", "payoffs are separable up to eps_P", "equation (1)", _separability, "separable payoffs"
    ),
    Hypothesis(
        "user alignment",
        "u_i is a combination of components up to eps_U",
        "equation (2)",
        _user_alignment,
        "user alignment",
    ),
    Hypothesis("errors", "eps_U, eps_P >= 0", "Definition 2.13", nothing),
    Hypothesis(
        "common garbling",
        "the shared rule reads a garbling that is common given the state and her own features",
        "Definition 2.8, with her features",
        nothing,
        "common given state and user",
    ),
    Hypothesis(
        "ties",
        "a user's ties between actions and messages do not depend on the provider she asks",
        "Definition 2.5",
        nothing,
        "ties blind to the provider",
    ),
    Hypothesis("nonnegative weights", "lambda_{j,i} >= 0", "Definition 2.13", nothing),
    Hypothesis("nonnegative components", "F_{j,i} >= 0", "Definition 2.13", nothing),
    Hypothesis("coverage", "some provider has lambda_{j,i} > 0 and w_{j,i} > 0", "Definition 2.13", nothing),
    Hypothesis("range", "utilities lie in [0, 1]", "Section 2", nothing),
    Hypothesis(
        "others unaffected",
        "the deviation changes user i's outcome only",
        "Section 3, third step",
        _others_unaffected,
        derived=True,
    ),
    Hypothesis(
        "same outcome",
        "a T-shared rule brings about the same whoever deploys it",
        "before Definition 2.11",
        _same_outcome,
        derived=True,
    ),
    Hypothesis(
        "switch",
        "a user below her benchmark moves to the provider who offers it",
        "Section 3, proof",
        _switch,
        derived=True,
    ),
)

LINES = (
    Line(
        r"\mathbb{E}_{dev}[u_j^P] \le \mathbb{E}_{NE}[u_j^P]",
        "in an equilibrium no provider j of T gains by offering user i the shared rule, to which she then switches",
    ),
    Line(
        r"\lambda_{j,i}\,\mathbb{E}_{dev}[F_{j,i}] \le \lambda_{j,i}\,\mathbb{E}_{NE}[F_{j,i}] + 2\varepsilon_P",
        "payoffs are separable up to eps_P, and the other users do as before",
    ),
    Line(
        r"\sum_{j \in T} w_{j,i}\,\mathbb{E}_{dev}[F_{j,i}] \le"
        r" \sum_{j \in T} w_{j,i}\,\mathbb{E}_{NE}[F_{j,i}] + 2\varepsilon_P\mu_i",
        "weighted by w_{j,i} / lambda_{j,i}; the shared rule brings about the same whoever deploys it",
    ),
    Line(
        r"u_i^U(C^*_{S,T}(i)) - c_i - \varepsilon_U \le \sum_{j \in T} w_{j,i}\,\mathbb{E}_{dev}[F_{j,i}]",
        "equation (2) under the shared rule (the paper prints + c_i)",
    ),
    Line(
        r"\sum_{j \in T} w_{j,i}\,\mathbb{E}_{NE}[F_{j,i}] \le \mathbb{E}_{NE}[u_i^U] - c_i + \varepsilon_U",
        "equation (2) in the equilibrium",
    ),
)


def statement(factors: tuple[Fraction, Fraction] = FACTORS) -> Statement:
    """Theorem 3.1 with slack ``factors[0] * eps_U + factors[1] * eps_P * mu_i``; the paper's factors are 2 and 2."""
    by_users, by_providers = (sympy.Rational(f.numerator, f.denominator) for f in factors)
    return Statement(
        "Theorem 3.1",
        "Personalized game: weak alignment gives every user nearly her benchmark in every equilibrium",
        "Section 3, Theorem 3.1",
        HYPOTHESES,
        GUARANTEED,
        BENCHMARK - by_users * ERROR_USERS - by_providers * ERROR_PROVIDERS * RATIOS,
        _quantities,
        Argument(("P",), "personalized", personalized.quantities, personalized.proof_of_3_1),
        LINES,
    )
