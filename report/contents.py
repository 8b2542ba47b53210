"""What a report says, as plain data: gathered in :mod:`alignproof.report.gather`, written by one module a format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from alignproof.counterexamples.catalogue.entries import Entry
from alignproof.symbolic.catalogue import RESULTS
from alignproof.symbolic.statement import Claim, Statement
from alignproof.verification.verdict import Row


@dataclass(frozen=True)
class Attachment:
    """A certificate's file: its name without folders, and its bytes."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Settled:
    """A row of ``verify.json`` as it stands after the report's own replay; None if its certificate cannot be read."""

    row: Row
    certificate: Attachment | None


@dataclass(frozen=True)
class Counterexample:
    """An entry of the catalogue with its certificates and its picture, an SVG file's bytes."""

    entry: Entry
    certificates: tuple[Attachment, ...]
    picture: bytes = field(repr=False)


@dataclass(frozen=True)
class Picture:
    """Regions of parameters: what they are of, and the SVG file's bytes."""

    title: str
    svg: bytes = field(repr=False)


@dataclass(frozen=True)
class Listing:
    """A list that another command wrote: for each row a text for each key of ``columns``."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def about(self, result: str) -> "Listing":
        """The rows whose first column is this result, without that column."""
        return Listing(self.columns[1:], tuple(row[1:] for row in self.rows if row[0] == result))


@dataclass(frozen=True)
class Contents:
    """A whole report. A listing is None if the command that writes it has not run; ``known`` counts the rows that this
    version's ``alignproof verify`` has."""

    version: str
    environment: str
    known: int
    settled: tuple[Settled, ...]
    results: tuple[Statement | Claim, ...]
    counterexamples: tuple[Counterexample, ...]
    regions: Listing | None
    pictures: tuple[Picture, ...]
    audit: Listing | None
    lines: Listing | None
    mutants: Listing | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return tuple(item.row for item in self.settled)


def about(row: str) -> str | None:
    """The result of ``RESULTS`` that a row's name begins with, the longest if there
    are several; None for a row about none of them."""
    found = [result.result for result in RESULTS if row == result.result or row.startswith(_starts(result.result))]
    return max(found, key=len, default=None)


def _starts(name: str) -> tuple[str, ...]:
    return (f"{name} ", f"{name}:", f"{name}'")


def in_order(values: Iterable[str]) -> list[str]:
    """The different ones, in the order in which they come."""
    return list(dict.fromkeys(values))


def failures(rows: Sequence[Row]) -> list[Row]:
    """The rows that did not reach the verdict expected of them."""
    return [row for row in rows if not row.reached]
