"""`alignproof search` from cold to certificate over some seeds: seconds, how many are found in time, and the sizes.

Usage: python benchmarks/search.py [SEEDS] [WORD]

Each seed is a process of its own, one after another; its certificates are checked by another one. In time means within
the limit of the row, which is what such a search is meant to take on an idle core. WORD: only rows that contain it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

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


def measured(search: str, limit: int, seed: int) -> tuple[float, str]:
    """Seconds, and the size found; or why nothing counts."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            COMMAND,
            "search",
            *search.split(),
            "--seed",
            str(seed),
            "--out",
            out,
            "--time-limit",
            str(2 * limit),
        ]
        start = perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = perf_counter() - start
        files = sorted(Path(out).iterdir())
        valid = bool(files) and subprocess.run([COMMAND, "check", "--quiet", *files], check=False).returncode == 0
    if done.returncode != 0:
        return seconds, "not found"
    return seconds, done.stdout.partition(" (")[0].removeprefix("found: ") if valid else "not certified"


def main(seeds: int, word: str) -> None:
    """A line per search."""
    print(f"{'search':49}{'limit':>6}{'least':>7}{'median':>7}{'most':>7}  in time  sizes")
    for search, limit in SEARCHES:
        if word not in search:
            continue
        seconds, sizes = zip(*(measured(search, limit, seed) for seed in range(seeds)), strict=True)
        sound = sum(took < limit and size.startswith("n=") for took, size in zip(seconds, sizes, strict=True))
        figures = f"{limit:6}{min(seconds):7.1f}{median(seconds):7.1f}{max(seconds):7.1f}"
        print(f"{search:49}{figures}  {sound:3}/{seeds:<3}  {' | '.join(sorted(set(sizes)))}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, sys.argv[2] if len(sys.argv) > 2 else "")
