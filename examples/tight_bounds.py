"""How much of each theorem's slack can be lost: the largest ratio of shortfall to slack, certified on real games.

Every line is a game, an equilibrium against all deviations, and a user whose benchmark exceeds what she gets by the
ratio times her slack; ``docs/explanation/tightness.md`` explains the games.
"""

from fractions import Fraction

from alignproof.checks.kernel import check
from alignproof.counterexamples import rounds
from alignproof.counterexamples.tightness import Result, Shape, delta_certificates, instance, tight
from alignproof.counterexamples.violations import Instance, certify, certify_ratio, ratio
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.document import parse
from alignproof.oracles.systems import Unknown

HALF = Fraction(1, 2)
SMALL = Shape(1, 1, 3, 2, 2)
LARGE = Shape(3, 2, 3, 3, 3)


def checked(document: Document | Unknown) -> Document:
    """The document, accepted by the kernel."""
    if isinstance(document, Unknown):
        raise RuntimeError(document.reason)
    check(parse(dump(document).encode()))
    return document


def show(what: str, case: Instance) -> None:
    """One line."""
    claim = checked(certify_ratio(case))["claim"]
    print(f"{what:44} {ratio(claim, case.factors)!s:>5}   {claim['at_least']} - {claim['at_most']}")


def show_delta() -> None:
    """The line of Theorem 4.4's Delta term."""
    claim = checked(certify(rounds.instance()))["claim"]
    lost = Fraction(claim["at_least"]) - Fraction(claim["at_most"])
    slack = rounds.slack([checked(document) for document in rounds.benchmark_certificates()])
    print(f"{'Theorem 4.4, Delta alone':44} {lost / slack!s:>5}   {claim['at_least']} - {claim['at_most']}")


def main() -> None:
    """All bounds."""
    weak: tuple[Result, ...] = ("Theorem 3.1", "Theorem 5.1")
    for result in weak:
        for name, share in (("eps_U alone", ONE), ("eps_P alone", ZERO), ("both", HALF)):
            show(f"{result}, {name}", tight(result, SMALL, share))
        show(f"{result}, both, {LARGE.users} users, {LARGE.providers} providers", tight(result, LARGE, HALF))
    show(
        "Theorem 3.1, eps_U alone, two actions", instance("Theorem 3.1", Shape(1, 1, 2, 20, 2), (ONE / 50,), ONE, (0,))
    )
    show("Theorem 4.3", tight("Theorem 4.3", SMALL, ONE))
    show(f"Theorem 4.3, {LARGE.users} users, {LARGE.providers} providers", tight("Theorem 4.3", LARGE, ONE))
    case = tight("Theorem 4.4", Shape(2, 1, 3, 2, 2), ONE)
    zero = delta_certificates(case)
    for document in [zero] if isinstance(zero, Unknown) else zero:
        checked(document)
    show("Theorem 4.4, eps alone", case)
    show_delta()


if __name__ == "__main__":
    main()
