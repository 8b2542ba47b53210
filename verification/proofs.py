"""Solvers' proofs as certificates of the kernel: ``python -m alignproof.verification.proofs [FOLDER]``.

Z3 and cvc5 are asked for proofs of the universal results at the level of expectations. The Farkas multipliers in them
become certificates of kind ``identity``, which the kernel checks and which are written to FOLDER.
Exit codes: 0 all accepted, 3 some proof gave none.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.documents import dump
from alignproof.formats.writing import write_file
from alignproof.games.document import parse
from alignproof.oracles.farkas import PROVERS
from alignproof.oracles.systems import Unknown
from alignproof.symbolic.linear import identity_certificate, linear_system
from alignproof.symbolic.statement import Size, Statement
from alignproof.verification.universal import STATEMENTS
from alignproof.verification.workers import Died, carried_out

SIZES = tuple(Size(n, n) for n in (1, 2, 5, 10))
JOBS = 2


@dataclass(frozen=True)
class Translated:
    """A solver's proof of a statement at a size: the certificate's text, empty with the reason if there is none."""

    statement: str
    size: Size
    solver: str
    certificate: str
    reason: str = ""


def translated(
    statements: Sequence[Statement] = STATEMENTS, sizes: Sequence[Size] = SIZES, seconds: float = 60.0
) -> Iterator[Translated]:
    """Each statement at each size, by each solver, in processes of their own: a solver that crashes costs its case."""
    cases = [(statement, size, solver) for statement in statements for size in sizes for solver in PROVERS]
    answers = dict(carried_out(lambda k: _translated(*cases[k], seconds), len(cases), JOBS, lambda k: None))
    for k, (statement, size, solver) in enumerate(cases):
        found = answers[k]
        yield Translated(statement.result, size, solver, "", found.reason) if isinstance(found, Died) else found


def _translated(statement: Statement, size: Size, solver: str, seconds: float) -> Translated:
    found = PROVERS[solver](linear_system(statement, size), seconds)
    if isinstance(found, Unknown):
        return Translated(statement.result, size, solver, "", found.reason)
    text = dump(identity_certificate(statement, size, found.multipliers))
    try:
        check(parse(text.encode()))
    except Rejected as error:
        return Translated(statement.result, size, solver, "", str(error))
    return Translated(statement.result, size, solver, text)


def main(folder: Path) -> int:
    """Ask, write the certificates, and print a line for each."""
    folder.mkdir(parents=True, exist_ok=True)
    found = list(translated())
    for item in found:
        slug = "-".join(re.findall("[a-z0-9]+", item.statement.lower()))
        where = f"n={item.size.users}, |T|={item.size.providers}"
        path = folder / f"{slug}-n{item.size.users}-k{item.size.providers}-{item.solver.lower()}.json"
        if item.certificate:
            write_file(path, item.certificate)
        print(f"{item.statement}, {where}, {item.solver}: {path.name if item.certificate else item.reason}")
    accepted = sum(bool(item.certificate) for item in found)
    print(f"{accepted} of {len(found)} proofs became certificates that the kernel accepts, in {folder}")
    return 0 if accepted == len(found) > 0 else 3


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/proofs")))
