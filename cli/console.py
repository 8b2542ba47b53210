"""What all commands share: exit codes, how they speak, and how wide."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

VALID, INVALID, UNUSABLE, UNKNOWN = 0, 1, 2, 3
WIDE = 240
"""Columns of a table that goes to a file or a pipe: one line a row."""

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress and no table.")]

CsvPath = Annotated[Path | None, typer.Option("--csv", help="Where to write the rows as CSV too.")]


def note(message: str) -> None:
    """Say something on standard error."""
    typer.echo(f"alignproof: {message}", err=True)


def refuse(message: str) -> NoReturn:
    """Say why input is unusable, and end."""
    note(message)
    raise typer.Exit(UNUSABLE)
