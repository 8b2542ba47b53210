"""How sweeps scale: one worker and two, what a cell costs besides its work, and what follows for a thousand workers.

Usage: python benchmarks/sweeps.py [WORKERS]
"""

import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from distributed import Client, LocalCluster

from alignproof.sweeps.cells import Cell, Outcome, carry_out, environment
from alignproof.sweeps.pools import AHEAD, Cluster, Hosts, OneMachine
from alignproof.sweeps.run import sweep
from alignproof.sweeps.spec import Limits, Planned, read_spec
from alignproof.sweeps.store import Store

SPEC = b"""
[[sweep]]
statements = ["Theorem 3.1", "Theorem 4.3", "Theorem 5.1"]
sizes = ["all", "222222222"]
mutants = ["none", "without range", "without errors"]
solvers = ["kernel"]

[[sweep]]
statements = ["Theorem 3.1", "Theorem 4.3", "Theorem 5.1"]
sizes = ["n=2, |T|=2", "n=10, |T|=10"]
solvers = ["kernel", "z3", "cvc5"]
"""
EMPTY = 150
REPEATS = 2
BATCHES = (1, 10, 100, 1000)


def main(workers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = scaling(folder)
        child = children()
        rates = {batch: store_rate(folder / f"batch{batch}.sqlite", batch) for batch in BATCHES}
        client = cluster(folder)
        row = (folder / "jobs1.0.sqlite").stat().st_size / len(read_spec(SPEC))
    print(f"store: {row / 1000:.0f} kB a row, certificates included")
    plan(workers, work, child, rates, client, row)


def scaling(folder: Path) -> float:
    """The scaling curve; the mean seconds of a cell in this process."""
    asked = read_spec(SPEC)
    print(f"{len(asked)} cells, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} when this began")
    direct = timed(lambda: [carry_out(each.cell, each.limits.seconds) for each in asked])
    print(f"in this process, no limits, no store: {direct:.1f} s, {len(asked) / direct:.2f} cells/s")
    seconds = {1: float("inf"), 2: float("inf")}
    for repeat in range(REPEATS):  # in turn, so that what else goes on meets both
        for jobs in seconds:
            store = Store(folder / f"jobs{jobs}.{repeat}.sqlite", environment())
            spent = timed(lambda jobs=jobs, store=store: sweep(asked, store, OneMachine(jobs), lambda _: None))
            seconds[jobs] = min(seconds[jobs], spent)
    for jobs, spent in seconds.items():
        gain = f", {seconds[1] / spent:.2f}x one worker" if jobs > 1 else ""
        print(f"{jobs} worker{'s' * (jobs > 1)}: {spent:.1f} s, {len(asked) / spent:.2f} cells/s{gain}")
    return direct / len(asked)


def empty(seed: int) -> Planned:
    """A cell that takes no time: there is no such result, so it is UNKNOWN at once."""
    return Planned(Cell("nothing", "all", "none", "kernel", seed), Limits(30, 2048), "PROVED")


def children() -> float:
    """Seconds for the process of a cell."""
    hosts = Hosts(OneMachine(1).work)
    start = timed(lambda: hosts.carry_out(empty(0)))
    each = timed(lambda: [hosts.carry_out(empty(seed)) for seed in range(EMPTY)]) / EMPTY
    hosts.end()
    print(f"a cell's own process: {1000 * each:.1f} ms; its host, once for each worker: {start:.1f} s")
    return each


def store_rate(path: Path, batch: int) -> float:
    """Cells per second that are claimed and written so many at a time."""
    store, rounds = Store(path, "now"), max(3, 100 // batch)
    waiting = deque(empty(seed) for seed in range(batch * rounds))
    outcome = Outcome("PROVED", "definitions", "kernel", "", 1.0, ("x" * 20_000,))

    def work() -> None:
        while claimed := store.claim(waiting, batch):
            store.write([(each, outcome) for each in claimed])

    rate = batch * rounds / timed(work)
    print(f"store, {batch} at a time: {rate:.0f} cells/s claimed and written, {2 * rate / batch:.0f} transactions/s")
    return rate


def cluster(folder: Path) -> float:
    """Seconds of processor time that scheduler and client, which share this process, spend on a cell."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as found:
        with Client(found.scheduler_address, set_as_default=False) as client:
            client.gather(client.map(abs, range(10)))
            tasks = 2000
            began = time.process_time()
            spent = timed(lambda: client.gather([client.submit(abs, -k, pure=False) for k in range(tasks)]))
            alone = (time.process_time() - began) / tasks
        print(f"dask alone, 2 workers: {tasks / spent:.0f} tasks/s; {1000 * alone:.2f} ms of scheduler and client each")
        pool = Cluster(found.scheduler_address)
        sweep([empty(seed) for seed in range(-4, 0)], Store(folder / "warm.sqlite", "now"), pool, lambda _: None)
        asked = [empty(seed) for seed in range(EMPTY)]
        began = time.process_time()
        spent = timed(lambda: sweep(asked, Store(folder / "dask.sqlite", "now"), pool, lambda _: None))
        client_each = (time.process_time() - began) / EMPTY
    print(f"empty cells on them, from claim to row: {EMPTY / spent:.0f} cells/s")
    print(f"scheduler and client spend {1000 * client_each:.1f} ms on each, at about one row a transaction")
    return client_each


def timed(action: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def plan(workers: int, work: float, child: float, rates: dict[int, float], client: float, row: float) -> None:
    """What follows for so many workers of one thread each, and one client that writes for all."""
    print(f"\nPlan for {workers} workers, from the figures above")
    most = min(1 / client, max(rates.values()))
    print(f"- scheduler and client keep up with {1 / client:.0f} cells/s, the store with {max(rates.values()):.0f}")
    print(f"- one transaction per claim and per row would do for {rates[1]:.0f} cells/s")
    print(f"- so all are busy if a cell takes at least {workers / most:.1f} s on the average")
    for seconds in (1.0, 10.0, 60.0):
        rate = min(most, workers / seconds)
        used = rate * seconds / workers
        latency = 2 * max(batch / rates[batch] for batch in BATCHES if batch <= max(1.0, rate))
        busy = rate * client
        print(
            f"- cells of {seconds:g} s: {rate:.0f} cells/s, workers {used:.0%} busy, scheduler and client {busy:.0%}; "
            f"about {max(1.0, rate * (latency + client)):.0f} rows a transaction; a million cells in "
            f"{1e6 / rate / 3600:.1f} h"
        )
    print(f"- a cell costs {1000 * child:.0f} ms of its worker besides its work: {child / work:.0%} of the mean above")
    print(f"- claimed at a time, and lost if the client is killed: {AHEAD * workers} cells at most")
    print(f"- a million rows are {row / 1000:.0f} GB with certificates")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
