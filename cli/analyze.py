"""``alignproof analyze``: a report on a game."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from alignproof.checks.benchmark import Team
from alignproof.cli.console import INVALID, UNKNOWN, VALID, Quiet, refuse
from alignproof.games.document import InputError, shown
from alignproof.games.files import load_game
from alignproof.games.garbling import READINGS
from alignproof.games.model import Game
from alignproof.verification.analysis import analyze as analyze_game


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
        refuse(f"{path}: {error}")
    if reading not in READINGS:
        refuse(f"--reading is one of {', '.join(READINGS)}")
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


def _team(game: Game, names: Sequence[str]) -> Team:
    for name in names:
        if name not in game.provider_names:
            refuse(f"no provider is called {shown(name)!r}")
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
