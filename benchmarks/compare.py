"""Two runs of the benchmarks, row by row; or the table of one.

Usage: python benchmarks/compare.py [OLD NEW | RUN]

Files of build/bench/history; default: the last two. Exit code 2 if there are no two runs to compare.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.history import ENVIRONMENT, Run, Unusable, last_two, load
from bench.rows import Row, Spread, shown_ratio, shown_seconds, table


@dataclass(frozen=True)
class Change:
    """New over old, at the medians, and at the ends of both spreads; it counts only if the spreads do not overlap."""

    factor: float
    least: float
    most: float
    counts: bool


def change(old: Spread | None, new: Spread | None) -> Change | None:
    """How a number changed; None if one is missing. A number that was measured once has no spread: it never counts."""
    if old is None or new is None or not old.least > 0:
        return None
    apart = old.most < new.least or new.most < old.least
    counts = apart and min(old.count, new.count) > 1
    return Change(new.median / old.median, new.least / old.most, new.most / old.least, counts)


def differences(old: Run, new: Run) -> list[str]:
    """Facts about the environment that are not the same."""
    return [
        f"{name}: {old.facts.get(name)} before, {new.facts.get(name)} now"
        for name in ENVIRONMENT
        if old.facts.get(name) != new.facts.get(name)
    ]


def compared(old: Run, new: Run) -> Iterator[str]:
    """Lines: what differs around the runs, a line per row that both have, and rows that only one has."""
    yield f"old {old.name}, load {old.facts.get('load')}; new {new.name}, load {new.facts.get('load')}"
    if different := differences(old, new):
        yield "the environments differ, so seconds cannot be compared:"
        yield from (f"  {line}" for line in different)
    before = {row.key: row for row in old.rows}
    group = ""
    for row in new.rows:
        was = before.pop(row.key, None)
        if was is None or not (row.seconds or row.stopped or was.seconds or was.stopped):
            continue
        if row.group != group:
            group = row.group
            yield f"\n{group}"
        yield _line(was, row)
    for name, keys in (
        ("old", list(before)),
        ("new", [r.key for r in new.rows if r.key not in {o.key for o in old.rows}]),
    ):
        if keys:
            yield f"\nonly in the {name} run: {len(keys)} rows, " + "; ".join(" ".join(key[1:]) for key in keys)


def _line(old: Row, new: Row) -> str:
    seconds, ratio = change(old.seconds, new.seconds), change(old.ratio, new.ratio)
    marks = [name for name, found in (("seconds", seconds), ("ratio", ratio)) if found and found.counts]
    ends = f"{_ended(old)} -> {_ended(new)}"
    note = f"  CHANGED: {' and '.join(marks)}" if marks else ""
    return f"  {new.what:<36} {new.size:<27} {ends:<24} {_shown(seconds):<24} ratio {_shown(ratio):<24}{note}".rstrip()


def _ended(row: Row) -> str:
    return shown_seconds(row.seconds.median) if row.seconds else "stopped"


def _shown(found: Change | None) -> str:
    if found is None:
        return "-"
    return f"x {shown_ratio(found.factor)} [{shown_ratio(found.least)}, {shown_ratio(found.most)}]"


def main(arguments: Sequence[str]) -> int:
    if len(arguments) > 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        runs = list(map(load, map(Path, arguments) if arguments else last_two()))
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    for line in table(runs[0].rows) if len(runs) == 1 else compared(*runs):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
