"""Rows on the boundaries of regions (``docs/explanation/regions.md``): on each, or just off it, the claim holds, and
just beyond it fails. ``alignproof regions`` settles what lies between.

What a construction promises is certified in full: alignment, equilibrium, what users get, their benchmarks.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from alignproof.checks.alignment import Error, strong_system
from alignproof.counterexamples import corners
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import alignment_document, team_claim
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.augment import augment
from alignproof.games.model import Game
from alignproof.symbolic import theorem_3_1, theorem_4_1, theorem_4_3, theorem_5_2
from alignproof.symbolic.rules import silent_profile
from alignproof.verification.rows import deviation_task, misfit_task, shortfall_task, sizes, stated_task, value_task
from alignproof.verification.verdict import Task, Verdict

BIT = Fraction(1, 1000)
HALF, THIRD, TWO_THIRDS = Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)
STATES = 3


def region_tasks() -> Iterator[Task]:
    """All rows about boundaries."""
    yield from _theorem_4_1()
    yield from _theorem_5_2()
    yield from _proposition_a_2()


def _theorem_4_1() -> Iterator[Task]:
    d, eps = "Theorem 4.1's region: D = 1", "Theorem 4.1's region: M eps = c"
    yield _informed(d, HALF, HALF, "eps=1/2, c=1, D=1")
    yield _uninformed(d, _market(HALF, HALF, HALF - BIT), "eps=1/2, c=1, D=499/501")
    yield _informed(eps, THIRD + BIT, TWO_THIRDS, "eps=1/3+1/1000, c=1, D=2")
    yield _uninformed(eps, _market(THIRD, THIRD, TWO_THIRDS), "eps=1/3, c=1, D=2")
    first = f"{eps}, ties for abstaining"
    yield _informed(first, THIRD, TWO_THIRDS, "eps=1/3, c=1, D=2", "abstain")
    yield _uninformed(first, _market(THIRD - BIT, THIRD - BIT, TWO_THIRDS, "abstain"), "eps=1/3-1/1000, c=1, D=2")
    alike = _market(HALF, HALF, TWO_THIRDS)
    yield _uninformed("Theorem 4.1's region: users alike", _market(HALF + BIT, HALF, TWO_THIRDS), "eps=1/2+1/1000, 1/2")
    rivals = replace(alike, ties=replace(alike.ties, providers=((0, 1), (1, 0))))
    yield _uninformed("Theorem 4.1's region: ties of providers by user", rivals, "eps=1/2, c=1, D=2")


def _market(first: Fraction, second: Fraction, large: Fraction, *priority: str) -> Game:
    return theorem_4_1.market((first, second), ONE, large, STATES, priority)


def _informed(result: str, eps: Fraction, large: Fraction, note: str, *priority: str) -> Task:
    game = _market(eps, eps, large, *priority)
    weights, profile = theorem_4_1.weights(eps, ONE, game), silent_profile(game, "anonymous")
    instance = Instance(game, profile, (0, 1), weights, theorem_3_1.FACTORS, (0, 1))
    return shortfall_task(result, instance, str(eps), "1", note, "PROVED")


def _uninformed(result: str, game: Game, note: str) -> Task:
    scope = sizes(game, note, "silence is no equilibrium", play="anonymous")
    return deviation_task(result, scope, game, silent_profile(game, "anonymous"))


def _theorem_5_2() -> Iterator[Task]:
    name = "Theorem 5.2's region"
    yield _short(f"{name}: 2 beta = (1 - beta)(1 - o1)", Fraction(1, 7), TWO_THIRDS, TWO_THIRDS, "beta=1/7, o=2/3")
    yield _told(f"{name}: 2 beta = (1 - beta)(1 - o1)", Fraction(1, 7) - BIT, TWO_THIRDS, "beta=1/7-1/1000, o=2/3")
    yield _short(f"{name}: o1 = o2", THIRD, TWO_THIRDS, TWO_THIRDS, "beta=1/3, o1=o2=2/3")
    yield _told(f"{name}: o1 = o2", HALF, TWO_THIRDS + BIT, "beta=1/2, o1=2/3, o2=2/3+1/1000")
    yield _short(f"{name}: o2 = 1/2", HALF, TWO_THIRDS, HALF + BIT, "beta=1/2, o1=2/3, o2=1/2+1/1000")
    yield _told(f"{name}: o2 = 1/2", HALF, HALF, "beta=1/2, o1=2/3, o2=1/2")
    yield _short(f"{name}: o1 = 1", HALF, ONE - BIT, TWO_THIRDS, "beta=1/2, o1=1-1/1000, o2=2/3")
    sated = _augmented(HALF, ONE, TWO_THIRDS)
    note = "beta=1/2, o1=1, o2=2/3; the old user's benchmark"
    yield value_task(f"{name}: o1 = 1", "REFUTED", sated, silent_profile(sated, "anonymous"), ("1", "2/3"), note)


def _augmented(beta: Fraction, old: Fraction, new: Fraction) -> Game:
    return augment(theorem_5_2.game(old), theorem_5_2.entrant(beta, new))


def _short(result: str, beta: Fraction, old: Fraction, new: Fraction, note: str) -> Task:
    profile = silent_profile(_augmented(beta, old, new), "anonymous")
    game, entrant = theorem_5_2.game(old), theorem_5_2.entrant(beta, new)
    instance = Instance(game, profile, (0,), theorem_5_2.weights(), theorem_4_3.FACTORS, (0, 1), entrant)
    return shortfall_task(result, instance, str(max(old, new)), "1", note, "PROVED")


def _told(result: str, beta: Fraction, new: Fraction, note: str) -> Task:
    return _uninformed(result, _augmented(beta, TWO_THIRDS, new), note)


def _proposition_a_2() -> Iterator[Task]:
    half, quarter, bit = "Proposition A.2's region: s1 = 1/2", Fraction(1, 4), HALF + BIT
    yield _misfit(half, (HALF, quarter), HALF, "s1=1/2, s2=1/4: no error below 1/2, the first provider alone")
    ratio = (1 - bit) / bit
    fits = StrongWeights({0: (1 / bit, ZERO), 1: (ZERO, 1 / (1 - quarter))}, {0: (1 - ratio) / 4, 1: Fraction(1, 6)})
    yield _fit(half, (bit, quarter), fits, (1 + ratio) / 4, "REFUTED", "s1=1/2+1/1000, s2=1/4: both providers")
    smallest, shares = "Proposition A.2's smallest error, first provider", (TWO_THIRDS, TWO_THIRDS)
    yield _misfit(smallest, shares, quarter, "s1=s2=2/3: no error below 1/4")
    alone = StrongWeights({0: (1 / TWO_THIRDS, 1 / TWO_THIRDS)}, {0: -quarter})
    yield _fit(smallest, shares, alone, quarter, "PROVED", "s1=s2=2/3")


def _misfit(result: str, shares: tuple[Fraction, Fraction], eps: Fraction, note: str) -> Task:
    game = corners.game(shares)
    system = strong_system(game, 0, Error(eps, False), None)
    alignment = {"strong": {"eps": str(eps), "attained": False}}
    return misfit_task(result, sizes(game, note), "PROVED", game, 0, system, alignment)


def _fit(
    result: str, shares: tuple[Fraction, Fraction], weights: StrongWeights, eps: Fraction, verdict: Verdict, note: str
) -> Task:
    game = corners.game(shares)
    claim = team_claim(game, tuple(weights.users), alignment=alignment_document(weights, (eps,)))
    return stated_task(result, sizes(game, f"{note} are aligned with error {eps}"), verdict, "aligned", claim)
