"""``alignproof check``: certificates, checked with the kernel."""

from typing import Annotated

import typer

from alignproof.checks.kernel import check as check_certificate
from alignproof.checks.linear import Rejected
from alignproof.cli.console import INVALID, UNUSABLE, VALID, Quiet
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, load


def check(files: Annotated[list[str], typer.Argument(help="Certificate files.")], quiet: Quiet = False) -> None:
    """Check certificates with the kernel."""
    worst = VALID
    for path in files:
        code, line = _checked(path)
        worst = max(worst, code)
        if not quiet or code != VALID:
            typer.echo(line, err=code == UNUSABLE)
    raise typer.Exit(worst)


def _checked(path: str) -> tuple[int, str]:
    try:
        return VALID, f"{path}: valid {check_certificate(load(path))} certificate"
    except (Rejected, NotSeparable) as error:
        return INVALID, f"{path}: INVALID, {error}"
    except InputError as error:
        return UNUSABLE, f"{path}: unusable, {error}"
