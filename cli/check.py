"""``alignproof check``: certificates, checked with the kernel."""

from typing import Annotated

import typer

from alignproof.checks.kernel import SECONDS, answer
from alignproof.cli.console import UNUSABLE, VALID, Quiet


def check(
    files: Annotated[list[str], typer.Argument(help="Certificate files.")],
    seconds: Annotated[int, typer.Option(min=1, help="How long to look at one certificate.")] = SECONDS,
    quiet: Quiet = False,
) -> None:
    """Check certificates with the kernel."""
    worst = VALID
    for code, line in (answer(path, seconds) for path in files):
        worst = max(worst, code)
        if not quiet or code != VALID:
            typer.echo(line, err=code >= UNUSABLE)
    raise typer.Exit(worst)
