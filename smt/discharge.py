"""A statement's linearised form (:mod:`alignproof.symbolic.linear`) given to Z3."""

from dataclasses import dataclass

from alignproof.checks.linear import System


@dataclass(frozen=True)
class Discharge:
    """The solver's answer, its name and version, the reason if it is ``unknown``, and the query as SMT-LIB 2."""

    answer: str
    solver: str
    reason: str
    query: str


def discharge(form: System, seconds: float = 60.0) -> Discharge:
    """Ask Z3 whether a linear form has a solution: ``unsat`` discharges the statement at that size.

    Raises ImportError where Z3 is not installed.
    """
    import z3

    from alignproof.smt.algebra import real

    solver = z3.SolverFor("QF_LRA")
    solver.set("timeout", max(1, int(1000 * seconds)))
    monomials = dict.fromkeys(m for row in form.rows.values() for m in row.value.terms if m)
    unknown = {m: z3.Real("*".join(f"{name}^{power}" if power > 1 else name for name, power in m)) for m in monomials}
    for row in form.rows.values():
        left = z3.Sum([real(c) * unknown[m] if m else real(c) for m, c in row.value.terms.items()])
        solver.add({">": left > 0, ">=": left >= 0, "=": left == 0}[row.sense])
    for monomial, value in unknown.items():
        if monomial not in form.free:
            solver.add(value >= 0)
    answer = solver.check()
    reason = solver.reason_unknown() if answer == z3.unknown else ""
    return Discharge(str(answer), f"z3 {z3.get_version_string()}", reason, solver.to_smt2())
