"""Linear systems over the rationals, and the one way to show that such a system has no solution.

A system lists affine functions of its variables that must be ``>= 0``, ``> 0`` or ``= 0``; a variable is nonnegative
unless it is free. By Motzkin's transposition theorem it has no solution exactly if some combination of its rows,
with multipliers that are nonnegative on inequalities, is at most 0 wherever the variables are allowed to be, and
either less than 0 or built with a strict row. Those multipliers are the certificate (Farkas multipliers).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from alignproof.games.algebra import ZERO, Number
from alignproof.games.document import Node
from alignproof.games.polynomial import Monomial, Polynomial, as_polynomial

Sense = Literal[">=", ">", "="]


class Rejected(Exception):
    """A claim that the evidence does not establish: ``code`` names the reason, ``detail`` says where."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass(frozen=True)
class Row:
    """An affine function of the system's variables, which are its monomials, and how it must compare with 0."""

    value: Polynomial
    sense: Sense


NamedRow = tuple[str, Row]


@dataclass(frozen=True)
class System:
    """Named rows that must hold together; variables not in ``free`` are nonnegative."""

    rows: Mapping[str, Row]
    free: frozenset[Monomial] = frozenset()


def row(name: str, value: Number, sense: Sense) -> NamedRow:
    """The named row ``value >= 0``, ``> 0`` or ``= 0``."""
    return name, Row(as_polynomial(value), sense)


def above(name: str, value: Number, strict: bool) -> NamedRow:
    """The named row ``value >= 0``, or ``> 0`` if ``strict``."""
    return row(name, value, ">" if strict else ">=")


def system(rows: Iterable[NamedRow], free: Iterable[Polynomial] = ()) -> System:
    """A system from its rows and its free variables."""
    return System(dict(rows), frozenset(monomial for variable in free for monomial in variable.terms))


def refute(system: System, proof: Node, what: str) -> None:
    """Accept the multipliers in ``proof`` (row name to rational) as showing that ``system`` has no solution.

    Raises Rejected, naming ``what``.
    """
    left: dict[Monomial, Fraction] = {(): ZERO}
    strict = False
    for name, item in proof.object().items():
        multiplier, row = item.rational(), system.rows.get(name)
        if row is None:
            raise Rejected("unknown-row", f"{what}: there is no row {name!r}")
        if row.sense != "=" and multiplier < 0:
            raise Rejected("negative-multiplier", f"{what}: row {name!r}")
        strict = strict or (row.sense == ">" and multiplier > 0)
        for monomial, coefficient in row.value.terms.items():
            left[monomial] = left.get(monomial, ZERO) + multiplier * coefficient
    constant = left.pop(())
    for monomial, coefficient in left.items():
        if coefficient > 0 or (coefficient < 0 and monomial in system.free):
            raise Rejected("not-refuted", f"{what}: the variable {monomial} keeps a coefficient")
    if constant > 0 or (constant == 0 and not strict):
        raise Rejected("not-refuted", f"{what}: the combination is not negative")
