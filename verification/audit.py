"""The audit: is every hypothesis of every universal result needed?

A hypothesis is *not needed* if the statement without it is proved, at all sizes and from the definitions at a fixed
one. It is *needed* if there is a game that satisfies all the others and breaks the conclusion, each by a certificate or
by what can be read off the game. Nothing is settled by what is expected, or by expectations alone.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import sympy

from alignproof.counterexamples import dropped, entry, garbling, rounds, ties, turns
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document, certificate
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.definitions import place, theorem_certificate, theorem_claim
from alignproof.symbolic.expectations import GUARANTEED
from alignproof.symbolic.induction import obligation_documents
from alignproof.symbolic.statement import Hypothesis, Statement
from alignproof.verification.conditions import NotShown, Shown, broken
from alignproof.verification.rows import sizes
from alignproof.verification.run import REJECTED, verify
from alignproof.verification.universal import GLUE, STATEMENTS, WHERE, all_obligations, market_size, size_text
from alignproof.verification.verdict import DEFINITIONS, KERNEL, WRITTEN_OUT, Finding, Refused, Row, Task, differences

AuditVerdict = Literal["NEEDED", "NOT NEEDED", "UNKNOWN", "CONTRADICTION"]

KEYS = ("result", "hypothesis", "verdict", "by", "scope", "certificates")
"""The keys of a row in JSON."""


@dataclass(frozen=True)
class Case:
    """An instance that shows that a hypothesis is needed, and what to know about it."""

    build: Callable[[], Instance]
    note: str = ""


LETTER = "weakened to: common given the state"
ANY_INVERSE = "the slack is 0 whatever 1/lambda stands for"
NO_GAIN = "with Delta = 0, which then is any number"

WEAK: dict[str, Case] = {
    "weights": Case(dropped.negative_share, "a weight w < 0"),
    "equilibrium": Case(dropped.no_equilibrium),
    "provider separability": Case(dropped.payoff_apart),
    "user alignment": Case(dropped.utility_apart),
    "common garbling": Case(partial(garbling.literal_garbling, theorem_3_1.FACTORS), LETTER),
    "ties": Case(ties.ties_by_provider),
}


def _entered(case: Case) -> Case:
    return Case(lambda: entry.with_bystander(case.build()), case.note)


def _strong(protocol: str) -> dict[str, Case]:
    return {
        "weights": Case(partial(dropped.spite, protocol), "a weight lambda < 0"),
        "coverage": Case(partial(dropped.not_covered, protocol), ANY_INVERSE),
        "equilibrium": Case(partial(dropped.no_equilibrium_anonymous, protocol)),
        "strong alignment": Case(partial(dropped.unrelated, protocol)),
        "common garbling": Case(partial(garbling.literal_garbling_anonymous, protocol), LETTER),
    }


CASES: dict[str, dict[str, Case]] = {
    "Theorem 3.1": WEAK,
    "Theorem 4.3": _strong("P") | {"user dominance": Case(turns.too_short_to_reveal)},
    "Theorem 4.4": _strong("UP")
    | {
        "largest gain": Case(rounds.instance, NO_GAIN),
        "opening": Case(turns.provider_opens),
        "messages": Case(turns.too_few_openings),
    },
    "Theorem 4.4 with a spare message": _strong("UP")
    | {"spare message": Case(rounds.instance), "opening": Case(turns.provider_opens)},
    "Theorem 5.1": {name: _entered(case) for name, case in WEAK.items()}
    | {"shares": Case(dropped.only_the_entrant, "beta = 1")},
}
"""Instances, by result and hypothesis."""


@dataclass(frozen=True)
class Attempt:
    """A way to settle a question: rows that must all be reached; ``fault`` says why it is hopeless, if it is."""

    by: str
    scope: str
    tasks: tuple[Task, ...]
    fault: str = ""


@dataclass(frozen=True)
class Question:
    """Whether a statement needs a hypothesis: a proof without it to try, and an instance, if there is one."""

    statement: Statement
    hypothesis: Hypothesis
    proof: Attempt
    instance: Attempt | None


@dataclass(frozen=True)
class AuditRow:
    """The answer to a question: the verdict, by what, in which scope, and the certificates' files.

    ``fault`` says what is wrong with the audit itself: a certificate that the kernel rejects, or two answers.
    """

    result: str
    hypothesis: str
    verdict: AuditVerdict
    by: str
    scope: str
    certificates: tuple[str, ...]
    fault: str = ""

    @property
    def settled(self) -> bool:
        """Whether the question has an answer."""
        return self.verdict in ("NEEDED", "NOT NEEDED")


def questions(statements: Iterable[Statement] = STATEMENTS) -> Iterator[Question]:
    """One for each hypothesis that is no step of a proof."""
    for statement in statements:
        for hypothesis in statement.hypotheses:
            if not hypothesis.derived:
                case = CASES.get(statement.result, {}).get(hypothesis.name)
                yield question(statement, hypothesis, case)


def question(statement: Statement, hypothesis: Hypothesis, case: Case | None) -> Question:
    """Whether the statement needs the hypothesis, with a case to try."""
    instance = breaking(statement, hypothesis, case) if case else None
    return Question(statement, hypothesis, proof_without(statement, hypothesis), instance)


def proof_without(statement: Statement, hypothesis: Hypothesis) -> Attempt:
    """The proof of the statement without the hypothesis: at all sizes, and from the definitions at one."""
    stronger = statement.without(hypothesis.name)
    name = f"{statement.result} without {hypothesis.name}"
    digits, protocol = hypothesis.outside or WHERE[statement.result][1]
    try:
        every, one = _all_sizes(name, stronger), _at(name, stronger, digits, protocol)
    except (Refused, KeyError, ValueError) as error:
        return Attempt("proof without it", "", (), f"the proof uses it: {error}")
    return Attempt("proof without it", f"{every.scope}; definitions: {one.scope}", (every, one))


def _all_sizes(name: str, statement: Statement) -> Task:
    parts = [obligation_documents(obligation) for obligation in all_obligations(statement)]
    wanted = {"obligations": [claim for claim, _ in parts]}
    document = certificate("obligations", wanted, {"proofs": [evidence for _, evidence in parts]})

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "obligations", wanted)

    found = Finding("PROVED", document, f"{KERNEL} + {GLUE}")
    return Task(name, "all finite games", WRITTEN_OUT, "PROVED", lambda: found, demands)


def _at(name: str, statement: Statement, digits: str, protocol: str) -> Task:
    where = place(statement, market_size(digits), protocol)
    wanted = theorem_claim(statement, where)

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "theorem", wanted)

    def find() -> Finding:
        return Finding("PROVED", theorem_certificate(statement, where))

    return Task(name, f"{size_text(where.size)}, {protocol}", DEFINITIONS, "PROVED", find, demands)


def breaking(statement: Statement, hypothesis: Hypothesis, case: Case) -> Attempt:
    """The case as an instance of all the other hypotheses in which the conclusion fails."""
    instance = case.build()
    name = instance.game.name
    try:
        shown, conclusion = broken(statement.without(hypothesis.name), instance)
    except NotShown as error:
        return Attempt(name, "", (), f"{name}: {error}")
    label = f"{statement.result} needs {hypothesis.name}"
    return Attempt(name, _scope(instance, shown, conclusion, case.note), _labelled(label, shown))


def _labelled(label: str, shown: Shown) -> tuple[Task, ...]:
    return tuple(
        Task(f"{label}: {task.result}", task.scope, task.depth, task.expected, task.find, task.demands)
        for task in shown.tasks
    )


def _scope(instance: Instance, shown: Shown, conclusion: sympy.Expr, note: str) -> str:
    gets = shown.figures[GUARANTEED]
    figures = f"gets {gets}, bound {gets - conclusion}"
    entrants = int(instance.entrant is not None)
    certified = "certified: " + ", ".join(task.result for task in shown.tasks)
    read = "read off: " + ", ".join(shown.read_off)
    play = instance.profile.play
    return sizes(instance.game, note, figures, certified, read, play=play, entrants=entrants)


def audit(
    asked: Sequence[Question], folder: Path, announce: Callable[[Task], None] = lambda task: None, jobs: int = 1
) -> list[AuditRow]:
    """Try all that is to be tried, replay the certificates, and only then say what they settle."""
    tasks = [task for item in asked for attempt in _attempts(item) for task in attempt.tasks]
    rows = iter(verify(tasks, folder, announce, jobs=jobs))
    return [_answer(item, [[next(rows) for _ in attempt.tasks] for attempt in _attempts(item)]) for item in asked]


def _attempts(item: Question) -> list[Attempt]:
    return [item.proof] if item.instance is None else [item.proof, item.instance]


def _answer(item: Question, rows: list[list[Row]]) -> AuditRow:
    tried = list(zip(_attempts(item), rows, strict=True))
    done = [(attempt, found) for attempt, found in tried if _reached(attempt, found)]
    result, name = item.statement.result, item.hypothesis.name
    if len(done) != 1:
        verdict: AuditVerdict = "CONTRADICTION" if done else "UNKNOWN"
        by = "tried: " + ", ".join(attempt.by for attempt, _ in tried)
        said = "; ".join(_said(attempt, found) for attempt, found in tried)
        fault = "proved without it, and broken without it" if done else _fault(rows)
        return AuditRow(result, name, verdict, by, said, _files(_flat(rows)), fault)
    attempt, found = done[0]
    settled: AuditVerdict = "NOT NEEDED" if attempt is item.proof else "NEEDED"
    return AuditRow(result, name, settled, attempt.by, attempt.scope, _files(found), _fault(rows))


def _reached(attempt: Attempt, rows: list[Row]) -> bool:
    """Whether everything that the attempt asks for has a certificate that was replayed."""
    return bool(rows) and not attempt.fault and all(row.reached and row.replayed for row in rows)


def _fault(rows: list[list[Row]]) -> str:
    """Why a certificate was rejected, if one was. Those of a proof that is only tried may be when it is found."""
    rejected = (row for row in _flat(rows[1:]) if row.reason.startswith(REJECTED))
    unplayed = (row for row in _flat(rows) if row.certificate and not row.replayed)
    return next((row.reason for row in (*rejected, *unplayed)), "")


def _said(attempt: Attempt, rows: list[Row]) -> str:
    """What came of an attempt."""
    return attempt.fault or next((row.reason for row in rows if row.reason), f"{attempt.by}: holds")


def _flat(rows: list[list[Row]]) -> list[Row]:
    return [row for some in rows for row in some]


def _files(rows: list[Row]) -> tuple[str, ...]:
    return tuple(row.certificate for row in rows if row.certificate)


def summary(rows: Sequence[AuditRow]) -> str:
    """How much is settled."""
    return f"settled {sum(row.settled for row in rows)} of {len(rows)}"


def exit_code(rows: Sequence[AuditRow]) -> int:
    """0 if everything is settled, 1 if something is wrong with the audit, 3 if a question is open."""
    return 1 if any(row.fault for row in rows) else 0 if all(row.settled for row in rows) else 3


def write_audit(rows: Sequence[AuditRow], path: Path) -> None:
    """The rows as a JSON list of objects with exactly the keys :data:`KEYS`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{key: getattr(row, key) for key in KEYS} for row in rows], indent=1) + "\n", "utf-8")
