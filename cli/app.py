"""``alignproof``: verify results, check certificates, analyze a game, search for one.

Exit codes: 0 proved or valid, 1 refuted or invalid, 2 unusable input, 3 unknown.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alignproof import __version__
from alignproof.checks.benchmark import Team
from alignproof.checks.kernel import check as check_certificate
from alignproof.checks.linear import Rejected
from alignproof.cli.experiment import app as experiment_app
from alignproof.cli.guarantee import guarantee
from alignproof.counterexamples.catalogue.entries import Entry
from alignproof.counterexamples.search.goal import GOALS, read_task
from alignproof.counterexamples.search.run import Found, NotFound, facts
from alignproof.counterexamples.search.run import search as search_market
from alignproof.formats.documents import dump
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, load, shown
from alignproof.games.files import load_game
from alignproof.games.garbling import READINGS
from alignproof.games.model import Game
from alignproof.symbolic.catalogue import RESULTS, text
from alignproof.symbolic.statement import Statement
from alignproof.verification.analysis import analyze as analyze_game
from alignproof.verification.audit import AuditRow, exit_code, questions, summary, write_audit
from alignproof.verification.audit import audit as audit_hypotheses
from alignproof.verification.catalogue import write_catalogue
from alignproof.verification.printed.catalogue import lines as printed_lines
from alignproof.verification.printed.lines import Line, LineRow, settle, write_lines
from alignproof.verification.printed.lines import exit_code as lines_exit_code
from alignproof.verification.printed.lines import summary as lines_summary
from alignproof.verification.results import result_tasks, tasks
from alignproof.verification.run import verify as verify_tasks
from alignproof.verification.run import write_rows
from alignproof.verification.store import Store, environment
from alignproof.verification.universal import STATEMENTS
from alignproof.verification.verdict import Refused, Row, Task

VALID, INVALID, UNUSABLE, UNKNOWN = 0, 1, 2, 3
WIDE = 240
"""Columns of a table that goes to a file or a pipe: one line a row."""

STORE = "results.sqlite"
COLOURS = {"PROVED": "green", "REFUTED": "magenta", "EXHAUSTED": "cyan", "UNKNOWN": "red"}
AUDIT_COLOURS = {"NOT NEEDED": "green", "NEEDED": "magenta", "CONTRADICTION": "red", "UNKNOWN": "red"}
LINE_COLOURS = {"TRUE": "green", "FALSE BUT HARMLESS": "yellow", "FALSE": "magenta"}

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Exact verification of market alignment games: every verdict comes with a certificate.",
)
app.add_typer(experiment_app, name="experiment")
app.command()(guarantee)
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress and no table.")]


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


def _note(message: str) -> None:
    typer.echo(f"alignproof: {message}", err=True)


def _refuse(message: str) -> NoReturn:
    _note(message)
    raise typer.Exit(UNUSABLE)


@app.command()
def verify(
    results: Annotated[list[str] | None, typer.Argument(help="Only results whose name contains one of these.")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Where to write the rows as JSON.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for verify.json and the certificates.")] = Path("build"),
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor store earlier results.")] = False,
    quiet: Quiet = False,
) -> None:
    """Verify the paper's results, write their certificates, and replay these in fresh processes."""
    chosen = _chosen(results or [])
    console, notes = Console(highlight=False), Console(stderr=True, highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)

    def announce(task: Task) -> None:
        if not quiet:
            notes.print(f"[dim]{escape(task.result)}: {escape(task.scope)}[/]", soft_wrap=True)

    store = None if no_cache else Store(out / STORE, environment(), _note)
    rows = verify_tasks(chosen, out / "certificates", announce, store, jobs or os.cpu_count() or 1)
    write_rows(rows, json_path or out / "verify.json")
    if not quiet:
        console.print(_table(rows))
        console.print(f"replayed {sum(row.replayed for row in rows)} of {len(rows)} certificates in a fresh process")
        if reused := sum(row.reused and row.replayed for row in rows):
            console.print(
                f"reused {reused} of {len(rows)} results from {out / STORE} after replaying their certificates"
            )
        console.print(f"certificates: {out / 'certificates'}; rows: {json_path or out / 'verify.json'}")
    for row in rows:
        if not row.reached:
            typer.echo(f"{row.result} ({row.scope}): {row.verdict}, expected {row.expected}. {row.reason}", err=True)
    raise typer.Exit(_verify_code(rows))


def _chosen(wanted: Sequence[str]) -> list[Task]:
    """The tasks whose result is called, or else contains, one of the names; all if there are none."""
    known = tasks()
    chosen: list[Task] = []
    for name in wanted:
        called = [task for task in known if name.lower() == task.result.lower()]
        found = called or [task for task in known if name.lower() in task.result.lower()]
        if not found:
            results = ", ".join(dict.fromkeys(task.result for task in known))
            _refuse(f"no result is called {shown(name)!r}; known are {results}")
        chosen += found
    return [task for task in known if not wanted or task in chosen]


