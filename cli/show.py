"""``alignproof show``: what results say."""

from typing import Annotated

import typer

from alignproof.cli.console import refuse
from alignproof.symbolic.catalogue import RESULTS, text


def show(
    results: Annotated[list[str] | None, typer.Argument(help="Only results whose name contains one of these.")] = None,
) -> None:
    """Print what results say, with their hypotheses and proofs, in LaTeX."""
    chosen = [r for r in RESULTS if not results or any(name.lower() in r.result.lower() for name in results)]
    if not chosen:
        refuse(f"no result is called so; known are {', '.join(r.result for r in RESULTS)}")
    typer.echo("\n\n".join(map(text, chosen)))
