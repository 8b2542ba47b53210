"""Tasks in processes of their own: a process that dies costs one row, and says so."""

import faulthandler
import os
import signal
import sys
import time

import pytest

from alignproof.formats.certificates import certificate
from alignproof.symbolic import proposition_a_2
from alignproof.verification.run import run
from alignproof.verification.verdict import Finding, Task
from alignproof.verification.workers import Died, carried_out

GOOD = certificate("identity", *proposition_a_2.weak_claim())


def answers(work, count, jobs):
    return dict(carried_out(work, count, jobs, lambda _: None))


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_call_is_answered_once_and_announced(jobs):
    announced = []
    found = list(carried_out(lambda index: index * index, 20, jobs, announced.append))
    assert sorted(found) == [(index, index * index) for index in range(20)]
    assert sorted(announced) == list(range(20))


def test_one_job_is_this_process_and_more_are_not():
    assert answers(lambda _: os.getpid(), 2, 1) == dict.fromkeys(range(2), os.getpid())
    assert os.getpid() not in answers(lambda _: os.getpid(), 2, 2).values()


def test_nothing_to_do():
    assert answers(abs, 0, 2) == {}


def test_large_answers_arrive_whole():
    assert answers(lambda index: bytes([index]) * 3_000_000, 4, 2)[3] == b"\x03" * 3_000_000


def test_more_deaths_than_processes():
    found = answers(lambda index: os._exit(9) if index < 6 else index, 8, 2)
    assert all(found[index].reason == "the process carrying it out ended with code 9" for index in range(6))
    assert (found[6], found[7]) == (6, 7)


def test_a_process_that_dies_before_it_begins(monkeypatch):
    monkeypatch.setattr("alignproof.verification.workers._work", lambda *_: os._exit(1))
    found = answers(abs, 3, 2)
    assert all(isinstance(answer, Died) for answer in found.values())
    assert len(found) == 3


def test_no_process_outlives_an_abandoned_run():
    calls = carried_out(lambda index: os.getpid() if index == 0 else time.sleep(60), 2, 2, lambda _: None)
    _, process = next(calls)
    calls.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def dies_of(end):
    return Task("A result", "some scope", "definitions", "PROVED", end, lambda kind, claim: [])


def raise_memory_error():
    raise MemoryError


def segfault():
    faulthandler.disable()  # pytest's, which would print a trace
    os.kill(os.getpid(), signal.SIGSEGV)


ENDS = {
    "ended with code 3": lambda: os._exit(3),
    "ended with code 0": lambda: os._exit(0),
    "killed by signal 9": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "killed by signal 11": segfault,
    "MemoryError": raise_memory_error,
    "SystemExit": sys.exit,
}


def test_a_task_that_dies_is_one_unknown_row_and_the_others_keep_their_order(tmp_path):
    good = dies_of(lambda: Finding("PROVED", GOOD))
    tasks = [task for end in ENDS.values() for task in (dies_of(end), good)]
    announced = []
    rows = run(tasks, tmp_path, announced.append, jobs=2)
    assert [row.verdict for row in rows] == ["UNKNOWN", "PROVED"] * len(ENDS)
    for row, reason in zip(rows[::2], ENDS, strict=True):
        assert reason in row.reason
        assert (row.reached, row.certificate) == (False, "")
    assert len(announced) == len(tasks)
    assert len(list(tmp_path.iterdir())) == len(ENDS)