def _verify_code(rows: Sequence[Row]) -> int:
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


@app.command()
def audit(
    results: Annotated[list[str] | None, typer.Argument(help="Only results whose name contains one of these.")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Where to write the rows as JSON.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for audit.json and the certificates.")] = Path("build/audit"),
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Read the printed proofs line by line instead.")] = False,
    quiet: Quiet = False,
) -> None:
    """Drop every hypothesis of the universal results alone: is it needed? Or read the printed proofs line by line."""
    if lines:
        _audit_lines(_lines(results or []), out / "lines", json_path, jobs or os.cpu_count() or 1, quiet)
    chosen = _statements(results or [])
    notes = Console(stderr=True, highlight=False)

    def announce(task: Task) -> None:
        if not quiet:
            notes.print(f"[dim]{escape(task.result)}[/]", soft_wrap=True)

    certificates, listed = out / "certificates", json_path or out / "audit.json"
    rows = audit_hypotheses(list(questions(chosen)), certificates, announce, jobs or os.cpu_count() or 1)
    write_audit(rows, listed)
    if not quiet:
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=2 * WIDE)
        console.print(_audit_table(rows))
        console.print(f"certificates: {certificates}; rows: {listed}", soft_wrap=True)
        console.print(summary(rows))
    for row in rows:
        if row.fault:
            typer.echo(f"{row.result}, {row.hypothesis}: {row.fault}", err=True)
    raise typer.Exit(exit_code(rows))


def _statements(wanted: Sequence[str]) -> list[Statement]:
    """The universal results that are called so, or else contain one of the names; all if there are none."""
    chosen: list[Statement] = []
    for name in wanted:
        called = [s for s in STATEMENTS if name.lower() == s.result.lower()]
        found = called or [s for s in STATEMENTS if name.lower() in s.result.lower()]
        if not found:
            _refuse(f"no result is called {shown(name)!r}; known are {', '.join(s.result for s in STATEMENTS)}")
        chosen += found
    return [s for s in STATEMENTS if not wanted or s in chosen]


