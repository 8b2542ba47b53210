"""``alignproof``: verify results, check certificates, analyze a game, search for one.

Exit codes: 0 proved or valid, 1 refuted or invalid, 2 unusable input, 3 unknown.
"""

import signal
import sys
from typing import Annotated

import typer

from alignproof import __version__
from alignproof.cli.analyze import analyze
from alignproof.cli.audit import audit
from alignproof.cli.catalogue import catalogue
from alignproof.cli.check import check
from alignproof.cli.checker import checker
from alignproof.cli.console import UNUSABLE, VALID
from alignproof.cli.experiment import app as experiment_app
from alignproof.cli.gambit import app as gambit_app
from alignproof.cli.regions import regions
from alignproof.cli.search import search, shrink
from alignproof.cli.show import show
from alignproof.cli.verify import verify

app = typer.Typer(
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Exact verification of market alignment games: every verdict comes with a certificate.",
)
for command in (verify, audit, show, check, checker, analyze, search, shrink, regions, catalogue):
    app.command()(command)
app.add_typer(experiment_app, name="experiment")
app.add_typer(gambit_app, name="gambit")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"alignproof {__version__}")
        raise typer.Exit(VALID)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Exact verification of market alignment games: every verdict comes with a certificate."""


def main() -> None:
    """Run the command line. A closed pipe ends it quietly; a file that cannot be written is unusable input."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app()
    except OSError as error:
        print(f"alignproof: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)
        sys.exit(UNUSABLE)
