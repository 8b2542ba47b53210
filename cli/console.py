"""What all commands share: exit codes, how they speak, and how wide."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from alignproof.games.document import shown

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


def named(wanted: Sequence[str], known: Iterable[str]) -> set[str]:
    """The results that are called, or else contain, one of the names, in any case; all if none is wanted.

    Ends the program if a name fits nothing.
    """
    results = list(dict.fromkeys(known))
    chosen: set[str] = set()
    for name in wanted:
        called = [result for result in results if name.lower() == result.lower()]
        found = called or [result for result in results if name.lower() in result.lower()]
        if not found:
            refuse(f"no result is called {shown(name)!r}; known are {', '.join(results)}")
        chosen.update(found)
    return chosen if wanted else set(results)
