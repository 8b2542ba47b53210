"""A small market that is made up, for a first run without data. Its rows and every figure say so.

Groups and models have a place on a line, and answer questions by the same logit rule with different noise; groups are
counted, models sampled. No figure drawn from it is a finding.
"""

import math
import random
from pathlib import Path

from alignproof.experiments.tables import GROUP_COLUMNS, MODEL_COLUMNS, PARTITION_COLUMNS, SYNTHETIC, write_table

QUESTIONS, RESPONDENTS, SAMPLES = 40, 400, 50
GROUPS = {
    "VIEW": {"Far left": -2.0, "Left": -1.0, "Middle": 0.0, "Right": 1.0, "Far right": 2.0},
    "PLACE": {"North": -0.4, "Centre": 0.1, "South": 0.6},
}
MODELS = {
    "model A": (-1.5, 2.0),
    "model B": (-0.8, 1.0),
    "model C": (0.0, 0.4),
    "model D": (0.7, 1.0),
    "model E": (1.6, 3.0),
}
"""Place, and how sharply it answers."""


def write_synthetic(folder: Path, seed: int = 0) -> None:
    """Write ``groups.csv``, ``models.csv`` and ``partitions.csv``. Raises OSError if that fails."""
    draw = random.Random(seed)
    groups: list[tuple[object, ...]] = []
    models: list[tuple[object, ...]] = []
    for number in range(1, QUESTIONS + 1):
        key, options = f"Q{number}", draw.choice((2, 3, 4))
        names = [f"option {index + 1}" for index in range(options)]
        places = [draw.gauss(0, 1) for _ in names]
        appeal = [draw.gauss(0, 0.7) for _ in names]
        for partition, members in GROUPS.items():
            for group, place in members.items():
                counts = _drawn(draw, _logit(place + draw.gauss(0, 0.3), 0.8, places, appeal), RESPONDENTS)
                for index, (name, count) in enumerate(zip(names, counts, strict=True)):
                    share = f"{count / RESPONDENTS:.6f}"
                    groups.append((SYNTHETIC, key, partition, group, index, name, share, count, RESPONDENTS, SYNTHETIC))
        for model, (place, sharpness) in MODELS.items():
            counts = _drawn(draw, _logit(place + draw.gauss(0, 0.3), sharpness, places, appeal), SAMPLES)
            for index, (name, count) in enumerate(zip(names, counts, strict=True)):
                models.append((SYNTHETIC, key, model, index, name, f"{count / SAMPLES:.2f}", SYNTHETIC, SAMPLES))
    write_table(folder / "groups.csv", (*GROUP_COLUMNS, "source"), groups)
    write_table(folder / "models.csv", (*MODEL_COLUMNS, "source", "n_samples"), models)
    listed = [(partition, group) for partition, members in GROUPS.items() for group in members]
    write_table(folder / "partitions.csv", PARTITION_COLUMNS, listed)


def _logit(place: float, sharpness: float, places: list[float], appeal: list[float]) -> list[float]:
    return [math.exp(sharpness * place * at + worth) for at, worth in zip(places, appeal, strict=True)]


def _drawn(draw: random.Random, weights: list[float], number: int) -> list[int]:
    drawn = draw.choices(range(len(weights)), weights, k=number)
    return [drawn.count(index) for index in range(len(weights))]
