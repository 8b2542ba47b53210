"""What both solvers are asked about the universal results, and proofs of these at all sizes and at fixed ones."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from alignproof.formats.documents import dump
from alignproof.smt.sweep import SIZES, Case, choice_cases, continuous_cases, sweep, universal_cases
from alignproof.smt.sweep import Row as Swept
from alignproof.verification.universal import STATEMENTS, WHERE, all_sizes, from_definitions
from bench.rows import Row
from bench.settings import Settings
from bench.timing import alternated, here, rows

GROUP = "Universal results, solvers and proofs"
FILES = Path("build/smt2")


def confirmed(cases: Iterable[Case]) -> list[Swept]:
    """The sweep's rows; exits if one is not confirmed."""
    swept = sweep(list(cases), FILES)
    for row in swept:
        if row.outcome != "confirmed":
            raise SystemExit(f"{row.statement} at {row.size}: {row.outcome}, {row.replies}")
    return swept


def measure(settings: Settings) -> Iterator[Row]:
    """Each result at the largest size, the whole sweep, the lemmas, Proposition A.2, and the proofs."""
    sizes, repeats = (SIZES[:2], 1) if settings.quick else (SIZES, min(3, settings.repeats))
    groups: list[tuple[str, str, list[Case]]] = [
        (case.statement, f"{case.size}, both solvers", [case]) for case in universal_cases(sizes[-1:])
    ]
    groups.append(("the four, whole sweep", f"to n=|T|={sizes[-1].users}", list(universal_cases(sizes))))
    groups.append(
        ("lemmas on one user's choice", f"to k={sizes[-1].users}", list(choice_cases([s.users for s in sizes])))
    )
    groups += [(case.statement, f"{case.size}, both solvers", [case]) for case in continuous_cases()]
    for what, size, cases in groups:
        measured = alternated({what: here(partial(confirmed, cases))}, repeats)
        found = measured[what].value
        answers = ", ".join(f"{reply.solver} {reply.answer}" for reply in found[0].replies)
        yield from rows(GROUP, size, measured, {what: answers if len(found) == 1 else f"{len(found)} queries, agreed"})
    for statement in STATEMENTS:
        what = f"{statement.result}"
        yield from rows(GROUP, "all sizes, induction", alternated({what: here(all_sizes(statement).find)}, repeats), {})
    for statement in STATEMENTS:
        digits, protocol = WHERE[statement.result][1 if settings.quick else -1]
        task = from_definitions(statement, digits, protocol)
        measured = alternated({statement.result: here(lambda task=task: dump(task.find().certificate))}, repeats)
        size = f"{digits} {protocol}, definitions"
        result = f"{len(measured[statement.result].value) // 1024} KiB"
        yield from rows(GROUP, size, measured, {statement.result: result})
