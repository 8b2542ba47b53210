"""Fits on all subsets against a plain loop over scipy.optimize.nnls, in the same run, and what a fit costs.

Usage: python benchmarks/experiments.py [--full] [DATA]

DATA is a folder with groups.csv and models.csv; without it, random tables of the size of the paper's experiment are
used (9 models, 9 partitions, 226 questions). The loop is timed on a sixteenth of the subsets, of all sizes, and its
time multiplied, unless --full.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from alignproof.experiments.fits import centred, subset_fits
from alignproof.experiments.report import experiment
from alignproof.experiments.run import Settings, compute
from alignproof.experiments.scores import FOLDS, SCORES, Observations, observations
from alignproof.experiments.strong import drawn_moments, strong
from alignproof.experiments.tables import GROUP_COLUMNS, MODEL_COLUMNS, Tables, read_tables, write_table
from alignproof.experiments.weak import NNLS, weak

GROUPS = (5, 4, 6, 5, 4, 5, 4, 2, 5)
SAMPLED = 16


def random_tables(folder: Path, models: int = 9, questions: int = 226, groups: tuple[int, ...] = GROUPS) -> Tables:
    draw = random.Random(0)
    group_rows, model_rows = [], []
    for y in range(questions):
        options = draw.choice((2, 3, 3, 5))
        for partition, size in enumerate(groups):
            for i in range(size):
                counts = [draw.randint(1, 300) for _ in range(options)]
                for a, count in enumerate(counts):
                    share = f"{count / sum(counts):.6f}"
                    group_rows.append(
                        ("W", f"Q{y}", f"P{partition}", f"g{i}", a, f"option {a}", share, count, sum(counts))
                    )
        for j in range(models):
            drawn = [draw.randrange(options) for _ in range(50)]
            for a in range(options):
                model_rows.append(("W", f"Q{y}", f"m{j}", a, f"option {a}", f"{drawn.count(a) / 50:.2f}"))
    write_table(folder / "groups.csv", GROUP_COLUMNS, group_rows)
    write_table(folder / "models.csv", MODEL_COLUMNS, model_rows)
    return read_tables(folder)


def loop(data: Observations, subsets: list[int]) -> np.ndarray:
    """The held-out error of one NNLS after the other, [subset, group, fold]; the intercept by centring, once a fold."""
    errors = np.zeros((len(subsets), len(data.users), FOLDS))
    for fold in range(FOLDS):
        held_out = data.fold[data.question] == fold
        mean_x, mean_y = data.providers[:, ~held_out].mean(axis=1), data.users[:, ~held_out].mean(axis=1)
        x, y = (data.providers[:, ~held_out].T - mean_x), (data.users[:, ~held_out].T - mean_y)
        test_x, test_y = data.providers[:, held_out].T - mean_x, data.users[:, held_out].T - mean_y
        for place, subset in enumerate(subsets):
            inside = [j for j in range(x.shape[1]) if subset >> j & 1]
            columns, test = np.ascontiguousarray(x[:, inside]), test_x[:, inside]
            for i in range(y.shape[1]):
                weights, _ = nnls(columns, y[:, i])
                errors[place, i, fold] = np.sqrt(((test_y[:, i] - test @ weights) ** 2).mean())
    return errors


def panels(data: Tables) -> Iterator[Observations]:
    for partition in data.partitions:
        for score in SCORES:
            yield observations(data.panel(partition), score, data.smallest_share / 2, seed=0)


def against_the_loop(data: Tables, full: bool) -> None:
    everything = list(panels(data))
    start = time.perf_counter()
    ours = [weak(seen) for seen in everything]
    seconds = time.perf_counter() - start
    step = 1 if full else SAMPLED
    slow, worst, fits = 0.0, 0.0, 0
    for seen, result in zip(everything, ours, strict=True):
        subsets = sorted(range(1, 1 << len(seen.providers)), key=lambda subset: (subset.bit_count(), subset))[::step]
        start = time.perf_counter()
        errors = loop(seen, subsets)
        slow += time.perf_counter() - start
        worst = max(worst, float(np.abs(errors - result.rmse[NNLS][subsets]).max()))
        fits += errors.size
    total = sum(result.rmse[NNLS][1:].size for result in ours)
    estimate = slow * total / fits
    what = "timed in full" if full else f"timed on {fits} of them and multiplied"
    print(f"all subsets, {len(data.partitions)} partitions, {FOLDS} folds, {len(SCORES)} scores: {total} fits")
    print(f"  at once, with all baselines  {seconds:8.2f} s")
    print(f"  scipy.optimize.nnls in a loop{estimate:8.2f} s ({what}), {estimate / seconds:.1f}x")
    print(f"  largest difference of an error {worst:.1e}")
    if worst > 1e-9:
        raise SystemExit("the errors differ")


def whole_run(data: Tables) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        compute(data, Path(folder) / "parts", Settings())
        parts = time.perf_counter() - start
        experiment(data, Path(folder), Settings(), lambda _: None)
        print(f"weak and strong, all parts     {parts:8.2f} s")
        print(f"figures, claims and page after {time.perf_counter() - start - parts:8.2f} s")


def curve() -> None:
    """What a part costs, one size varied at a time."""
    for what, cases in (
        ("providers", [{"models": n, "questions": 100, "groups": (4,)} for n in (4, 6, 8, 10, 12)]),
        ("questions", [{"models": 9, "questions": n, "groups": (4,)} for n in (50, 100, 200, 400, 800)]),
        ("users", [{"models": 9, "questions": 100, "groups": (n,)} for n in (2, 4, 6, 8)]),
    ):
        for case in cases:
            with tempfile.TemporaryDirectory() as folder:
                data = random_tables(Path(folder), **case)
            seen = observations(data.panel("P0"), SCORES[0], data.smallest_share / 2, seed=0)
            start = time.perf_counter()
            weak(seen)
            middle = time.perf_counter()
            strong(seen, drawn_moments(seen, seed=0), every_set=True)
            end = time.perf_counter()
            size = case[{"providers": "models", "users": "groups"}.get(what, what)]
            number = size[0] if isinstance(size, tuple) else size
            print(
                f"{what:10}{number:5}   weak {middle - start:6.3f} s   strong, all sets of users {end - middle:6.3f} s"
            )


def single_fit() -> None:
    draw = np.random.default_rng(0)
    gram, cross = centred(draw.random((9, 600)), draw.random((5, 600)))
    start = time.perf_counter()
    for _ in range(20):
        subset_fits(gram, cross)
    print(f"512 subsets of 9 columns, 5 targets {(time.perf_counter() - start) / 20 * 1000:6.1f} ms")


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--full"]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        if arguments:
            data = read_tables(arguments[0])
            print(f"reading the tables             {time.perf_counter() - start:8.2f} s")
        else:
            data = random_tables(Path(folder))
            print(f"writing and reading the tables {time.perf_counter() - start:8.2f} s")
    print(f"{os.cpu_count()} cores; {len(data.model_names)} models, {len(data.questions)} questions")
    against_the_loop(data, "--full" in sys.argv)
    whole_run(data)
    single_fit()
    curve()


if __name__ == "__main__":
    main()
