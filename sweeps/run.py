"""Running a sweep: cells that have no result yet are claimed, carried out and written, until all have one."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from alignproof.sweeps.cells import Cell, Outcome
from alignproof.sweeps.pools import Batch, Pool
from alignproof.sweeps.spec import Planned
from alignproof.sweeps.store import Heartbeat, Store

POLL = 1.0
"""Seconds between looks whether other runners are done with their cells."""


def sweep(planned: Sequence[Planned], store: Store, pool: Pool, told: Callable[[int], object]) -> dict[Cell, Outcome]:
    """The outcome of every cell. ``told`` hears how many more there are, whoever found them.

    Raises StoreFailed and Unusable; what was found until then is stored.
    """
    known = store.outcomes(planned)

    def keep(batch: Batch) -> None:
        written = store.write(batch)
        known.update({each.cell: outcome for each, outcome in written})
        told(len(written))

    with Heartbeat(store):
        while left := [each for each in planned if each.cell not in known]:
            before = len(known)
            pool.carry_out(partial(store.claim, deque(left)), keep)
            # Other runners are at what is left now, or were.
            elsewhere = store.outcomes([each for each in left if each.cell not in known])
            known.update(elsewhere)
            told(len(elsewhere))
            if len(known) == before:
                time.sleep(POLL)
    return known
