"""The report as plain text: what failed first, then verdicts by result, statements and counterexamples."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from alignproof.report.contents import Contents, failures, in_order
from alignproof.report.elements import visible
from alignproof.symbolic.catalogue import text as statement
from alignproof.verification.verdict import Row


def text(contents: Contents) -> str:
    """The whole text."""
    rows = contents.rows
    parts = [
        "\n".join(summary(contents)),
        _heading("Verdicts") + "\n\n".join(_group(name, rows) for name in in_order(row.result for row in rows)),
        _heading("Results") + "\n\n".join(map(statement, contents.results)),
        _heading("Counterexamples") + "\n\n".join(
            f"{shown.entry.title}\n  {shown.entry.shows}\n  made by: {shown.entry.source.command}"
            for shown in contents.counterexamples
        ),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def summary(contents: Contents) -> list[str]:
    """How many rows reached their verdicts, the verdicts counted, and a line for each row that fell short."""
    rows, failed = contents.rows, failures(contents.rows)
    reached = f"{len(rows) - len(failed)} of {len(rows)} rows reached their verdicts"
    counts = ", ".join(f"{count} {name}" for name, count in Counter(row.verdict for row in rows).items())
    return [
        f"alignproof {contents.version}: {reached} ({counts})",
        *(_line(f"{row.result} ({row.scope}): {row.verdict}, expected {row.expected}. {row.reason}") for row in failed),
    ]


def _heading(title: str) -> str:
    return f"{title}\n{'=' * len(title)}\n\n"


def _group(name: str, rows: Sequence[Row]) -> str:
    lines = [
        f"  {row.verdict:9} {_line(row.scope)}\n            {_line(row.depth)}; trusts {_line(row.trusts)}; "
        f"{row.seconds:.2f} s; {_line(Path(row.certificate).name) or 'no certificate'}"
        for row in rows
        if row.result == name
    ]
    return "\n".join([_line(name), *lines])


def _line(text: str) -> str:
    return " ".join(visible(text).split())
