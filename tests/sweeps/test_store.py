"""The store of sweeps: rows are final, claims exclude each other and lapse, and a damaged file tells of it."""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import replace

import pytest

from alignproof.sweeps import store as store_module
from alignproof.sweeps.cells import Outcome
from alignproof.sweeps.spec import Limits
from alignproof.sweeps.store import LEASE, Heartbeat, Runner, Store, StoreFailed
from tests.sweeps.helpers import fake, sql

PROVED = Outcome("PROVED", "definitions", "kernel", "", 1.5, ("{}", "[]"))
UNKNOWN = Outcome("UNKNOWN", "", "kernel", "the time limit of 20 s was reached", 20.0)
CELLS = [fake("is quick", seed=seed) for seed in range(5)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "results.sqlite"


def runner(path, environment="now"):
    return Store(path, environment, patience=10.0)


def carried_out(store, planned, outcome):
    assert store.claim(deque([planned]), 1) == [planned]
    assert store.write([(planned, outcome)]) == [(planned, outcome)]


def test_what_is_written_is_read(path):
    carried_out(runner(path), CELLS[0], PROVED)
    assert runner(path).outcomes(CELLS) == {CELLS[0].cell: PROVED}


@pytest.mark.parametrize("change", [{"statement": "B"}, {"size": "y"}, {"mutant": "m"}, {"solver": "s"}, {"seed": 7}])
def test_another_cell_is_not_served(path, change):
    carried_out(runner(path), CELLS[0], PROVED)
    other = replace(CELLS[0], cell=replace(CELLS[0].cell, **change))
    assert runner(path).outcomes([other]) == {}


def test_another_environment_is_not_served_and_both_are_kept(path):
    carried_out(runner(path), CELLS[0], PROVED)
    carried_out(runner(path, "later"), CELLS[0], UNKNOWN)
    assert runner(path).outcomes(CELLS) == {CELLS[0].cell: PROVED}
    assert runner(path, "later").outcomes(CELLS) == {CELLS[0].cell: UNKNOWN}


@pytest.mark.parametrize(
    ("outcome", "limits", "final"),
    [
        (UNKNOWN, Limits(20, 1024), True),
        (UNKNOWN, Limits(5, 300), True),
        (UNKNOWN, Limits(21, 1024), False),
        (UNKNOWN, Limits(5, 2048), False),
        (PROVED, Limits(999, 9999), True),
    ],
)
def test_unknown_is_final_unless_there_is_more_to_use(path, outcome, limits, final):
    carried_out(runner(path), CELLS[0], outcome)
    now = replace(CELLS[0], limits=limits)
    assert (now.cell in runner(path).outcomes([now])) == final
    assert (runner(path).claim(deque([now]), 1) == []) == final


def test_unknown_can_be_asked_again(path):
    carried_out(runner(path), CELLS[0], UNKNOWN)
    carried_out(runner(path), CELLS[1], PROVED)
    runner(path).forget_unknown(CELLS)
    assert runner(path).outcomes(CELLS) == {CELLS[1].cell: PROVED}


def test_claims_exclude_each_other_and_are_given_up(path):
    one, two = runner(path), runner(path)
    waiting = deque(CELLS)
    assert one.claim(waiting, 2) == CELLS[:2]
    assert list(waiting) == CELLS[2:]
    assert two.claim(deque(CELLS), 9) == CELLS[2:]
    assert one.claim(waiting, 9) == []
    assert not waiting
    two.release()
    assert one.claim(deque(CELLS), 9) == CELLS[2:]


def test_nobody_writes_without_a_claim_and_no_row_is_written_twice(path):
    one, two = runner(path), runner(path)
    one.claim(deque(CELLS), 1)
    assert two.write([(CELLS[0], UNKNOWN)]) == []
    assert one.write([(CELLS[0], PROVED)]) == [(CELLS[0], PROVED)]
    assert one.write([(CELLS[0], UNKNOWN)]) == []
    assert one.outcomes(CELLS) == {CELLS[0].cell: PROVED}


CLAIM_AND_GO_ON = """
import sys, time; from collections import deque; from pathlib import Path
from alignproof.sweeps.store import Store; from tests.sweeps.test_store import CELLS
store = Store(Path(sys.argv[1]), "now")
print(len(store.claim(deque(CELLS), 3)), flush=True)
time.sleep(600)
"""


def test_claims_of_a_killed_process_lapse_at_once_and_those_of_a_living_one_do_not(path):
    process = subprocess.Popen([sys.executable, "-c", CLAIM_AND_GO_ON, str(path)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"3\n"
    sql(path, "UPDATE runners SET seen = 0")  # it is long since it gave a sign of life, but it is there
    assert runner(path).claim(deque(CELLS), 9) == CELLS[3:]
    process.kill()  # and not waited for: a zombie has ended, too
    time.sleep(0.2)
    assert runner(path).claim(deque(CELLS), 9) == CELLS[:3]
    process.communicate()


def test_a_process_with_the_number_of_a_dead_one_is_another(path):
    runner(path).claim(deque(CELLS), 9)
    sql(path, "UPDATE runners SET started = '1'")
    assert runner(path).claim(deque(CELLS), 9) == CELLS


@pytest.mark.parametrize(("ago", "lapsed"), [(LEASE / 2, False), (LEASE * 2, True)])
def test_claims_from_another_machine_lapse_without_signs_of_life(path, ago, lapsed):
    slow = runner(path)
    slow.claim(deque(CELLS), 9)
    sql(path, "UPDATE runners SET machine = 'elsewhere', seen = ?", (time.time() - ago,))
    assert runner(path).claim(deque(CELLS), 9) == (CELLS if lapsed else [])
    # Should it have lived after all, its rows come too late.
    assert len(slow.write([(CELLS[0], UNKNOWN)])) == (not lapsed)


def test_a_heart_beats_and_its_claims_go_with_it(path, monkeypatch):
    monkeypatch.setattr(store_module, "LEASE", 0.12)
    store = runner(path)
    with Heartbeat(store):
        store.claim(deque(CELLS), 9)
        sql(path, "UPDATE runners SET seen = 0")
        time.sleep(0.3)
        assert sql(path, "SELECT seen > 0 FROM runners") == [(1,)]
    assert sql(path, "SELECT * FROM claims") == sql(path, "SELECT * FROM runners") == []


def test_many_threads_share_the_work_without_doing_any_twice(path):
    planned, claimed = [fake("is quick", seed=seed) for seed in range(60)], []

    def work():
        store, waiting = runner(path), deque(planned)
        while found := store.claim(waiting, 1):
            claimed.extend(store.write([(each, PROVED) for each in found]))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.cell.seed for each, _ in claimed) == list(range(60))
    assert len(runner(path).outcomes(planned)) == 60


DAMAGE = {
    "the verdict": "UPDATE rows SET outcome = replace(outcome, 'PROVED', 'REFUTED')",
    "the limits": "UPDATE rows SET limits = '{}'",
    "the digest": "UPDATE rows SET digest = 'x'",
    "the type": "UPDATE rows SET outcome = x'00'",
    "nothing there": "UPDATE rows SET outcome = NULL",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_row_is_none_and_is_replaced(path, damage):
    carried_out(runner(path), CELLS[0], PROVED)
    sql(path, DAMAGE[damage])
    assert runner(path).outcomes(CELLS) == {}
    carried_out(runner(path), CELLS[0], UNKNOWN)
    assert runner(path).outcomes(CELLS) == {CELLS[0].cell: UNKNOWN}


def test_what_is_no_store_fails_with_its_name_and_is_left_alone(path):
    path.parent.mkdir()
    path.write_bytes(b"something else" * 100)
    for act in (lambda s: s.outcomes(CELLS), lambda s: s.claim(deque(CELLS), 1), lambda s: s.release()):
        with pytest.raises(StoreFailed, match=r"results.sqlite: file is not a database; what was stored"):
            act(runner(path))
    assert path.read_bytes() == b"something else" * 100


def test_another_table_of_that_name_fails(path):
    path.parent.mkdir()
    sql(path, "CREATE TABLE rows (a)")
    with pytest.raises(StoreFailed, match="no such column"):
        runner(path).outcomes(CELLS)


def test_a_folder_that_cannot_be_made_fails(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreFailed, match="file"):
        runner(tmp_path / "file" / "results.sqlite").outcomes(CELLS)


def test_a_process_knows_itself():
    this = Runner.this()
    assert this.pid == os.getpid()
    assert not this.dead(0.0, time.time())
