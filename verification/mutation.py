"""Which mutants of the statements the proofs can tell from them: ``python -m alignproof.verification.mutation [PATH]``.

A mutant is killed if its proof fails, from the definitions at a small size or at all sizes. One that survives both has
been proved: it is a stronger theorem.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.certificates import Document, certificate
from alignproof.formats.documents import dump
from alignproof.formats.writing import write_file
from alignproof.games.document import InputError, parse
from alignproof.symbolic.definitions import place, theorem_certificate
from alignproof.symbolic.induction import obligation_documents
from alignproof.symbolic.mutants import Mutant, mutants
from alignproof.symbolic.statement import Statement
from alignproof.verification.universal import STATEMENTS, all_obligations, market_size, places
from alignproof.verification.verdict import Refused

KEYS = ("result", "mutant", "fate")
"""The keys of a row of the list that is written."""


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: why its proof fails, at all sizes or at the small one; empty if it holds."""

    statement: Statement
    mutant: Mutant
    fault: str

    @property
    def killed(self) -> bool:
        """Whether a proof fails."""
        return bool(self.fault)


def fates(statements: Sequence[Statement] = STATEMENTS) -> Iterator[Fate]:
    """All mutants of universal statements, and what becomes of them."""
    for statement in statements:
        for mutant in mutants(statement):
            digits, protocol = mutant.outside or places(statement)[1]
            where = place(mutant.statement, market_size(digits), protocol)
            fault = _fault(partial(_induction, mutant.statement))
            yield Fate(statement, mutant, fault or _fault(partial(theorem_certificate, mutant.statement, where)))


def _induction(statement: Statement) -> Document:
    parts = [obligation_documents(obligation) for obligation in all_obligations(statement)]
    return certificate("obligations", {"obligations": [c for c, _ in parts]}, {"proofs": [e for _, e in parts]})


def _fault(build: Callable[[], Document]) -> str:
    """Why there is no certificate that the kernel accepts; empty if there is one."""
    try:
        check(parse(dump(build()).encode()))
    except (Rejected, InputError, Refused, KeyError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main(paths: Sequence[str]) -> None:
    """Print every mutant's fate and the kill rate, and write them to the files named as a list of :data:`KEYS`."""
    rows = []
    for fate in fates():
        end = f"killed, {fate.fault[:100]}" if fate.killed else "proved"
        print(f"{fate.statement.result}, {fate.mutant.change}: {end}")
        rows.append(dict(zip(KEYS, (fate.statement.result, fate.mutant.change, end), strict=True)))
    killed = sum(row["fate"] != "proved" for row in rows)
    print(f"{killed} of {len(rows)} mutants killed; the other {len(rows) - killed} are proved")
    for path in map(Path, paths):
        write_file(path, json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
