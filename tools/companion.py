"""Write the tables of docs/explanation/companion.md: the rows of ``verify``, and what other pages settle.

Usage: python tools/companion.py [--check]

Between ``<!-- begin NAME -->`` and ``<!-- end NAME -->`` the page has what this program makes: ``rows`` and ``counts``
from the tasks of ``verify`` (result, verdict, depth, scope), ``false``, ``harmless`` and ``lines`` from the table of
printed.md, ``sets`` from the list of audit.md. With --check the page is only compared; exit code 1 if it differs.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from alignproof.verification.results import tasks
from alignproof.verification.verdict import Task

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "explanation"
PAGE = FOLDER / "companion.md"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def rows(known: Sequence[Task]) -> str:
    """A line for each row."""
    head = ["| result | verdict | depth | scope |", "| --- | --- | --- | --- |"]
    lines = (" | ".join(map(_cell, (task.result, task.expected, task.depth, task.scope))) for task in known)
    return "\n".join([*head, *(f"| {line} |" for line in lines)])


def counts(known: Sequence[Task]) -> str:
    """How many rows there are, by verdict."""
    found = Counter(task.expected for task in known)
    parts = ", ".join(f"{number} {verdict}" for verdict, number in sorted(found.items()))
    return f"`make verify` has {len(known)} rows: {parts}."


def _printed() -> list[list[str]]:
    """The table of printed.md: result, place, line, verdict, note."""
    lines = (FOLDER / "printed.md").read_text("utf-8").splitlines()
    cells = (re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line.startswith("| "))
    return [[cell.strip() for cell in row] for row in cells if len(row) == 5][1:]


def printed(verdict: str) -> str:
    """The lines of the printed proofs that have this verdict."""
    head = ["| result | place | line | note |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *(f"| {' | '.join([*r[:3], r[4]])} |" for r in _printed() if r[3] == verdict)])


def lines() -> str:
    """How many lines have which verdict."""
    found = Counter(row[3] for row in _printed() if set(row[3]) != {"-"})
    parts = ", ".join(f"{number} {verdict}" for verdict, number in found.most_common())
    return f"`alignproof audit --lines` reads {found.total()} lines: {parts}."


def sets() -> str:
    """The minimal sets of hypotheses."""
    text = (FOLDER / "audit.md").read_text("utf-8")
    return "\n".join(re.findall(r"^- .*: minimal set: .*(?:\n  \S.*)*", text, flags=re.M))


def written(page: str) -> str:
    """The page with its tables made anew. Raises ValueError if one of them has no place."""
    known = tasks()
    tables: dict[str, Callable[[], str]] = {
        "counts": lambda: counts(known),
        "rows": lambda: rows(known),
        "lines": lines,
        "false": lambda: printed("FALSE"),
        "harmless": lambda: printed("FALSE BUT HARMLESS"),
        "sets": sets,
    }
    for name, table in tables.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"{PAGE.name}: no place, or several, for {name}")
        before, rest = page.split(begin)
        page = f"{before}{begin}\n{table()}\n\n{end}{rest.split(end)[1]}"
    return page


def main(arguments: Sequence[str]) -> int:
    """Write the page, or compare it."""
    page = PAGE.read_text("utf-8")
    new = written(page)
    if "--check" in arguments:
        print(f"{PAGE.name}: {'as it should be' if new == page else 'out of date; run python tools/companion.py'}")
        return int(new != page)
    PAGE.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
