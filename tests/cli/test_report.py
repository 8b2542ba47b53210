"""``alignproof report`` as scripts use it: files, standard output, exit codes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from alignproof.cli.console import INVALID, UNKNOWN, UNUSABLE, VALID

COMMAND = Path(sys.executable).parent / "alignproof"


def alignproof(*arguments, cwd):
    return subprocess.run(
        [COMMAND, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def verified(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    assert alignproof("verify", "theorem 5.2", "--no-cache", "--quiet", cwd=folder).returncode == VALID
    return folder


def rows(folder):
    return json.loads((folder / "build" / "verify.json").read_text())


def test_a_page_is_written_where_asked(verified):
    done = alignproof("report", "--out", "deep/report.html", cwd=verified)
    assert done.returncode == VALID, done.stderr
    count = len(rows(verified))
    assert done.stderr == f"alignproof: {count} of {count} rows reached their verdicts; written to deep/report.html\n"
    assert done.stdout == ""
    assert (verified / "deep" / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_unknown_has_its_own_code(verified, tmp_path):
    changed = rows(verified)
    changed[0]["verdict"] = "UNKNOWN"
    (tmp_path / "verify.json").write_text(json.dumps(changed))
    (tmp_path / "certificates").symlink_to(verified / "build" / "certificates")
    done = alignproof("report", "--from", tmp_path, "--format", "junit", "--out", "-", "--quiet", cwd=verified)
    assert (done.returncode, done.stderr) == (UNKNOWN, "")
    assert ElementTree.fromstring(done.stdout).get("errors") == "1"


@pytest.mark.slow
@pytest.mark.parametrize(("form", "start"), [("text", "alignproof "), ("markdown", "# What"), ("html", "<!DOCTYPE")])
def test_every_format_can_go_to_standard_output(verified, form, start):
    done = alignproof("report", "--format", form, "--out", "-", "--quiet", cwd=verified)
    assert (done.returncode, done.stderr) == (VALID, "")
    assert done.stdout.startswith(start)


def test_a_forged_certificate_is_invalid(verified, tmp_path):
    shutil.copytree(verified / "build", tmp_path, dirs_exist_ok=True)
    next((tmp_path / "certificates").iterdir()).write_text("{}")
    assert alignproof("report", "--from", tmp_path, "--out", tmp_path / "x.html", cwd=verified).returncode == INVALID


@pytest.mark.parametrize("text", ["", "[]"])
def test_a_file_that_makes_no_sense_is_unusable(verified, tmp_path, text):
    (tmp_path / "verify.json").write_text(text)
    done = alignproof("report", "--from", tmp_path, "--out", tmp_path / "x.html", cwd=verified)
    assert done.returncode == UNUSABLE
    assert done.stderr.startswith(f"alignproof: {tmp_path / 'verify.json'}: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.html").exists()


def test_a_place_that_cannot_be_written_is_named(verified):
    done = alignproof("report", "--out", "/proc/no/report.html", cwd=verified)
    assert done.returncode == UNUSABLE
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_it_verifies_first_if_nothing_was_verified(tmp_path):
    done = alignproof("report", "--out", "report.html", "--quiet", cwd=tmp_path)
    assert done.returncode == VALID, done.stderr
    assert "verifying" in done.stderr
    assert (tmp_path / "report.html").is_file()
    assert rows(tmp_path / ".")
