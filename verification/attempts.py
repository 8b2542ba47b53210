"""Ways to settle whether a statement needs a hypothesis: a proof of the stronger statement, and an instance.

What an attempt asks for are rows of certificates; it succeeds if all of them are reached and replayed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import sympy

from alignproof.checks.benchmark import Team
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document
from alignproof.games.model import Game
from alignproof.symbolic.definitions import place, theorem_certificate, theorem_claim
from alignproof.symbolic.expectations import GUARANTEED
from alignproof.symbolic.statement import Hypothesis, Statement
from alignproof.verification.conditions import NotShown, Outside, Shown, broken
from alignproof.verification.rows import sizes
from alignproof.verification.universal import Place, all_obligations, by_obligations, market_size, places, size_text
from alignproof.verification.verdict import DEFINITIONS, Finding, Refused, Task, differences

PROOF = "proof without it"


@dataclass(frozen=True)
class Case:
    """An instance that shows that a hypothesis is needed, and what to know about it.

    It may leave the model: in the game ``stable`` deviations do not pay, and the benchmark of ``compared`` counts.
    ``more``: rows that show what is left of a hypothesis; it raises NotShown.
    """

    build: Callable[[], Instance]
    note: str = ""
    stable: Callable[[Instance], Game] | None = None
    compared: Team | None = None
    more: Callable[[Instance], tuple[Task, ...]] = lambda instance: ()


@dataclass(frozen=True)
class Attempt:
    """A way to settle a question: rows that must all be reached; ``fault`` says why it is hopeless, if it is."""

    by: str
    scope: str
    tasks: tuple[Task, ...]
    fault: str = ""


def proof_without(statement: Statement, hypothesis: Hypothesis) -> Attempt:
    """The proof of the statement without the hypothesis: at all sizes, and from the definitions at one."""
    name = f"{statement.result} without {hypothesis.name}"
    return proof_of(name, statement.without(hypothesis.name), hypothesis.outside or places(statement)[1])


@cache
def proof_of(name: str, statement: Statement, where: Place) -> Attempt:
    """The proof of a statement: at all sizes, and from the definitions at one."""
    try:
        every, one = by_obligations(name, all_obligations(statement)), _at(name, statement, *where)
    except (Refused, KeyError, ValueError) as error:
        return Attempt(PROOF, "", (), f"the proof uses it: {error}")
    return Attempt(PROOF, f"{every.scope}; definitions: {one.scope}", (every, one))


def _at(name: str, statement: Statement, digits: str, protocol: str) -> Task:
    where = place(statement, market_size(digits), protocol)
    wanted = theorem_claim(statement, where)

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "theorem", wanted)

    def find() -> Finding:
        return Finding("PROVED", theorem_certificate(statement, where))

    return Task(name, f"{size_text(where.size)}, {protocol}", DEFINITIONS, "PROVED", find, demands)


def breaking(label: str, statement: Statement, case: Case) -> Attempt:
    """The case as an instance of the statement's hypotheses in which the conclusion fails."""
    instance = case.build()
    name, outside = instance.game.name, Outside(case.stable(instance) if case.stable else None, case.compared)
    try:
        shown, conclusion = broken(statement, instance, outside)
        shown = replace(shown, tasks=(*shown.tasks, *case.more(instance)))
    except NotShown as error:
        return Attempt(name, "", (), f"{name}: {error}")
    return Attempt(name, _scope(instance, shown, conclusion, case.note), labelled(label, shown.tasks))


def labelled(label: str, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """The rows with names that say what they are for."""
    return tuple(replace(task, result=f"{label}: {task.result}") for task in tasks)


def _scope(instance: Instance, shown: Shown, conclusion: sympy.Expr, note: str) -> str:
    gets = shown.figures[GUARANTEED]
    figures = f"gets {gets}, bound {gets - conclusion}"
    entrants = int(instance.entrant is not None)
    certified = "certified: " + ", ".join(task.result for task in shown.tasks)
    read = "read off: " + ", ".join(shown.read_off)
    play = instance.profile.play
    return sizes(instance.game, note, figures, certified, read, play=play, entrants=entrants)
