"""A process that carries out cells one after the other, each in a child of its own with limits.

Usage: python -m alignproof.sweeps.host MODULE

MODULE has ``prepare(cell)``, which is called here, and ``carry_out(cell, seconds)``, which is called in the child
(:mod:`alignproof.sweeps.cells`). A line of JSON on standard input is a cell with its limits; the answer is a line of
JSON on standard output. Whoever reads it may have threads, which must not be forked from; this process has one. When
its standard input ends, it ends the child that it has, so nothing outlives the process that asked.
"""

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import IO

from alignproof.sweeps.cells import Cell, Outcome, died
from alignproof.sweeps.spec import Limits
from alignproof.verification.workers import how_ended

GLANCE = 0.1
"""Seconds between looks whether a child has ended that says nothing: a grandchild may hold its pipe open."""


def main(name: str) -> None:
    """Answer until standard input ends."""
    module = import_module(name)
    with _streams() as (asked, answers):
        while line := asked.readline():
            request = json.loads(line)
            cell, limits = Cell(**request["cell"]), Limits(**request["limits"])
            outcome = _isolated(module, cell, limits, asked, answers)
            answers.write(json.dumps(asdict(outcome)).encode() + b"\n")
            answers.flush()


@contextlib.contextmanager
def _streams() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """What was standard input and output. Now nothing is read from these, and what is printed is lost, so that no
    solver can disturb the answers."""
    with os.fdopen(os.dup(0), "rb") as asked, os.fdopen(os.dup(1), "wb") as answers:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.close(nothing)
        yield asked, answers


def _isolated(module: ModuleType, cell: Cell, limits: Limits, asked: IO[bytes], answers: IO[bytes]) -> Outcome:
    start = time.perf_counter()
    module.prepare(cell)
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(module, cell, limits, writer, (asked, answers)))
    child.start()
    writer.close()
    try:
        said = _said(child, reader, limits, asked)
    finally:
        _end(child)
        reader.close()
    spent = time.perf_counter() - start
    return Outcome(**json.loads(said)) if isinstance(said, bytes) else died(said or how_ended(child.exitcode), spent)


def _child(module: ModuleType, cell: Cell, limits: Limits, writer: Connection, inherited: Sequence[IO[bytes]]) -> None:
    """Carry out the cell. The limits on memory hold for each process that it starts, too."""
    os.setpgid(0, 0)
    # With these open, nobody would notice that the host is gone.
    for stream in inherited:
        stream.close()
    _limit(resource.RLIMIT_AS, limits.memory * 2**20)
    _limit(resource.RLIMIT_CORE, 0)
    # Should the host be gone by then, nobody else would end this.
    signal.alarm(limits.seconds + 2)
    outcome = module.carry_out(cell, limits.seconds)
    writer.send_bytes(json.dumps(asdict(outcome)).encode())


def _limit(what: int, most: int) -> None:
    """Lower a limit; one that is lower already stays."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _said(child: BaseProcess, reader: Connection, limits: Limits, asked: IO[bytes]) -> bytes | str:
    """The child's answer, or why there is none; empty if it ended on its own."""
    deadline = time.monotonic() + limits.seconds
    while (left := deadline - time.monotonic()) > 0:
        ended = child.exitcode is not None
        ready = wait([reader, asked.fileno()], 0.0 if ended else min(left, GLANCE))
        if reader in ready:
            try:
                return reader.recv_bytes()
            except (EOFError, OSError):
                child.join(left)
                return ""
        if asked.fileno() in ready:
            raise SystemExit  # nobody waits for an answer any longer
        if ended:
            return ""
    return f"the time limit of {limits.seconds} s was reached"


def _end(child: BaseProcess) -> None:
    """Kill what is left of the child and of all that it started."""
    child.kill()
    with contextlib.suppress(ProcessLookupError):  # it has no group if it never came to make one
        os.killpg(child.pid or os.getpid(), signal.SIGKILL)
    child.join()


if __name__ == "__main__":
    main(sys.argv[1])
