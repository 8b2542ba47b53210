"""``alignproof verify``: verify results, write certificates, replay them."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alignproof.cli.console import INVALID, UNKNOWN, VALID, WIDE, CsvPath, Quiet, named, note, refuse
from alignproof.games.document import InputError
from alignproof.verification.results import own_tasks, tasks
from alignproof.verification.run import KEYS, write_rows
from alignproof.verification.run import verify as verify_tasks
from alignproof.verification.standalone import NAME
from alignproof.verification.standalone import write as write_checker
from alignproof.verification.store import Store, environment
from alignproof.verification.tables import write_csv
from alignproof.verification.verdict import Row, Task

STORE = "results.sqlite"
COLOURS = {"PROVED": "green", "REFUTED": "magenta", "EXHAUSTED": "cyan", "UNKNOWN": "red"}


def verify(
    results: Annotated[list[str] | None, typer.Argument(help="Only results whose name contains one of these.")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Where to write the rows as JSON.")] = None,
    csv_path: CsvPath = None,
    out: Annotated[Path, typer.Option(help="Folder for verify.json and the certificates.")] = Path("build"),
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor store earlier results.")] = False,
    own: Annotated[
        list[Path] | None, typer.Option("--with", help="A Python file with rows of your own, which is run.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Verify the paper's results, write their certificates, and replay these in fresh processes."""
    chosen = _chosen(results or [], own or [])
    console, notes = Console(highlight=False), Console(stderr=True, highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)

    def announce(task: Task) -> None:
        if not quiet:
            notes.print(f"[dim]{escape(task.result)}: {escape(task.scope)}[/]", soft_wrap=True)

    rows = verified(chosen, out, announce, jobs, json_path=json_path, cache=not no_cache)
    if csv_path:
        write_csv(rows, KEYS, csv_path)
    write_checker(out / NAME)
    if not quiet:
        console.print(_table(rows))
        console.print(f"replayed {sum(row.replayed for row in rows)} of {len(rows)} certificates in a fresh process")
        if reused := sum(row.reused and row.replayed for row in rows):
            console.print(
                f"reused {reused} of {len(rows)} results from {out / STORE} after replaying their certificates"
            )
        console.print(
            f"certificates: {out / 'certificates'}; rows: {json_path or out / 'verify.json'}; checker: {out / NAME}"
        )
    for row in rows:
        if not row.reached:
            typer.echo(f"{row.result} ({row.scope}): {row.verdict}, expected {row.expected}. {row.reason}", err=True)
    raise typer.Exit(exit_code(rows))


def verified(
    chosen: Sequence[Task],
    out: Path,
    announce: Callable[[Task], None],
    jobs: int | None = None,
    json_path: Path | None = None,
    cache: bool = True,
) -> list[Row]:
    """The tasks carried out: certificates, rows and what is kept for later runs are written to ``out``."""
    store = Store(out / STORE, environment(), note) if cache else None
    rows = verify_tasks(chosen, out / "certificates", announce, store, jobs or os.cpu_count() or 1)
    write_rows(rows, json_path or out / "verify.json")
    return rows


def _chosen(wanted: Sequence[str], own: Sequence[Path] = ()) -> list[Task]:
    """The tasks of the results that are wanted; all if there are none. ``own``: files with more."""
    try:
        known = [*tasks(), *(task for path in own for task in own_tasks(path))]
    except InputError as error:
        refuse(str(error))
    results = named(wanted, (task.result for task in known))
    return [task for task in known if task.result in results]


def exit_code(rows: Sequence[Row]) -> int:
    """The exit code that rows come to."""
    if all(row.reached for row in rows):
        return VALID
    failed = any(row.broken or (row.certificate and not row.replayed) for row in rows)
    unknown = all(row.reached or row.verdict == "UNKNOWN" for row in rows)
    return UNKNOWN if unknown and not failed else INVALID


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("result", "verdict", "scope", "depth", "trusts"):
        table.add_column(heading, overflow="fold")
    table.add_column("seconds", justify="right")
    table.add_column("certificate", overflow="fold")
    for row in rows:
        verdict = f"[{COLOURS[row.verdict]}]{row.verdict}[/]"
        texts = (row.result, row.scope, row.depth, row.trusts, f"{row.seconds:.2f}", Path(row.certificate).name)
        result, scope, depth, trusts, seconds, name = map(escape, texts)
        table.add_row(result, verdict, scope, depth, trusts, seconds, name)
    return table
