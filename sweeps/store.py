"""The results of sweeps in an SQLite file, and which runner is at which cell.

A cell is *claimed* before it is carried out, and its row takes the place of the claim, each in one transaction that
excludes all others. So runners that share a store share the work, and whatever ends a runner, at whatever moment, loses
the cells that it was at and nothing else: its claims lapse, and another run takes these cells up.
"""

import json
import os
import platform
import sqlite3
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from alignproof.sweeps.cells import Cell, Outcome
from alignproof.sweeps.spec import Limits, Planned
from alignproof.verification.store import digest, transaction

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds to wait for other runners to finish with the store."""

LEASE = 60.0
"""Seconds after which a runner on another machine that gave no sign of life is taken to be dead."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, cell TEXT, limits TEXT, outcome TEXT, digest TEXT)",
    "CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, runner TEXT)",
    "CREATE TABLE IF NOT EXISTS runners (runner TEXT PRIMARY KEY, machine TEXT, pid INTEGER, started TEXT, seen REAL)",
)


class StoreFailed(Exception):
    """The store cannot be read or written, for the reason given. What was stored before stays."""


@dataclass(frozen=True)
class Runner:
    """A process that carries out cells: a name of its own, the machine as processes see it, and which process it is."""

    name: str
    machine: str
    pid: int
    started: str

    @classmethod
    def this(cls) -> "Runner":
        """This process."""
        return cls(uuid.uuid4().hex, _machine(), os.getpid(), _started(os.getpid()))

    def dead(self, seen: float, now: float) -> bool:
        """Whether the process is known to have ended, or on another machine gave no sign of life for too long."""
        if self.machine != _machine():
            return now - seen > LEASE
        return not _alive(self.pid) or _started(self.pid) != self.started


def _machine() -> str:
    """Two processes with the same answer know each other by the numbers of processes."""
    names = [platform.node()]
    if sys.platform == "linux":
        names += [Path("/proc/sys/kernel/random/boot_id").read_text().strip(), os.readlink("/proc/self/ns/pid")]
    return " ".join(names)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """When a process was started, so that a number that is used again is not taken for it; empty if it has ended, or
    cannot be told."""
    try:
        state, *others = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state in "ZX" else others[18]


