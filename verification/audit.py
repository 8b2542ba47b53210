"""The audit: is every hypothesis of every result needed, and as it stands?

A hypothesis is *not needed* if the statement without it, or with a weaker one, is proved, at all sizes and from the
definitions at a fixed one. It is *needed* if there is a game that satisfies all the others and breaks the conclusion,
each by a certificate or by what can be read off the game. Nothing is settled by what is expected, or by expectations
alone. From what is not needed follow the *minimal sets* of hypotheses.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal

from alignproof.formats.writing import write_file
from alignproof.symbolic.statement import Hypothesis, Statement
from alignproof.verification.attempts import Attempt, Case, breaking, labelled, proof_of, proof_without
from alignproof.verification.run import REJECTED, verify
from alignproof.verification.universal import STATEMENTS, places
from alignproof.verification.verdict import Row, Task
from alignproof.verification.weakenings import CASES, CONSTRUCTIONS, Weakening, weakenings

AuditVerdict = Literal["NEEDED", "NOT NEEDED", "UNKNOWN", "CONTRADICTION"]

KEYS = ("result", "hypothesis", "weakened", "verdict", "by", "scope", "certificates")
"""The keys of a row in JSON."""

DROPPED = "dropped"
"""What becomes of a hypothesis that is replaced by nothing."""


@dataclass(frozen=True)
class Question:
    """Whether a result needs a hypothesis, which is ``weakened`` so: a proof of what is stronger to try, and an
    instance, if there are such."""

    result: str
    hypothesis: str
    weakened: str
    proof: Attempt | None
    instance: Attempt | None


@dataclass(frozen=True)
class AuditRow:
    """The answer to a question: the verdict, by what, in which scope, and the certificates' files.

    ``fault`` says what is wrong with the audit itself: a certificate that the kernel rejects, or two answers.
    """

    result: str
    hypothesis: str
    weakened: str
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
    """For each statement: each hypothesis that is no step of the proof, then what may be weakened."""
    for statement in statements:
        for hypothesis in explicit(statement):
            yield question(statement, hypothesis, CASES.get(statement.result, {}).get(hypothesis.name))
        yield from (weakened(statement, item) for item in weakenings(statement.result))


def construction_questions(results: Iterable[str] = CONSTRUCTIONS) -> Iterator[Question]:
    """What is asked of the constructions."""
    return (listed(result, item) for result in results for item in CONSTRUCTIONS[result]())


def explicit(statement: Statement) -> list[Hypothesis]:
    """The hypotheses that are no steps of the proof."""
    return [hypothesis for hypothesis in statement.hypotheses if not hypothesis.derived]


def question(statement: Statement, hypothesis: Hypothesis, case: Case | None) -> Question:
    """Whether the statement needs the hypothesis, with a case to try."""
    label = f"{statement.result} needs {hypothesis.name}"
    instance = breaking(label, statement.without(hypothesis.name), case) if case else None
    return Question(statement.result, hypothesis.name, DROPPED, proof_without(statement, hypothesis), instance)


def weakened(statement: Statement, item: Weakening) -> Question:
    """Whether the statement needs more than the weaker hypothesis."""
    if item.listed:
        return listed(statement.result, item)
    proof, instance = None, Attempt("nothing", "", (), item.tried) if item.tried else None
    if item.proof:
        stronger = item.proof(statement)
        name = statement.result if stronger == statement else f"{statement.result}, {item.hypothesis}: {item.to}"
        proof = proof_of(name, stronger, item.where or places(statement)[1])
    if item.case:
        label = f"{statement.result} needs more than {item.hypothesis}: {item.to}"
        instance = breaking(label, item.assumed(statement), item.case)
    return Question(statement.result, item.hypothesis, item.to, proof, instance)


def listed(result: str, item: Weakening) -> Question:
    """What rows settle. Raises ValueError if there are none."""
    tasks = item.listed() if item.listed else ()
    if not tasks:
        raise ValueError(f"{result}, {item.hypothesis}: no rows")
    scope = "; ".join(f"{task.result}: {task.scope}" for task in tasks)
    attempt = Attempt("rows", scope, labelled(f"{item.hypothesis}, {item.to}", tasks))
    proof, instance = (None, attempt) if item.needed else (attempt, None)
    return Question(result, item.hypothesis, item.to, proof, instance)


def audit(
    asked: Sequence[Question], folder: Path, announce: Callable[[Task], None] = lambda task: None, jobs: int = 1
) -> list[AuditRow]:
    """Try all that is to be tried, replay the certificates, and only then say what they settle."""
    return answers(asked, verify(tasks_of(asked), folder, announce, jobs=jobs))


def tasks_of(asked: Sequence[Question]) -> list[Task]:
    """All that is to be tried, once each."""
    return list({id(task): task for item in asked for attempt in _attempts(item) for task in attempt.tasks}.values())


def answers(asked: Sequence[Question], found: Sequence[Row]) -> list[AuditRow]:
    """What the rows of :func:`tasks_of`, after their replay, settle."""
    rows = dict(zip(map(id, tasks_of(asked)), found, strict=True))
    return [
        _answer(item, [[rows[id(task)] for task in attempt.tasks] for attempt in _attempts(item)]) for item in asked
    ]


def _attempts(item: Question) -> list[Attempt]:
    return [attempt for attempt in (item.proof, item.instance) if attempt is not None]


def _answer(item: Question, rows: list[list[Row]]) -> AuditRow:
    tried = list(zip(_attempts(item), rows, strict=True))
    done = [(attempt, found) for attempt, found in tried if _reached(attempt, found)]
    asked = item.result, item.hypothesis, item.weakened
    doubtful = [found for attempt, found in tried if attempt is item.instance]
    if len(done) != 1:
        verdict: AuditVerdict = "CONTRADICTION" if done else "UNKNOWN"
        by = "tried: " + ", ".join(attempt.by for attempt, _ in tried)
        said = "; ".join(_said(attempt, found) for attempt, found in tried)
        fault = "proved without it, and broken without it" if done else _fault(rows, doubtful)
        return AuditRow(*asked, verdict, by, said, _files(_flat(rows)), fault)
    attempt, found = done[0]
    settled: AuditVerdict = "NOT NEEDED" if attempt is item.proof else "NEEDED"
    return AuditRow(*asked, settled, attempt.by, attempt.scope, _files(found), _fault(rows, doubtful))


def _reached(attempt: Attempt, rows: list[Row]) -> bool:
    """Whether everything that the attempt asks for has a certificate that was replayed."""
    return bool(rows) and not attempt.fault and all(row.reached and row.replayed for row in rows)


def _fault(rows: list[list[Row]], doubtful: list[list[Row]]) -> str:
    """Why a certificate was rejected, if one was. Those of a proof that is only tried may be when it is found; those of
    an instance, in ``doubtful``, may not."""
    rejected = (row for row in _flat(doubtful) if row.reason.startswith(REJECTED))
    unplayed = (row for row in _flat(rows) if row.certificate and not row.replayed)
    return next((row.reason for row in (*rejected, *unplayed)), "")


def _said(attempt: Attempt, rows: list[Row]) -> str:
    """What came of an attempt."""
    return attempt.fault or next((row.reason for row in rows if row.reason), f"{attempt.by}: holds")


def _flat(rows: list[list[Row]]) -> list[Row]:
    return [row for some in rows for row in some]


def _files(rows: list[Row]) -> tuple[str, ...]:
    return tuple(row.certificate for row in rows if row.certificate)


# Minimal sets of hypotheses.

SET_KEYS = ("result", "hypotheses", "minimal", "weakened", "dropped", "scope", "certificates")
"""The keys of a set in JSON."""


@dataclass(frozen=True)
class Sufficient:
    """Hypotheses from which a result is proved, some ``weakened``, the others ``dropped`` together.

    ``minimal``: each of them is needed, so no set with fewer will do, and this is the only minimal set if it is a part
    of every other that suffices.
    """

    result: str
    hypotheses: tuple[str, ...]
    minimal: bool
    weakened: tuple[str, ...]
    dropped: tuple[str, ...]
    scope: str
    certificates: tuple[str, ...]


def sufficient_sets(
    statements: Sequence[Statement],
    rows: Sequence[AuditRow],
    folder: Path,
    announce: Callable[[Task], None] = lambda task: None,
    jobs: int = 1,
) -> list[Sufficient]:
    """For each statement the smallest sets from which it is proved, and those with all weaker hypotheses at once.

    As many hypotheses are dropped together as can be dropped alone; if that is too many, one fewer, and so on.
    """
    found: list[Sufficient] = []
    alone = {s.result: _alone(s, rows) for s in statements}
    for kept in range(max((len(names) for names in alone.values()), default=0) + 1):
        tried = [item for s in statements for item in _rests(s, rows, alone[s.result], kept, found)]
        tasks = [task for item in tried for task in item.attempt.tasks]
        shown = iter(verify(tasks, folder / str(kept), announce, jobs=jobs) if tasks else ())
        for item in tried:
            certificates = [next(shown) for _ in item.attempt.tasks]
            if _reached(item.attempt, certificates):
                found.append(_sufficient(item, rows, _files(certificates)))
    return sorted(found, key=lambda one: [s.result for s in statements].index(one.result))


@dataclass(frozen=True)
class _Rest:
    """What is left of a statement when hypotheses are dropped together, and others weakened."""

    statement: Statement
    dropped: frozenset[str]
    weaker: tuple[Weakening, ...]
    attempt: Attempt


def _alone(statement: Statement, rows: Sequence[AuditRow]) -> list[str]:
    """The hypotheses that can be dropped alone."""
    asked = statement.result, DROPPED, "NOT NEEDED"
    return [row.hypothesis for row in rows if (row.result, row.weakened, row.verdict) == asked]


def _rests(
    statement: Statement, rows: Sequence[AuditRow], alone: Sequence[str], kept: int, found: Sequence[Sufficient]
) -> Iterator[_Rest]:
    """What to try with ``kept`` of the hypotheses that can be dropped alone: nothing that was found with fewer."""
    proved = {(row.hypothesis, row.weakened) for row in rows if row.result == statement.result and _not_needed(row)}
    weaker = tuple(w for w in weakenings(statement.result) if w.proof and (w.hypothesis, w.to) in proved)
    mine = [set(one.dropped) for one in found if one.result == statement.result]
    for gone in map(frozenset, combinations(alone, max(len(alone) - kept, 0)) if kept <= len(alone) else ()):
        if not any(gone <= more for more in mine):
            for some in dict.fromkeys(((), weaker)):
                yield _Rest(statement, gone, some, _proof_of_rest(statement, gone, some))


def _not_needed(row: AuditRow) -> bool:
    return row.verdict == "NOT NEEDED"


def _proof_of_rest(statement: Statement, gone: frozenset[str], weaker: Sequence[Weakening]) -> Attempt:
    rest, more = statement, ", weaker" if weaker else ""
    for item in weaker:
        rest = item.proof(rest) if item.proof else rest
    for name in sorted(gone):
        rest = rest.without(name)
    return proof_of(f"{statement.result} without {', '.join(sorted(gone))}{more}", rest, places(statement)[2])


def _sufficient(item: _Rest, rows: Sequence[AuditRow], certificates: tuple[str, ...]) -> Sufficient:
    result = item.statement.result
    needed = {row.hypothesis for row in rows if (row.result, row.weakened, row.verdict) == (result, DROPPED, "NEEDED")}
    kept = tuple(h.name for h in explicit(item.statement) if h.name not in item.dropped)
    weaker = tuple(f"{one.hypothesis}: {one.to}" for one in item.weaker)
    minimal = not weaker and needed.issuperset(kept)
    return Sufficient(result, kept, minimal, weaker, tuple(sorted(item.dropped)), item.attempt.scope, certificates)


def described(found: Sufficient) -> str:
    """A set in a line."""
    kept = ", ".join(found.hypotheses)
    if found.weakened:
        return f"{found.result}: also with all that is weaker at once"
    return f"{found.result}: {'minimal set' if found.minimal else 'sufficient set'}: {kept}"


def write_sets(sets: Sequence[Sufficient], path: Path) -> None:
    """The sets as a JSON list of objects with exactly the keys :data:`SET_KEYS`."""
    write_file(path, json.dumps([{key: getattr(s, key) for key in SET_KEYS} for s in sets], indent=1) + "\n")


def summary(rows: Sequence[AuditRow]) -> str:
    """How much is settled."""
    return f"settled {sum(row.settled for row in rows)} of {len(rows)}"


def exit_code(rows: Sequence[AuditRow]) -> int:
    """0 if everything is settled, 1 if something is wrong with the audit, 3 if a question is open."""
    return 1 if any(row.fault for row in rows) else 0 if all(row.settled for row in rows) else 3


def write_audit(rows: Sequence[AuditRow], path: Path) -> None:
    """The rows as a JSON list of objects with exactly the keys :data:`KEYS`."""
    write_file(path, json.dumps([{key: getattr(row, key) for key in KEYS} for row in rows], indent=1) + "\n")
