"""What the tests of sweeps share: the log of the fake cells, processes, the store's file."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from alignproof.sweeps.cells import Cell
from alignproof.sweeps.spec import Limits, Planned

HERE = Path(__file__).parent


class Log:
    """What the fake cells noted: who began and ended, and processes. ``environ`` is what they need."""

    def __init__(self, path):
        self.path = path
        self.environ = {"PYTHONPATH": str(HERE), "FAKE_CELLS_LOG": str(path)}

    def lines(self):
        return [line.split() for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def seeds(self, what):
        return [int(seed) for kind, seed, _ in self.lines() if kind == what]

    def grandchildren(self):
        return [int(kind.split(":")[1]) for kind, *_ in self.lines() if kind.startswith("grandchild:")]

    def processes(self):
        return {int(process) for *_, process in self.lines()}


def fake(statement, seconds=20, memory=1024, size="x", seed=1):
    return Planned(Cell(statement, size, "none", "fake", seed), Limits(seconds, memory), "PROVED")


def gone(process):
    """Whether a process has ended; a zombie has."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.02)


def sql(path, *statement):
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(*statement).fetchall()
