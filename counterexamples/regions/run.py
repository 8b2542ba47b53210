"""``alignproof regions``: settle families, write what is found, draw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alignproof.counterexamples.regions.families import Family, families
from alignproof.counterexamples.regions.report import line, region_text, settle, write
from alignproof.oracles.systems import Unknown

HEADINGS = ("family", "the claim holds where", "holds by", "fails by", "covered by")


@dataclass(frozen=True)
class Settled:
    """A family's line of the table, what is wrong or unknown, and the exit code that this amounts to."""

    line: tuple[str, ...]
    faults: tuple[str, ...]
    code: int


def names() -> tuple[str, ...]:
    """The names of all families."""
    return tuple(family.name for family in families())


def chosen(wanted: Sequence[str]) -> list[Family]:
    """The families that are called, or else contain, one of the names, in order; all if none are given."""
    known = families()
    found: list[Family] = []
    for name in wanted:
        called = [family for family in known if family.name.lower() == name.lower()]
        found += called or [family for family in known if name.lower() in family.name.lower()]
    names = {family.name for family in found}
    return [family for family in known if not wanted or family.name in names]


def settled(family: Family, out: Path, seconds: float) -> Settled:
    """Settle a family and write its report; 0 if its region is exact, 1 if it is refuted, 3 if that is unknown."""
    report = settle(family, seconds)
    if isinstance(report, Unknown):
        blank = (family.name, region_text(family), "UNKNOWN", "UNKNOWN", "UNKNOWN")
        return Settled(blank, (f"UNKNOWN, {report.reason}",), 3)
    write(report, out)
    unproved = () if report.covering.proved else ("the cells are not shown to cover the box",)
    code = 1 if report.faults or report.covering.refuted else 3 if unproved else 0
    return Settled(line(report), (*report.faults, *unproved), code)


def drawn(shown: Sequence[Family], out: Path) -> list[Path]:
    """Draw the pictures of which a layer belongs to one of the families."""
    from alignproof.counterexamples.regions.picture import pictures, save

    wanted = {family.name for family in shown}
    return [
        path
        for picture in pictures()
        if wanted & {layer.family.name for layer in picture.layers}
        for path in save(picture, out)
    ]
