"""Theorem 3.1: in the personalized game, weak alignment gives every user her benchmark, up to 2 eps_U + 2 eps_P mu_i.

At the level of expectations, for one user i (every user is alike): T's providers are j = 1..k, and r_j stands for
w_{j,i} / lambda_{j,i}, so that w_{j,i} = r_j lambda_{j,i} holds the side condition "w > 0 only where lambda > 0".
``dev`` is the proof's deviation, by each j to user i's optimal T-shared rule. The conclusion is needed only where user
i is below her benchmark; there she switches to the deviator (hypothesis "switch").
"""

from fractions import Fraction

import sympy

from alignproof.symbolic.expectations import (
    BENCHMARK,
    EPS_PROVIDERS,
    EPS_USERS,
    others,
    printed,
    providers,
    symbol,
    value,
)
from alignproof.symbolic.statement import Hypothesis, Premise, Size, Statement

OFFSET = symbol("c")
FACTORS = (Fraction(2), Fraction(2))


def _ratio(j: int) -> sympy.Symbol:
    return symbol("r", j)


def _weight(j: int, i: int) -> sympy.Symbol:
    return symbol("lambda", j, i)


def _expected_part(where: str, j: int, i: int) -> sympy.Symbol:
    return symbol(f"F_{where}", j, i)


def _payoff_sum(where: str, size: Size, j: int) -> sympy.Expr:
    parts = [_weight(j, i) * _expected_part(where, j, i) for i in (1, *others(size))]
    return sympy.Add(*parts) + symbol("c_P", j)


def _signs(size: Size) -> list[Premise]:
    return [Premise(f"ratio {j}", _ratio(j)) for j in providers(size)]


def _equilibrium(size: Size) -> list[Premise]:
    return [
        Premise(f"no gain {j}", symbol("P_ne", j) - symbol("P_dev", j), factors=(f"ratio {j}",))
        for j in providers(size)
    ]


def _separability(size: Size) -> list[Premise]:
    return [
        Premise(name, difference, factors=(f"ratio {j}",))
        for j in providers(size)
        for name, difference in (
            (f"dev payoff {j}", EPS_PROVIDERS + symbol("P_dev", j) - _payoff_sum("dev", size, j)),
            (f"ne payoff {j}", EPS_PROVIDERS - symbol("P_ne", j) + _payoff_sum("ne", size, j)),
        )
    ]


def _others_unaffected(size: Size) -> list[Premise]:
    return [
        Premise(
            f"same part {j} {i}",
            _expected_part("dev", j, i) - _expected_part("ne", j, i),
            equal=True,
            multiplier=_ratio(j) * _weight(j, i),
        )
        for j in providers(size)
        for i in others(size)
    ]


def _same_outcome(size: Size) -> list[Premise]:
    return [
        Premise(
            f"whoever deviates {j}",
            _expected_part("dev", j, 1) - _expected_part("shared", j, 1),
            equal=True,
            multiplier=_ratio(j) * _weight(j, 1),
        )
        for j in providers(size)
    ]


def _combination(where: str, size: Size) -> sympy.Expr:
    terms = [_ratio(j) * _weight(j, 1) * _expected_part(where, j, 1) for j in providers(size)]
    return sympy.Add(*terms) + OFFSET


def _user_alignment(size: Size) -> list[Premise]:
    return [
        Premise("user at dev", EPS_USERS - value("dev", 1) + _combination("shared", size)),
        Premise("user at ne", EPS_USERS + value("ne", 1) - _combination("ne", size)),
    ]


def _switch(size: Size) -> list[Premise]:
    return [Premise("switch", value("dev", 1) - BENCHMARK)]


HYPOTHESES = (
    Hypothesis("weights", "w_{j,i} >= 0, and w_{j,i} > 0 only where lambda_{j,i} > 0", "Definition 2.13", _signs),
    Hypothesis("equilibrium", "no provider of T gains by deviating", "Definition 2.6", _equilibrium),
    Hypothesis("provider separability", "payoffs are separable up to eps_P", "equation (1)", _separability),
    Hypothesis(
        "others unaffected",
        "the deviation changes user i's outcome only",
        "Section 3, proof, third step",
        _others_unaffected,
    ),
    Hypothesis(
        "same outcome",
        "a T-shared rule brings about the same whoever deploys it",
        "before Definition 2.11",
        _same_outcome,
    ),
    Hypothesis("user alignment", "u_i is a combination of components up to eps_U", "equation (2)", _user_alignment),
    Hypothesis("switch", "a user below her benchmark moves to the provider who offers it", "Section 3, proof", _switch),
)


def statement(factors: tuple[Fraction, Fraction] = FACTORS) -> Statement:
    """Theorem 3.1 with slack ``factors[0] * eps_U + factors[1] * eps_P * mu_i``; the paper's factors are 2 and 2."""
    by_users, by_providers = (sympy.Rational(f.numerator, f.denominator) for f in factors)

    def conclusion(size: Size) -> sympy.Expr:
        mu = sympy.Add(*(_ratio(j) for j in providers(size)))
        return value("ne", 1) - (BENCHMARK - by_users * EPS_USERS - by_providers * EPS_PROVIDERS * mu)

    bound = printed("u_i^U(C^*_{S,T}(i))") - by_users * printed("varepsilon_U")
    bound -= by_providers * printed("varepsilon_P") * printed("mu_i")
    return Statement(
        "Theorem 3.1",
        "Personalized game: weak alignment gives every user nearly her benchmark in every equilibrium",
        "Section 3, Theorem 3.1",
        HYPOTHESES,
        printed("E_{NE}[u_i^U]"),
        bound,
        conclusion,
    )
