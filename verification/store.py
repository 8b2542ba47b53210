"""A store of results between runs, keyed by everything they depend on.

The store is a convenience and is not believed: a stored result counts only after its certificate has passed the
kernel again and claims what the row says (:mod:`alignproof.verification.run`). A store that cannot be used is left
alone, with one note.
"""

import hashlib
import json
import platform
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

from alignproof.verification.verdict import Task, Verdict

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
PARTS = ("games", "checks", "formats", "symbolic", "oracles", "smt", "counterexamples", "verification")
SOLVERS = ("z3-solver", "cvc5", "highspy", "python-flint", "sympy")
PATIENCE = 10.0
"""Seconds to wait for another process to finish with the store."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    task TEXT, environment TEXT, verdict TEXT, certificate BLOB, trusts TEXT, reason TEXT, seconds REAL, digest TEXT,
    PRIMARY KEY (task, environment)
)
"""


@dataclass(frozen=True)
class Result:
    """A finding with its certificate as it is checked, written and stored: the bytes of its file, empty for none."""

    verdict: Verdict
    certificate: bytes
    trusts: str
    reason: str
    seconds: float


def digest(value: Any) -> str:
    """A digest of anything that JSON can say."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def environment(root: Path = ROOT, parts: Sequence[str] = PARTS) -> str:
    """A digest of what a result depends on besides its task: the sources in the ``parts`` of ``root`` and the
    certificates that are kept there, Python and the solvers."""
    files = sorted(path for part in parts for kind in ("*.py", "*.json") for path in (root / part).rglob(kind))
    sources = [(path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
    python = (platform.python_implementation(), platform.python_version())
    return digest((sources, python, [(name, _version(name)) for name in SOLVERS]))


def _task_digest(task: Task) -> str:
    return digest((task.result, task.scope, task.depth, task.expected))


def transaction(path: Path, schema: Sequence[str], act: Callable[[sqlite3.Connection], T], patience: float) -> T:
    """What ``act`` returns on the SQLite file ``path``, all its changes made at once or, if it raises, none.

    The rollback journal serves two processes as well as a write-ahead log would, since a writer takes its lock at the
    start and others wait for it, ``patience`` seconds at most; and it leaves no further files beside an idle store.
    Raises OSError and sqlite3.Error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=patience, isolation_level="IMMEDIATE")
    with closing(connection), connection:
        for statement in schema:
            connection.execute(statement)
        return act(connection)


class Store:
    """The results in the SQLite file ``path`` that were found in ``environment``.

    Each call opens the file anew, so that no connection is ever shared with a forked process. The first failure is
    told to ``note``; from then on nothing is found and nothing is kept.
    """

    def __init__(self, path: Path, environment: str, note: Callable[[str], None], patience: float = PATIENCE) -> None:
        self._path = path
        self._environment = environment
        self._note = note
        self._patience = patience
        self._usable = True

    def load(self, tasks: Sequence[Task]) -> list[Result | None]:
        """The stored result of each task, None where there is none."""
        nothing: list[Result | None] = [None] * len(tasks)
        return self._transaction(lambda connection: [self._read(connection, task) for task in tasks], nothing)

    def save(self, task: Task, result: Result) -> None:
        """Keep a result, and drop those of other environments, so that the file does not grow with every change."""
        row = (_task_digest(task), self._environment, *astuple(result), self._checksum(task, result))

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM results WHERE environment != ?", (self._environment,))
            connection.execute(f"INSERT OR REPLACE INTO results VALUES ({', '.join('?' * len(row))})", row)

        self._transaction(write, None)

    def forget(self, tasks: Sequence[Task]) -> None:
        """Drop the results of tasks."""
        digests = [(_task_digest(task),) for task in tasks]

        def delete(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM results WHERE task = ?", digests)

        if digests:
            self._transaction(delete, None)

    def _transaction(self, act: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What ``act`` returns, all its changes made at once; ``otherwise``, with none made, if the store fails."""
        if not self._usable:
            return otherwise
        try:
            return transaction(self._path, (SCHEMA,), act, self._patience)
        except (OSError, sqlite3.Error) as error:
            self._usable = False
            self._note(f"{self._path}: {error}; going on without stored results")
            return otherwise

    def _read(self, connection: sqlite3.Connection, task: Task) -> Result | None:
        """A row that is not as it was written is as good as none."""
        row = connection.execute(
            "SELECT verdict, certificate, trusts, reason, seconds, digest FROM results"
            " WHERE task = ? AND environment = ?",
            (_task_digest(task), self._environment),
        ).fetchone()
        if row is None or tuple(map(type, row)) != (str, bytes, str, str, float, str):
            return None
        result = Result(*row[:-1])
        return result if row[-1] == self._checksum(task, result) else None

    def _checksum(self, task: Task, result: Result) -> str:
        """Guards against a damaged file, not against forgery, which the kernel and the task's demands are there for."""
        certificate = hashlib.sha256(result.certificate).hexdigest()
        told = (result.verdict, certificate, result.trusts, result.reason, float(result.seconds))
        return digest((_task_digest(task), self._environment, told))
