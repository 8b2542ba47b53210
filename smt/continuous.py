"""Proposition A.2 as queries: equation (3) for all actions in [0, 1] and all states of the simplex, with quantifiers.

Are there weights with which a provider's payoff is a combination of the users' utilities up to less than 1/2? The same
question at the two points of the proof needs no quantifiers.
"""

from collections.abc import Mapping
from fractions import Fraction

from alignproof.games.polynomial import Polynomial, variable
from alignproof.smt.smtlib import LINEAR, Query, Status, nonlinear, script, symbol
from alignproof.symbolic import proposition_a_2
from alignproof.symbolic.proposition_a_2 import ACTIONS, HALF, POINTS, STATES

QUANTIFIED = "NRA"


def everywhere_query(provider: int, below: Fraction = HALF, expected: Status = "unsat") -> Query:
    """Equation (3) within an error less than ``below`` at every action profile and state."""
    notes = [*_heading(provider), f"Equation (3) everywhere: unsat proves that the error is at least {below}."]
    bounds, simplex = proposition_a_2.domain()
    inside = [*(f"(>= {nonlinear(value)} 0)" for value in bounds.values()), f"(= {nonlinear(simplex)} 0)"]
    points = " ".join(f"({_name(name)} Real)" for name in (*ACTIONS, *STATES))
    formula = f"(forall ({points}) (=> (and {' '.join(inside)}) {_fits(provider, {})}))"
    return _query(QUANTIFIED, notes, provider, {"equation (3)": formula}, below, expected)


def two_points_query(provider: int, below: Fraction = HALF, expected: Status = "unsat") -> Query:
    """The same at the two points of the proof only."""
    notes = [*_heading(provider), f"Equation (3) at two points: unsat proves that the error is at least {below}."]
    points = {label: {name: Fraction(value) for name, value in point.items()} for label, point in POINTS.items()}
    fits = {f"equation (3) at {label}": _fits(provider, point) for label, point in points.items()}
    return _query(LINEAR, notes, provider, fits, below, expected)


def _heading(provider: int) -> list[str]:
    return [f"Proposition A.2 (Appendix A), provider {provider}: no strong alignment, whatever the weights."]


def _query(logic: str, notes: list[str], j: int, fits: Mapping[str, str], below: Fraction, expected: Status) -> Query:
    unknowns = [_name(name) for name in (f"l{j}1", f"l{j}2", f"c{j}", f"e{j}")]
    small = f"(< {nonlinear(variable(f'e{j}') - below)} 0)"
    return script(logic, notes, unknowns, [*fits.items(), ("the error is smaller", small)], expected)


def _fits(j: int, point: Mapping[str, Fraction]) -> str:
    """|payoff - combination| <= e_j, written out from the definitions, at a point."""
    defined = proposition_a_2.definitions()
    # Definitions refer to earlier ones: payoffs and utilities to components, components to actions and states.
    residual: Polynomial = proposition_a_2.strong_residual(j)(defined)(defined)(point)
    error = variable(f"e{j}")
    return f"(and (>= {nonlinear(error + residual)} 0) (>= {nonlinear(error - residual)} 0))"


def _name(name: str) -> str:
    return symbol(((name, 1),))
