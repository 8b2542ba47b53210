"""What tests of the producers share: the kernel's verdict on a document, and payoffs from the definitions."""

from fractions import Fraction

import z3

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected, refute
from alignproof.formats.certificates import certificate, multipliers_document
from alignproof.formats.documents import dump
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, parse
from alignproof.games.outcome import outcome


def reread(document):
    """The document as the kernel gets to see it: written out and parsed."""
    return parse(dump(document).encode())


def accepted(document):
    """Whether the kernel accepts a certificate document."""
    try:
        return check(reread(document)) == document["kind"]
    except (Rejected, NotSeparable, InputError):
        return False


def proves(kind, claim, evidence):
    """Whether the kernel accepts the evidence for the claim."""
    return accepted(certificate(kind, claim, evidence))


def refutes(system, multipliers):
    """Whether the kernel accepts the multipliers against the system."""
    try:
        refute(system, reread(multipliers_document(multipliers)), "system")
    except Rejected:
        return False
    return True


def earns(game, profile, provider):
    """A provider's expected payoff."""
    return outcome(RATIONAL, game, profile).payoffs[provider]


def finite(bound):
    """Z3's bound as a fraction (it may come as an integer); None if it is infinite."""
    return (
        bound.as_fraction()
        if z3.is_rational_value(bound)
        else Fraction(bound.as_long())
        if z3.is_int_value(bound)
        else None
    )