def _audit_table(rows: Sequence[AuditRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("result", "hypothesis", "verdict", "by what", "scope", "certificates"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        verdict = f"[{AUDIT_COLOURS[row.verdict]}]{row.verdict}[/]"
        names = " ".join(Path(name).name.split("-")[0] for name in row.certificates)
        result, hypothesis, by, scope = map(escape, (row.result, row.hypothesis, row.by, row.scope))
        table.add_row(result, hypothesis, verdict, by, scope, names)
    return table


def _audit_lines(chosen: Sequence[Line], out: Path, json_path: Path | None, jobs: int, quiet: bool) -> NoReturn:
    notes = Console(stderr=True, highlight=False)

    def announce(task: Task) -> None:
        if not quiet:
            notes.print(f"[dim]{escape(task.result)}[/]", soft_wrap=True)

    certificates, listed = out / "certificates", json_path or out / "lines.json"
    rows = settle(chosen, certificates, announce, jobs)
    write_lines(rows, listed)
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
    """The lines of the results that are called so, or else contain one of the names; all if there are none."""
    known = list(dict.fromkeys(line.result for line in printed_lines()))
    chosen: list[str] = []
    for name in wanted:
        found = [result for result in known if name.lower() == result.lower()]
        found = found or [result for result in known if name.lower() in result.lower()]
        if not found:
            _refuse(f"no result is called {shown(name)!r}; known are {', '.join(known)}")
        chosen += found
    return [line for line in printed_lines() if not wanted or line.result in chosen]


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


@app.command()
def show(
    results: Annotated[list[str] | None, typer.Argument(help="Only results whose name contains one of these.")] = None,
) -> None:
    """Print what results say, with their hypotheses and proofs, in LaTeX."""
    chosen = [r for r in RESULTS if not results or any(name.lower() in r.result.lower() for name in results)]
    if not chosen:
        _refuse(f"no result is called so; known are {', '.join(r.result for r in RESULTS)}")
    typer.echo("\n\n".join(map(text, chosen)))


@app.command()
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


@app.command()
def analyze(
    path: Annotated[str, typer.Argument(metavar="GAME.json", help="A game, with or without a profile.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the analysis as JSON.")] = False,
    providers: Annotated[list[str] | None, typer.Option("--provider", help="A provider of T; default: all.")] = None,
    reading: Annotated[str, typer.Option(help=f"What a garbling is common given: {' or '.join(READINGS)}.")] = READINGS[
        1
    ],
    seconds: Annotated[float, typer.Option(min=0.001, help="Time limit of each solver call.")] = 60.0,
    quiet: Quiet = False,
) -> None:
    """Values, benchmarks, alignment, equilibrium status of the profile, and which theorem's bound applies.

    The exit code is that of the profile's being an equilibrium: 0 proved (or no profile given), 1 refuted, 3 unknown.
    """
    try:
        game, profile = load_game(path)
    except InputError as error:
        _refuse(f"{path}: {error}")
    if reading not in READINGS:
        _refuse(f"--reading is one of {', '.join(READINGS)}")
    team = _team(game, providers or [])
    if not quiet and not as_json:
        Console(stderr=True, highlight=False).print("[dim]solving ...[/]")
    chosen = READINGS[READINGS.index(reading)]
    report = analyze_game(game, profile, team, chosen, seconds)
    if as_json:
        typer.echo(json.dumps(report, indent=1, ensure_ascii=False))
    elif not quiet:
        _print_tree(report)
    verdict = report["profile"]["equilibrium"]["verdict"] if "profile" in report else "PROVED"
    raise typer.Exit({"PROVED": VALID, "REFUTED": INVALID}.get(verdict, UNKNOWN))


@app.command()
def search(
    target: Annotated[str, typer.Argument(help=f"What to search for: {', '.join(GOALS)}.")],
    param: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A parameter of the goal.")] = None,
    robust: Annotated[bool, typer.Option("--robust", help="Ties in every deviator's favour must not matter.")] = False,
    time_limit: Annotated[float, typer.Option(min=0.001, help="Seconds after which to give up.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Where the random draws start.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder for the certificates.")] = Path("build/search"),
    quiet: Quiet = False,
) -> None:
    """Search for a market that a goal asks for, from small to large, and write its certificates.

    Exit codes: 0 found and certified, 2 unusable parameters, 3 nothing found in time.
    """
    try:
        task = read_task(target, param or [], robust)
    except InputError as error:
        _refuse(str(error))
    if not quiet:
        Console(stderr=True, highlight=False).print(f"[dim]{escape(task.goal.asks)} ...[/]", soft_wrap=True)
    result = search_market(task, time_limit, seed)
    if isinstance(result, NotFound):
        _note(f"UNKNOWN, nothing found within {time_limit:g} s: {result}")
        raise typer.Exit(UNKNOWN)
    paths = _written(target, result, out)
    if not quiet:
        typer.echo(f"found: {result.size} ({result.attempts} attempts; {result.engine})")
        for fact, path in zip(facts(result.documents), paths, strict=True):
            typer.echo(f"{fact}: {path}")


def _written(target: str, found: Found, out: Path) -> list[Path]:
    """The certificates' files, each written."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{target}.{document['kind']}.json" for document in found.documents]
    for path, document in zip(paths, found.documents, strict=True):
        path.write_text(dump(document))
    return paths


@app.command()
def catalogue(
    out: Annotated[Path, typer.Option(help="Folder for the catalogue.")] = Path("build/catalogue"), quiet: Quiet = False
) -> None:
    """Make the catalogue of counterexamples from scratch: certificates, pictures and stories."""

    def announce(entry: Entry) -> None:
        if not quiet:
            _note(f"{entry.name}: {entry.source.command}")

    try:
        write_catalogue(out, result_tasks(), announce)
    except Refused as error:
        _note(f"UNKNOWN, {error}")
        raise typer.Exit(UNKNOWN) from None
    if not quiet:
        typer.echo(f"catalogue: {out / 'README.md'}")


def _team(game: Game, names: Sequence[str]) -> Team:
    for name in names:
        if name not in game.provider_names:
            _refuse(f"no provider is called {shown(name)!r}")
    return tuple(j for j, name in enumerate(game.provider_names) if not names or name in names)


def _print_tree(value: Any, indent: str = "") -> None:
    """Nested values as indented lines."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        label = "-" if isinstance(value, list) else f"{key}:"
        if isinstance(item, dict | list) and item and not _is_flat(item):
            typer.echo(f"{indent}{label}")
            _print_tree(item, indent + "  ")
        else:
            typer.echo(f"{indent}{label} {_flat(item)}")


def _is_flat(item: Any) -> bool:
    return isinstance(item, list) and not any(isinstance(child, dict) for child in item)


def _flat(item: Any) -> str:
    if isinstance(item, list):
        return "[" + ", ".join(map(_flat, item)) + "]" if item else "none"
    return {True: "yes", False: "no"}[item] if isinstance(item, bool) else str(item) if item != {} else "none"


def main() -> None:
    """Run the command line. A closed pipe ends it quietly; a file that cannot be written is unusable input."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app()
    except OSError as error:
        print(f"alignproof: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)
        sys.exit(UNUSABLE)
