"""Mutants of a statement: one hypothesis dropped, or one term of its bound weakened to half or turned round.

A mutant is killed if no certificate for it passes the kernel. One that survives is a theorem of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy

from alignproof.symbolic.statement import Statement


@dataclass(frozen=True)
class Mutant:
    """What was done to a statement, and the statement that came of it."""

    change: str
    statement: Statement


def mutants(statement: Statement) -> Iterator[Mutant]:
    """All mutants of a statement."""
    for hypothesis in statement.hypotheses:
        yield Mutant(f"without {hypothesis.name}", statement.without(hypothesis.name))
    for term in sympy.Add.make_args(sympy.expand(statement.bound)):
        for change, factor in (("half of", sympy.Rational(1, 2)), ("minus", sympy.S.NegativeOne)):
            bound = sympy.expand(statement.bound) + (factor - 1) * term
            yield Mutant(f"{change} {sympy.sstr(term)}", replace(statement, bound=bound))
    for change, factor in (("half of", sympy.Rational(1, 2)), ("minus", sympy.S.NegativeOne)):
        yield Mutant(f"{change} what is guaranteed", replace(statement, guaranteed=factor * statement.guaranteed))
