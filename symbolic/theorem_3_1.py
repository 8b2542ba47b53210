"""Theorem 3.1: in the personalized game, weak alignment gives every user her benchmark, up to 2 eps_U + 2 eps_P mu_i.

At the level of expectations, for one user i (every user is alike): T's providers are j = 1..k, and r_j stands for
w_{j,i} / lambda_{j,i}, so that w_{j,i} = r_j lambda_{j,i} holds the side condition "w > 0 only where lambda > 0".
``dev`` is the proof's deviation, by each j to user i's optimal T-shared rule. The conclusion is needed only where user
i is below her benchmark; there she switches to the deviator (hypothesis "switch").
"""

from fractions import Fraction

import sympy

from alignproof.symbolic.statement import Hypothesis, Premise, Size, Statement

EPS_USERS, EPS_PROVIDERS = sympy.symbols("eps_U eps_P", nonnegative=True)
BENCHMARK, VALUE, VALUE_DEV, OFFSET = sympy.symbols("benchmark u_ne u_dev c", real=True)
FACTORS = (Fraction(2), Fraction(2))


def _symbol(name: str, *indices: object) -> sympy.Symbol:
    return sympy.Symbol("_".join([name, *map(str, indices)]), real=True)


def _providers(size: Size) -> range:
    return range(1, size.providers + 1)


def _others(size: Size) -> range:
    return range(2, size.users + 1)


def _ratio(j: int) -> sympy.Symbol:
    return _symbol("r", j)


def _weight(j: int, i: int) -> sympy.Symbol:
    return _symbol("lambda", j, i)


def _expected_part(where: str, j: int, i: int) -> sympy.Symbol:
    return _symbol(f"F_{where}", j, i)


def _payoff_sum(where: str, size: Size, j: int) -> sympy.Expr:
    parts = [_weight(j, i) * _expected_part(where, j, i) for i in (1, *_others(size))]
    return sympy.Add(*parts) + _symbol("c_P", j)


def _signs(size: Size) -> list[Premise]:
    return [Premise(f"ratio {j}", _ratio(j)) for j in _providers(size)]


def _equilibrium(size: Size) -> list[Premise]:
    return [
        Premise(f"no gain {j}", _symbol("P_ne", j) - _symbol("P_dev", j), factors=(f"ratio {j}",))
        for j in _providers(size)
    ]


def _separability(size: Size) -> list[Premise]:
    return [
        Premise(name, value, factors=(f"ratio {j}",))
        for j in _providers(size)
        for name, value in (
            (f"dev payoff {j}", EPS_PROVIDERS + _symbol("P_dev", j) - _payoff_sum("dev", size, j)),
            (f"ne payoff {j}", EPS_PROVIDERS - _symbol("P_ne", j) + _payoff_sum("ne", size, j)),
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
        for j in _providers(size)
        for i in _others(size)
    ]


def _same_outcome(size: Size) -> list[Premise]:
    return [
        Premise(
            f"whoever deviates {j}",
            _expected_part("dev", j, 1) - _expected_part("shared", j, 1),
            equal=True,
            multiplier=_ratio(j) * _weight(j, 1),
        )
        for j in _providers(size)
    ]


def _combination(where: str, size: Size) -> sympy.Expr:
    terms = [_ratio(j) * _weight(j, 1) * _expected_part(where, j, 1) for j in _providers(size)]
    return sympy.Add(*terms) + OFFSET


def _user_alignment(size: Size) -> list[Premise]:
    return [
        Premise("user at dev", EPS_USERS - VALUE_DEV + _combination("shared", size)),
        Premise("user at ne", EPS_USERS + VALUE - _combination("ne", size)),
    ]


def _switch(size: Size) -> list[Premise]:
    return [Premise("switch", VALUE_DEV - BENCHMARK)]


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
    users, providers = (sympy.Rational(f.numerator, f.denominator) for f in factors)

    def conclusion(size: Size) -> sympy.Expr:
        mu = sympy.Add(*(_ratio(j) for j in _providers(size)))
        return VALUE - (BENCHMARK - users * EPS_USERS - providers * EPS_PROVIDERS * mu)

    bound = sympy.Symbol("u_i^U(C^*_{S,T}(i))") - users * sympy.Symbol("varepsilon_U")
    bound -= providers * sympy.Symbol("varepsilon_P") * sympy.Symbol("mu_i")
    return Statement(
        "Theorem 3.1",
        "Personalized game: weak alignment gives every user nearly her benchmark in every equilibrium",
        "Section 3, Theorem 3.1",
        HYPOTHESES,
        sympy.Symbol("E_{NE}[u_i^U]"),
        bound,
        conclusion,
    )
