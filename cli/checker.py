"""``alignproof checker``: the stand-alone checker."""

from pathlib import Path
from typing import Annotated

import typer

from alignproof.verification.standalone import NAME, write


def checker(out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("build") / NAME) -> None:
    """Write the checker of certificates as one file that needs nothing but Python."""
    write(out)
    typer.echo(f"{out}: python -I {out.name} CERTIFICATE... checks certificates")
