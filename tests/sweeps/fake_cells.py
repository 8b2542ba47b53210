"""Cells that crash, hang and eat memory, or note that they were carried out; the hosts import this by name."""

import ctypes
import os
import signal
import subprocess
import sys
import time

from alignproof.sweeps.cells import Outcome

LOG = "FAKE_CELLS_LOG"


def prepare(cell):
    if cell.statement == "breaks its host":
        os._exit(7)
    if cell.statement == "kills its worker":
        os.kill(os.getppid(), signal.SIGKILL)


def carry_out(cell, seconds):
    start = time.perf_counter()
    note("begin", cell)
    ENDS[cell.statement](cell)
    note("end", cell)
    return Outcome("PROVED", "definitions", "nobody", "", time.perf_counter() - start, (cell.size * cell.seed,))


def note(what, cell):
    if path := os.environ.get(LOG):
        # One write of a short line, which others cannot come between.
        with open(path, "a", buffering=1) as log:
            log.write(f"{what} {cell.seed} {os.getpid()}\n")


def segfault(cell):
    ctypes.string_at(0)


def hang_with_grandchild(cell):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    note(f"grandchild:{child.pid}", cell)
    time.sleep(600)


def crash_before_grandchild(cell):
    if os.fork() == 0:
        time.sleep(600)  # it holds what it inherited open
    os.kill(os.getpid(), signal.SIGSEGV)


def leave_grandchild(cell):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    note(f"grandchild:{child.pid}", cell)


def print_nonsense(cell):
    print("{}")
    os.write(1, b'{"verdict": "REFUTED"}\n')


ENDS = {
    "is quick": lambda cell: None,
    "takes a while": lambda cell: time.sleep(0.05),
    "takes long": lambda cell: time.sleep(1.0),
    "crashes": segfault,
    "is killed": lambda cell: os.kill(os.getpid(), signal.SIGKILL),
    "exits": lambda cell: os._exit(3),
    "raises": lambda cell: 1 // 0,
    "eats memory": lambda cell: bytearray(10 * 2**30),
    "hangs": hang_with_grandchild,
    "crashes beside a grandchild": crash_before_grandchild,
    "leaves a grandchild": leave_grandchild,
    "prints": print_nonsense,
}
