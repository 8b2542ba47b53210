"""``alignproof gambit``: finite games from and for Gambit."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from alignproof.cli.console import INVALID, VALID, Quiet, refuse
from alignproof.formats.writing import write_file
from alignproof.games.document import InputError, load, shown
from alignproof.games.files import load_game
from alignproof.games.model import PLAYS, Game
from alignproof.games.rules import Profile
from alignproof.interop import menus
from alignproof.interop.efg import efg, read_efg
from alignproof.interop.finite import Distribution, Finite, NotPlayable, as_tree, checked_profile
from alignproof.interop.nfg import nfg, read_nfg
from alignproof.interop.scanner import number, read_text

app = typer.Typer(no_args_is_help=True, help="Finite games from and for Gambit (.nfg, .efg), exactly.")


@app.command()
def export(
    path: Annotated[str, typer.Argument(metavar="GAME.json", help="A game, with or without a profile.")],
    out: Annotated[Path, typer.Option(help="Where to write the game: a name that ends with .nfg or .efg.")],
    menu: Annotated[
        list[str] | None,
        typer.Option(help=f"{', '.join(menus.NAMED)}, profile (what the file's profile says), or a file of menus."),
    ] = None,
    play: Annotated[str, typer.Option(help=f"{' or '.join(PLAYS)}.")] = PLAYS[1],
    quiet: Quiet = False,
) -> None:
    """Write the game that providers play if each may only use the rules of a menu."""
    if out.suffix not in (".nfg", ".efg"):
        refuse(f"{out}: the name has to end with .nfg or .efg")
    if play not in PLAYS:
        refuse(f"--play is one of {', '.join(PLAYS)}")
    try:
        market, profile = load_game(path)
    except InputError as error:
        refuse(f"{path}: {error}")
    chosen = [_menus(market, profile, name) for name in menu or ["silent", "revealing"]]
    try:
        everyone = [menus.joined([each[j] for each in chosen]) for j in range(len(market.providers))]
        game = menus.strategic(market, PLAYS[PLAYS.index(play)], everyone)
    except menus.NoMenu as error:
        refuse(str(error))
    write_file(out, nfg(game) if out.suffix == ".nfg" else efg(as_tree(game)))
    if not quiet:
        counts = " x ".join(str(len(own)) for own in game.strategies)
        typer.echo(f"{out}: {len(game.players)} providers, {counts} choices")


def _menus(game: Game, profile: Profile | None, name: str) -> list[menus.Menu]:
    """A menu for each provider."""
    everyone = range(len(game.providers))
    try:
        if name in menus.NAMED:
            return [menus.NAMED[name](game, j) for j in everyone]
        if name == "profile" and profile is not None:
            return [menus.own(game, profile, j) for j in everyone]
        if name.endswith(".json"):
            return menus.read_menus(load(name), game)
    except menus.NoMenu as error:
        refuse(f"--menu {name}: {error}")
    except InputError as error:
        refuse(f"{name}: {error}")
    known = f"--menu is one of {', '.join(menus.NAMED)}, profile, or a file .json; found {shown(name)}"
    return refuse("--menu profile: the file has no profile" if name == "profile" else known)


@app.command()
def check(
    path: Annotated[str, typer.Argument(metavar="FILE", help="A game of Gambit, .nfg or .efg.")],
    profiles: Annotated[
        str, typer.Argument(metavar="PROFILES", help="Profiles as Gambit's programs print them, - for standard input.")
    ],
    quiet: Quiet = False,
) -> None:
    """Check profiles, a line each: probabilities, commas between them. 0: all are Nash equilibria; 1: one is not."""
    try:
        game = _game(path)
    except InputError as error:
        refuse(f"{path}: {error}")
    try:
        found = _profiles(
            game, sys.stdin.buffer.read().decode(errors="replace") if profiles == "-" else read_text(profiles)
        )
    except InputError as error:
        refuse(f"{profiles}: {error}")
    nash = True
    try:
        for line, profile in found:
            regrets, worth = game.regrets(profile), game.worth(profile)
            nash = nash and not any(regrets)
            if not quiet or any(regrets):
                verdict = "NOT a Nash equilibrium" if any(regrets) else "a Nash equilibrium"
                typer.echo(f"{profiles}: line {line}: {verdict}")
                for name, value, regret in zip(game.players, worth, regrets, strict=True):
                    typer.echo(f"  {shown(name)}: earns {shown(value)}, a best reply {shown(regret)} more")
    except NotPlayable as error:
        refuse(f"{path}: {error}")
    raise typer.Exit(VALID if nash else INVALID)


def _game(path: str) -> Finite:
    """The game in a file, by the word with which it begins. Raises InputError."""
    text = read_text(path)
    return read_efg(text) if text.lstrip().startswith("EFG") else read_nfg(text)


def _profiles(game: Finite, text: str) -> list[tuple[int, tuple[Distribution, ...]]]:
    """(line, profile) for each line that is not empty; it may begin with ``NE``. Raises InputError."""
    found = []
    for line, row in ((k, row.strip()) for k, row in enumerate(text.splitlines(), 1)):
        cells = row.removeprefix("NE").lstrip(",").split(",") if row else []
        values = [(cell, number(cell.strip())) for cell in cells]
        for cell, value in values:
            if value is None:
                raise InputError(f"line {line}", f"expected a number, found {shown(cell)!r}")
        if values:
            try:
                found.append((line, checked_profile(game, [value for _, value in values if value is not None])))
            except NotPlayable as error:
                raise InputError(f"line {line}", str(error)) from None
    if not found:
        raise InputError("line 1", "expected a profile")
    return found
