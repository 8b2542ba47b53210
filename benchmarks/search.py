"""Seconds of `alignproof search` from cold to certificate, the least and most over some seeds, and the sizes found."""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

COMMAND = Path(sys.executable).parent / "alignproof"
SEEDS = range(5)
SEARCHES = (
    "thm4.1 --param eps=1/2",
    "thm4.1 --param eps=1/2 --robust",
    "thm4.1 --param eps=1/5",
    "thm4.1 --param eps=1/5 --robust",
    "thm4.1 --param eps=1/10",
    "thm4.1 --param eps=1/10 --robust",
    "thm5.2",
    "thm5.2 --robust",
    "propA.2",
)


def measured(search: str, seed: int) -> tuple[float, str]:
    """Seconds, and the size found."""
    with tempfile.TemporaryDirectory() as out:
        command = [COMMAND, "search", *search.split(), "--seed", str(seed), "--out", out]
        start = perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = perf_counter() - start
        files = sorted(Path(out).iterdir())
        valid = bool(files) and subprocess.run([COMMAND, "check", "--quiet", *files], check=False).returncode == 0
    size = done.stdout.partition(" (")[0].removeprefix("found: ")
    return seconds, size if done.returncode == 0 and valid else f"exit code {done.returncode}"


def main() -> None:
    """A line per search."""
    for search in SEARCHES:
        seconds, sizes = zip(*(measured(search, seed) for seed in SEEDS), strict=True)
        print(f"{search:35}{min(seconds):6.1f}{max(seconds):6.1f}   {' | '.join(sorted(set(sizes)))}", flush=True)


if __name__ == "__main__":
    main()
