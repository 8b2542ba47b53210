"""A runner as a process that can be killed: runner.py STORE COUNT JOBS [STATEMENT]."""

import sys
from pathlib import Path

from alignproof.sweeps.cells import Cell
from alignproof.sweeps.pools import OneMachine
from alignproof.sweeps.run import sweep
from alignproof.sweeps.spec import Limits, Planned
from alignproof.sweeps.store import Store


def planned(count, statement="takes a while"):
    return [Planned(Cell(statement, "x", "none", "fake", seed), Limits(30, 1024), "PROVED") for seed in range(count)]


def main(path, count, jobs, statement="takes a while"):
    sweep(planned(int(count), statement), Store(Path(path), "now"), OneMachine(int(jobs), "fake_cells"), lambda _: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
