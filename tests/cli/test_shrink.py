"""The command that shrinks a certificate: what it writes, and what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from alignproof.cli.app import app
from alignproof.counterexamples.shrink.aim import Aim
from alignproof.counterexamples.shrink.canonical import canonical
from alignproof.counterexamples.shrink.read import instance_of
from alignproof.counterexamples.smallest import indifferent, newcomer
from alignproof.counterexamples.violations import certify, setting
from alignproof.formats.documents import dump
from tests.counterexamples.shrink.test_shrink import of_theorem_5_2


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def certified(tmp_path):
    path = tmp_path / "paper.json"
    path.write_text(dump(certify(of_theorem_5_2())))
    return path


def test_the_papers_market_becomes_small(certified, tmp_path):
    done = run("shrink", certified, "--out", tmp_path / "small")
    assert done.exit_code == 0, done.output
    assert "n=1+1, k=1, |A|=2, |Y|=2, |M|=2; canonical form" in done.output
    path = tmp_path / "small" / "paper.json"
    assert setting(instance_of([json.loads(path.read_text())])) == setting(canonical(newcomer(False)))
    assert run("check", path).exit_code == 0


def test_too_little_time_is_told(certified, tmp_path):
    done = run("shrink", certified, "--out", tmp_path / "small", "--time-limit", "0.001")
    assert done.exit_code == 0
    assert "the time was up" in done.output


def test_an_invalid_certificate_is_refused(certified, tmp_path):
    document = json.loads(certified.read_text())
    document["claim"]["at_most"] = "1/9"
    certified.write_text(json.dumps(document))
    done = run("shrink", certified, "--out", tmp_path / "small")
    assert done.exit_code == 1
    assert "INVALID" in done.output
    assert not (tmp_path / "small").exists()


def test_other_kinds_are_refused(tmp_path):
    for document in Aim(lambda documents: True).documents(indifferent()):
        path = tmp_path / "other.json"
        path.write_text(dump(document))
        done = run("shrink", path, "--out", tmp_path)
        assert done.exit_code == 2
        assert "bound-violated" in done.output


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert run("shrink", tmp_path / "none.json").exit_code == 2
