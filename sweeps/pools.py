"""Where cells are carried out: in child processes on this machine, by joblib, or on the workers of a dask cluster.

Nothing here touches the store. A pool is given a function that claims cells, and one that keeps outcomes.
"""

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Protocol

from joblib import Parallel, delayed

from alignproof.sweeps import cells
from alignproof.sweeps.cells import Outcome, died
from alignproof.sweeps.spec import Planned
from alignproof.verification.workers import how_ended

WORK = cells.__name__
"""The module that says how a cell is carried out."""

PATIENCE = 20.0
"""Seconds to wait for a scheduler, and for its first worker."""

GRACE = 5.0
"""Seconds for a host to end on its own."""

AHEAD = 2
"""Cells that are claimed for each thread of a cluster: the one it is at, and the next."""

Claim = Callable[[int], list[Planned]]
"""Claims at most so many cells; there may be none."""

Batch = list[tuple[Planned, Outcome]]


Keep = Callable[[Batch], None]
"""Takes outcomes as they come; from any thread."""


class Pool(Protocol):
    """Carries out cells until there are none to claim."""

    def carry_out(self, claim: Claim, keep: Keep) -> None:
        """Whatever is wrong with a cell is an UNKNOWN outcome.

        Raises Unusable, and what ``claim`` and ``keep`` raise.
        """
        ...


class Unusable(Exception):
    """The pool as a whole is of no use, for the reason given."""


class Host:
    """A process that carries out cells (:mod:`alignproof.sweeps.host`)."""

    def __init__(self, work: str) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it is read when the process has ended
        command = [sys.executable, "-P", "-m", "alignproof.sweeps.host", work]
        # A session of its own: ^C is for the program, which then ends its hosts.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._asked, self._answers = self._process.stdin, self._process.stdout

    def carry_out(self, planned: Planned) -> Outcome | None:
        """What comes of a cell; None if the host ended."""
        request = {"cell": asdict(planned.cell), "limits": asdict(planned.limits)}
        try:
            self._asked.write(json.dumps(request).encode() + b"\n")
            self._asked.flush()
            line = self._answers.readline()
        except (OSError, ValueError):
            return None
        found = json.loads(line) if line.endswith(b"\n") else None
        return Outcome(**found | {"certificates": tuple(found["certificates"])}) if found else None

    def end(self) -> str:
        """End it and the cell that it is at, and say how it ended."""
        with contextlib.suppress(OSError):  # what is left to write is lost on nobody
            self._asked.close()
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        return ": ".join([f"the host of its process: {how_ended(code)}", *last])


class Ended(Exception):
    """A cell has no outcome, since the hosts were told to end."""


class Hosts:
    """Hosts that wait for cells, as many as there are threads that ask at the same time."""

    def __init__(self, work: str) -> None:
        self._work = work
        self._idle: queue.LifoQueue[Host] = queue.LifoQueue()
        self._all: list[Host] = []
        self._ended = False

    def carry_out(self, planned: Planned) -> Outcome:
        """What comes of a cell, carried out by a host that is idle or new. Raises Ended."""
        start = time.perf_counter()
        if self._ended:
            raise Ended
        try:
            host = self._idle.get_nowait()
        except queue.Empty:
            host = Host(self._work)
            self._all.append(host)
        outcome = host.carry_out(planned)
        if outcome is None:
            if self._ended:
                raise Ended
            self._all.remove(host)
            return died(host.end(), time.perf_counter() - start)
        self._idle.put(host)
        return outcome

    def end(self) -> None:
        """End all hosts, and the cells that they are at."""
        self._ended = True
        for host in self._all:
            host.end()


@dataclass(frozen=True)
class OneMachine:
    """So many cells at a time on this machine."""

    jobs: int
    work: str = WORK

    def carry_out(self, claim: Claim, keep: Keep) -> None:
        """See :class:`Pool`."""
        hosts, failures = Hosts(self.work), list[Exception]()

        def claimed() -> Iterator[Planned]:
            try:
                while found := claim(1):
                    yield from found
            except Exception as error:  # joblib asks for the next cell where it cannot pass this on
                failures.append(error)

        def one(planned: Planned) -> None:
            # Kept before the next cell is claimed, so that no more is ever in flight than there are jobs.
            keep([(planned, hosts.carry_out(planned))])

        # Threads do, since the work is done in the hosts; a cell is claimed when a thread is free.
        try:
            Parallel(self.jobs, backend="threading", pre_dispatch=self.jobs)(map(delayed(one), claimed()))
        finally:
            hosts.end()
        if failures:
            raise failures[0]


@dataclass(frozen=True)
class Cluster:
    """The workers of the dask cluster whose scheduler is at ``address``; they have to have the same alignproof."""

    address: str
    work: str = WORK

    def carry_out(self, claim: Claim, keep: Keep) -> None:
        """See :class:`Pool`. Workers may come and go; the scheduler has a cell that a worker died at done by another,
        a few times."""
        with self._client() as client:
            _carry_out_by(client, self.work, claim, keep)

    def _client(self) -> Any:
        try:
            from distributed import Client
        except ImportError:
            raise Unusable("a cluster needs the package distributed: pip install 'alignproof[cluster]'") from None
        client = None
        try:
            client = Client(self.address, timeout=PATIENCE, set_as_default=False)
            client.wait_for_workers(1, PATIENCE)
        except (OSError, ValueError) as error:
            if client is not None:
                client.close()
            what = "no worker came" if client else "no scheduler answers"
            raise Unusable(f"{self.address}: {what} within {PATIENCE:g} s ({type(error).__name__})") from None
        return client


def _carry_out_by(client: Any, work: str, claim: Claim, keep: Keep) -> None:
    from distributed import as_completed

    running: dict[Any, Planned] = {}
    finished = as_completed(loop=client.loop, with_results=True, raise_errors=False)

    def submit() -> None:
        threads = max(1, sum(client.nthreads().values()))
        for planned in claim(AHEAD * threads - len(running)) if len(running) < AHEAD * threads else ():
            key = f"alignproof-{uuid.uuid4().hex}"
            future = client.submit(on_worker, work, planned, cells.environment(), key=key)
            running[future] = planned
            finished.add(future)

    submit()
    while running:
        # All that have come by now, so that one transaction of the store does for them.
        keep([(running.pop(future), _outcome(future, result)) for future, result in finished.next_batch()])
        submit()


def _outcome(future: Any, result: Any) -> Outcome:
    """What a worker answered. A cell that workers died at is UNKNOWN; raises Unusable if it is not the cell's fault."""
    from distributed import KilledWorker

    if future.status == "finished" and isinstance(result, Outcome):
        return result
    if future.status == "error" and isinstance(result[1], KilledWorker):
        return died("all workers that were given it died", 0.0)
    why = f"{type(result[1]).__name__}: {result[1]}" if future.status == "error" else "the scheduler gave it up"
    raise Unusable(f"a worker did not carry out its cell: {why}")


@cache
def _hosts_here(work: str) -> Hosts:
    """The hosts of this worker; they end with it, as their standard input does."""
    return Hosts(work)


def on_worker(work: str, planned: Planned, environment: str) -> Outcome:
    """What comes of a cell, on a worker of a cluster. Raises Unusable if its result would be another's."""
    if cells.environment() != environment:
        raise Unusable("the worker has other sources, another Python or other solvers")
    return _hosts_here(work).carry_out(planned)
