"""Seconds of the processor, of things measured alternately, so that what else the machine does matters little."""

import gc
import multiprocessing
import resource
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from bench.rows import Row, Spread

MEMORY = 4 << 30
"""Bytes that a process of :func:`apart` may have."""

PATIENCE = 10
"""How many times the limit a call may take by the clock."""

LONG = 0.5
"""A call that takes less is made once before it is timed, so that imports do not count."""

SHORTEST = 0.02
"""A call that takes less is repeated until this much time has passed, and the mean counts."""


@dataclass(frozen=True)
class Ran:
    """A call that came to its end: seconds, and what it returned."""

    seconds: float
    value: Any


@dataclass(frozen=True)
class Stopped:
    """A call that did not; ``seconds`` is how long it was given, 0 if time was not the reason."""

    reason: str
    seconds: float = 0.0


Contestant = Callable[[], Ran | Stopped]


def here(call: Callable[[], Any]) -> Contestant:
    """The call in this process."""
    return lambda: _timed(call)


def clock() -> float:
    """Seconds of the processor that this process has taken, and the ones it has waited for."""
    whose = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, whose))


def _timed(call: Callable[[], Any]) -> Ran:
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # what was there before is no garbage of this call
    start = clock()
    value = call()
    spent = clock() - start
    if spent >= LONG:
        return Ran(spent, value)
    start, spent, times = clock(), 0.0, 0
    while spent < SHORTEST:
        value, times = call(), times + 1
        spent = clock() - start
    return Ran(spent / times, value)


def apart(call: Callable[[], Any], seconds: int, memory: int = MEMORY) -> Contestant:
    """The call in a process of its own, which is ended after so many whole seconds; its start is not counted.

    Whatever was computed and kept before stays out of it: calls find caches as they were when it was forked.
    """

    def run() -> Ran | Stopped:
        context = multiprocessing.get_context("fork")
        reader, writer = context.Pipe(duplex=False)
        process = context.Process(target=_child, args=(writer, call, seconds, memory), daemon=True)
        process.start()
        writer.close()
        try:
            if reader.poll(PATIENCE * seconds):
                return reader.recv()
            return Stopped(f"stopped at {PATIENCE * seconds} s by the clock")
        except EOFError:
            process.join()
            return _ended(process.exitcode, seconds)
        finally:
            process.kill()
            process.join()
            reader.close()

    return run


def _child(writer: Connection, call: Callable[[], Any], seconds: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    try:
        answer: Ran | Stopped = _timed(call)
    except MemoryError:
        answer = Stopped(f"more than {memory >> 30} GiB")
    except Exception as error:  # any failure of what is measured is a row that says so
        answer = Stopped(f"{type(error).__name__}: {error}")
    writer.send(answer)


def _ended(code: int | None, seconds: int) -> Stopped:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Stopped(f"stopped at {seconds} s", seconds)
    return Stopped(f"process ended with code {code}")


@dataclass
class Measured:
    """What a contestant did, round by round: ``value`` is what it returned last."""

    seconds: list[float] = field(default_factory=list)
    value: Any = None
    stopped: Stopped | None = None


def alternated(contestants: Mapping[str, Contestant], repeats: int) -> dict[str, Measured]:
    """All contestants in turn, ``repeats`` times over; one that was stopped is not started again."""
    measured = {name: Measured() for name in contestants}
    for _ in range(repeats):
        for name, contestant in contestants.items():
            if measured[name].stopped:
                continue
            match contestant():
                case Ran(seconds, value):
                    measured[name].seconds.append(seconds)
                    measured[name].value = value
                case stopped:
                    measured[name].stopped = stopped
    return measured


def rows(group: str, size: str, measured: Mapping[str, Measured], results: Mapping[str, str]) -> Iterator[Row]:
    """A row per contestant; ratios are to the first one, round by round."""
    first, *_ = measured
    base = measured[first]
    for name, one in measured.items():
        result = results.get(name, "")
        if one.stopped:
            least = one.stopped.seconds / max(base.seconds) if base.seconds and not base.stopped else 0.0
            yield Row(group, name, size, None, first, None, one.stopped.reason, least, result)
        elif name == first or base.stopped:
            yield Row(group, name, size, Spread.of(one.seconds), result=result)
        else:
            ratios = [mine / other for mine, other in zip(one.seconds, base.seconds, strict=True)]
            yield Row(group, name, size, Spread.of(one.seconds), first, Spread.of(ratios), result=result)
