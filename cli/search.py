"""``alignproof search`` and ``alignproof shrink``: markets that goals ask for, and smaller ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from alignproof.checks.kernel import check as check_certificate
from alignproof.checks.linear import Rejected
from alignproof.cli.console import INVALID, UNKNOWN, Quiet, note, refuse
from alignproof.counterexamples.search.bounds import DEFAULT, read_bounds
from alignproof.counterexamples.search.goal import GOALS, read_task
from alignproof.counterexamples.search.run import Found, NotFound, Plan, facts, searched
from alignproof.counterexamples.search.target import TIE_BREAKINGS
from alignproof.counterexamples.shrink.aim import Aim, aim_of, aim_of_claim
from alignproof.counterexamples.shrink.read import instance_of, read_instance
from alignproof.counterexamples.shrink.run import shrunk, size_text
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.formats.writing import write_file
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, load, parse, shown
from alignproof.games.garbling import READINGS
from alignproof.games.model import PLAYS
from alignproof.verification.smallest import Bound, bounds, coordinates
from alignproof.verification.smallest import verdict as smallest_verdict
from alignproof.verification.targets import asks, named, read_target, search_target, target_facts
from alignproof.verification.universal import STATEMENTS

KNOWN = {"goals": tuple(GOALS), "results": tuple(s.result for s in STATEMENTS)}
LARGEST = ",".join(map(str, astuple(DEFAULT)))
"""The bounds on sizes if none are given."""


def _shrunk(instance: Instance, aim: Aim, seconds: float, quiet: bool) -> Sequence[Document]:
    """The certificates of the instance made small."""
    try:
        small = shrunk(instance, aim, seconds)
    except ValueError as error:
        note(f"UNKNOWN: {error}")
        raise typer.Exit(UNKNOWN) from None
    if not quiet:
        order = "canonical form" if small.exact else "normal form, which may depend on the order it came in"
        ended = "" if small.complete else "; the time was up before all steps were tried"
        typer.echo(f"shrunk in {small.steps} steps: {size_text(small.instance)}; {order}{ended}")
    return aim.documents(small.instance)


def _show_bounds(instance: Instance, found: Sequence[Bound], target: str, out: Path, quiet: bool) -> None:
    """Lower bounds on every coordinate of the size, their certificates checked and written."""
    have = coordinates(instance)
    for bound in found:
        names = []
        for name, document in bound.certificates:
            text = dump(document)
            check_certificate(parse(text.encode()))
            path = out / f"{target}.{name}.json"
            write_file(path, text)
            names.append(str(path))
        if not quiet:
            condition = f"; {bound.condition}" if bound.condition else ""
            by = f" [{' '.join(names)}]" if names else ""
            typer.echo(f"{bound.coordinate} = {have[bound.coordinate]} >= {bound.least}: {bound.why}{condition}{by}")
    if not quiet:
        typer.echo(smallest_verdict(instance, found))


def shrink(
    path: Annotated[str, typer.Argument(metavar="CERT.json", help="A certificate of kind bound-violated.")],
    out: Annotated[Path, typer.Option(help="Folder for the certificate.")] = Path("build/shrink"),
    time_limit: Annotated[float, typer.Option(min=0.001, help="Seconds after which to stop.")] = 120.0,
    quiet: Quiet = False,
) -> None:
    """Make a certified instance small: the same bound fails in it, in the same kind of game, at errors no larger.

    Exit codes: 0 done and certified, 1 the certificate is invalid, 2 it is of another kind.
    """
    try:
        document = load(path)
        check_certificate(document)
        instance = read_instance(document)
        if not instance.users:
            raise InputError("$.kind", "only a certificate of kind bound-violated can be shrunk")
    except (Rejected, NotSeparable) as error:
        note(f"{path}: INVALID, {error}")
        raise typer.Exit(INVALID) from None
    except InputError as error:
        refuse(f"{path}: {error}")
    claim = json.loads(Path(path).read_text())["claim"]
    (small,) = _shrunk(instance, aim_of_claim(claim), time_limit, quiet)
    write_file(out / Path(path).name, dump(small))
    if not quiet:
        typer.echo(f"{facts([small])[0]}: {out / Path(path).name}")


def search(
    target: Annotated[
        str, typer.Argument(help=f"What to search for: {', '.join(GOALS)}, or a universal result that is to fail.")
    ],
    param: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A parameter of the goal.")] = None,
    robust: Annotated[bool, typer.Option("--robust", help="Ties in every deviator's favour must not matter.")] = False,
    talk: Annotated[bool, typer.Option("--talk", help="A user has to learn something in the equilibrium.")] = False,
    drop: Annotated[list[str] | None, typer.Option(help="A hypothesis of the result that need not hold.")] = None,
    protocol: Annotated[str | None, typer.Option(help="Who speaks when, instead of the result's own protocol.")] = None,
    ties: Annotated[str | None, typer.Option(help=f"Instead of its ties: {', '.join(TIE_BREAKINGS)}.")] = None,
    garbling: Annotated[str | None, typer.Option(help=f"What is common given: {', '.join(READINGS)}.")] = None,
    game: Annotated[str | None, typer.Option(help=f"Instead of its game: {' or '.join(PLAYS)}.")] = None,
    time_limit: Annotated[float, typer.Option(min=0.001, help="Seconds after which to give up.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Where the random draws start.")] = 0,
    max_size: Annotated[str, typer.Option(metavar="N,K,A,Y,M", help="The largest market to try.")] = LARGEST,
    engine: Annotated[list[str] | None, typer.Option(help="Use this engine; may be repeated.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Go on until the time is up.")] = False,
    shrink: Annotated[bool, typer.Option("--shrink", help="Make what is found small and canonical.")] = False,
    minimal: Annotated[bool, typer.Option("--minimal", help="Shrink, and say how small it can get.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the certificates.")] = Path("build/search"),
    quiet: Quiet = False,
) -> None:
    """Search for a market that a goal asks for, or that breaks a result, from small to large; write its certificates.

    Exit codes: 0 found and certified, 2 unusable parameters, 3 nothing found in time.
    """
    of_goals = {"--param": param, "--robust": robust, "--talk": talk, "--engine": engine, "--all": every}
    of_goals |= {"--shrink": shrink, "--minimal": minimal, "--max-size": max_size != LARGEST}
    options = {"protocol": protocol, "ties": ties, "garbling": garbling, "game": game}
    replaced = {name: text for name, text in options.items() if text is not None}
    statement = named(target)
    try:
        for name, text in replaced.items():
            if not text:
                raise InputError(f"--{name}", "nothing is given")
        if statement is None:
            if target not in GOALS:
                known = ", ".join((*KNOWN["goals"], *KNOWN["results"]))
                raise InputError("TARGET", f"no goal or result is called {shown(target)!r}; known are {known}")
            _only("results", {"--drop": drop, **{f"--{name}": text for name, text in replaced.items()}})
            task = read_task(target, param or [], robust, talk)
            plan = Plan(seed, read_bounds(max_size), engine or ())
            plan.made(target)
        else:
            _only("goals", of_goals)
            negation = read_target(statement, drop or [], **replaced)
    except InputError as error:
        refuse(str(error))
    said = task.goal.asks if statement is None else asks(negation)
    if not quiet:
        Console(stderr=True, highlight=False).print(f"[dim]{escape(said)} ...[/]", soft_wrap=True)
    if statement is not None:
        _search_result(target.replace(" ", "_"), search_target(negation, time_limit, seed), time_limit, out, quiet)
        return
    count = 0
    for result in searched(task, time_limit, plan):
        if isinstance(result, NotFound):
            break
        count += 1
        documents = result.documents
        _say_found(result, quiet)
        if shrink or minimal:
            documents = _shrunk(instance_of(documents), aim_of(task), time_limit, quiet)
        if minimal:
            _show_bounds(instance_of(documents), bounds(task), target, out, quiet)
        _write(f"{target}.{count:03}" if every else target, documents, facts(documents), out, quiet)
        if not every:
            return
    if not count:
        _give_up(result, time_limit)
    if not quiet:
        typer.echo(f"{count} markets found; {result}")


def _only(what: str, options: Mapping[str, object]) -> None:
    """Raises InputError if an option is given that is for results, or for goals, only."""
    for option, given in options.items():
        if given:
            raise InputError(option, f"this is for {what}; known are {', '.join(KNOWN[what])}")


def _search_result(name: str, result: Found | NotFound, seconds: float, out: Path, quiet: bool) -> None:
    if isinstance(result, NotFound):
        _give_up(result, seconds)
    _say_found(result, quiet)
    _write(name, result.documents, target_facts(result.documents), out, quiet)


def _say_found(result: Found, quiet: bool) -> None:
    if not quiet:
        typer.echo(f"found: {result.size} ({result.attempts} attempts; {result.engine})")


def _give_up(result: object, seconds: float) -> NoReturn:
    note(f"UNKNOWN, nothing found within {seconds:g} s: {result}")
    raise typer.Exit(UNKNOWN)


def _write(name: str, documents: Sequence[Document], said: Sequence[str], out: Path, quiet: bool) -> None:
    """Write certificates, several of one kind numbered, and say what each shows."""
    kinds = [document["kind"] for document in documents]
    for k, (document, fact) in enumerate(zip(documents, said, strict=True)):
        nth = kinds[:k].count(kinds[k]) + 1
        path = out / (f"{name}.{kinds[k]}.json" if nth == 1 else f"{name}.{kinds[k]}.{nth}.json")
        write_file(path, dump(document))
        if not quiet:
            typer.echo(f"{fact}: {path}")
