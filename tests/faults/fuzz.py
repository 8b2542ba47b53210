"""Spoilt files by the thousand: no traceback, no hang, nothing false accepted.

Usage: python -m tests.faults.fuzz [--inputs N] [--seed S] [--jobs J] [--only INDEX]... [--format NAME]...
       [--out FOLDER]

Input number I of seed S is the same everywhere: it is drawn from a generator seeded with both. An input fails if its
reader raises what it must not, takes more than ten seconds of processor time, or accepts what is false; it is written
to FOLDER (build/fuzz) beside the command that tries it again. Whatever is accepted and cannot be judged is counted and
listed. Exit code 1: something failed.
"""

import argparse
import faulthandler
import json
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random

from alignproof.verification.workers import Died, carried_out
from tests.faults.formats import FORMATS, NotJudged

SECONDS, HANG, MEMORY = 10.0, 300.0, 4 << 30
BATCH = 250


class OutOfTime(BaseException):
    """Not an Exception, so that no reader can take it for one of its own."""


@contextmanager
def limited(seconds):
    """Raises OutOfTime in the block after so many seconds of processor time."""

    def stop(*_):
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@cache
def seeds(name):
    return sorted(FORMATS[name].seeds().items())


def _begun(seed, index):
    """The generator of an input, and the format that it drew."""
    random = Random(f"{seed} {index}")
    (name,) = random.choices(list(FORMATS), [kind.share for kind in FORMATS.values()])
    return random, name


def drawn(seed, index):
    """An input: its format, the name of the file that it comes from, that file, and the bytes."""
    random, name = _begun(seed, index)
    known = seeds(name)
    (origin, document), (_, other) = random.choice(known), random.choice(known)
    if name in ("certificate", "game") and random.random() < 0.1:
        other = random.choice(seeds(random.choice(("certificate", "game", "menus"))))[1]
    return name, origin, document, FORMATS[name].spoil(random, document, other)


def tried(name, document, data):
    """(how it ended, a word on that); it failed if that begins with FAILED."""
    kind = FORMATS[name]
    try:
        with limited(SECONDS):
            found = kind.read(data)
    except kind.refusals as error:
        return "refused", type(error).__name__
    except OutOfTime:
        return "FAILED", f"more than {SECONDS:g} seconds"
    except BaseException:
        return "FAILED", traceback.format_exc()
    try:
        with limited(SECONDS):
            right, how = kind.judge(document, data, found)
    except NotJudged as error:
        return "not judged", str(error)
    except OutOfTime:
        return "not judged", "the judge takes too long"
    except Exception:
        return "FAILED", f"the judge: {traceback.format_exc()}"
    return ("accepted", how) if right else ("FAILED", f"accepted, and it is false: {how}")


def one(seed, index, out):
    """Try an input, and keep it if it fails."""
    name, origin, document, data = drawn(seed, index)
    ended, how = tried(name, document, data)
    if ended == "FAILED":
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{seed}-{index}.{name}").write_bytes(data)
        again = f"python -m tests.faults.fuzz --seed {seed} --only {index}"
        (out / f"{seed}-{index}.txt").write_text(f"{again}\nfrom: {name} {origin}\n{how}\n", errors="replace")
        how = how.strip().splitlines()[-1][:150]
    kind = f"{name} {document['kind']}" if name == "certificate" else name
    return kind, ended, how, index


def batch(seed, first, last, out, wanted=tuple(FORMATS)):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    faulthandler.dump_traceback_later(HANG + SECONDS * BATCH / 10, exit=True)
    found = [one(seed, index, out) for index in range(first, last) if _begun(seed, index)[1] in wanted]
    faulthandler.cancel_dump_traceback_later()
    counts = Counter((kind, ended, how) for kind, ended, how, _ in found)
    return counts, [index for _, ended, _, index in found if ended == "FAILED"]


def campaign(seed, inputs, jobs, out, wanted=tuple(FORMATS), say=lambda text: None):
    """All inputs: counts by (kind, end, word on it), and the numbers of those that failed."""
    for name in FORMATS:
        seeds(name)  # made once, before processes are forked
    starts = list(range(0, inputs, BATCH))
    counts, failed, done = Counter(), [], 0
    work = carried_out(
        lambda k: batch(seed, starts[k], min(starts[k] + BATCH, inputs), out, wanted), len(starts), jobs, lambda k: None
    )
    for k, answer in work:
        if isinstance(answer, Died):
            counts["process", "FAILED", f"inputs from {starts[k]}: {answer.reason}"] += 1
            failed.append(starts[k])
            continue
        counts += answer[0]
        failed += answer[1]
        done += sum(answer[0].values())
        say(f"{done} of {inputs}, {len(failed)} failed")
    return counts, sorted(failed)


def report(counts):
    """A table by kind, and below it how what was accepted was judged."""
    ends = ("refused", "accepted", "not judged", "FAILED")
    by_kind = Counter()
    for (kind, ended, _), number in counts.items():
        by_kind[kind, ended] += number
    kinds = sorted({kind for kind, _ in by_kind})
    lines = [f"{'format and kind':30}" + "".join(f"{end:>12}" for end in ("inputs", *ends))]
    for kind in [*kinds, "all"]:
        row = [sum(n for (k, e), n in by_kind.items() if kind in (k, "all") and e == end) for end in ends]
        lines.append(f"{kind:30}" + "".join(f"{n:12}" for n in (sum(row), *row)))
    for end, heading in (
        ("accepted", "accepted, and right:"),
        ("not judged", "accepted, and not judged:"),
        ("FAILED", "FAILED:"),
    ):
        words = Counter()
        for (kind, ended, how), number in counts.items():
            words[f"{kind}: {how}" if end != "accepted" else how] += number if ended == end else 0
        lines += ["", heading, *(f"{number:8} {how}" for how, number in sorted(words.items()) if number)]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, action="append")
    parser.add_argument("--format", choices=list(FORMATS), action="append")
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    options = parser.parse_args()
    start = time.perf_counter()
    if options.only:
        for index in options.only:
            print(*one(options.seed, index, options.out))
            name = drawn(options.seed, index)[0]
            text = options.out / f"{options.seed}-{index}.txt"
            print(text.read_text() if text.exists() else f"{name}: it does not fail")
        return 0
    said = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731
    counts, failed = campaign(
        options.seed, options.inputs, options.jobs, options.out, options.format or tuple(FORMATS), said
    )
    print(report(counts))
    print(f"\nseed {options.seed}, {options.inputs} inputs, {time.perf_counter() - start:.0f} seconds")
    options.out.mkdir(parents=True, exist_ok=True)
    rows = [[*key, number] for key, number in sorted(counts.items())]
    (options.out / "report.json").write_text(json.dumps({"seed": options.seed, "counts": rows, "failed": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
