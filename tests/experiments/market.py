"""Small random tables, as files and as observations."""

import csv
import random
from pathlib import Path

from alignproof.experiments.scores import Observations, observations
from alignproof.experiments.tables import GROUP_COLUMNS, MODEL_COLUMNS, Tables, read_tables, write_table


def rows(seed=0, questions=12, groups=3, models=3, options=(2, 3)):
    """Rows for both tables, as lists of dictionaries."""
    draw = random.Random(seed)
    group_rows, model_rows = [], []
    for y in range(questions):
        names = [f"option {a}" for a in range(draw.choice(options))]
        base = {"wave": "W1", "question_key": f"Q{y}"}
        for i in range(groups):
            counts = [draw.randint(0, 9) + (a == 0) for a in range(len(names))]
            for a, name in enumerate(names):
                share = f"{counts[a] / sum(counts):.6f}"
                group_rows.append(
                    base
                    | {"partition": "PART", "group": f"group {i}", "option_index": a, "option": name}
                    | {"p": share, "count": counts[a], "n": sum(counts)}
                )
        for j in range(models):
            drawn = [draw.randrange(len(names)) for _ in range(20)]
            for a, name in enumerate(names):
                share = drawn.count(a) / 20
                model_rows.append(
                    base | {"model": f"model {j}", "option_index": a, "option": name, "q": f"{share:.2f}"}
                )
    return group_rows, model_rows


def write(folder: Path, group_rows, model_rows) -> Path:
    """Both tables as files; columns are those of the first row."""
    for name, columns, table in (("groups.csv", GROUP_COLUMNS, group_rows), ("models.csv", MODEL_COLUMNS, model_rows)):
        extra = [column for column in table[0] if column not in columns]
        names = [column for column in (*columns, *extra) if column in table[0]]
        write_table(folder / name, names, [[row.get(column, "") for column in names] for row in table])
    return folder


def tables(folder: Path, **sizes) -> Tables:
    return read_tables(write(folder, *rows(**sizes)))


def seen(folder: Path, score="linear", **sizes) -> Observations:
    data = tables(folder, **sizes)
    return observations(data.panel("PART"), score, data.smallest_share / 2, seed=0)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
