"""What `alignproof search` finds against universal results: for each hypothesis that the audit calls needed, dropped
alone, the sizes found and the seconds from cold to certificates, the least and most over some seeds."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from alignproof.verification.audit import CASES

COMMAND = Path(sys.executable).parent / "alignproof"
SEEDS = range(2)
SECONDS = "120"
OTHERS = (
    ("Theorem 3.1", "--game", "anonymous"),
    ("Theorem 5.1", "--game", "anonymous"),
    ("Theorem 4.4", "--protocol", "PU"),
    ("thm4.1", "--talk"),
    ("thm5.2", "--talk"),
)


def searches() -> Iterator[tuple[str, ...]]:
    """Arguments of the command."""
    for result, cases in CASES.items():
        yield from ((result, "--drop", hypothesis) for hypothesis in cases)
    yield from OTHERS


def measured(search: tuple[str, ...], seed: int) -> tuple[float, str]:
    """Seconds, and the size found."""
    with tempfile.TemporaryDirectory() as out:
        command = [COMMAND, "search", *search, "--seed", str(seed), "--out", out, "--time-limit", SECONDS]
        start = perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = perf_counter() - start
        files = sorted(Path(out).iterdir())
        valid = bool(files) and subprocess.run([COMMAND, "check", "--quiet", *files], check=False).returncode == 0
    size = done.stdout.partition(" (")[0].removeprefix("found: ")
    return seconds, size if done.returncode == 0 and valid else f"exit code {done.returncode}"


def main() -> None:
    """A line per search: those that contain an argument, if there are any."""
    wanted = " ".join(sys.argv[1:])
    for search in searches():
        if wanted not in " ".join(search):
            continue
        seconds, sizes = zip(*(measured(search, seed) for seed in SEEDS), strict=True)
        found = " | ".join(dict.fromkeys(sizes))
        print(f"{' '.join(search):56}{min(seconds):6.1f}{max(seconds):6.1f}   {found}", flush=True)


if __name__ == "__main__":
    main()
