"""``alignproof regions``: for which parameters constructions work."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alignproof.cli.console import INVALID, UNKNOWN, VALID, WIDE, Quiet, note, refuse
from alignproof.games.document import shown


def regions(
    families: Annotated[
        list[str] | None, typer.Argument(help="Only families whose name contains one of these.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for inequalities, certificates and pictures.")] = Path(
        "build/regions"
    ),
    time_limit: Annotated[float, typer.Option(min=0.001, help="Time limit of each call of Z3 or cvc5.")] = 60.0,
    quiet: Quiet = False,
) -> None:
    """For which parameters of a family of games a claim holds: inequalities, certificates on either side, pictures.

    Exit codes: 0 all settled, 1 a certificate or a region is refuted, 2 no such family, 3 something is unknown.
    """
    from alignproof.counterexamples.regions import run

    for name in families or []:
        if not run.chosen([name]):
            refuse(f"no family is called {shown(name)!r}; known are {'; '.join(run.names())}")
    chosen = run.chosen(families or [])
    notes = Console(stderr=True, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in run.HEADINGS:
        table.add_column(heading, overflow="fold")
    code = VALID
    for family in chosen:
        if not quiet:
            notes.print(f"[dim]{escape(family.name)}[/]", soft_wrap=True)
        settled = run.settled(family, out, time_limit)
        code = max(code, settled.code, key=(VALID, UNKNOWN, INVALID).index)
        table.add_row(*map(escape, settled.line))
        for fault in settled.faults:
            note(f"{family.name}: {fault}")
    drawn = run.drawn(chosen, out)
    if not quiet:
        console = Console(highlight=False)
        (console if console.is_terminal else Console(highlight=False, width=2 * WIDE)).print(table)
        typer.echo(f"inequalities and certificates: {out}; pictures: {', '.join(path.name for path in drawn)}")
    raise typer.Exit(code)