class Store:
    """The rows of cells that were carried out in ``environment``, and this runner's claims, in the file ``path``.

    All methods may be called from any thread, and raise StoreFailed.
    """

    def __init__(self, path: Path, environment: str, patience: float = PATIENCE) -> None:
        self._path = path
        self._environment = environment
        self._patience = patience
        self._runner = Runner.this()

    def outcomes(self, planned: Iterable[Planned]) -> dict[Cell, Outcome]:
        """The outcomes of those cells that need not be carried out."""

        def read(connection: sqlite3.Connection) -> dict[Cell, Outcome]:
            found = ((each.cell, self._final(connection, each)) for each in planned)
            return {cell: outcome for cell, outcome in found if outcome}

        return self._transaction(read)

    def claim(self, waiting: deque[Planned], most: int) -> list[Planned]:
        """Claim cells, at most so many, and take them from the front of ``waiting``, with those before them that are
        done or somebody else's."""

        def take(connection: sqlite3.Connection) -> tuple[list[Planned], int]:
            self._tidy(connection)
            claimed: list[Planned] = []
            for passed, each in enumerate(waiting):
                if len(claimed) == most:
                    return claimed, passed
                key = each.cell.key(self._environment)
                taken = connection.execute("SELECT 1 FROM claims WHERE key = ?", (key,)).fetchone()
                if not taken and not self._final(connection, each):
                    connection.execute("INSERT INTO claims VALUES (?, ?)", (key, self._runner.name))
                    claimed.append(each)
            return claimed, len(waiting)

        claimed, passed = self._transaction(take)
        for _ in range(passed):
            waiting.popleft()
        return claimed

    def write(self, done: Sequence[tuple[Planned, Outcome]]) -> list[tuple[Planned, Outcome]]:
        """Put rows in the place of claims, and return them. A cell whose claim has lapsed is somebody else's."""

        def put(connection: sqlite3.Connection) -> list[tuple[Planned, Outcome]]:
            kept = []
            for each, outcome in done:
                key = each.cell.key(self._environment)
                dropped = connection.execute(
                    "DELETE FROM claims WHERE key = ? AND runner = ?", (key, self._runner.name)
                ).rowcount
                if dropped:
                    row = _row(key, each, outcome)
                    connection.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", (*row, digest(row)))
                    kept.append((each, outcome))
            return kept

        return self._transaction(put)

    def forget_unknown(self, planned: Iterable[Planned]) -> None:
        """Drop the rows of cells that are UNKNOWN."""

        def drop(connection: sqlite3.Connection) -> None:
            for each in planned:
                found = self._final(connection, each)
                if found and found.verdict == "UNKNOWN":
                    connection.execute("DELETE FROM rows WHERE key = ?", (each.cell.key(self._environment),))

        self._transaction(drop)

    def release(self) -> None:
        """Give up all claims."""
        self._transaction(lambda connection: _remove(connection, self._runner.name))

    def beat(self) -> None:
        """Give a sign of life."""
        self._transaction(self._sign)

    def _transaction(self, act: Callable[[sqlite3.Connection], T]) -> T:
        def excluding_others(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN IMMEDIATE")
            return act(connection)

        try:
            return transaction(self._path, SCHEMA, excluding_others, self._patience)
        except (OSError, sqlite3.Error) as error:
            raise StoreFailed(f"{self._path}: {error}; what was stored before is kept") from None

    def _sign(self, connection: sqlite3.Connection) -> None:
        runner = self._runner
        row = (runner.name, runner.machine, runner.pid, runner.started, time.time())
        connection.execute("INSERT OR REPLACE INTO runners VALUES (?, ?, ?, ?, ?)", row)

    def _tidy(self, connection: sqlite3.Connection) -> None:
        """Give a sign of life, and drop the claims of runners that are dead."""
        self._sign(connection)
        now = time.time()
        for *fields, seen in connection.execute("SELECT * FROM runners").fetchall():
            if Runner(*fields).dead(seen, now):
                _remove(connection, fields[0])

    def _final(self, connection: sqlite3.Connection, each: Planned) -> Outcome | None:
        """The stored outcome if it answers: it is decided, or the cell has no more to use now than it had then."""
        key = each.cell.key(self._environment)
        row = connection.execute("SELECT * FROM rows WHERE key = ?", (key,)).fetchone()
        if row is None or set(map(type, row)) != {str} or row[-1] != digest(row[:-1]):
            return None
        outcome, limits = _read(row[3]), Limits(**json.loads(row[2]))
        more = each.limits.seconds > limits.seconds or each.limits.memory > limits.memory
        return None if outcome.verdict == "UNKNOWN" and more else outcome


def _remove(connection: sqlite3.Connection, runner: str) -> None:
    connection.execute("DELETE FROM claims WHERE runner = ?", (runner,))
    connection.execute("DELETE FROM runners WHERE runner = ?", (runner,))


def _row(key: str, each: Planned, outcome: Outcome) -> tuple[str, ...]:
    return (key, *(json.dumps(asdict(part)) for part in (each.cell, each.limits, outcome)))


def _read(text: str) -> Outcome:
    found = json.loads(text)
    return Outcome(**found | {"certificates": tuple(found["certificates"])})


class Heartbeat:
    """Signs of life from a thread, as long as the context lasts; then all claims are given up."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._ended.set()
        self._thread.join()
        if not isinstance(error, StoreFailed):
            self._store.release()

    def _beat(self) -> None:
        while not self._ended.wait(LEASE / 6):
            try:
                self._store.beat()
            except StoreFailed:
                return  # the runner itself meets the same fault, and says so
