"""Rows of the table: what was measured, at which size, and how it compares with what was measured beside it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Spread:
    """Repeated measurements of one number: median, least, most, and how many there were."""

    median: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        return cls(median(values), min(values), max(values), len(values))


@dataclass(frozen=True)
class Row:
    """One thing measured.

    ``ratio`` is how many times as long as ``baseline`` it took, run by run. ``stopped`` says why there is no time: then
    ``at_least`` is what the ratio would have exceeded at the limit, 0 if that is not known. Both are absent in rows
    that count something.
    """

    group: str
    what: str
    size: str
    seconds: Spread | None = None
    baseline: str = ""
    ratio: Spread | None = None
    stopped: str = ""
    at_least: float = 0.0
    result: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What names a row in every run."""
        return self.group, self.what, self.size


def row_document(row: Row) -> dict[str, Any]:
    """The row as JSON values."""
    return asdict(row)


def read_row(document: Any) -> Row:
    """The inverse of :func:`row_document`. Raises TypeError or KeyError on anything else."""
    spreads = {name: document[name] and Spread(**document[name]) for name in ("seconds", "ratio")}
    row = Row(**{**document, **spreads})
    numbers = [x for s in spreads.values() if s for x in (s.median, s.least, s.most, s.count)]
    if not all(isinstance(x, int | float) and x >= 0 for x in (*numbers, row.at_least)):
        raise TypeError("a number is missing or negative")
    if not all(isinstance(text, str) for text in (*row.key, row.baseline, row.stopped, row.result)):
        raise TypeError("a text is missing")
    return row


def shown_seconds(seconds: float) -> str:
    """Seconds with three digits that count, or milliseconds."""
    return f"{1000 * seconds:.3g} ms" if seconds < 0.1 else f"{seconds:.3g} s"


def shown_ratio(ratio: float) -> str:
    """A ratio with three digits that count."""
    return f"{ratio:.3g}" if ratio < 1000 else f"{ratio:,.0f}"


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as lines, a heading per group: what, size, seconds and ratio, each [least, most], and the result.

    A ratio is to the row above that has none.
    """
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            yield f"\n{group}"
        yield f"  {row.what:<36} {row.size:<27} {_seconds(row):<28} {_ratio(row):<22} {row.result}".rstrip()


def _seconds(row: Row) -> str:
    return _range(row.seconds, shown_seconds) if row.seconds else row.stopped


def _ratio(row: Row) -> str:
    if row.ratio:
        return _range(row.ratio, shown_ratio)
    return f">= {shown_ratio(row.at_least)}" if row.at_least else ""


def _range(spread: Spread, show: Callable[[float], str]) -> str:
    if spread.count == 1:
        return show(spread.median)
    return f"{show(spread.median)} [{show(spread.least)}, {show(spread.most)}]"
