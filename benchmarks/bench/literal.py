"""The game's definitions given to Z3 as they stand, against what is done instead."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from alignproof.checks.kernel import check
from alignproof.formats.documents import dump
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment
from alignproof.games.deviation import Deviation, deviations
from alignproof.games.document import parse
from alignproof.oracles.deviations import Bounded, bounded
from alignproof.smt.literal import (
    paying_rule_exists,
    theorem_3_1_fails,
    theorem_4_3_fails,
    theorem_4_4_fails,
    theorem_5_1_fails,
)
from alignproof.symbolic import theorem_3_1, theorem_4_1, theorem_4_3, theorem_4_4, theorem_5_1, theorem_5_2
from alignproof.symbolic.rules import silent_profile
from alignproof.verification.universal import from_definitions
from bench.rows import Row
from bench.settings import Settings
from bench.timing import PATIENCE, alternated, apart, rows

GROUP = "Literal Z3 against certificates"


@dataclass(frozen=True)
class Question:
    """A result at one size: how it is settled here, and how Z3 is asked; the latter takes a time limit."""

    result: str
    size: str
    certified: Callable[[], str]
    literal: Callable[[float], str]


def questions(quick: bool) -> Iterator[Question]:
    """Universal results for one provider, and one provider's deviations in the games of Theorems 4.1 and 5.2."""
    alone = (1, 2, 2, 1), (1, 2, 1, 2), (1, 2, 2, 2)
    for theorem, fails in ((theorem_3_1, theorem_3_1_fails), (theorem_5_1, theorem_5_1_fails)):
        for n, *size in alone:
            yield _universal(theorem.statement(), (n, *size), "P", partial(fails, *size))
    for size in ((1, 2, 2, 1), (2, 2, 2, 1), (1, 2, 2, 2), (2, 2, 2, 2)):
        yield _universal(theorem_4_3.statement(), size, "P", partial(theorem_4_3_fails, *size))
    for size in ((2, 2, 1, 2), (2, 2, 2, 2)):
        yield _universal(theorem_4_4.statement(), size, "UP", partial(theorem_4_4_fails, *size))
    for states in (2, 3) if quick else (2, 3, 4, 6, 8):
        game = theorem_4_1.game(Fraction(3, 5), Fraction(1), Fraction(2), states)
        deviation = deviations(game, silent_profile(game, "anonymous"), 0, robust=False)[0]
        yield _deviation("Theorem 4.1", f"n=k=2 A={states + 1} Y=M={states}", deviation)
    grown = augment(theorem_5_2.game(), theorem_5_2.entrant())
    deviation = deviations(grown, silent_profile(grown, "anonymous"), 0, robust=False)[0]
    yield _deviation("Theorem 5.2", "n=1+1 k=1 A=3 Y=M=2", deviation)


def _universal(statement: Any, size: tuple[int, ...], protocol: str, fails: Callable[..., str]) -> Question:
    n, actions, states, messages = size
    digits = f"{n}11{actions}{states}{messages}1{states}{states}"

    def certified() -> str:
        check(parse(dump(from_definitions(statement, digits, protocol).find().certificate).encode()))
        return "proved, re-checked"

    rounds = f" R={len(protocol)}" if len(protocol) > 1 else ""
    what = f"n={n} k=1 A={actions} Y={states} M={messages}{rounds}"
    return Question(statement.result, what, certified, lambda seconds: fails(seconds=seconds))


def _deviation(result: str, size: str, deviation: Deviation) -> Question:
    def certified() -> str:
        answer = bounded(deviation, deviation.earned(RATIONAL, deviation.now), 60.0)
        if not isinstance(answer, Bounded):
            raise SystemExit(f"{result} at {size}: not certified, {answer}")
        return "no rule pays"

    return Question(result, size, certified, lambda seconds: paying_rule_exists(deviation, seconds))


def measure(settings: Settings) -> Iterator[Row]:
    """Two rows per question; after a query that did not end, larger ones of the same result are not asked."""
    overran: set[str] = set()
    for question in questions(settings.quick):
        ours, theirs = f"{question.result}: certified", f"{question.result}: literal Z3"
        contestants = {ours: apart(question.certified, 60)}
        if question.result not in overran:
            contestants[theirs] = apart(partial(_asked, question.literal, PATIENCE * settings.limit), settings.limit)
        measured = alternated(contestants, settings.repeats)
        if measured[ours].stopped or (theirs in measured and measured[theirs].value == "sat"):
            raise SystemExit(f"{question.result} at {question.size} does not hold: {measured}")
        if theirs in measured and measured[theirs].stopped:
            overran.add(question.result)
        yield from rows(GROUP, question.size, measured, {name: one.value or "" for name, one in measured.items()})


def _asked(literal: Callable[[float], str], seconds: float) -> str:
    """Z3's answer. Raises RuntimeError if it gives up."""
    answer = literal(seconds)
    if answer == "unknown":
        raise RuntimeError("Z3 gave up")
    return answer
