"""``alignproof guarantee``: exit codes and messages."""

import zipfile

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


def test_all_sets_of_models(alignproof, data, tmp_path):
    run = ["guarantee", "--all-teams", "--data", data, "--out", tmp_path / "out"]
    done = alignproof(*run)
    assert done.exit_code == 0, done.stderr
    assert "12 smallest errors" in done.stdout
    assert "0 of them settled by an earlier run" in done.stdout
    assert done.stderr.count("errors shown by") == 3
    again = alignproof(*run, "--partition", "PART")
    assert "3 of them settled by an earlier run" in again.stdout
    assert again.stderr.count("errors reused by") == 3
    assert alignproof(*run, "--recheck", "-q").output == ""
    assert alignproof(*run, "--partition", "NONE").exit_code == 2
    path = tmp_path / "out" / "teams" / "01.zip"
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
        comment = archive.comment
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = comment
        for name, text in texts.items():
            archive.writestr(name, text.replace('"kind":"aligned"', '"kind":"benchmark"'))
    forged = alignproof(*run, "--recheck")
    assert forged.exit_code == 1
    assert "the kernel rejects it" in forged.stderr
