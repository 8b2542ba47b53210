"""Theorem 5.1: in the personalized game, a new user leaves the old users' guarantees as they were.

Theorem 3.1's hypotheses, except that what a provider does not gain by deviating is his payoff in G+,
``(1 - beta_j) u_j(a_1..a_n, y) + beta_j f_j(a_{n+1}, y)``; the deviation leaves the new user alone as well. s_j stands
for 1 / (1 - beta_j), beta_j < 1.
"""

from dataclasses import replace
from fractions import Fraction

import sympy

from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.expectations import symbol
from alignproof.symbolic.statement import Hypothesis, Index, Line, Premise, Statement, World


def _inverse(j: Index) -> sympy.Symbol:
    return symbol("s", j)


def _payoff(where: str, j: Index) -> sympy.Expr:
    share = symbol("beta", j)
    return (1 - share) * symbol(f"P_{where}", j) + share * symbol(f"f_{where}", j)


def _shares(world: World) -> list[Premise]:
    return [
        premise
        for j in world.each_provider()
        for premise in (
            Premise(f"inverse sign {j}", _inverse(j)),
            Premise(
                f"inverse {j}",
                _inverse(j) * (1 - symbol("beta", j)) - 1,
                equal=True,
                multiplier=symbol("r", j) * (symbol("P_dev", j) - symbol("P_ne", j)),
            ),
        )
    ]


def _equilibrium(world: World) -> list[Premise]:
    return [
        Premise(f"no gain {j}", _payoff("ne", j) - _payoff("dev", j), factors=(f"ratio {j}", f"inverse sign {j}"))
        for j in world.each_provider()
    ]


def _new_user(world: World) -> list[Premise]:
    return [
        Premise(
            f"new user {j}",
            symbol("f_dev", j) - symbol("f_ne", j),
            equal=True,
            multiplier=symbol("r", j) * _inverse(j) * symbol("beta", j),
        )
        for j in world.each_provider()
    ]


LINES = (
    Line(
        r"(1-\beta_j)\,\mathbb{E}_{dev}[u_j^P] + \beta_j\,\mathbb{E}_{dev}[f_j]"
        r" \le (1-\beta_j)\,\mathbb{E}_{NE}[u_j^P] + \beta_j\,\mathbb{E}_{NE}[f_j]",
        "in an equilibrium of G+ no provider j of T gains by offering user i the shared rule",
    ),
    Line(r"\mathbb{E}_{dev}[f_j] = \mathbb{E}_{NE}[f_j]", "the new user does as before; 1 - beta_j > 0 is divided out"),
    *theorem_3_1.LINES[1:],
)


def statement(factors: tuple[Fraction, Fraction] = theorem_3_1.FACTORS) -> Statement:
    """Theorem 5.1, with the slack's factors as in Theorem 3.1."""
    base = theorem_3_1.statement(factors)
    kept = tuple(h for h in base.hypotheses if h.name != "equilibrium")
    added = (
        Hypothesis("shares", "beta_j < 1", "Section 5", _shares, "shares"),
        Hypothesis(
            "equilibrium", "no provider of T gains by deviating in G+", "Definition 2.6", _equilibrium, "equilibrium"
        ),
        Hypothesis(
            "new user unaffected",
            "the deviation leaves the new user alone",
            "Section 5, proof",
            _new_user,
            derived=True,
        ),
    )
    return replace(
        base,
        result="Theorem 5.1",
        title="Personalized game: a new user does not hurt the old users' guarantees",
        source="Section 5, Theorem 5.1",
        hypotheses=(*kept, *added),
        argument=replace(base.argument, entrant=True),
        lines=LINES,
    )
