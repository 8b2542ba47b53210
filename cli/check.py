"""``alignproof check``: certificates, checked with the kernel."""

from typing import Annotated

import typer

from alignproof.checks.kernel import answer
from alignproof.cli.console import UNUSABLE, VALID, Quiet


def check(files: Annotated[list[str], typer.Argument(help="Certificate files.")], quiet: Quiet = False) -> None:
    """Check certificates with the kernel."""
    worst = VALID
    for code, line in map(answer, files):
        worst = max(worst, code)
        if not quiet or code != VALID:
            typer.echo(line, err=code == UNUSABLE)
    raise typer.Exit(worst)
