"""Rows over named unknowns as an exact linear program."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from alignproof.checks.linear import Row
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.polynomial import Monomial, Polynomial
from alignproof.oracles.program import Program, maximise

FREE = "free "
"""How the names of those unknowns begin that may be negative; all others are nonnegative."""

Point = Mapping[Monomial, Fraction]


def value(linear: Polynomial, point: Point) -> Fraction:
    """The value of an affine function of the unknowns."""
    return sum((c * (point.get(m, ZERO) if m else ONE) for m, c in linear.terms.items()), ZERO)


def best(rows: Sequence[Row], objective: Polynomial, seconds: float) -> Point | None:
    """The point at which ``objective`` is largest; None if there is none or it was not found."""
    variables = list(dict.fromkeys(m for row in rows for m in row.value.terms if m))
    if not variables:
        return {} if all(_holds(row) for row in rows) else None
    place = {monomial: k for k, monomial in enumerate(variables)}
    program = Program(
        [objective.terms.get(monomial, ZERO) for monomial in variables],
        [{place[m]: -c for m, c in row.value.terms.items() if m} for row in rows],
        [row.value.terms.get((), ZERO) for row in rows],
        [row.sense == "=" for row in rows],
        frozenset(k for k, monomial in enumerate(variables) if monomial[0][0].startswith(FREE)),
    )
    optimum = maximise(program, seconds)
    return None if optimum is None else dict(zip(variables, optimum.primal, strict=True))


def _holds(row: Row) -> bool:
    """Whether a row without unknowns does."""
    constant = row.value.terms.get((), ZERO)
    return constant == 0 if row.sense == "=" else constant >= 0
