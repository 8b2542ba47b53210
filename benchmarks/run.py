"""Benchmarks: medians over repeated runs, and ratios of things measured in the same run.

Usage: python benchmarks/run.py [REPEATS]
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import z3

from alignproof.checks.kernel import check
from alignproof.checks.linear import System
from alignproof.checks.signals import signal_system, signals
from alignproof.formats.certificates import certificate, play_claim
from alignproof.formats.documents import dump
from alignproof.games.deviation import deviations
from alignproof.games.document import parse
from alignproof.oracles.deviations import Bounded, equilibrium
from alignproof.oracles.systems import largest
from alignproof.smt.algebra import real
from alignproof.smt.literal import paying_rule_exists, theorem_3_1_fails
from alignproof.smt.sweep import SIZES, Case, Row, choice_cases, continuous_cases, sweep, universal_cases
from alignproof.symbolic import theorem_4_1
from alignproof.symbolic.rules import silent_profile
from alignproof.verification.universal import STATEMENTS, WHERE, all_sizes, from_definitions

LITERAL_SECONDS = 20.0


def timed(action: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Median seconds of ``action`` and its last result."""
    seconds, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def equilibrium_of_theorem_4_1(states: int, repeats: int) -> list[dict[str, Any]]:
    """Certify the silent profile, re-check it, and ask Z3 the same literally, within a time limit."""
    game = theorem_4_1.game(Fraction(1, 5), Fraction(1), Fraction(2), states)
    profile = silent_profile(game, "anonymous")
    producing, answer = timed(lambda: equilibrium(game, profile), repeats)
    if not isinstance(answer, Bounded):
        raise SystemExit(f"the equilibrium at M={states} was not certified")
    text = dump(certificate("equilibrium", play_claim(game, profile, robust=False), answer.evidence)).encode()
    checking, _ = timed(lambda: check(parse(text)), repeats)
    deviation = deviations(game, profile, 0, robust=False)[0]
    asking, literal = timed(lambda: paying_rule_exists(deviation, LITERAL_SECONDS), 1)
    what = f"Theorem 4.1, M={states}: silence is an equilibrium (2 users, {states + 1} actions)"
    return [
        {"what": f"{what}: certified", "seconds": producing, "result": f"{len(text) // 1024} KiB"},
        {
            "what": f"{what}: re-checked by the kernel",
            "seconds": checking,
            "result": f"{producing / checking:.1f}x faster",
        },
        {
            "what": f"{what}: literal Z3, one provider of two",
            "seconds": asking,
            "result": f"{literal} within {LITERAL_SECONDS:g} s; {asking / producing:.1f}x the certificate",
        },
    ]


def best_deviation_value(states: int, repeats: int) -> list[dict[str, Any]]:
    """One linear program, all signals allowed: HiGHS with an exact solve against Z3's optimiser."""
    game = theorem_4_1.game(Fraction(1, 2), Fraction(1), Fraction(2), states)
    deviation = deviations(game, silent_profile(game, "anonymous"), 0, robust=True)[0]
    system = signal_system(deviation, (0, 1), signals(deviation, (0, 1)), Fraction(0))
    objective = system.rows["payoff"].value
    rest = System({name: row for name, row in system.rows.items() if name != "payoff"}, system.free)
    ours, found = timed(lambda: largest(rest, objective), repeats)
    theirs, value = timed(lambda: z3_largest(rest, objective.terms), 1)
    if found is None or found.value != value:
        raise SystemExit(f"the optima differ: {found and found.value} and {value}")
    what = f"robust best deviation, M={states}"
    return [
        {"what": f"{what}: HiGHS + exact basis", "seconds": ours, "result": str(found.value)},
        {"what": f"{what}: z3 Optimize", "seconds": theirs, "result": f"{value}; {theirs / ours:.1f}x"},
    ]


def z3_largest(system: System, objective: Any) -> Fraction:
    """The same optimum by Z3."""
    optimiser = z3.Optimize()
    names = {m: z3.Real(str(m)) for row in system.rows.values() for m in row.value.terms if m}

    def term(value: Mapping[Any, Fraction]) -> z3.ArithRef:
        return z3.Sum([real(c) * names[m] if m else real(c) for m, c in value.items()])

    optimiser.add(*(x >= 0 for m, x in names.items() if m not in system.free))
    for row in system.rows.values():
        left = term(row.value.terms)
        optimiser.add(left == 0 if row.sense == "=" else left >= 0)
    handle = optimiser.maximize(term(objective))
    optimiser.check()
    return Fraction(str(optimiser.upper(handle)))


