"""Calls carried out in processes of their own: what ends a process costs the call it was at, and no other."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

T = TypeVar("T")
BYTES = 2
"""Of an index in the queue. All indices are written ahead, so they must fit into a pipe: 2000 do everywhere."""


@dataclass(frozen=True)
class Died:
    """There is no answer, since the process that was to give it ended; ``seconds`` is how long it took."""

    reason: str
    seconds: float = 0.0


def carried_out(
    work: Callable[[int], T], count: int, jobs: int, started: Callable[[int], None]
) -> Iterator[tuple[int, T | Died]]:
    """``(index, work(index))`` for every index below ``count``, as they come; ``started`` is told of each start.

    One job is this very process. More are forked from it, so ``work`` may be a closure; only answers are pickled.
    """
    if jobs == 1 or "fork" not in multiprocessing.get_all_start_methods():
        for index in range(count):
            started(index)
            yield index, work(index)
    else:
        yield from _forked(work, count, jobs, started)


def _forked(
    work: Callable[[int], T], count: int, jobs: int, started: Callable[[int], None]
) -> Iterator[tuple[int, T | Died]]:
    queue = _queue(count)
    running: dict[Connection, BaseProcess] = {}
    at: dict[Connection, tuple[int, float]] = {}
    left = set(range(count))
    try:
        for _ in range(min(jobs, count)):
            _start(running, queue, work)
        while running:
            ready = wait(list(running))
            for reader in [reader for reader in running if reader in ready]:
                if (message := _received(reader)) is None:
                    code = _ended(running.pop(reader), reader)
                    if reader in at:
                        index, since = at.pop(reader)
                        _start(running, queue, work)
                        yield index, Died(how_ended(code), time.perf_counter() - since)
                elif len(message) == 1:
                    (index,) = message
                    at[reader] = (index, time.perf_counter())
                    left.remove(index)
                    started(index)
                else:
                    del at[reader]
                    yield message
    finally:
        os.close(queue)
        for reader, process in running.items():
            process.kill()
            _ended(process, reader)
    for index in sorted(left):
        yield index, Died("the process that was to carry it out ended before it began")


def _queue(count: int) -> int:
    """A pipe's end from which each process takes indices until there are none left.

    Nobody ever writes to a process that may have ended, and no lock can be left behind by one.
    """
    queue, writer = os.pipe()
    os.write(writer, b"".join(index.to_bytes(BYTES) for index in range(count)))
    os.close(writer)
    return queue


def _start(running: dict[Connection, BaseProcess], queue: int, work: Callable[[int], object]) -> None:
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(queue, writer, [reader, *running], work), daemon=True)
    process.start()
    writer.close()
    running[reader] = process


def _work(queue: int, writer: Connection, inherited: list[Connection], work: Callable[[int], object]) -> None:
    """Announce and answer, index by index."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # With these open, a process would not notice that the one reading its answers is gone.
    for reader in inherited:
        reader.close()
    while taken := os.read(queue, BYTES):
        index = int.from_bytes(taken)
        writer.send((index,))
        writer.send((index, work(index)))


def _received(reader: Connection) -> Any:
    """The next message, or None if the process has ended, perhaps in the middle of one."""
    try:
        return reader.recv()
    except (EOFError, OSError):
        return None


def _ended(process: BaseProcess, reader: Connection) -> int | None:
    process.join()
    reader.close()
    return process.exitcode


def how_ended(code: int | None) -> str:
    """How a process with this exit code ended, in words."""
    how = (
        f"was killed by signal {-code} ({signal.strsignal(-code)})" if code and code < 0 else f"ended with code {code}"
    )
    return f"the process carrying it out {how}"
