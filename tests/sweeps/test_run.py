"""Runners as processes: killed at any moment, two at a time. Nothing is lost but what was in flight, nothing is done
twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from alignproof.sweeps.pools import OneMachine
from alignproof.sweeps.run import sweep
from alignproof.sweeps.store import Store, StoreFailed
from tests.sweeps.helpers import HERE, Log, gone, sql, wait_until
from tests.sweeps.runner import planned


@pytest.fixture
def log(tmp_path, monkeypatch):
    found = Log(tmp_path / "log")
    for name, value in found.environ.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.sqlite"


def start(path, count, jobs, statement="takes a while"):
    environ = os.environ | {"PYTHONPATH": f"{HERE}:{HERE.parents[1]}"}
    command = [sys.executable, "-P", str(HERE / "runner.py"), str(path), str(count), str(jobs), statement]
    return subprocess.Popen(command, env=environ)


def stored(path, count):
    """Seeds of the cells that have a row."""
    return {cell.seed for cell in Store(path, "now").outcomes(planned(count))}


def test_a_sweep_carries_out_each_cell_once_and_another_run_none(path, log):
    told = []
    found = sweep(planned(12), Store(path, "now"), OneMachine(2, "fake_cells"), told.append)
    assert (len(found), sum(told)) == (12, 12)
    assert sorted(log.seeds("end")) == list(range(12))
    assert sweep(planned(12), Store(path, "now"), OneMachine(2, "fake_cells"), pytest.fail) == found
    assert len(log.seeds("begin")) == 12
    assert sql(path, "SELECT * FROM claims") == sql(path, "SELECT * FROM runners") == []


@pytest.mark.slow
def test_killed_at_random_moments_a_sweep_loses_only_what_was_in_flight(path, log):
    count, jobs, kills = 120, 2, 0
    moments = random.Random(6)
    while True:
        begun = len(log.seeds("begin"))
        runner = start(path, count, jobs)
        wait_until(lambda: runner.poll() is not None or len(log.seeds("begin")) > begun)  # noqa: B023
        time.sleep(moments.uniform(0.0, 0.8))
        if runner.poll() is not None:
            break
        runner.send_signal(signal.SIGKILL)
        runner.wait()
        kills += 1
        wait_until(lambda: all(map(gone, log.processes())))
        before, kept = Counter(log.seeds("begin")), stored(path, count)
        in_flight = [seed for seed in before if seed not in kept]
        assert len(in_flight) <= kills * jobs
        # What has a row is never begun again, and what was in flight was begun, at most, but for its row.
        for seed in kept:
            assert log.seeds("end").count(seed) >= 1
        if kills == 6:
            assert start(path, count, jobs).wait(120) == 0
            after = Counter(log.seeds("begin"))
            assert all(after[seed] == before[seed] for seed in kept)
            break
    assert kills >= 4
    assert stored(path, count) == set(range(count))
    begun, ended = Counter(log.seeds("begin")), Counter(log.seeds("end"))
    assert sum(begun.values()) <= count + kills * jobs
    assert all(ended[seed] == 1 for seed in range(count) if begun[seed] == 1)
    assert sql(path, "SELECT count(*) FROM rows") == [(count,)]
    assert sql(path, "SELECT * FROM claims") == sql(path, "SELECT * FROM runners") == []


@pytest.mark.slow
def test_two_runners_at_a_time_share_the_work(path, log):
    runners = [start(path, 80, 2) for _ in range(2)]
    assert [runner.wait(120) for runner in runners] == [0, 0]
    assert sorted(log.seeds("end")) == list(range(80))
    assert stored(path, 80) == set(range(80))
    assert sql(path, "SELECT * FROM claims") == []


@pytest.mark.slow
def test_the_cells_of_a_killed_runner_are_taken_up_by_the_one_that_waits_for_them(path, log):
    doomed = start(path, 2, 2, "takes long")
    wait_until(lambda: len(log.seeds("begin")) == 2)
    other = start(path, 2, 2, "takes long")
    time.sleep(0.2)
    doomed.kill()
    doomed.wait()
    assert other.wait(120) == 0
    assert len(sql(path, "SELECT * FROM rows")) == 2


@pytest.mark.slow
def test_an_interrupted_runner_gives_its_claims_up_and_stops_its_cells(path, log):
    runner = start(path, 4, 2, "hangs")
    wait_until(lambda: len(log.grandchildren()) == 2)
    runner.send_signal(signal.SIGINT)
    assert runner.wait(60) != 0
    wait_until(lambda: all(gone(process) for process in (*log.processes(), *log.grandchildren())))
    assert sql(path, "SELECT * FROM claims") == sql(path, "SELECT * FROM rows") == []


FULL = "CREATE TRIGGER IF NOT EXISTS full BEFORE INSERT ON {} BEGIN SELECT raise(ABORT, 'the disk is full'); END"


@pytest.mark.slow
def test_a_store_that_fails_in_the_middle_ends_the_sweep_and_keeps_what_there_is(path, log):
    with pytest.raises(StoreFailed, match="the disk is full; what was stored before is kept"):
        sweep(planned(20), Store(path, "now"), OneMachine(1, "fake_cells"), lambda _: sql(path, FULL.format("rows")))
    assert len(sql(path, "SELECT * FROM rows")) == 1
    wait_until(lambda: all(map(gone, log.processes())))


@pytest.mark.slow
def test_a_store_that_fails_when_cells_are_claimed_ends_the_sweep(path, log):
    with pytest.raises(StoreFailed, match="the disk is full"):
        sweep(planned(20), Store(path, "now"), OneMachine(2, "fake_cells"), lambda _: sql(path, FULL.format("claims")))
