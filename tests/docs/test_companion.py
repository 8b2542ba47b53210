"""The companion's tables are those of the rows and pages that they speak of, and the rows that it names exist."""

import importlib.util
import re
from pathlib import Path

import pytest

from alignproof.verification.results import tasks

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "explanation" / "companion.md").read_text()
NUMBERS = {12: "Twelve", 14: "Fourteen"}
ROW = "Theorem|Section|Proposition|Proof of|Counting|One provider|Full rev|Shared rules|What all|The marginals|A user"


@pytest.fixture(scope="module")
def companion():
    spec = importlib.util.spec_from_file_location("companion", ROOT / "tools" / "companion.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_up_to_date(companion):
    assert companion.written(PAGE) == PAGE, "run python tools/companion.py"


def test_every_row_is_there():
    table = PAGE.split("<!-- begin rows -->")[1].replace("\\|", "|")
    for task in tasks():
        assert f"| {task.result} | {task.expected} | {task.depth} | {task.scope} |" in table


def test_a_page_that_says_something_else_is_noticed(companion):
    changed = PAGE.replace("| REFUTED |", "| PROVED |", 1)
    assert companion.written(changed) == PAGE != changed
    with pytest.raises(ValueError, match="no place"):
        companion.written(PAGE.replace("<!-- begin sets -->\n", ""))


def test_the_numbers_of_lines_are_those_of_the_tables(companion):
    false, harmless = (len(companion.printed(v).splitlines()) - 2 for v in ("FALSE", "FALSE BUT HARMLESS"))
    summary = PAGE.split("## How to read this")[0]
    assert f"{NUMBERS[false]} lines ([below](#lines-that-are-false))" in summary
    assert f"{NUMBERS[harmless]} lines of the proofs ([below](#lines-that-are-false-and-harmless))" in summary


def test_rows_that_are_named_exist():
    prose = " ".join(PAGE.split("<!-- begin sets -->")[0].split())
    known = {name for task in tasks() for name in (task.result, task.result.partition(":")[0])}
    named = re.findall(rf'"((?:{ROW})[^"]*)"', prose)
    assert len(named) > 30
    assert set(named) <= known
