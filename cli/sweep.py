"""``alignproof sweep``: statement x size x mutant x solver x seed, on one machine or a cluster."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from alignproof.cli.console import INVALID, UNKNOWN, VALID, WIDE, CsvPath, Quiet, note, refuse
from alignproof.cli.verify import COLOURS, STORE
from alignproof.games.document import InputError
from alignproof.sweeps.cells import Outcome, environment
from alignproof.sweeps.pools import Cluster, OneMachine, Pool, Unusable
from alignproof.sweeps.rows import KEYS, Row, checked, made, write_json
from alignproof.sweeps.run import sweep as sweep_cells
from alignproof.sweeps.spec import Planned, load_spec
from alignproof.sweeps.store import Store, StoreFailed
from alignproof.verification.tables import write_csv

MOST_SHOWN = 100
"""A longer table is not printed; its counts are."""


def sweep(
    spec: Annotated[Path, typer.Argument(metavar="SPEC.toml", help="What to sweep over.")],
    out: Annotated[Path, typer.Option(help="Folder for rows and certificates.")] = Path("build/sweep"),
    store_path: Annotated[
        Path | None, typer.Option("--store", help=f"Where results are kept; default: {STORE} in the folder.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Cells at a time; default: one for each core.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Use the dask cluster with this scheduler.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Carry out cells anew that came out UNKNOWN.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Check all certificates again in fresh processes.")] = False,
    json_path: Annotated[Path | None, typer.Option("--json", help="Where to write the rows as JSON.")] = None,
    csv_path: CsvPath = None,
    quiet: Quiet = False,
) -> None:
    """Carry out the cells of a sweep that have no result yet, and write all rows.

    Exit codes: 0 all as expected, 1 some decided otherwise, 2 unusable spec, store or cluster, 3 some UNKNOWN.
    """
    if jobs and scheduler:
        refuse("--jobs: a cluster has its own number of workers")
    path = store_path or out / STORE
    try:
        planned = load_spec(spec)
        rows = _carried_out(planned, Store(path, environment()), _pool(jobs, scheduler), again, quiet)
    except InputError as error:
        refuse(f"{spec}: {error}")
    except (StoreFailed, Unusable) as error:
        refuse(str(error))
    made_rows = made(rows, out / "certificates")
    if check:
        made_rows = checked(made_rows, jobs or os.cpu_count() or 1)
    write_json(made_rows, json_path or out / "sweep.json")
    if csv_path:
        write_csv(made_rows, KEYS, csv_path)
    if not quiet:
        _show(made_rows)
        typer.echo(f"rows: {json_path or out / 'sweep.json'}; certificates: {out / 'certificates'}; store: {path}")
    for row in made_rows:
        if row.contrary:
            note(f"{row.cell}: {row.verdict}, expected {row.expected}. {row.reason}")
    raise typer.Exit(_exit_code(made_rows))


def _pool(jobs: int | None, scheduler: str | None) -> Pool:
    return Cluster(scheduler) if scheduler else OneMachine(jobs or os.cpu_count() or 1)


def _carried_out(
    planned: Sequence[Planned], store: Store, pool: Pool, again: bool, quiet: bool
) -> list[tuple[Planned, Outcome, bool]]:
    """Each cell with what came of it, and whether that was stored before; progress with an estimate on a terminal."""
    if again:
        store.forget_unknown(planned)
    known = store.outcomes(planned)
    notes = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    remaining = TimeRemainingColumn(elapsed_when_finished=False)
    shown = notes.is_terminal and not quiet
    with Progress(*columns, TextColumn("left:"), remaining, console=notes, disable=not shown) as progress:
        bar = progress.add_task("cells", total=len(planned) - len(known))
        found = sweep_cells(planned, store, pool, lambda done: progress.advance(bar, done))
    return [(each, found[each.cell], each.cell in known) for each in planned]


def _exit_code(rows: Sequence[Row]) -> int:
    if any(row.contrary for row in rows):
        return INVALID
    return UNKNOWN if any(row.verdict == "UNKNOWN" for row in rows) else VALID


def _show(rows: Sequence[Row]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    console.print(_table(rows) if len(rows) <= MOST_SHOWN else _counts(rows))
    verdicts = ", ".join(f"{verdict} {count}" for verdict, count in Counter(row.verdict for row in rows).items())
    reused = sum(row.reused for row in rows)
    console.print(f"{len(rows)} cells: {verdicts}; {reused} of them were stored before")


def _table(rows: Sequence[Row]) -> Table:
    table = _headed("statement", "mutant", "size", "solver", "seed", "verdict", "depth", "trusts", "why unknown")
    table.add_column("seconds", justify="right")
    for row in rows:
        seed = "" if row.seed is None else str(row.seed)
        texts = [escape(text) for text in (row.statement, row.mutant, row.size, row.solver, seed)]
        rest = [escape(text) for text in (row.depth, row.trusts if row.depth else "", row.reason)]
        table.add_row(*texts, _coloured(row.verdict), *rest, f"{row.seconds:.2f}")
    return table


def _counts(rows: Sequence[Row]) -> Table:
    """How many cells of each statement and solver came out how."""
    table = _headed("statement", "solver", "verdict")
    table.add_column("cells", justify="right")
    for (statement, solver, verdict), count in Counter((r.statement, r.solver, r.verdict) for r in rows).items():
        table.add_row(escape(statement), escape(solver), _coloured(verdict), str(count))
    return table


def _headed(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _coloured(verdict: str) -> str:
    return f"[{COLOURS[verdict]}]{verdict}[/]"
