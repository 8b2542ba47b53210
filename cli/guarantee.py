"""``alignproof guarantee``: what the theorems guarantee the groups of a survey, with certificates."""

import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alignproof.checks.linear import Rejected
from alignproof.experiments.all_teams import MARGIN, NotShown, Settled, all_teams, table_path
from alignproof.experiments.guarantee import COLUMNS, Guarantees, guarantees, line
from alignproof.experiments.small import SmallMarket
from alignproof.experiments.synthetic import write_synthetic
from alignproof.experiments.tables import MADE_UP, Tables, read_tables
from alignproof.games.document import InputError
from alignproof.oracles.cutting_planes import NotSolved

INVALID, UNUSABLE, UNKNOWN = 1, 2, 3
WIDE = 240


def _end(message: str, code: int) -> NoReturn:
    typer.echo(f"alignproof: {message}", err=True)
    raise typer.Exit(code)


def guarantee(
    data: Annotated[
        Path | None, typer.Option(help="Folder with groups.csv and models.csv; default: a market that is made up.")
    ] = None,
    partition: Annotated[str | None, typer.Option(help="A partition of the tables; default: the first.")] = None,
    providers: Annotated[
        list[str] | None, typer.Option(help="A model (repeat the option for more); default: all.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the numbers and the certificates.")] = Path("build/guarantee"),
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    refits: Annotated[
        int, typer.Option(min=0, help="Draws of the bootstrap in which weights are fitted anew too.")
    ] = 200,
    teams: Annotated[
        bool,
        typer.Option(
            "--all-teams",
            help="Instead: certificates for the smallest errors of every set of models, of this partition or of all.",
        ),
    ] = False,
    recheck: Annotated[
        bool, typer.Option("--recheck", help="With --all-teams: read files of an earlier run in the kernel again.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress and no table.")] = False,
) -> None:
    """Benchmark, slack and guaranteed utility per group, under Theorems 3.1 and 4.3; each number with its certificate.

    With --all-teams, what an earlier run settled in the folder is used again. Exit codes: 0 done, 1 a certificate was
    rejected, 2 unusable tables, 3 a program was not solved.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    try:
        tables = read_tables(data) if data else _made_up()
        if teams:
            _all_teams(console, tables, partition, out / "teams", recheck, quiet)
            return
        name = partition or next(iter(tables.partitions))
        announce = (lambda done: None) if quiet else (lambda done: typer.echo(f"done: {done}", err=True))
        found = guarantees(tables, name, providers or [], out, announce, seed, refits)
    except InputError as error:
        _end(str(error), UNUSABLE)
    except Rejected as error:
        _end(f"the kernel rejected a certificate: {error}", INVALID)
    except NotShown as error:
        _end(str(error), INVALID)
    except NotSolved as error:
        _end(f"a linear program was not solved exactly: {error}", UNKNOWN)
    if not quiet:
        _show(console, found, out)


def _made_up() -> Tables:
    with tempfile.TemporaryDirectory() as folder:
        write_synthetic(Path(folder))
        return read_tables(folder)


def _all_teams(console: Console, tables: Tables, partition: str | None, out: Path, recheck: bool, quiet: bool) -> None:
    """Settle all sets of models, with a line of progress for each market, and say what was shown."""
    if partition is not None:
        tables.panel(partition)  # raises InputError if there is none
    start = time.perf_counter()

    def announce(one: Settled, done: int, of: int) -> None:
        if not quiet:
            who = one.market.partition if one.market.group is None else f"{one.market.partition}, {one.market.group}"
            how = "reused" if one.reused and not recheck else "shown"
            typer.echo(f"{done}/{of} {who}: {len(one.lines)} errors {how} by {one.certificates} certificates", err=True)

    partitions = [partition] if partition else list(tables.partitions)
    found = all_teams(tables, partitions, out, recheck, 2, announce)
    if quiet:
        return
    lines = [line for one in found for line in one.lines]
    open_ends = sum(not line.error.attained for line in lines)
    reused = sum(one.reused for one in found) if not recheck else 0
    console.print(
        f"{len(lines)} smallest errors, each between two certificates that the kernel accepts; "
        f"{open_ends} of them are approached, not attained, and certified to within {MARGIN}",
        soft_wrap=True,
    )
    console.print(
        f"{sum(one.certificates for one in found)} certificates of {len(found)} markets, {reused} of them settled by "
        f"an earlier run; {time.perf_counter() - start:.0f} s",
        soft_wrap=True,
    )
    if tables.synthetic:
        console.print(MADE_UP)
    where = table_path(tables, partitions, out)
    console.print(f"which certificates are behind which error: {escape(str(where))}", soft_wrap=True)


def _show(console: Console, found: Guarantees, out: Path) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in COLUMNS:
        table.add_column(heading)
    for row in found.rows:
        table.add_row(*(escape(cell) for cell in line(row)))
    console.print(table)
    console.print(f"smallest eps_U: {float(found.eps_users):.4f}; a guarantee below the column 'least' says nothing")
    worst = found.worst_user
    console.print(
        f"largest slack 4.3 of all groups: {float(worst.slack):.4f} with {escape(', '.join(worst.team))}; "
        f"no less than {float(worst.least):.4f} with any models",
        soft_wrap=True,
    )
    console.print("exact and certified: all columns but those with 95 %, which are bootstrap lower bounds (floats)")
    for small in found.small:
        _show_small(console, small)
    if found.synthetic:
        console.print(MADE_UP)
    where = out / "certificates"
    console.print(f"{len(found.certificates)} certificates, each checked by the kernel: {escape(str(where))}")
    console.print(f"check them again: python -m alignproof.checks {escape(str(where))}/*.json", soft_wrap=True)


def _show_small(console: Console, small: SmallMarket) -> None:
    kind = "agree on" if small.agree else "disagree on"
    who, models, asked = (escape(", ".join(names)) for names in (small.groups, small.models, small.questions))
    console.print(f"\nsmall market: {who} {kind} {asked}; models {models}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "group",
        "least",
        "guarantee 3.1",
        "benchmark",
        *(f"{t.play}, from {t.start}" for t in small.truths),
    ):
        table.add_column(heading)
    for i, group in enumerate(small.groups):
        reached = (
            small.least[i],
            small.benchmarks[i] - small.slack,
            small.benchmarks[i],
            *(t.values[i] for t in small.truths),
        )
        table.add_row(escape(group), *(f"{float(x):.4f}" for x in reached))
    console.print(table)
    for reason in small.open:
        console.print(f"not settled: {escape(reason)}")
