"""Cells in processes of their own: whatever one does, it is one UNKNOWN outcome, and nothing of it stays."""

import os
import signal
import threading
from types import SimpleNamespace

import pytest

from alignproof.sweeps.pools import Ended, Hosts
from tests.sweeps.helpers import Log, fake, gone, wait_until


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    log = Log(tmp_path_factory.mktemp("hosts") / "log")
    hosts = Hosts("fake_cells")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in log.environ.items():
            patch.setenv(name, value)
        yield SimpleNamespace(log=log, hosts=hosts)
    hosts.end()


UNKNOWN = {
    "crashes": "killed by signal 11",
    "is killed": "killed by signal 9",
    "exits": "ended with code 3",
    "raises": "ended with code 1",
    "eats memory": "ended with code 1",
    "crashes beside a grandchild": "killed by signal 11",
}


@pytest.mark.parametrize("statement", UNKNOWN)
def test_a_cell_that_ends_its_process_is_unknown_and_the_next_is_carried_out(bench, statement):
    outcome = bench.hosts.carry_out(fake(statement, seconds=30))
    assert outcome.verdict == "UNKNOWN"
    assert UNKNOWN[statement] in outcome.reason
    assert outcome.certificates == ()
    assert outcome.seconds < 20  # a grandchild that holds on to the pipe does not make it wait for the limit
    assert bench.hosts.carry_out(fake("is quick")).verdict == "PROVED"


def test_a_cell_that_hangs_is_stopped_with_what_it_started(bench):
    outcome = bench.hosts.carry_out(fake("hangs", seconds=1))
    assert (outcome.verdict, outcome.reason) == ("UNKNOWN", "the time limit of 1 s was reached")
    (grandchild,) = bench.log.grandchildren()[-1:]
    wait_until(lambda: gone(grandchild))


def test_what_a_cell_leaves_behind_is_stopped(bench):
    assert bench.hosts.carry_out(fake("leaves a grandchild")).verdict == "PROVED"
    (grandchild,) = bench.log.grandchildren()[-1:]
    wait_until(lambda: gone(grandchild))


def test_what_a_cell_prints_is_no_answer(bench):
    assert bench.hosts.carry_out(fake("prints")).verdict == "PROVED"


def test_large_answers_arrive_whole(bench):
    assert bench.hosts.carry_out(fake("is quick", size="x" * 1000, seed=20_000)).certificates == ("x" * 20_000_000,)


@pytest.mark.slow
def test_a_host_that_ends_is_one_unknown_outcome(bench):
    outcome = bench.hosts.carry_out(fake("breaks its host"))
    assert outcome.verdict == "UNKNOWN"
    assert "ended with code 7" in outcome.reason
    assert bench.hosts.carry_out(fake("is quick")).verdict == "PROVED"


@pytest.mark.slow
def test_no_module_to_carry_out_cells_is_unknown_with_the_reason():
    hosts = Hosts("no_such_module")
    outcome = hosts.carry_out(fake("is quick"))
    hosts.end()
    assert "No module named 'no_such_module'" in outcome.reason


@pytest.mark.slow
def test_the_end_of_the_hosts_ends_the_cell_that_they_are_at(bench):
    hosts, found = Hosts("fake_cells"), []
    before = len(bench.log.grandchildren())

    def carry_out():
        try:
            hosts.carry_out(fake("hangs", seconds=600))
        except Ended as error:
            found.append(error)

    thread = threading.Thread(target=carry_out)
    thread.start()
    wait_until(lambda: len(bench.log.grandchildren()) > before)
    hosts.end()
    thread.join(20)
    assert len(found) == 1
    with pytest.raises(Ended):
        hosts.carry_out(fake("is quick"))
    wait_until(lambda: gone(bench.log.grandchildren()[-1]))


@pytest.mark.slow
def test_a_host_that_is_killed_leaves_a_cell_that_its_alarm_ends(bench):
    hosts, found = Hosts("fake_cells"), []
    before = len(bench.log.lines())
    thread = threading.Thread(target=lambda: found.append(hosts.carry_out(fake("hangs", seconds=1))))
    thread.start()
    wait_until(lambda: len(bench.log.lines()) > before + 1)
    os.kill(hosts._all[0]._process.pid, signal.SIGKILL)
    thread.join(20)
    assert "killed by signal 9" in found[0].reason
    process = int(bench.log.lines()[-1][-1])
    wait_until(lambda: gone(process))
    os.kill(bench.log.grandchildren()[-1], signal.SIGKILL)  # nobody is left to do so
