"""``alignproof guarantee``: exit codes and messages."""

import pytest
from typer.testing import CliRunner

from alignproof.cli import guarantee as command
from alignproof.cli.app import app
from alignproof.oracles.cutting_planes import NotSolved
from tests.experiments import market


@pytest.fixture
def alignproof(tmp_path, monkeypatch):
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture
def data(tmp_path):
    return market.write(tmp_path, *market.rows(questions=6, groups=2, models=2, options=(2,)))


def test_a_run_on_tables(alignproof, data, tmp_path):
    done = alignproof("guarantee", "--data", data, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "group 1" in done.stdout
    assert "SYNTHETIC" not in done.stdout
    assert (tmp_path / "out" / "guarantee.csv").is_file()
    quiet = alignproof("guarantee", "--data", data, "--out", tmp_path / "out", "-q")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")


@pytest.mark.slow
def test_a_run_without_data_says_that_it_is_made_up(alignproof):
    done = alignproof("guarantee", "--partition", "PLACE")
    assert done.exit_code == 0, done.stderr
    assert "SYNTHETIC DATA" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--partition", "NONE"], "no partition is called 'NONE'"),
        (["--providers", "nobody"], "no model is called 'nobody'"),
    ],
)
def test_unknown_names_are_one_message_and_exit_code_2(alignproof, data, arguments, message):
    done = alignproof("guarantee", "--data", data, *arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


def test_a_folder_without_tables(alignproof, tmp_path):
    done = alignproof("guarantee", "--data", tmp_path / "none")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)


def test_a_program_that_is_not_solved_is_unknown(alignproof, data, monkeypatch):
    def fail(*arguments):
        raise NotSolved("for a test")

    monkeypatch.setattr(command, "guarantees", fail)
    done = alignproof("guarantee", "--data", data)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "for a test" in done.stderr
