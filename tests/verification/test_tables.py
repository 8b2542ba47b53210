"""Rows as CSV: every row of the JSON, whatever is in its texts."""

import csv
import json
from dataclasses import dataclass

import pandas

from alignproof.verification.tables import write_csv


@dataclass
class Row:
    result: str
    verdict: str
    seconds: float
    certificates: tuple[str, ...]


def test_what_is_written_is_read_again(tmp_path):
    rows = [Row('a "quoted", λ\ntext', "PROVED", 0.25, ("1.json", "2.json")), Row("", "NA", 1.0, ())]
    write_csv(rows, ("result", "verdict", "seconds", "certificates"), tmp_path / "deep" / "rows.csv")
    with (tmp_path / "deep" / "rows.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [list(row.values()) for row in found] == [
        ['a "quoted", λ\ntext', "PROVED", "0.25", "1.json 2.json"],
        ["", "NA", "1.0", ""],
    ]


def test_verify_and_audit_write_the_rows_of_their_json(tmp_path):
    from typer.testing import CliRunner

    from alignproof.cli.app import app

    for command in (["verify", "theorem 5.2"], ["audit", "--lines", "proposition a.2"]):
        table, listed = tmp_path / "rows.csv", tmp_path / "rows.json"
        options = ["--csv", str(table), "--json", str(listed), "--out", str(tmp_path / "out"), "--jobs", "1", "--quiet"]
        done = CliRunner().invoke(app, [*command, *options])
        assert done.exit_code == 0, done.output
        with table.open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        rows = json.loads(listed.read_text())
        if command[0] == "verify":
            assert pandas.read_csv(table, keep_default_na=False).to_dict("records") == rows
        assert found
        assert found == [
            {key: " ".join(item) if isinstance(item, list) else str(item) for key, item in row.items()} for row in rows
        ]
