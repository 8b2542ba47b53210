"""Systems and formulas as SMT-LIB 2 text, for any solver. The same input gives the same text, byte for byte."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal
from urllib.parse import quote

from alignproof.checks.linear import Row, System
from alignproof.games.polynomial import Monomial, Polynomial

Status = Literal["sat", "unsat"]
LINEAR = "QF_LRA"


@dataclass(frozen=True)
class Query:
    """A question as SMT-LIB 2 text, and the answer that is expected of solvers."""

    text: str
    expected: Status


def linear_query(form: System, notes: Sequence[str] = (), expected: Status = "unsat") -> Query:
    """Does the system have a solution? Each monomial is an unknown of its own."""
    asserted = [(name, _compared(linear(row.value), row)) for name, row in form.rows.items()]
    monomials = sorted({m for row in form.rows.values() for m in row.value.terms if m})
    signs = [("nonnegative", f"(>= {symbol(m)} 0)") for m in monomials if m not in form.free]
    return script(LINEAR, notes, map(symbol, monomials), [*asserted, *signs], expected)


def script(
    logic: str, notes: Iterable[str], constants: Iterable[str], asserted: Iterable[tuple[str, str]], expected: Status
) -> Query:
    """A whole file: ``notes`` as comments on top, the real ``constants``, and the ``asserted`` formulas with names."""
    lines = [
        *map(_comment, notes),
        "(set-info :smt-lib-version 2.6)",
        f"(set-info :status {expected})",
        f"(set-logic {logic})",
        *(f"(declare-const {name} Real)" for name in constants),
        *(line for name, formula in asserted for line in (_comment(name), f"(assert {formula})")),
        "(check-sat)",
    ]
    return Query("\n".join(lines) + "\n", expected)


def _comment(text: str) -> str:
    return "; " + " ".join(text.split()).encode("ascii", "backslashreplace").decode()


def linear(value: Polynomial) -> str:
    """A polynomial as a linear term in its monomials."""
    return _sum((symbol(m), c) if m else ("", c) for m, c in sorted(value.terms.items()))


def nonlinear(value: Polynomial) -> str:
    """A polynomial as a term in its variables."""
    return _sum((_factors(m), c) for m, c in sorted(value.terms.items()))


def _factors(monomial: Monomial) -> str:
    return " ".join(symbol(((name, 1),)) for name, power in monomial for _ in range(power))


def _sum(terms: Iterable[tuple[str, Fraction]]) -> str:
    written = [_product(factors, coefficient) for factors, coefficient in terms]
    return f"(+ {' '.join(written)})" if len(written) > 1 else "".join(written) or "0"


def _product(factors: str, coefficient: Fraction) -> str:
    """The space-separated ``factors``, if any, times a coefficient."""
    if coefficient == 1 and factors:
        return factors if " " not in factors else f"(* {factors})"
    return f"(* {rational(coefficient)} {factors})" if factors else rational(coefficient)


def rational(value: Fraction) -> str:
    """A rational constant; SMT-LIB has neither signs nor fractions in numerals."""
    size = abs(value)
    text = str(size.numerator) if size.denominator == 1 else f"(/ {size.numerator} {size.denominator})"
    return text if value >= 0 else f"(- {text})"


def symbol(monomial: Monomial) -> str:
    """A monomial as one quoted symbol, different for different monomials.

    What SMT-LIB or the notation for powers and products would misread is escaped as in addresses (``%7C`` for a bar).
    """
    return "|" + "*".join(_power(name, power) for name, power in monomial) + "|"


def _power(name: str, power: int) -> str:
    text = quote(name, safe="")
    return f"{text}^{power}" if power > 1 else text


def _compared(left: str, row: Row) -> str:
    return f"({row.sense} {left} 0)"
