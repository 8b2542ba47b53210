"""`alignproof search` from cold to certificate over some seeds: seconds, how many are found in time, and the sizes.

Usage: python benchmarks/search.py [SEEDS] [WORD]

Each seed is a process of its own, one after another; its certificates are checked by another one. Seconds are those of
the processor, of the command and all that it starts, so that other work on the machine matters little; the last but one
column of numbers is the median by the clock. In time: found, certified, and within the limit. WORD: only rows with it.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.rows import Row, Spread
from bench.settings import Settings

GROUP = "Search, from cold to certificates"
PATIENCE = 10
"""How many times the limit a search may take by the clock."""

COMMAND = Path(sys.executable).parent / "alignproof"
SEARCHES = (
    ("thm4.1 --param eps=1/2", 2),
    ("thm4.1 --param eps=1/5", 5),
    ("thm4.1 --param eps=2/5", 5),
    ("thm4.1 --param eps=1/10", 20),
    ("thm4.1 --param eps=1/10 --param c=7/10", 20),
    ("thm4.1 --param eps=1/20", 120),
    ("thm4.1 --param eps=1/2 --robust", 2),
    ("thm4.1 --param eps=1/5 --robust", 5),
    ("thm4.1 --param eps=2/5 --robust", 5),
    ("thm4.1 --param eps=1/10 --robust", 20),
    ("thm4.1 --param eps=1/10 --param c=7/10 --robust", 20),
    ("thm4.1 --param eps=1/20 --robust", 120),
    ("thm5.2", 5),
    ("thm5.2 --robust", 5),
    ("propA.2", 2),
    ("propA.1-as-printed", 2),
    ("thm3.1-literal-garbling", 5),
    ("thm3.1-literal-garbling --robust", 5),
)
"""Arguments, and the seconds within which all is to be done."""


def measured(search: str, limit: int, seed: int) -> tuple[float, float, str]:
    """Seconds of the processor and by the clock, and the size found; or why nothing counts."""
    with tempfile.TemporaryDirectory() as out:
        options = ["--seed", str(seed), "--out", out, "--time-limit", str(PATIENCE * limit)]
        start, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [COMMAND, "search", *search.split(), *options], capture_output=True, text=True, check=False
        )
        seconds, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        files = sorted(Path(out).iterdir())
        valid = bool(files) and subprocess.run([COMMAND, "check", "--quiet", *files], check=False).returncode == 0
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode != 0:
        return busy, seconds, "not found"
    return busy, seconds, done.stdout.partition(" (")[0].removeprefix("found: ") if valid else "not certified"


def in_time(limit: int, busy: Sequence[float], sizes: Sequence[str]) -> int:
    """How many of some seeds found a certified market within the limit."""
    return sum(took < limit and size.startswith("n=") for took, size in zip(busy, sizes, strict=True))


def measure(settings: Settings) -> Iterator[Row]:
    """A row per search, seconds of the processor over some seeds."""
    for search, limit in SEARCHES[:1] if settings.quick else SEARCHES:
        busy, _, sizes = zip(*(measured(search, limit, seed) for seed in range(settings.seeds)), strict=True)
        result = f"{in_time(limit, busy, sizes)} of {len(busy)} in time: {' | '.join(sorted(set(sizes)))}"
        yield Row(GROUP, search, f"limit {limit} s", Spread.of(busy), result=result)


def main(seeds: int, word: str) -> None:
    """A line per search."""
    print(f"{'search':50}{'limit':>6}{'least':>7}{'median':>7}{'most':>7}{'clock':>7}  in time  sizes")
    for search, limit in SEARCHES:
        if word not in search:
            continue
        busy, clock, sizes = zip(*(measured(search, limit, seed) for seed in range(seeds)), strict=True)
        sound = in_time(limit, busy, sizes)
        figures = f"{limit:6}{min(busy):7.1f}{median(busy):7.1f}{max(busy):7.1f}{median(clock):7.1f}"
        print(f"{search:50}{figures}  {sound:3}/{seeds:<3}  {' | '.join(sorted(set(sizes)))}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, sys.argv[2] if len(sys.argv) > 2 else "")
