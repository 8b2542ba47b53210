"""``alignproof audit``: which hypotheses are needed, and which printed lines hold."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alignproof.cli.console import WIDE, CsvPath, Quiet, named
from alignproof.symbolic.statement import Statement
from alignproof.verification.audit import KEYS as AUDIT_KEYS
from alignproof.verification.audit import (
    AuditRow,
    construction_questions,
    described,
    exit_code,
    questions,
    sufficient_sets,
    summary,
    write_audit,
    write_sets,
)
from alignproof.verification.audit import audit as audit_hypotheses
from alignproof.verification.printed.catalogue import lines as printed_lines
from alignproof.verification.printed.lines import KEYS as LINE_KEYS
from alignproof.verification.printed.lines import Line, LineRow, settle, write_lines
from alignproof.verification.printed.lines import exit_code as lines_exit_code
from alignproof.verification.printed.lines import summary as lines_summary
from alignproof.verification.tables import write_csv
from alignproof.verification.universal import STATEMENTS
from alignproof.verification.verdict import Task
from alignproof.verification.weakenings import CONSTRUCTIONS

AUDIT_COLOURS = {"NOT NEEDED": "green", "NEEDED": "magenta", "CONTRADICTION": "red", "UNKNOWN": "red"}
LINE_COLOURS = {"TRUE": "green", "FALSE BUT HARMLESS": "yellow", "FALSE": "magenta"}


def audit(
    results: Annotated[list[str] | None, typer.Argument(help="Only results whose name contains one of these.")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Where to write the rows as JSON.")] = None,
    csv_path: CsvPath = None,
    out: Annotated[Path, typer.Option(help="Folder for audit.json and the certificates.")] = Path("build/audit"),
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Read the printed proofs line by line instead.")] = False,
    quiet: Quiet = False,
) -> None:
    """Drop or weaken every hypothesis alone: is it needed? And which sets suffice? Or read the proofs line by line."""
    if lines:
        _audit_lines(_lines(results or []), out / "lines", json_path, csv_path, jobs or os.cpu_count() or 1, quiet)
    chosen, constructions = _audited(results or [])
    notes = Console(stderr=True, highlight=False)

    def announce(task: Task) -> None:
        if not quiet:
            notes.print(f"[dim]{escape(task.result)}[/]", soft_wrap=True)

    certificates, listed = out / "certificates", json_path or out / "audit.json"
    asked, processes = [*questions(chosen), *construction_questions(constructions)], jobs or os.cpu_count() or 1
    rows = audit_hypotheses(asked, certificates, announce, processes)
    write_audit(rows, listed)
    if csv_path:
        write_csv(rows, AUDIT_KEYS, csv_path)
    sets = sufficient_sets(chosen, rows, out / "sets", announce, processes)
    write_sets(sets, out / "sets.json")
    if not quiet:
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=2 * WIDE)
        console.print(_audit_table(rows))
        for found in sets:
            console.print(escape(described(found)), soft_wrap=True)
        console.print(f"certificates: {certificates}; rows: {listed}; sets: {out / 'sets.json'}", soft_wrap=True)
        console.print(summary(rows))
    for row in rows:
        if row.fault:
            typer.echo(f"{row.result}, {row.hypothesis}, {row.weakened}: {row.fault}", err=True)
    raise typer.Exit(exit_code(rows))


def _audited(wanted: Sequence[str]) -> tuple[list[Statement], list[str]]:
    """The universal results and the constructions that are wanted; all if there are none."""
    results = named(wanted, [*(s.result for s in STATEMENTS), *CONSTRUCTIONS])
    return [s for s in STATEMENTS if s.result in results], [name for name in CONSTRUCTIONS if name in results]


def _audit_table(rows: Sequence[AuditRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("result", "hypothesis", "weakened", "verdict", "by what", "scope", "certificates"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        verdict = f"[{AUDIT_COLOURS[row.verdict]}]{row.verdict}[/]"
        names = " ".join(Path(name).name.split("-")[0] for name in row.certificates)
        texts = (row.result, row.hypothesis, row.weakened, row.by, row.scope)
        result, hypothesis, weakened, by, scope = map(escape, texts)
        table.add_row(result, hypothesis, weakened, verdict, by, scope, names)
    return table


def _audit_lines(
    chosen: Sequence[Line], out: Path, json_path: Path | None, csv_path: Path | None, jobs: int, quiet: bool
) -> NoReturn:
    notes = Console(stderr=True, highlight=False)

    def announce(task: Task) -> None:
        if not quiet:
            notes.print(f"[dim]{escape(task.result)}[/]", soft_wrap=True)

    certificates, listed = out / "certificates", json_path or out / "lines.json"
    rows = settle(chosen, certificates, announce, jobs)
    write_lines(rows, listed)
    if csv_path:
        write_csv(rows, LINE_KEYS, csv_path)
    if not quiet:
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=2 * WIDE)
        console.print(_lines_table(rows))
        console.print(f"certificates: {certificates}; rows: {listed}", soft_wrap=True)
        console.print(lines_summary(rows))
    for row in rows:
        if row.fault:
            typer.echo(f"{row.result}, {row.place}: {row.fault}", err=True)
    raise typer.Exit(lines_exit_code(rows))


def _lines(wanted: Sequence[str]) -> list[Line]:
    """The lines of the results that are wanted; all if there are none."""
    known = printed_lines()
    results = named(wanted, (line.result for line in known))
    return [line for line in known if line.result in results]


def _lines_table(rows: Sequence[LineRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("result", "place", "line", "verdict", "by what", "note", "certificates"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        verdict = f"[{LINE_COLOURS.get(row.verdict, 'red')}]{row.verdict}[/]"
        names = " ".join(Path(name).name.split("-")[0] for name in row.certificates)
        result, place, says, by, note = map(escape, (row.result, row.place, row.says, row.by, row.note))
        table.add_row(result, place, says, verdict, by, note, names)
    return table
