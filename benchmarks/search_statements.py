"""What the search finds against universal results: for each hypothesis that the audit calls needed, dropped alone, and
for some that are replaced, the sizes found and the seconds to certificates, the least and most over some seeds."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter

from alignproof.counterexamples.search.goal import read_task
from alignproof.counterexamples.search.run import Found, NotFound, search
from alignproof.verification.audit import CASES
from alignproof.verification.targets import named, read_target, search_target

SEEDS = range(2)
SECONDS = 120.0
Search = Callable[[float, int], Found | NotFound]


def searches() -> Iterator[tuple[str, Search]]:
    """Arguments of the command, and the search that they ask for."""
    for statement in filter(None, map(named, CASES)):
        for hypothesis in CASES[statement.result]:
            target = read_target(statement, [hypothesis])
            yield f"{statement.result} --drop {hypothesis}", partial(search_target, target)
        if statement.argument.play == "personalized":
            target = read_target(statement, [], game="anonymous")
            yield f"{statement.result} --game anonymous", partial(search_target, target)
    for goal in ("thm4.1", "thm5.2"):
        yield f"{goal} --talk", partial(search, read_task(goal, [], talk=True))


def measured(find: Search, seed: int) -> tuple[float, str]:
    """Seconds, and the size found."""
    start = perf_counter()
    found = find(SECONDS, seed)
    return perf_counter() - start, str(found.size) if isinstance(found, Found) else "nothing found"


def main() -> None:
    """A line per search: those that contain an argument, if there are any."""
    wanted = " ".join(sys.argv[1:])
    for text, find in searches():
        if wanted in text:
            seconds, sizes = zip(*(measured(find, seed) for seed in SEEDS), strict=True)
            print(f"{text:56}{min(seconds):6.1f}{max(seconds):6.1f}   {' | '.join(dict.fromkeys(sizes))}", flush=True)


if __name__ == "__main__":
    main()
