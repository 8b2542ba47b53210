"""Runs kept as JSON: rows, and facts about the machine, which say whether two runs may be compared."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.rows import Row, read_row, row_document

FORMAT = "alignproof-bench/1"
HISTORY = Path("build/bench/history")
PACKAGES = ("z3-solver", "cvc5", "highspy", "python-flint", "numpy", "scipy", "sympy", "pygambit")
ENVIRONMENT = ("machine", "processor", "cpus", "python", "packages", "options")
"""Facts that have to be the same for seconds of two runs to mean the same; the commit and the load need not be."""


class Unusable(Exception):
    """A file that is no run, or a run that is not there; the message says which."""


@dataclass(frozen=True)
class Run:
    """One run of the benchmarks."""

    name: str
    facts: dict[str, Any]
    rows: tuple[Row, ...]


def facts(options: Sequence[str] = ()) -> dict[str, Any]:
    """About the machine and the code, at the beginning of a run."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": platform.platform(),
        "processor": _processor(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "options": list(options),
        "load": _load(),
    }


def commit() -> str:
    """The commit, with a plus sign if files differ from it; "unknown" where there is none."""
    try:
        found = subprocess.run(["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _load() -> list[float]:
    return [round(load, 2) for load in os.getloadavg()]


def save(rows: Sequence[Row], about: dict[str, Any], folder: Path = HISTORY) -> Path:
    """Write a run into the folder, in one step; files sort by time."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.fromisoformat(about["time"]).strftime("%Y%m%dT%H%M%SZ")
    path = folder / f"{stamp}-{about['commit']}.json"
    document = {"format": FORMAT, "facts": {**about, "load at end": _load()}, "rows": list(map(row_document, rows))}
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    draft.replace(path)
    return path


def load(path: Path) -> Run:
    """A run that was saved. Raises Unusable."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["format"] != FORMAT:
            raise Unusable(f"{path}: not a run in the format {FORMAT}")
        rows = tuple(map(read_row, document["rows"]))
        about = dict(document["facts"])
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unusable(f"{path}: damaged, {type(error).__name__}: {error}") from None
    return Run(path.name, about, rows)


def last_two(folder: Path = HISTORY) -> tuple[Path, Path]:
    """The last two runs in the folder. Raises Unusable if there are not two."""
    found = sorted(folder.glob("*.json"))
    if len(found) < 2:
        raise Unusable(f"{folder} has {len(found)} of the two runs that a comparison needs: run `make bench` again")
    return found[-2], found[-1]
