"""The kernel's verdict on a forged document, and the forgeries that it wrongly accepts."""

import json
from itertools import islice

from alignproof.checks import kernel
from alignproof.checks.linear import Rejected
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, parse
from tests.forged.forgeries import HARMFUL
from tests.forged.truth import true

REASONS = (Rejected, NotSeparable, InputError)
"""How the kernel may say no. Any other exception is a fault and gets through."""

SPARSE = {
    "equilibrium-branches-UP": 6,
    "identity-points": 5,
    "equilibrium-menus-robust": 2,
    "bound-columns-robust": 8,
    "equilibrium-columns": 16,
}
"""Big certificates: only every so manieth forgery is tried."""


def accepted(document):
    """Whether the kernel accepts a document."""
    return accepted_text(json.dumps(document))


def accepted_text(text):
    """Whether the kernel accepts a text."""
    try:
        kernel.check(parse(text.encode()))
    except REASONS:
        return False
    return True


def some(name, forgeries):
    """The forgeries of a certificate that are tried."""
    return islice(forgeries, 0, None, SPARSE.get(name, 1))


def survivors(name, document, how):
    """Where the kernel accepts a forgery whose claim is false."""
    tried = some(name, HARMFUL[how](document))
    return [where for where, forged in tried if accepted(forged) and not true(forged)]
