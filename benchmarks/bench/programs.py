"""Linear programs: exact optima, floating-point ones, and Z3's optimiser on the same program."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any
from unittest.mock import patch

import highspy
import z3

from alignproof.checks.alignment import exact_parts
from alignproof.games.model import Game
from alignproof.games.rules import Profile
from alignproof.oracles import systems
from alignproof.oracles.alignments import smallest_strong, smallest_weak
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.deviations import best_deviation, equilibrium
from alignproof.oracles.program import Optimum, Program, _model, maximise
from alignproof.smt.algebra import real
from alignproof.symbolic import theorem_4_1
from alignproof.symbolic.rules import silent_profile
from bench.families import Shape, market
from bench.rows import Row
from bench.settings import Settings
from bench.timing import Contestant, alternated, apart, here, rows

GROUP = "Exact linear programs (cost of exactness)"
FLOAT, EXACT, Z3 = "HiGHS, floating point", "HiGHS and an exact basis", "z3 Optimize"


def asked(question: Callable[[], Any]) -> tuple[list[Program], int]:
    """The programs that a question hands to the solver, and for how many the proposed basis was exactly optimal."""
    programs: list[Program] = []
    exact = 0

    def kept(program: Program, seconds: float = 60.0) -> Optimum | None:
        nonlocal exact
        programs.append(program)
        found = maximise(program, seconds)
        exact += found is not None
        return found

    with patch.object(systems, "maximise", kept):
        question()
    return programs, exact


def float_optimum(program: Program) -> float:
    """The optimum as HiGHS finds it. Raises ArithmeticError if it finds none."""
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1)):
        solver.setOptionValue(option, value)
    solver.passModel(_model(program))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError("no optimum")
    return float(solver.getInfo().objective_function_value)


def exact_optimum(program: Program) -> Fraction:
    """The exact optimum. Raises ArithmeticError if the proposed basis is not exactly optimal."""
    found = maximise(program)
    if found is None:
        raise ArithmeticError("the proposed basis is not exactly optimal")
    return found.value


def z3_optimum(program: Program) -> Fraction:
    """The optimum by Z3. Raises ArithmeticError if it gives up."""
    optimiser = z3.Optimize()
    unknown = [z3.Real(f"x{v}") for v in range(len(program.objective))]

    def combined(terms: Mapping[int, Fraction]) -> z3.ArithRef:
        return z3.Sum([real(c) * unknown[v] for v, c in terms.items()])

    optimiser.add(*(x >= 0 for v, x in enumerate(unknown) if v not in program.free))
    for row, bound, equal in zip(program.rows, program.bounds, program.equal, strict=True):
        left = combined(row)
        optimiser.add(left == real(bound) if equal else left <= real(bound))
    handle = optimiser.maximize(combined(dict(enumerate(program.objective))))
    if optimiser.check() != z3.sat:
        raise ArithmeticError("Z3 gave up")
    return Fraction(str(optimiser.upper(handle)))


def signal_programs(quick: bool) -> Iterator[tuple[str, Program]]:
    """The largest program of the best deviation in Theorem 4.1's game, ties in favour of the deviator."""
    for states in (2, 4) if quick else (2, 3, 4, 6, 8, 10):
        game = theorem_4_1.game(Fraction(3, 5), Fraction(1), Fraction(2), states)
        yield f"best deviation M={states}", _largest(partial(best_deviation, game, *_silent(game), robust=True))


def drawn_programs(quick: bool) -> Iterator[tuple[str, Program]]:
    """The same in games that are drawn, and the smallest error of strong alignment there."""
    for size in (3,) if quick else (3, 6, 9):
        shape = Shape(actions=size, states=size)
        game, profile = market(shape, 0)
        yield f"drawn A=Y={size}", _largest(partial(best_deviation, game, profile, 0, robust=True))
    for users, size in ((2, 3),) if quick else ((2, 3), (3, 4), (4, 5), (5, 5)):
        game, _ = market(Shape(n=users, actions=size, states=size), 0)
        yield f"strong alignment n={users} A=Y={size}", _largest(partial(smallest_strong, game, (0,)))


def _silent(game: Game) -> tuple[Profile, int]:
    return silent_profile(game, "anonymous"), 0


def _largest(question: Callable[[], Any]) -> Program:
    """The largest program of a question, of those that are no yes-or-no questions if there are any."""
    programs, _ = asked(question)
    open_ended = [program for program in programs if exact_optimum(program) not in (0, 1)]
    return max(open_ended or programs, key=lambda program: len(program.rows) * len(program.objective))


def measure(settings: Settings) -> Iterator[Row]:
    """Three rows per program, and a count of the programs whose basis was exactly optimal at once."""
    for family in (signal_programs, drawn_programs):
        overran: set[str] = set()
        for name, program in family(settings.quick):
            kind = name.split()[0]
            contestants: dict[str, Contestant] = {
                FLOAT: here(partial(float_optimum, program)),
                EXACT: here(partial(exact_optimum, program)),
            }
            if kind not in overran:
                contestants[Z3] = apart(partial(z3_optimum, program), settings.limit)
            measured = alternated(contestants, settings.repeats)
            if Z3 in measured and measured[Z3].stopped:
                overran.add(kind)
            guess, value = measured[FLOAT].value, measured[EXACT].value
            if measured.get(Z3) and measured[Z3].value not in (None, value):
                raise SystemExit(f"{name}: the optima {value} and {measured[Z3].value} differ")
            nonzero = sum(map(len, program.rows))
            results = {
                FLOAT: f"{len(program.rows)} rows, {len(program.objective)} columns, {nonzero} entries",
                EXACT: f"{_short(value)}; the float is off by {float(abs(Fraction(guess) - value)):.0e}",
            }
            yield from rows(GROUP, name, measured, results)
    yield from bases(settings)


def _short(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= 20 else f"about {float(value):.6g}, {len(text)} digits"


def bases(settings: Settings) -> Iterator[Row]:
    """Over games that are drawn, for how many of all programs asked HiGHS proposed an exactly optimal basis."""
    seeds = range(3 if settings.quick else 40)
    kinds: dict[str, Callable[[Game, Profile], Any]] = {
        "best deviation": lambda game, profile: best_deviation(game, profile, 0, robust=True),
        "equilibrium": equilibrium,
        "strong alignment": lambda game, profile: smallest_strong(game, (0, 1)),
        "weak alignment": lambda game, profile: smallest_weak(game, (0, 1), exact_parts(game, (0, 1))),
        "benchmark": lambda game, profile: benchmark(game, 0, (0, 1), "state and user"),
    }
    for kind, question in kinds.items():
        programs = exact = 0
        for seed in seeds:
            some, right = asked(partial(question, *market(Shape(), seed)))
            programs, exact = programs + len(some), exact + right
        result = f"{exact} of {programs} programs of {len(seeds)} games: exactly optimal at once"
        yield Row(GROUP, f"bases, {kind}", str(Shape()), result=result)
