"""``alignproof show``: what results say."""

from typing import Annotated

import typer

from alignproof.cli.console import named
from alignproof.symbolic.catalogue import RESULTS, text


def show(
    results: Annotated[list[str] | None, typer.Argument(help="Only results whose name contains one of these.")] = None,
) -> None:
    """Print what results say, with their hypotheses and proofs, in LaTeX."""
    chosen = named(results or [], (result.result for result in RESULTS))
    typer.echo("\n\n".join(text(result) for result in RESULTS if result.result in chosen))
