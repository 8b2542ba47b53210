"""``alignproof experiment``: alignment measured on survey answers."""

import tempfile
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from alignproof.experiments.claims import Claim
from alignproof.experiments.opinionqa import import_opinionqa
from alignproof.experiments.report import experiment, steps
from alignproof.experiments.run import Settings
from alignproof.experiments.scores import FOLDS
from alignproof.experiments.strong import PROFILES
from alignproof.experiments.synthetic import write_synthetic
from alignproof.experiments.tables import MADE_UP, Tables, read_tables
from alignproof.games.document import InputError

UNUSABLE = 2
WIDE = 240
COLOURS = {"holds": "green", "partly": "yellow", "does not": "red", "cannot be asked": "dim"}

app = typer.Typer(invoke_without_command=True, help="Measure alignment on survey answers; draw figures.")


def _refuse(message: str) -> NoReturn:
    typer.echo(f"alignproof: {message}", err=True)
    raise typer.Exit(UNUSABLE)


@app.callback()
def run(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option(help="Folder with groups.csv and models.csv; default: a market that is made up.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for figures, tables and the page.")] = Path("build/experiment"),
    wave: Annotated[list[str] | None, typer.Option(help="Only this wave's questions; may be repeated.")] = None,
    seed: Annotated[int, typer.Option(help="Of the folds and the action profiles.")] = 0,
    profiles: Annotated[int, typer.Option(min=1, help="Action profiles drawn for each question.")] = PROFILES,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress and no table.")] = False,
) -> None:
    """Fit alignment for every set of providers, and write figures, the paper's claims and one HTML page.

    Parts that an earlier run stored in the folder are used again. Exit codes: 0 done, 2 unusable tables.
    """
    if context.invoked_subcommand:
        return
    try:
        tables = read_tables(data) if data else _made_up()
        if wave:
            tables = _of_waves(tables, wave)
        with _progress(quiet) as progress:
            task = progress.add_task("reading", total=steps(tables))
            report = experiment(
                tables, out, Settings(seed, profiles), lambda done: progress.update(task, advance=1, description=done)
            )
    except InputError as error:
        _refuse(str(error))
    if not quiet:
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=WIDE)
        console.print(_table(report.asked))
        console.print(f"reused {report.reused} of {report.parts} parts from {escape(str(out / 'parts'))}")
        if tables.synthetic:
            console.print(MADE_UP)
        console.print(f"page: {escape(str(report.page))}", soft_wrap=True)


def _made_up() -> Tables:
    with tempfile.TemporaryDirectory() as folder:
        write_synthetic(Path(folder))
        return read_tables(folder)


def _of_waves(tables: Tables, waves: list[str]) -> Tables:
    """Say which partitions are left out."""
    kept = tables.only(waves, FOLDS)
    for name in tables.partitions:
        if name not in kept.partitions:
            typer.echo(f"alignproof: {name} is left out, it has fewer than {FOLDS} questions there", err=True)
    return kept


def _progress(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False),
        disable=quiet,
    )


def _table(asked: tuple[Claim, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("figure", "claim", "here", "numbers"):
        table.add_column(heading, overflow="fold")
    for claim in asked:
        verdict = f"[{COLOURS[claim.verdict]}]{claim.verdict}[/]"
        table.add_row(claim.figure, escape(claim.claim), verdict, escape(claim.numbers))
    return table


@app.command("import-opinionqa")
def import_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds human_resp and runs.")],
    out: Annotated[Path, typer.Option(help="Folder for the tables.")] = Path("build/opinionqa"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say what was left out.")] = False,
) -> None:
    """Turn the files that the OpinionQA authors publish into groups.csv, models.csv and partitions.csv."""
    try:
        summary = import_opinionqa(folder, out)
    except InputError as error:
        _refuse(str(error))
    if not quiet:
        for line in summary.lines():
            typer.echo(line)
