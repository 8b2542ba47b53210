"""``alignproof``: verify results, check certificates, analyze a game, search for one.

Exit codes: 0 proved or valid, 1 refuted or invalid, 2 unusable input, 3 unknown.
"""

import signal
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from alignproof import __version__
from alignproof.cli.console import UNUSABLE, VALID

COMMANDS = {
    "verify": "verify",
    "audit": "audit",
    "show": "show",
    "check": "check",
    "analyze": "analyze",
    "search": "search",
    "shrink": "search",
    "regions": "regions",
    "catalogue": "catalogue",
    "experiment": "experiment",
    "guarantee": "guarantee",
    "sweep": "sweep",
    "report": "report",
    "checker": "checker",
    "gambit": "gambit",
}
"""Commands, and the module of :mod:`alignproof.cli` in which a function is called so, or ``app`` has more of them."""


class Commands(TyperGroup):
    """Loads the module of the command that is asked for, and no other: each needs other libraries."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands, in the order of :data:`COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"alignproof.cli.{COMMANDS[cmd_name]}")
        several = getattr(module, "app", None)
        if several is None:
            several = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            several.command(cmd_name)(getattr(module, cmd_name))
        command = typer.main.get_command(several)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Exact verification of market alignment games: every verdict comes with a certificate.",
)


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
