"""``alignproof search`` and ``alignproof shrink``: markets that goals ask for, and smaller ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from alignproof.checks.kernel import check as check_certificate
from alignproof.checks.linear import Rejected
from alignproof.cli.console import INVALID, UNKNOWN, Quiet, note, refuse
from alignproof.counterexamples.search.bounds import read_bounds
from alignproof.counterexamples.search.goal import GOALS, read_task
from alignproof.counterexamples.search.run import NotFound, Plan, facts, searched
from alignproof.counterexamples.shrink.aim import Aim, aim_of, aim_of_claim
from alignproof.counterexamples.shrink.read import instance_of, read_instance
from alignproof.counterexamples.shrink.run import shrunk, size_text
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, load, parse
from alignproof.verification.smallest import Bound, bounds, coordinates
from alignproof.verification.smallest import verdict as smallest_verdict


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
    out.mkdir(parents=True, exist_ok=True)
    have = coordinates(instance)
    for bound in found:
        names = []
        for name, document in bound.certificates:
            text = dump(document)
            check_certificate(parse(text.encode()))
            path = out / f"{target}.{name}.json"
            path.write_text(text)
            names.append(str(path))
        if not quiet:
            condition = f"; {bound.condition}" if bound.condition else ""
            by = f" [{' '.join(names)}]" if names else ""
            typer.echo(f"{bound.coordinate} = {have[bound.coordinate]} >= {bound.least}: {bound.why}{condition}{by}")
    if not quiet:
        typer.echo(smallest_verdict(instance, found))


def _written(target: str, documents: Sequence[Document], out: Path) -> list[Path]:
    """The certificates' files, each written."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{target}.{document['kind']}.json" for document in documents]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(dump(document))
    return paths


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
    out.mkdir(parents=True, exist_ok=True)
    (out / Path(path).name).write_text(dump(small))
    if not quiet:
        typer.echo(f"{facts([small])[0]}: {out / Path(path).name}")


def search(
    target: Annotated[str, typer.Argument(help=f"What to search for: {', '.join(GOALS)}.")],
    param: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A parameter of the goal.")] = None,
    robust: Annotated[bool, typer.Option("--robust", help="Ties in every deviator's favour must not matter.")] = False,
    time_limit: Annotated[float, typer.Option(min=0.001, help="Seconds after which to give up.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Where the random draws start.")] = 0,
    max_size: Annotated[str, typer.Option(metavar="N,K,A,Y,M", help="The largest market to try.")] = "3,2,24,24,24",
    engine: Annotated[list[str] | None, typer.Option(help="Use this engine; may be repeated.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Go on until the time is up.")] = False,
    shrink: Annotated[bool, typer.Option("--shrink", help="Make what is found small and canonical.")] = False,
    minimal: Annotated[bool, typer.Option("--minimal", help="Shrink, and say how small it can get.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the certificates.")] = Path("build/search"),
    quiet: Quiet = False,
) -> None:
    """Search for a market that a goal asks for, from small to large, and write its certificates.

    Exit codes: 0 found and certified, 2 unusable parameters, 3 nothing found in time.
    """
    try:
        task = read_task(target, param or [], robust)
        plan = Plan(seed, read_bounds(max_size), engine or ())
        plan.made(target)
    except InputError as error:
        refuse(str(error))
    if not quiet:
        Console(stderr=True, highlight=False).print(f"[dim]{escape(task.goal.asks)} ...[/]", soft_wrap=True)
    count = 0
    for result in searched(task, time_limit, plan):
        if isinstance(result, NotFound):
            break
        count += 1
        documents = result.documents
        if not quiet:
            typer.echo(f"found: {result.size} ({result.attempts} attempts; {result.engine})")
        if shrink or minimal:
            documents = _shrunk(instance_of(documents), aim_of(task), time_limit, quiet)
        if minimal:
            _show_bounds(instance_of(documents), bounds(task), target, out, quiet)
        paths = _written(f"{target}.{count:03}" if every else target, documents, out)
        for fact, path in zip(facts(documents), paths, strict=True):
            if not quiet:
                typer.echo(f"{fact}: {path}")
        if not every:
            return
    if not count:
        note(f"UNKNOWN, nothing found within {time_limit:g} s: {result}")
        raise typer.Exit(UNKNOWN)
    if not quiet:
        typer.echo(f"{count} markets found; {result}")
