"""Rows as tables that spreadsheets and pandas read."""

from collections.abc import Sequence
from pathlib import Path

from alignproof.formats.writing import csv_text, write_file


def write_csv(rows: Sequence[object], keys: Sequence[str], path: Path) -> None:
    """Write a line of keys and a line for each row, as UTF-8. Lists are joined by spaces. Raises OSError."""
    write_file(path, csv_text(keys, ([_cell(getattr(row, key)) for key in keys] for row in rows)))


def _cell(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value
