"""Full disks, read-only folders, interruptions: one line that names the file, exit code 2, and no half of a file."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from alignproof.experiments.synthetic import write_synthetic
from alignproof.formats.documents import dump
from alignproof.formats.writing import csv_text, write_file
from alignproof.verification.store import Result, Store
from alignproof.verification.verdict import Task
from tests.forged.valid import valid
from tests.verification.test_store import GOOD, told

MAIN = "from alignproof.cli.app import main; main()"
GAME = "examples/two_drug_makers.json"

COMMANDS = {
    "checker": ["checker", "--out", "{out}/checker.py"],
    "gambit": ["gambit", "export", GAME, "--out", "{out}/game.nfg"],
    "gambit efg": ["gambit", "export", GAME, "--out", "{out}/game.efg"],
    "verify": ["verify", "Proposition A.2", "--out", "{out}", "--jobs", "1", "--no-cache"],
    "experiment": ["experiment", "--data", "{data}", "--out", "{out}"],
    "search": ["search", "thm4.1", "--out", "{out}"],
    "shrink": ["shrink", "{certificate}", "--out", "{out}", "--time-limit", "1"],
    "search for a result": ["search", "theorem 4.4", "--drop", "messages", "--out", "{out}"],
    "guarantee": ["guarantee", "--data", "{data}", "--partition", "PLACE", "--out", "{out}"],
}
"""Commands that write within seconds; audit, regions, catalogue and report take minutes before they do. That they write
by the same function is seen in their syntax, see test_audit.py."""
FAST = ("checker", "gambit")


def run(arguments, out, tmp_path, prepare=None):
    certificate = tmp_path / "certificate.json"
    certificate.write_text(dump(valid("violated")))
    places = {"out": out, "certificate": certificate, "data": tmp_path}
    command = [sys.executable, "-c", MAIN, *(text.format(**places) for text in arguments)]
    return subprocess.run(command, preexec_fn=prepare, capture_output=True, text=True, check=False)


def no_large_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def complains(ran, out):
    """One line on standard error names the file that could not be written, in the folder."""
    said = [line for line in ran.stderr.splitlines() if line.startswith("alignproof: ")]
    assert ran.returncode == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    (line,) = [line for line in said if "going on without stored results" not in line]
    assert line.startswith(f"alignproof: {out}")
    return line


@pytest.mark.parametrize("name", [n if n in FAST else pytest.param(n, marks=pytest.mark.slow) for n in COMMANDS])
def test_a_file_that_cannot_be_written_whole_is_not_written(tmp_path, name):
    """No file may be longer than 64 bytes, as if the disk were full then."""
    out = tmp_path / "out"
    if name in ("experiment", "guarantee"):
        write_synthetic(tmp_path)
    assert "File too large" in complains(run(COMMANDS[name], out, tmp_path, no_large_files), out)
    assert files(out) == []


@pytest.fixture
def disk(tmp_path):
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", folder], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder):
    try:
        (folder / "filler").write_bytes(b"x" * 200_000)
    except OSError:
        return
    raise AssertionError("the disk is not full")


ON_A_DISK = ["gambit", pytest.param("checker", marks=pytest.mark.slow), pytest.param("verify", marks=pytest.mark.slow)]


@pytest.mark.parametrize("name", ON_A_DISK)
def test_a_full_disk(disk, tmp_path, name):
    fill(disk)
    assert "No space left on device" in complains(run(COMMANDS[name], disk, tmp_path), disk)
    assert [path.name for path in files(disk)] == ["filler"]


@pytest.mark.parametrize("name", ON_A_DISK)
def test_a_read_only_folder(disk, tmp_path, name):
    (disk / "game.nfg").write_text("old")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "Read-only file system" in complains(run(COMMANDS[name], disk, tmp_path), disk)
    assert [path.read_text() for path in files(disk)] == ["old"]


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "out").write_text("old")
    ran = run(COMMANDS["checker"], tmp_path / "out", tmp_path)
    assert "Not a directory" in complains(ran, tmp_path / "out") or "File exists" in ran.stderr
    assert (tmp_path / "out").read_text() == "old"


def test_standard_output_that_is_full(tmp_path):
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-c", MAIN, "show", "Theorem 4.1"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == "alignproof: output: No space left on device\n"


# The helper -----------------------------------------------------------------------------------------------------------


def test_what_was_there_stays_until_the_new_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "file"
    write_file(path, "old")

    def half(self, data):
        with open(self, "wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", half)
        with pytest.raises(OSError, match="No space left") as error:
            write_file(path, "new and longer")
    assert (error.value.filename, error.value.errno) == (str(path), 28)
    assert [p.name for p in path.parent.iterdir()] == ["file"]
    assert path.read_text() == "old"
    write_file(path, b"new")
    assert path.read_bytes() == b"new"


KILLED = """
import os, signal
from pathlib import Path
from alignproof.formats.writing import write_file

def killed(self, data):
    with open(self, "wb") as file:
        file.write(data[:3])
    os.kill(os.getpid(), signal.SIGKILL)

Path.write_bytes = killed
write_file(Path({path!r}), "new and longer")
"""


def test_a_process_that_is_killed_leaves_the_old_file(tmp_path):
    path = tmp_path / "file.json"
    path.write_text("old")
    ran = subprocess.run([sys.executable, "-c", KILLED.format(path=str(path))], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    assert list(tmp_path.glob("*.json")) == [path]  # the draft goes by another name, that no command looks for


def test_tables_are_csv():
    assert csv_text(["a", "b"], [["1", "x,y"], [2, "\n"]]) == 'a,b\n1,"x,y"\n2,"\n"\n'


# The store ------------------------------------------------------------------------------------------------------------

TASK = Task("A result", "some scope", "definitions", "PROVED", lambda: None, lambda kind, claim: [])


def test_the_store_survives_a_full_disk(disk):
    """What was stored stays; what does not fit is not stored, with one note."""
    notes = []
    path = disk / "results.sqlite"
    Store(path, "now", notes.append).save(TASK, Result("PROVED", told(GOOD), "kernel", "", 1.0))
    fill(disk)
    store = Store(path, "now", notes.append)
    store.save(Task(**{**vars(TASK), "scope": "another"}), Result("PROVED", b"x" * 100_000, "kernel", "", 1.0))
    assert len(notes) == 1
    assert str(path) in notes[0]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    (kept,) = Store(path, "now", notes.append).load([TASK])
    assert kept is not None
    assert kept.certificate == told(GOOD)


def test_the_store_in_a_read_only_folder(disk):
    notes = []
    path = disk / "results.sqlite"
    Store(path, "now", notes.append).save(TASK, Result("PROVED", told(GOOD), "kernel", "", 1.0))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    Store(path, "now", notes.append).save(TASK, Result("PROVED", b"other", "kernel", "", 1.0))
    assert len(notes) == 1
    assert os.listdir(disk) == ["results.sqlite"]
