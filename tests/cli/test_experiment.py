"""``alignproof experiment``: exit codes and messages."""

import pytest
from typer.testing import CliRunner

from alignproof.cli.app import app
from tests.experiments import market


@pytest.fixture
def alignproof(tmp_path, monkeypatch):
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


def test_bad_tables_are_one_message_and_exit_code_2(alignproof, tmp_path):
    groups, models = market.rows()
    groups[3]["p"] = "many"
    market.write(tmp_path, groups, models)
    done = alignproof("experiment", "--data", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "alignproof: groups.csv:5: p is 'many', not a nonnegative number\n"


def test_a_folder_without_tables(alignproof, tmp_path):
    done = alignproof("experiment", "--data", tmp_path / "none")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)


def test_importing_nothing(alignproof, tmp_path):
    done = alignproof("experiment", "import-opinionqa", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no folder human_resp" in done.stderr


@pytest.mark.slow
def test_a_run_without_data_says_that_it_is_made_up(alignproof, tmp_path):
    done = alignproof("experiment", "--profiles", "10")
    assert done.exit_code == 0, done.stderr
    assert "SYNTHETIC DATA: made up, not a finding" in done.stdout
    assert (tmp_path / "build" / "experiment" / "index.html").is_file()
    again = alignproof("experiment", "--profiles", "10")
    assert "reused 6 of 6 parts" in again.stdout
    assert not alignproof("experiment", "--profiles", "10", "--quiet").stdout
