"""``alignproof report``: what was verified, as a page, text, Markdown or JUnit XML."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alignproof.cli.console import Quiet, note, refuse
from alignproof.cli.verify import exit_code, verified
from alignproof.formats.writing import write_file


class Format(StrEnum):
    """How a report is written."""

    html = "html"
    markdown = "markdown"
    text = "text"
    junit = "junit"


def report(
    out: Annotated[Path, typer.Option(help="The file to write; - for standard output.")],
    from_: Annotated[
        Path, typer.Option("--from", help="Folder that `alignproof verify` wrote; it runs if there is no verify.json.")
    ] = Path("build"),
    format_: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.html,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")] = None,
    quiet: Quiet = False,
) -> None:
    """Write what was verified to one file that needs no network, after replaying every certificate.

    Exit codes are those of `verify`: 0 all rows stand, 1 the kernel refused a certificate, 2 unusable input, 3 UNKNOWN.
    """
    from alignproof.report.gather import Unusable, gather, read_rows
    from alignproof.report.html import html
    from alignproof.report.junit import junit
    from alignproof.report.markdown import markdown
    from alignproof.report.text import text
    from alignproof.verification.results import tasks

    listed, processes = from_ / "verify.json", jobs or os.cpu_count() or 1
    try:
        found = read_rows(listed) if listed.exists() else None
        known = tasks()
        if found is None:
            note(f"there is no {listed}: verifying")
        rows = verified(known, from_, lambda task: None, processes) if found is None else found
        contents = gather(from_, rows, known, processes)
    except Unusable as error:
        refuse(str(error))
    written = {"html": html, "markdown": markdown, "text": text, "junit": junit}[format_.value](contents)
    if str(out) == "-":
        sys.stdout.write(written)
    else:
        write_file(out, written)
    reached = sum(row.reached for row in contents.rows)
    if not quiet:
        note(f"{reached} of {len(contents.rows)} rows reached their verdicts; written to {out}")
    raise typer.Exit(exit_code(contents.rows))
