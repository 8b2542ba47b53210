"""``alignproof sweep`` as scripts use it: exit codes, messages, files."""

import csv
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import deque
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from alignproof.checks.kernel import check
from alignproof.games.document import load
from alignproof.sweeps.cells import environment
from alignproof.sweeps.rows import KEYS, Row, checked
from alignproof.sweeps.spec import load_spec
from alignproof.sweeps.store import Store

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).parent / "alignproof"
SMALL = """
[[sweep]]
statements = ["Theorem 4.3"]
sizes = ["n=2, |T|=2", "n=1, |T|=2"]
mutants = ["none"{mutant}]
solvers = ["kernel"]
{more}
"""


def sweep(*arguments, cwd):
    return subprocess.run(
        [COMMAND, "sweep", *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )


def written(folder, mutant="", more=""):
    (folder / "spec.toml").write_text(SMALL.format(mutant=f', "{mutant}"' if mutant else "", more=more))
    return "spec.toml"


def rows(folder):
    return json.loads((folder / "build/sweep/sweep.json").read_text())


def test_a_sweep_writes_its_rows_and_a_second_one_finds_them(tmp_path):
    spec = written(tmp_path)
    done = sweep(spec, "--csv", "rows.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "2 cells: PROVED 2; 0 of them were stored before" in done.stdout
    found = rows(tmp_path)
    assert [tuple(row) for row in found] == [KEYS] * 2
    assert [row["size"] for row in found] == ["n=2, |T|=2", "n=1, |T|=2"]
    assert {check(load(tmp_path / name)) for row in found for name in row["certificates"]} == {"identity"}
    with (tmp_path / "rows.csv").open() as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == ["PROVED"] * 2
    again = sweep(spec, "--quiet", "--check", cwd=tmp_path)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert rows(tmp_path) == found


@pytest.mark.slow
def test_unknown_remains(tmp_path):
    done = sweep(written(tmp_path, "without equilibrium"), cwd=tmp_path)
    assert done.returncode == 3
    assert "4 cells: PROVED 2, UNKNOWN 2" in done.stdout
    assert {row["verdict"]: row["certificates"] for row in rows(tmp_path)}["UNKNOWN"] == []
    assert "2 of them were stored before" in sweep("spec.toml", "--again", cwd=tmp_path).stdout


@pytest.mark.slow
def test_another_verdict_than_expected(tmp_path):
    done = sweep(written(tmp_path, more='expect = "REFUTED"'), cwd=tmp_path)
    assert done.returncode == 1
    assert "Theorem 4.3 at n=2, |T|=2: kernel: PROVED, expected REFUTED" in done.stderr


def test_an_unusable_spec_is_told_with_its_place(tmp_path):
    done = sweep(written(tmp_path, "without luck"), cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "alignproof: spec.toml: $.sweep[0].mutants[1]: Theorem 4.3 has no mutant 'without luck'"
    )
    assert not (tmp_path / "build").exists()


@pytest.mark.slow
def test_a_store_that_is_none(tmp_path):
    (tmp_path / "file").write_text("no database, but long enough to be taken for one")
    done = sweep(written(tmp_path), "--store", "file", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "alignproof: file: file is not a database; what was stored before is kept\n"


@pytest.mark.slow
def test_no_cluster(tmp_path):
    done = sweep(written(tmp_path), "--scheduler", "nonsense://here", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("alignproof: nonsense://here: no scheduler answers")


@pytest.fixture
def scheduler(tmp_path):
    """The address of a scheduler with two workers, started as docs/how-to/sweep.md says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, dask = f"tcp://127.0.0.1:{port}", str(COMMAND.parent / "dask")
    commands = [[dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]]
    commands += [[dask, "worker", address, "--nthreads", "1", "--no-dashboard"]] * 2
    started = [subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) for command in commands]
    yield address
    for process in reversed(started):
        process.terminate()
    for process in started:
        process.wait(60)


@pytest.mark.slow
def test_a_cluster_as_the_page_starts_it(tmp_path, scheduler):
    spec = written(tmp_path)
    done = sweep(spec, "--scheduler", scheduler, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 cells: PROVED 2; 0 of them were stored before" in done.stdout
    # What a cluster found, one machine need not find again.
    assert "2 of them were stored before" in sweep(spec, cwd=tmp_path).stdout


@pytest.mark.slow
def test_a_cluster_has_its_own_number_of_workers(tmp_path):
    assert sweep(written(tmp_path), "--scheduler", "x", "--jobs", "2", cwd=tmp_path).returncode == 2


@pytest.mark.slow
def test_a_forged_row_does_not_pass_the_check(tmp_path):
    spec = written(tmp_path)
    assert sweep(spec, cwd=tmp_path).returncode == 0
    (each, *_) = load_spec(tmp_path / spec)
    path = tmp_path / "build/sweep/results.sqlite"
    store = Store(path, environment())
    outcome = store.outcomes([each])[each.cell]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM rows WHERE key = ?", (each.cell.key(environment()),))
    store.claim(deque([each]), 1)
    forged = outcome.certificates[0].replace('"2"', '"3"').replace('"1"', '"2"')
    store.write([(each, replace(outcome, certificates=(forged,)))])
    store.release()
    done = sweep(spec, "--check", cwd=tmp_path)
    assert done.returncode == 1
    assert "UNKNOWN, expected PROVED. the replay failed" in done.stderr


def test_a_row_without_certificates_has_nothing_to_check():
    row = Row("A", "all", "none", "z3", None, "PROVED", "PROVED", "expectations", "z3 alone", "", 0.1, (), False)
    assert checked([row], 2) == [row]


@pytest.mark.slow
def test_an_interrupted_sweep_says_so_and_the_next_goes_on(tmp_path):
    search = ['statements = ["Theorem 4.3"]', 'sizes = ["n=1, k=1, |A|=2, |Y|=2, |M|=2"]', 'solvers = ["search:drawn"]']
    more = "\n".join(["seconds = 60", "[[sweep]]", *search, "seconds = 60"])
    spec = written(tmp_path, more=more)
    process = subprocess.Popen([COMMAND, "sweep", spec, "--jobs", "1"], cwd=tmp_path)
    path = tmp_path / "build/sweep/results.sqlite"
    asked = load_spec(tmp_path / spec)
    deadline = time.monotonic() + 120
    while not path.exists() or len(Store(path, environment()).outcomes(asked)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert len(Store(path, environment()).outcomes(asked)) == 2
    assert os.listdir(path.parent) == ["results.sqlite"]


@pytest.mark.slow
def test_the_example_comes_out_as_it_expects(tmp_path):
    done = sweep(ROOT / "examples/sweep.toml", "--check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "24 cells: PROVED 14, REFUTED 10; " in done.stdout
