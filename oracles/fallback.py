"""Z3 in place of HiGHS: slower, exact by itself."""

from collections.abc import Mapping
from fractions import Fraction

import z3

from alignproof.checks.linear import Row, System
from alignproof.games.polynomial import Monomial
from alignproof.oracles.program import Program


def multipliers(program: Program, seconds: float) -> list[Fraction] | None:
    """A feasible point of Motzkin's alternative (:mod:`alignproof.oracles.systems`) with objective 1, if found."""
    unknown = [z3.Real(f"m{k}") for k in range(len(program.objective))]
    signs = [x >= 0 for k, x in enumerate(unknown) if k not in program.free]
    sums = [z3.Sum([_real(a) * unknown[k] for k, a in row.items()]) for row in program.rows]
    rows = [
        left == _real(bound) if equal else left <= _real(bound)
        for left, bound, equal in zip(sums, program.bounds, program.equal, strict=True)
    ]
    total = z3.Sum([_real(c) * x for c, x in zip(program.objective, unknown, strict=True)])
    return _satisfied([*signs, *rows, total == 1], unknown, seconds)


def point(system: System, variables: list[Monomial], seconds: float) -> list[Fraction] | None:
    """A solution of the system, in the order of ``variables``, if found."""
    values = {variable: z3.Real(f"v{k}") for k, variable in enumerate(variables)}
    signs = [value >= 0 for variable, value in values.items() if variable not in system.free]
    return _satisfied([*signs, *(_holds(row, values) for row in system.rows.values())], list(values.values()), seconds)


def _holds(row: Row, values: Mapping[Monomial, z3.ArithRef]) -> z3.BoolRef:
    left = z3.Sum([_real(c) * values[m] if m else _real(c) for m, c in row.value.terms.items()])
    return {">": left > 0, ">=": left >= 0, "=": left == 0}[row.sense]


def _satisfied(constraints: list[z3.BoolRef], unknown: list[z3.ArithRef], seconds: float) -> list[Fraction] | None:
    solver = z3.SolverFor("QF_LRA")
    solver.set("timeout", max(1, int(1000 * seconds)))
    solver.add(*constraints)
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    return [model.eval(x, model_completion=True).as_fraction() for x in unknown]


def _real(value: Fraction) -> z3.RatNumRef:
    return z3.Q(value.numerator, value.denominator)
