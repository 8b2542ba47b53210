"""The store is fast and is not believed: whatever is in it, no verdict comes of it that the kernel does not give."""

import json
import multiprocessing
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from alignproof.formats.certificates import certificate
from alignproof.formats.documents import dump
from alignproof.symbolic import proposition_a_2
from alignproof.verification import store as store_module
from alignproof.verification.results import tasks as all_tasks
from alignproof.verification.run import run, verify
from alignproof.verification.store import PARTS, ROOT, Result, Store, environment
from alignproof.verification.verdict import Finding, Task

GOOD = certificate("identity", *proposition_a_2.weak_claim())
OTHER = certificate("identity", *proposition_a_2.not_strong_claim())
FALSE = GOOD | {"evidence": OTHER["evidence"]}


def wanted(kind, claim):
    return [] if (kind, claim) == (GOOD["kind"], GOOD["claim"]) else ["another claim"]


def told(document):
    return dump(document).encode()


class Bench:
    """A folder with a store, and a task that counts how often it was carried out."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "results.sqlite"
        self.notes = []
        self.carried_out = 0
        self.task = Task("A result", "some scope", "definitions", "PROVED", self._find, wanted)

    def _find(self):
        self.carried_out += 1
        return Finding("PROVED", GOOD, trusts="kernel; a solver agrees")

    def store(self, environment="now"):
        return Store(self.path, environment, self.notes.append, patience=0.05)

    def verify(self, *tasks, jobs=1, environment="now"):
        return verify(tasks or [self.task], self.folder / "c", lambda _: None, self.store(environment), jobs)

    def sql(self, *statement):
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(*statement).fetchall()


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def count(bench):
    return bench.sql("SELECT count(*) FROM results")[0][0]


def test_a_second_run_replays_and_does_not_search(bench):
    (first,) = bench.verify()
    (second,) = bench.verify()
    assert bench.carried_out == 1
    assert (first.reused, second.reused) == (False, True)
    assert second.reached
    assert replace(second, seconds=0, reused=False) == replace(first, seconds=0)
    assert bench.notes == []


def test_processes_reuse_too(bench):
    bench.verify()
    (row,) = bench.verify(jobs=2)
    assert (row.reached, row.reused) == (True, True)


def test_a_reused_row_is_worth_nothing_before_its_replay(bench):
    bench.verify()
    (row,) = run([bench.task], bench.folder / "c", lambda _: None, bench.store())
    assert (row.reused, row.reached) == (True, False)


def test_the_kernel_checks_a_reused_certificate_once(bench, monkeypatch):
    bench.verify()
    monkeypatch.setattr("alignproof.verification.run.check", pytest.fail)
    assert bench.verify()[0].reached


def test_unknown_is_not_stored(bench):
    bench.verify(replace(bench.task, find=lambda: Finding("UNKNOWN", None, reason="time")))
    bench.verify(replace(bench.task, find=lambda: Finding("PROVED", FALSE)))
    bench.verify(replace(bench.task, find=lambda: Finding("UNKNOWN", GOOD), expected="UNKNOWN"))
    assert count(bench) == 0


@pytest.mark.parametrize(
    "change", [{"result": "B"}, {"scope": "n=2"}, {"depth": "expectations"}, {"expected": "EXHAUSTED"}]
)
def test_another_task_is_not_served(bench, change):
    bench.verify()
    (row,) = bench.verify(replace(bench.task, **change))
    assert (bench.carried_out, row.reused) == (2, False)


def test_another_environment_is_not_served_and_replaces_what_was_stored(bench):
    bench.verify(environment="before")
    bench.verify(environment="after")
    assert (bench.carried_out, count(bench)) == (2, 1)


# Forgeries: rows whose digest is right, as only an attacker would write them.


def forge(bench, verdict, text):
    bench.store().save(bench.task, Result(verdict, text, "kernel", "", 1.0))


REPEATED_CLAIM = told(OTHER).replace(b'"evidence"', b'"claim": ' + told(GOOD["claim"]) + b', "evidence"', 1)
CARRIED_OUT_AFRESH = {
    "refuted for proved": ("REFUTED", told(GOOD)),
    "exhausted for proved": ("EXHAUSTED", told(GOOD)),
    "unknown": ("UNKNOWN", told(GOOD)),
    "no verdict at all": ("TRUE", told(GOOD)),
    "true of something else": ("PROVED", told(OTHER)),
    "nothing": ("PROVED", b""),
    "no JSON": ("PROVED", b"{"),
    "no text": ("PROVED", b"\xff\xfe\x00"),
    "no object": ("PROVED", b"[]"),
    "no claim": ("PROVED", b'{"kind": "identity"}'),
    "too deep": ("PROVED", b"[" * 200_000),
}
UNKNOWN_IN_THE_REPLAY = {
    "false evidence": ("PROVED", told(FALSE)),
    "a key too many": ("PROVED", told(GOOD | {"note": "trust me"})),
    "the claim given twice": ("PROVED", REPEATED_CLAIM),
    "another format": ("PROVED", told(GOOD | {"format": "alignproof-certificate/2"})),
}


@pytest.mark.parametrize("name", CARRIED_OUT_AFRESH)
def test_a_forged_row_that_does_not_fit_is_carried_out_afresh(bench, name):
    forge(bench, *CARRIED_OUT_AFRESH[name])
    (row,) = bench.verify()
    assert bench.carried_out == 1
    assert (row.verdict, row.reached, row.reused) == ("PROVED", True, False)
    assert bench.verify()[0].reused


@pytest.mark.parametrize("name", UNKNOWN_IN_THE_REPLAY)
def test_a_forged_row_that_the_kernel_rejects_is_unknown_and_is_dropped(bench, name):
    forge(bench, *UNKNOWN_IN_THE_REPLAY[name])
    (row,) = bench.verify()
    assert bench.carried_out == 0
    assert (row.verdict, row.reached, row.replayed) == ("UNKNOWN", False, False)
    assert "the replay failed" in row.reason
    assert (bench.verify()[0].reached, bench.carried_out) == (True, 1)


def test_demands_that_crash_on_a_forged_claim_are_not_met(bench):
    forge(bench, "PROVED", told(GOOD))
    crash = replace(bench.task, demands=lambda kind, claim: claim["no such key"])
    (row,) = bench.verify(crash)
    assert (row.verdict, row.reused) == ("UNKNOWN", False)


def test_a_stored_certificate_at_which_a_process_dies_is_dropped(bench):
    forge(bench, "PROVED", told(GOOD))
    (row,) = bench.verify(replace(bench.task, demands=lambda kind, claim: os._exit(3)), jobs=2)
    assert (row.verdict, count(bench)) == ("UNKNOWN", 0)


@pytest.mark.slow
def test_no_task_takes_the_stored_certificate_of_another(tmp_path):
    """Each row holds, under its own right verdict, the certificate of the row before."""
    chosen = [
        task for task in all_tasks() if task.result in ("Theorem 4.3", "Theorem 5.2", "Proposition A.1 as proved")
    ]
    texts = [told(task.find().certificate) for task in chosen]
    store = Store(tmp_path / "s.sqlite", "now", pytest.fail)
    for task, text in zip(chosen, texts[-1:] + texts[:-1], strict=True):
        store.save(task, Result(task.expected, text, "kernel", "", 1.0))
    rows = verify(chosen, tmp_path / "c", lambda _: None, store)
    assert all(row.reached and not row.reused for row in rows)
    assert all(row.reused for row in verify(chosen, tmp_path / "c", lambda _: None, store))


# Damage: what happens to files.


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verdict", "REFUTED"),
        ("certificate", told(FALSE)),
        ("certificate", told(GOOD).decode()),
        ("certificate", None),
        ("trusts", "nothing"),
        ("reason", "none"),
        ("seconds", 0.5),
        ("seconds", "long"),
        ("digest", ""),
    ],
)
def test_a_row_that_was_changed_is_carried_out_afresh(bench, column, value):
    bench.verify()
    bench.sql(f"UPDATE results SET {column} = ?", (value,))
    (row,) = bench.verify()
    assert (row.reached, row.reused, bench.carried_out) == (True, False, 2)


def test_rows_that_were_swapped_are_carried_out_afresh(bench):
    both = [bench.task, replace(bench.task, scope="another scope")]
    bench.verify(*both)
    first, second = (name for (name,) in bench.sql("SELECT task FROM results"))
    for old, new in ((first, "-"), (second, first), ("-", second)):
        bench.sql("UPDATE results SET task = ? WHERE task = ?", (new, old))
    assert all(row.reached and not row.reused for row in bench.verify(*both))


def junk(bench):
    bench.path.write_bytes(b"this is no database" * 100)


def cut_off(bench):
    bench.verify()
    bench.path.write_bytes(bench.path.read_bytes()[:5000])


def overwritten(bench):
    bench.verify()
    whole = bench.path.read_bytes()
    bench.path.write_bytes(whole[:4096] + b"\xaa" * (len(whole) - 4096))


def a_folder(bench):
    bench.path.mkdir()


def below_a_file(bench):
    bench.path = bench.folder / "file" / "results.sqlite"
    bench.path.parent.write_text("")


def other_columns(bench):
    bench.sql("CREATE TABLE results (task TEXT)")


def not_text(bench):
    bench.verify()
    bench.sql("UPDATE results SET trusts = CAST(x'ff' AS TEXT)")


def refuses_writing(bench):
    bench.store().load([bench.task])
    bench.sql("CREATE TRIGGER t BEFORE INSERT ON results BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")


FAULTS = [junk, cut_off, overwritten, a_folder, below_a_file, other_columns, not_text, refuses_writing]


@pytest.mark.parametrize("damage", FAULTS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_store_that_cannot_be_used_is_told_once_and_changes_nothing(bench, damage, jobs):
    damage(bench)
    both = [bench.task, replace(bench.task, scope="another scope")]
    assert all(row.reached and not row.reused for row in bench.verify(*both, jobs=jobs))
    (note,) = bench.notes
    assert note.startswith(f"{bench.path}: ")
    assert note.endswith("; going on without stored results")
    assert "\n" not in note


def test_a_store_that_another_process_does_not_let_go_is_told_once(bench):
    bench.store().load([])
    with closing(sqlite3.connect(bench.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert bench.verify()[0].reached
    (note,) = bench.notes
    assert "locked" in note


def make_read_only(path, mode):
    path.chmod(mode)
    if os.access(path, os.W_OK):
        pytest.skip("nothing is read-only for this user")


def test_a_read_only_store_is_read_and_told_once_when_it_cannot_be_written(bench):
    bench.verify()
    make_read_only(bench.path, 0o444)
    other = replace(bench.task, scope="another scope")
    rows = bench.verify(bench.task, other, other)
    assert [row.reused for row in rows] == [True, False, False]
    assert all(row.reached for row in rows)
    assert len(bench.notes) == 1


def test_a_store_in_a_read_only_folder_is_told_once(bench):
    bench.path = bench.folder / "closed" / "results.sqlite"
    bench.path.parent.mkdir()
    make_read_only(bench.path.parent, 0o555)
    assert bench.verify()[0].reached
    assert len(bench.notes) == 1


# Several at once.


def write(path, number):
    task = Task("A result", str(number), "definitions", "PROVED", pytest.fail, wanted)
    store = Store(path, "now", lambda note: os._exit(1))
    for round in range(10):
        store.save(replace(task, depth=str(round)), Result("PROVED", bytes(10_000), "kernel", "", 1.0))
        store.load([replace(task, scope=str(other)) for other in range(4)])


def test_processes_that_share_a_store_wait_for_each_other(bench):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=write, args=(bench.path, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert count(bench) == 40
    assert bench.sql("PRAGMA integrity_check") == [("ok",)]


def test_a_process_killed_while_it_writes_leaves_a_store_that_works(bench):
    bench.verify()
    if (child := os.fork()) == 0:
        connection = sqlite3.connect(bench.path)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("UPDATE results SET certificate = zeroblob(1000000)")
        os._exit(0)  # the pages are in the file, the transaction is not at its end
    os.waitpid(child, 0)
    assert bench.verify()[0].reused
    assert bench.notes == []


# What a result depends on.


@pytest.fixture
def sources(tmp_path):
    for part in PARTS:
        (tmp_path / part).mkdir()
        shutil.copy(ROOT / part / "__init__.py", tmp_path / part)
    return tmp_path


@pytest.mark.parametrize("part", PARTS)
def test_any_change_of_a_source_is_another_environment(sources, part):
    seen = {environment(sources)}
    (sources / part / "a.py").write_text("x = 1\n")
    seen.add(environment(sources))
    (sources / part / "a.py").write_text("x = 2\n")
    seen.add(environment(sources))
    (sources / part / "a.py").rename(sources / part / "b.py")
    seen.add(environment(sources))
    assert len(seen) == 4


def test_a_certificate_that_is_kept_is_one_of_the_sources(sources):
    """Else a row of the catalogue would stand by what was stored, whatever has become of its file."""
    kept = sources / "counterexamples" / "entry" / "1.json"
    kept.parent.mkdir()
    seen = {environment(sources)}
    for text in ("{}", "[]"):
        kept.write_text(text)
        seen.add(environment(sources))
    assert len(seen) == 3


def test_where_the_sources_are_and_what_else_is_there_does_not_matter(sources):
    before = environment(sources)
    (sources / "games" / "notes.txt").write_text("nothing")
    shutil.copytree(sources, sources / "elsewhere")
    assert environment(sources) == before == environment(sources / "elsewhere")


def test_another_python_or_solver_is_another_environment(monkeypatch):
    seen = {environment()}
    with monkeypatch.context() as patch:
        patch.setattr("platform.python_version", lambda: "3.99.0")
        seen.add(environment())
    version = store_module._version
    for solver in ("z3-solver", "highspy", "python-flint", "sympy", "cvc5"):
        with monkeypatch.context() as patch:
            patch.setattr(store_module, "_version", lambda name, changed=solver: name == changed or version(name))
            seen.add(environment())
    assert len(seen) == 7


def test_the_sources_in_use_are_the_ones_that_are_read():
    names = {path.relative_to(ROOT).parts[0] for part in PARTS for path in (ROOT / part).rglob("*.py")}
    assert names == set(PARTS)


def test_what_is_stored_can_be_read_with_plain_sqlite(bench):
    bench.verify()
    ((verdict, text),) = bench.sql("SELECT verdict, certificate FROM results")
    assert (verdict, json.loads(text)) == ("PROVED", GOOD)
