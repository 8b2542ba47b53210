"""All partitions under all scoring rules, part by part.

A part is one partition under one rule. It is stored in a file that names what it was computed from: the tables, the
seed, the number of profiles and the program's own sources. A later run that finds the file and would compute from the
same uses it again.
"""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from alignproof.experiments import fits, scores, strong, tables, weak
from alignproof.experiments.scores import FOLDS, SCORES, Array, observations
from alignproof.experiments.strong import PROFILES, Strong, drawn_moments
from alignproof.experiments.tables import Panel, Tables
from alignproof.experiments.weak import METHODS, Weak
from alignproof.formats.writing import write_file
from alignproof.games.document import InputError

SOURCES = (fits, scores, strong, tables, weak)


@dataclass(frozen=True)
class Settings:
    """What a run depends on besides the tables."""

    seed: int = 0
    profiles: int = PROFILES


@dataclass(frozen=True)
class Part:
    """One partition under one scoring rule. ``strong`` covers all sets of groups only for the linear rule."""

    panel: Panel
    score: str
    weak: Weak
    strong: Strong


Parts = Mapping[tuple[str, str], Part]
"""By partition and scoring rule."""


def compute(
    data: Tables, folder: Path, settings: Settings, announce: Callable[[str, bool], None] = lambda *_: None
) -> dict[tuple[str, str], Part]:
    """Every part, taken from ``folder`` if it is there; ``announce(part, reused)`` is called after each.

    Raises InputError if a partition has fewer questions than there are folds, OSError if a file cannot be written.
    """
    for partition in data.partitions:
        if (count := len(data.panel(partition).questions)) < FOLDS:
            raise InputError(partition, f"{count} questions were answered by all its groups; {FOLDS} folds need more")
    parts = {}
    for number, partition in enumerate(data.partitions):
        for score in SCORES:
            path = folder / f"{number + 1:02d}-{score}.npz"
            parts[partition, score], reused = _part(data, partition, score, path, settings)
            announce(f"{partition}, {score}", reused)
    return parts


def _part(data: Tables, partition: str, score: str, path: Path, settings: Settings) -> tuple[Part, bool]:
    panel, key = data.panel(partition), _key(data, partition, score, settings)
    stored = _stored(path, key)
    arrays = stored or _computed(data, panel, score, settings)
    if stored is None:
        packed = BytesIO()
        np.savez_compressed(packed, allow_pickle=False, key=np.array(key), **arrays)
        write_file(path, packed.getvalue())
    weak_part = Weak({method: arrays[f"rmse {method}"] for method in METHODS}, arrays["w"])
    strong_part = Strong(arrays["lambda"], arrays["strong rmse"], arrays["overall"])
    return Part(panel, score, weak_part, strong_part), stored is not None


def _computed(data: Tables, panel: Panel, score: str, settings: Settings) -> dict[str, Array]:
    seen = observations(panel, score, data.smallest_share / 2, settings.seed)
    fitted = weak.weak(seen)
    moments = drawn_moments(seen, settings.seed, settings.profiles)
    shared = strong.strong(seen, moments, every_set=score == SCORES[0])
    errors = {f"rmse {method}": np.ascontiguousarray(fitted.rmse[method]) for method in METHODS}
    return errors | {
        "w": fitted.weights,
        "lambda": shared.weights,
        "strong rmse": shared.rmse,
        "overall": shared.overall,
    }


def _key(data: Tables, partition: str, score: str, settings: Settings) -> str:
    digest = hashlib.sha256(f"{data.digest} {partition!r} {score} {settings} {np.__version__}".encode())
    for module in SOURCES:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def _stored(path: Path, key: str) -> dict[str, Array] | None:
    """The part in a file, if it can be read and was computed from the same."""
    names = [*(f"rmse {method}" for method in METHODS), "w", "lambda", "strong rmse", "overall"]
    try:
        with np.load(path, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            return {name: file[name] for name in names}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # not there, or not whole: it is computed anew
