"""An induction's obligations (:mod:`alignproof.symbolic.induction`) as one SMT-LIB 2 query: does one of them fail?

Equations come multiplied as the obligation says, and all is expanded, with every monomial an unknown of its own: if the
goal then follows, it follows from the obligation as it stands. Products of given inequalities stay nonlinear.
"""

from collections.abc import Sequence

from alignproof.games.algebra import product
from alignproof.games.polynomial import Polynomial, as_polynomial
from alignproof.smt.smtlib import LINEAR, Query, Status, linear, nonlinear, script, symbol
from alignproof.symbolic.induction import Obligation

NONLINEAR = "QF_NRA"


def induction_query(obligations: Sequence[Obligation], notes: Sequence[str], expected: Status = "unsat") -> Query:
    """Unsat discharges all the obligations."""
    constants = sorted({name for obligation in obligations for name in _constants(obligation)})
    failing = " ".join(_fails(obligation) for obligation in obligations)
    names = [f"{k + 1}. {obligation.name}" for k, obligation in enumerate(obligations)]
    logic = NONLINEAR if any(map(_multiplies, obligations)) else LINEAR
    return script(logic, [*notes, *names], constants, [("one of them fails", f"(or {failing} false)")], expected)


def _multiplies(obligation: Obligation) -> bool:
    """Whether the obligation is about the sign of a product."""
    return not obligation.linear and any(len(places) > 1 for _, places in obligation.products)


def _rows(obligation: Obligation) -> list[tuple[str, Polynomial]]:
    """The obligation's given facts, as they are to be used."""
    if _multiplies(obligation):
        return [(fact.sense, fact.value) for fact in obligation.given]
    given = obligation.given
    used = [(">=", as_polynomial(product(given[k].value for k in places))) for _, places in obligation.products]
    return used + [("=", multiplier * given[k].value) for k, multiplier in obligation.zero]


def _constants(obligation: Obligation) -> set[str]:
    values = [value for _, value in (*_rows(obligation), ("", obligation.goal.value))]
    monomials = [m for value in values for m in value.terms if m]
    if _multiplies(obligation):
        return {symbol(((name, 1),)) for m in monomials for name, _ in m}
    return {symbol(m) for m in monomials}


def _fails(obligation: Obligation) -> str:
    write = nonlinear if _multiplies(obligation) else linear
    given = " ".join(f"({sense} {write(value)} 0)" for sense, value in _rows(obligation))
    return f"(and {given} (not ({obligation.goal.sense} {write(obligation.goal.value)} 0)))"
