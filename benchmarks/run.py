"""Benchmarks: one table, ratios of things measured alternately in the same run, and a history of runs as JSON.

Usage: python benchmarks/run.py [--quick] [--limit SECONDS] [--point SECONDS] [--repeats N] [--seeds N] [--only WORD]

The rows go to build/bench/history, and growth.png, growth.svg and growth.csv to build/bench. Seconds are those of the
processor. A query gets --limit, a game of a growth series --point. --only: measures with the word in their name; such a
run is not kept.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

import columns
import search
from bench import growth, literal, menus, programs, replay, statements
from bench.history import facts, save
from bench.rows import Row, table
from bench.settings import QUICK, Settings

MEASURES: tuple[tuple[str, Callable[[Settings], Iterator[Row]]], ...] = (
    ("literal", literal.measure),
    ("programs", programs.measure),
    ("menus", menus.measure),
    ("replay", replay.measure),
    ("statements", statements.measure),
    ("columns", columns.measure),
    ("growth", growth.measure),
    ("search", search.measure),
)
"""Groups of rows in the order of the table; another measure is another line."""


def main(arguments: Sequence[str]) -> int:
    """Run everything and print rows as they come."""
    options = _parser().parse_args(arguments)
    chosen = QUICK if options.quick else Settings()
    given = {name: getattr(options, name) for name in ("limit", "point", "repeats", "seeds") if getattr(options, name)}
    settings = replace(chosen, **given)
    about, start = facts([f"{name}={value}" for name, value in vars(settings).items()]), perf_counter()
    rows: list[Row] = []
    print(f"{about['commit']}, {about['cpus']} cpus, load {about['load']}, python {about['python']}", flush=True)
    for name, measure in MEASURES:
        if options.only in name:
            for line in table(kept(measure(settings), rows)):
                print(line, flush=True)
            if not options.only:
                save(rows, about)  # what was measured before an interruption is not lost
    print(f"\n{len(rows)} rows in {perf_counter() - start:.0f} s")
    return 0


def kept(found: Iterable[Row], rows: list[Row]) -> Iterator[Row]:
    """The rows found, as they come, which are added to ``rows``."""
    for row in found:
        rows.append(row)
        yield row


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="little of each, in a minute or two")
    parser.add_argument("--limit", type=int, help="seconds for a query")
    parser.add_argument("--point", type=int, help="seconds for a game of a growth series")
    parser.add_argument("--repeats", type=int, help="rounds of each measurement")
    parser.add_argument("--seeds", type=int, help="games of a point, and searches of a kind")
    parser.add_argument("--only", default="", metavar="WORD", help=f"of {', '.join(name for name, _ in MEASURES)}")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
