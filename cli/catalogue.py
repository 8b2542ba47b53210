"""``alignproof catalogue``: the catalogue of counterexamples, made from scratch."""

from pathlib import Path
from typing import Annotated

import typer

from alignproof.cli.console import UNKNOWN, Quiet, note
from alignproof.counterexamples.catalogue.entries import Entry
from alignproof.verification.catalogue import write_catalogue
from alignproof.verification.results import result_tasks
from alignproof.verification.verdict import Refused


def catalogue(
    out: Annotated[Path, typer.Option(help="Folder for the catalogue.")] = Path("build/catalogue"), quiet: Quiet = False
) -> None:
    """Make the catalogue of counterexamples from scratch: certificates, pictures and stories."""

    def announce(entry: Entry) -> None:
        if not quiet:
            note(f"{entry.name}: {entry.source.command}")

    try:
        write_catalogue(out, result_tasks(), announce)
    except Refused as error:
        note(f"UNKNOWN, {error}")
        raise typer.Exit(UNKNOWN) from None
    if not quiet:
        typer.echo(f"catalogue: {out / 'README.md'}")