def swept(cases: Iterable[Case], repeats: int) -> tuple[float, list[Row]]:
    """Median seconds of a sweep, and its rows; all have to be confirmed."""
    chosen = list(cases)
    seconds, rows = timed(lambda: sweep(chosen, Path("build/smt2")), repeats)
    for row in rows:
        if row.outcome != "confirmed":
            raise SystemExit(f"{row.statement} at {row.size}: {row.outcome}, {row.replies}")
    return seconds, rows


def universal_results(repeats: int) -> list[dict[str, Any]]:
    """The universal results from statement to both solvers' answers, and Theorem 3.1 asked literally beside it."""
    reports = []
    for case in universal_cases(SIZES[-1:]):
        seconds, (row,) = swept([case], repeats)
        answers = ", ".join(f"{reply.solver} {reply.seconds:.2f} s" for reply in row.replies)
        reports.append({"what": f"{row.statement} at {row.size}", "seconds": seconds, "result": answers})
    whole, rows = swept(universal_cases(), repeats)
    solvers = " and ".join(reply.solver for reply in rows[0].replies)
    what = f"the 4 universal results, {len(SIZES)} sizes to {rows[-1].size}"
    reports.append({"what": what, "seconds": whole, "result": f"{len(rows)} queries, {solvers} agree on unsat"})
    lemmas, rows = swept(choice_cases(), repeats)
    what = f"lemmas about one user's choice, to k={SIZES[-1].providers}"
    reports.append({"what": what, "seconds": lemmas, "result": f"{len(rows)} queries, agreed"})
    asking, literal = timed(lambda: theorem_3_1_fails(2, 2, 2, LITERAL_SECONDS), 1)
    result = f"{literal} within {LITERAL_SECONDS:g} s; {asking / whole:.1f}x the whole sweep"
    what = "Theorem 3.1 at n=k=1, |A|=|Y|=|M|=2: literal Z3"
    return [*reports, {"what": what, "seconds": asking, "result": result}]


def proofs(repeats: int) -> list[dict[str, Any]]:
    """The universal results proved at all sizes, and from the definitions: made, and re-checked by the kernel."""
    seconds, agreed = timed(lambda: [all_sizes(statement).find().trusts for statement in STATEMENTS], repeats)
    what = f"the {len(STATEMENTS)} universal results at all sizes, induction"
    rows = [{"what": what, "seconds": seconds, "result": agreed[0]}]
    places = [(statement, *WHERE[statement.result][-1]) for statement in STATEMENTS]
    for statement, digits, protocol in [*places, (STATEMENTS[0], "444444122", "P")]:
        task = from_definitions(statement, digits, protocol)
        making, text = timed(lambda task=task: dump(task.find().certificate).encode(), repeats)  # type: ignore[misc]
        checking, _ = timed(lambda text=text: check(parse(text)), repeats)  # type: ignore[misc]
        what = f"{statement.result} from the definitions, {digits[:2]}{digits[3:6]} (n, k, |A|, |Y|, |M|)"
        result = f"{len(text) // 1024} KiB"
        rows.append({"what": f"{what}: made", "seconds": making, "result": result})
        rows.append({"what": f"{what}: re-checked by the kernel", "seconds": checking, "result": ""})
    return rows


def continuous_market() -> list[dict[str, Any]]:
    """Proposition A.2 with and without quantifiers."""
    _, rows = swept(continuous_cases(), 1)
    return [
        {
            "what": f"{row.statement}, {row.size}",
            "seconds": row.seconds,
            "result": ", ".join(f"{r.solver} {r.answer} {r.seconds:.2f} s" for r in row.replies),
        }
        for row in rows
    ]


def main(repeats: int) -> None:
    """Run everything, print a table and write ``build/bench.json``."""
    rows = [
        *equilibrium_of_theorem_4_1(10, repeats),
        *best_deviation_value(4, repeats),
        *universal_results(repeats),
        *proofs(repeats),
        *continuous_market(),
    ]
    for row in rows:
        print(f"{row['what']:<80} {row['seconds']:>9.3f} s   {row['result']}")
    Path("build").mkdir(exist_ok=True)
    Path("build/bench.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
