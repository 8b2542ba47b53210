"""Mutants of a statement: one hypothesis dropped, one term of a premise turned round, or one term of the bound halved
or turned round.

A mutant is killed if no certificate for it passes the kernel. One that survives is a theorem of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import sympy

from alignproof.symbolic.induction import GENERIC, AnyNumber
from alignproof.symbolic.statement import Hypothesis, Premise, Statement, World


@dataclass(frozen=True)
class Mutant:
    """What was done to a statement, what came of it, and a place where that says more, if it does not everywhere."""

    change: str
    statement: Statement
    outside: tuple[str, str] | None = None


def mutants(statement: Statement) -> Iterator[Mutant]:
    """All mutants of a statement."""
    for hypothesis in statement.hypotheses:
        yield Mutant(f"without {hypothesis.name}", statement.without(hypothesis.name), hypothesis.outside)
        yield from _turned_premises(statement, hypothesis)
    bound = sympy.expand(statement.bound)
    for term in sympy.Add.make_args(bound):
        for change, factor in FACTORS:
            yield Mutant(f"{change} {sympy.sstr(term)}", replace(statement, bound=bound + (factor - 1) * term))
    for change, factor in FACTORS:
        guaranteed = factor * statement.guaranteed
        yield Mutant(f"{change} what is guaranteed", replace(statement, guaranteed=guaranteed))


FACTORS = (("half of", sympy.Rational(1, 2)), ("minus", sympy.S.NegativeOne))


def _turned_premises(statement: Statement, hypothesis: Hypothesis) -> Iterator[Mutant]:
    """Every premise of a hypothesis, its terms turned round one at a time, for all its indices at once."""
    for premise in hypothesis.premises(AnyNumber()):
        kind = _kind(premise)
        for place, term in enumerate(sympy.Add.make_args(premise.value)):
            turned = replace(hypothesis, premises=partial(_turned, hypothesis, kind, place))
            others = tuple(turned if h is hypothesis else h for h in statement.hypotheses)
            change = f"minus {sympy.sstr(term)} in {premise.name}"
            yield Mutant(change, replace(statement, hypotheses=others))


def _kind(premise: Premise) -> str:
    """A premise's name without its indices."""
    return " ".join(word for word in premise.name.split() if word not in GENERIC and not word.isdigit())


def _turned(hypothesis: Hypothesis, kind: str, place: int, world: World) -> list[Premise]:
    found = []
    for premise in hypothesis.premises(world):
        terms = sympy.Add.make_args(premise.value)
        turned = premise.value - 2 * terms[place] if _kind(premise) == kind and place < len(terms) else premise.value
        found.append(replace(premise, value=turned))
    return found
