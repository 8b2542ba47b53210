"""Exact worst-case programs for all partitions, groups, models and sets of models, timed; and what they gave.

Usage: python benchmarks/worst_case.py [FOLDER]

FOLDER has groups.csv and models.csv; default: ALIGNPROOF_DATA, or else a market that is made up.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from alignproof.experiments.summary import USER_COLUMNS, best_teams, summaries, user_line, write_summaries
from alignproof.experiments.synthetic import write_synthetic
from alignproof.experiments.tables import MADE_UP, Tables, read_tables
from alignproof.experiments.worst_case import members

LIMIT = 300.0
"""Seconds in which all of it should be done on two cores."""


def main(arguments: list[str]) -> int:
    folder = arguments[0] if arguments else os.environ.get("ALIGNPROOF_DATA")
    if folder:
        return report(read_tables(folder))
    with tempfile.TemporaryDirectory() as made:
        write_synthetic(Path(made))
        return report(read_tables(made))


def report(tables: Tables) -> int:
    start = time.perf_counter()
    found = summaries(tables, 2, lambda done: print(f"done: {done}", file=sys.stderr))
    seconds = time.perf_counter() - start
    out = Path("build/worst-case")
    write_summaries(found, tables.source, out)
    for one in found:
        count = len(one.models)
        everybody = (1 << count) - 1
        best = best_teams(one.weak)
        print(f"{one.partition}: {len(one.users)} groups")
        by_size = ", ".join(f"{size}: {float(eps):.4f}" for size, (eps, _) in best.items())
        print(f"  eps_U by |T| (best T): {by_size}")
        enough = min(team.bit_count() for team, error in one.weak.items() if error.eps == one.weak[everybody].eps)
        team = best[enough][1]
        print(f"  smallest T with the smallest eps_U: {', '.join(one.models[j] for j in members(team, count))}")
        print(f"  eps_U, any exact decomposition, all models: {float(one.free[everybody].eps):.4f}")
        alone = {one.models[j]: one.strong[1 << j] for j in range(count)}
        print(f"  strong eps: {', '.join(f'{name} {float(e.eps):.4f}' for name, e in alone.items())}")
        missed = sum(not e.attained for e in one.weak.values()), sum(not e.attained for e in one.strong.values())
        print(f"  approached, not attained (coverage): weak {missed[0]}, strong {missed[1]} of {len(one.weak)} sets")
        cover = "; ".join(f"{one.models[j]}: {len(users)}" for j, users in one.cover.items())
        print(f"  worst user, 2 eps / lambda*: {float(one.worst_user):.4f} with {cover}")
        print(f"    slacks: {', '.join(USER_COLUMNS)}")
        for user in one.users:
            print("   ", *user_line(one, user), sep="  ")
    programs = sum(len(one.users) * len(one.weak) + len(one.models) for one in found)
    print(f"{2 * programs} worst-case programs and all slacks: {seconds:.1f} s on two processes (limit {LIMIT:g} s)")
    if tables.synthetic:
        print(MADE_UP)
    print(f"exact errors of all sets: {out / 'teams.csv'}")
    return 0 if seconds < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
