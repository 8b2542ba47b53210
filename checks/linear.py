"""Linear systems over the rationals, and the one way to show that such a system has no solution.

A system lists affine functions of its variables that must be ``>= 0``, ``> 0`` or ``= 0``; a variable is nonnegative
unless it is free. By Motzkin's transposition theorem it has no solution exactly if some combination of its rows,
with multipliers that are nonnegative on inequalities, is at most 0 wherever the variables are allowed to be, and
either less than 0 or built with a strict row. Those multipliers are the certificate (Farkas multipliers).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from alignproof.games.algebra import ZERO
from alignproof.games.document import Node

Variable = Hashable
Sense = Literal[">=", ">", "="]
Terms = list[tuple[Variable, Fraction]]


class Rejected(Exception):
    """A claim that the evidence does not establish: ``code`` names the reason, ``detail`` says where."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Row:
    """The affine function ``sum of coefficient * variable + constant``, and how it must compare with 0.

    A variable may occur several times; its coefficients add up.
    """

    terms: Terms
    constant: Fraction
    sense: Sense


@dataclass(frozen=True)
class System:
    """Named rows that must hold together; variables not in ``free`` are nonnegative."""

    rows: Mapping[str, Row]
    free: frozenset[Variable] = frozenset()


def inequality(terms: Terms, constant: Fraction, strict: bool) -> Row:
    """The row ``terms + constant >= 0``, or ``> 0`` if ``strict``."""
    return Row(terms, constant, ">" if strict else ">=")


def system(rows: Iterable[tuple[str, Row]], free: Iterable[Variable] = ()) -> System:
    """A system from its named rows."""
    return System(dict(rows), frozenset(free))


def read_multipliers(node: Node) -> dict[str, Fraction]:
    """Multipliers from a document: row name to rational."""
    return {name: item.rational() for name, item in node.object().items()}


def refute(system: System, multipliers: Mapping[str, Fraction], what: str) -> None:
    """Accept ``multipliers`` as proof that ``system`` has no solution, or raise :class:`Rejected` naming ``what``."""
    coefficients: dict[Variable, Fraction] = {}
    constant, strict = ZERO, False
    for name, multiplier in multipliers.items():
        row = system.rows.get(name)
        if row is None:
            raise Rejected("unknown-row", f"{what}: there is no row {name!r}")
        if row.sense != "=" and multiplier < 0:
            raise Rejected("negative-multiplier", f"{what}: row {name!r}")
        strict = strict or (row.sense == ">" and multiplier > 0)
        constant += multiplier * row.constant
        for variable, coefficient in row.terms:
            coefficients[variable] = coefficients.get(variable, ZERO) + multiplier * coefficient
    for variable, coefficient in coefficients.items():
        if coefficient > 0 or (coefficient < 0 and variable in system.free):
            raise Rejected("not-refuted", f"{what}: variable {variable!r} keeps the coefficient {coefficient}")
    if constant > 0 or (constant == 0 and not strict):
        raise Rejected("not-refuted", f"{what}: the combination is not negative")


def satisfy(system: System, point: Mapping[Variable, Fraction], what: str) -> None:
    """Accept ``point`` (variables left out are 0) as a solution of ``system``, or raise :class:`Rejected`."""
    for variable, value in point.items():
        if value < 0 and variable not in system.free:
            raise Rejected("not-satisfied", f"{what}: variable {variable!r} is negative")
    for name, row in system.rows.items():
        value = sum((c * point.get(variable, ZERO) for variable, c in row.terms), row.constant)
        if value < 0 or (value > 0 and row.sense == "=") or (value == 0 and row.sense == ">"):
            raise Rejected("not-satisfied", f"{what}: row {name!r}")
