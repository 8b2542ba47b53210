"""The report as Markdown for reviews: what failed first, a table, and statements in mathematics that folds away."""

import re
from pathlib import Path

from alignproof.report.contents import Contents
from alignproof.report.elements import visible
from alignproof.report.text import summary
from alignproof.symbolic.statement import Claim, Statement

HEADINGS = ("result", "verdict", "scope", "depth", "trusts", "seconds", "certificate")


def markdown(contents: Contents) -> str:
    """The whole document."""
    first, *failed = summary(contents)
    blocks = [
        "# What is verified",
        escaped(first),
        "\n".join(f"- **{escaped(line)}**" for line in failed),
        _fold("Verdicts", _table(contents)),
        _fold("Results", "\n\n".join(map(_result, contents.results))),
        _fold("Counterexamples", "\n".join(
            f"- **{escaped(shown.entry.title)}.** {escaped(shown.entry.shows)} `{shown.entry.source.command}`"
            for shown in contents.counterexamples
        )),
    ]  # fmt: skip
    return "\n\n".join(block for block in blocks if block) + "\n"


def _fold(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _table(contents: Contents) -> str:
    lines = [f"| {' | '.join(HEADINGS)} |", f"| {' | '.join('---' for _ in HEADINGS)} |"]
    for row in contents.rows:
        name = Path(row.certificate).name
        cells = (row.result, row.verdict, row.scope, row.depth, row.trusts, f"{row.seconds:.2f}", name)
        lines.append(f"| {' | '.join(map(escaped, cells))} |")
    return "\n".join(lines)


def _result(result: Statement | Claim) -> str:
    lines = [f"{k}. ${line.formula}$: {escaped(line.why)}" for k, line in enumerate(result.lines, 1)]
    return "\n".join(
        [f"### {escaped(result.result)}", "", f"{escaped(result.title)}. *{escaped(result.source)}*", "",
         f"$${result.latex()}$$", "", *lines]
    )  # fmt: skip


def escaped(text: str) -> str:
    """A text on one line, in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$&@])", r"\\\1", " ".join(visible(text).split()))
