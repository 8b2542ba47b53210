"""Rows on how much the bounds leave (``docs/explanation/tightness.md``): some user loses every factor of a slack in
full, and the universal results' hypotheses are met, with errors, in equilibria."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from alignproof.counterexamples.tightness import RESULTS, STAKE, Result, Shape, tight, witness
from alignproof.counterexamples.violations import Instance, certify_ratio, setting
from alignproof.formats.certificates import Document
from alignproof.formats.documents import texts
from alignproof.games.algebra import ONE, ZERO
from alignproof.verification.rows import benchmark_task, claim_task, finding
from alignproof.verification.verdict import DEFINITIONS, Task, differences

SMALL = Shape(1, 1, 3, 2, 2)
TIGHT: tuple[tuple[Result, str, Fraction], ...] = (
    ("Theorem 3.1", "eps_U", ONE),
    ("Theorem 3.1", "eps_P", ZERO),
    ("Theorem 3.1", "eps_U and eps_P", Fraction(1, 2)),
    ("Theorem 4.3", "eps", ONE),
    ("Theorem 4.4", "eps", ONE),
    ("Theorem 5.1", "eps_U", ONE),
    ("Theorem 5.1", "eps_P", ZERO),
    ("Theorem 5.1", "eps_U and eps_P", Fraction(1, 2)),
)
"""Results, the errors at which their bound is met, and the share of eps_U among them."""

WITNESSES = tuple(Shape(*[size] * 5) for size in (1, 2, 3))
"""Sizes at which ``verify`` shows that results are not vacuous; the slow tests go through all up to three."""


def tightness_tasks() -> Iterator[Task]:
    """All rows about tightness."""
    for result, errors, share in TIGHT:
        yield _met(result, errors, tight(result, SMALL, share))
    shorter = replace(tight("Theorem 4.4", SMALL, ONE).game, protocol="P")
    yield benchmark_task("Theorem 4.4 is tight in eps: one round", shorter, (0,), "1", "PROVED", note="as good as two")
    for result in RESULTS:
        yield from (_witnessed(result, shape) for shape in WITNESSES)


def _met(result: Result, errors: str, case: Instance) -> Task:
    """The user loses all of her slack: no factor of it can be lowered."""
    low, high = str(1 - 2 * STAKE), "1"
    wanted = setting(case) | {"factors": texts(case.factors), "at_most": low, "at_least": high}
    scope = f"{SMALL}; gets {low}, benchmark {high}; ratio 1"
    name = f"{result} is tight in {errors}"
    return claim_task(name, scope, "PROVED", lambda: finding("PROVED", certify_ratio(case)), "bound-met", wanted)


def _witnessed(result: Result, shape: Shape) -> Task:
    """All hypotheses hold in an equilibrium, with positive errors, and users who can be told something of use lose."""
    case = witness(result, shape)

    def demands(kind: str, claim: Document) -> list[str]:
        if faults := differences(kind, claim, "bound-met", setting(case)):
            return faults
        lost = Fraction(claim["at_least"]) - Fraction(claim["at_most"])
        within = all(Fraction(f) <= most for f, most in zip(claim["factors"], case.factors, strict=True))
        suffered = lost > 0 if shape.informative else lost == 0
        return [] if within and suffered else ["users lose more or less than said"]

    loses = "everyone below her benchmark" if shape.informative else "nobody can be told anything of use"
    return Task(
        f"{result} is not vacuous",
        f"{shape}; a robust equilibrium, errors > 0; {loses}",
        DEFINITIONS,
        "PROVED",
        lambda: finding("PROVED", certify_ratio(case)),
        demands,
    )
