"""Everything that solvers are asked, written out and asked: ``python -m alignproof.verification.solvers [FOLDER]``.

Exit codes: 0 all confirmed, 1 solvers contradict each other or what is proved, 3 a solver did not decide.
"""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from alignproof.smt.induction import induction_query
from alignproof.smt.smtlib import Query
from alignproof.smt.sweep import Case, Row, all_cases, sweep
from alignproof.symbolic.statement import Statement
from alignproof.verification.universal import STATEMENTS, all_obligations


def induction_cases() -> Iterator[Case]:
    """The universal results at all sizes."""
    for statement in STATEMENTS:
        name = f"{statement.result.lower().replace(' ', '-').replace('.', '-')}-all-sizes"
        yield Case(name, statement.result, "all sizes", partial(_induction, statement))


def _induction(statement: Statement) -> Query:
    shown = all_obligations(statement)
    return induction_query(shown, [f"{statement.result} at all sizes: {len(shown)} obligations.", statement.latex()])


def exit_code(rows: list[Row]) -> int:
    """What a run amounts to; no rows confirm nothing."""
    outcomes = {row.outcome for row in rows}
    if outcomes & {"disagreement", "contradicted"}:
        return 1
    return 0 if outcomes == {"confirmed"} else 3


def main(folder: Path) -> int:
    """Ask, and print a line per query."""
    rows = sweep([*all_cases(), *induction_cases()], folder)
    for row in rows:
        said = ", ".join(f"{reply.solver} {reply.answer} {reply.seconds:.2f} s" for reply in row.replies)
        print(f"{row.outcome:<13} {row.statement}, {row.size}: {said}")
    print(f"{len(rows)} queries in {folder}, {sum(row.outcome == 'confirmed' for row in rows)} confirmed")
    return exit_code(rows)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/smt2")))
