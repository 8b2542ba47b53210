"""Rows as tables that spreadsheets and pandas read."""

import csv
from collections.abc import Sequence
from pathlib import Path


def write_csv(rows: Sequence[object], keys: Sequence[str], path: Path) -> None:
    """Write a line of keys and a line for each row, as UTF-8. Lists are joined by spaces. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(keys)
        table.writerows([_cell(getattr(row, key)) for key in keys] for row in rows)


def _cell(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value
