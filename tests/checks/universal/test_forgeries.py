"""Forged certificates about all games: none claims more, and what is accepted of forged proofs is true."""

import random

import pytest

from tests.checks.universal.certificates import (
    REASONS,
    theorem_3_1,
    theorem_4_3,
    theorem_4_4,
    theorem_4_4_spare,
    verdict,
)
from tests.checks.universal.forgeries import stronger, weakened
from tests.checks.universal.truth import trial

CLAIMS = {
    "3.1": lambda: theorem_3_1("222222222"),
    "5.1": lambda: theorem_3_1("222211122", entrant=True),
    "4.3": lambda: theorem_4_3("222222122"),
    "4.4": lambda: theorem_4_4("222222122"),
    "4.4 spare": lambda: theorem_4_4_spare("222222122"),
    "4.4 UUP": lambda: theorem_4_4("221212111", "UUP"),
}
PROOFS = {
    "3.1": lambda: theorem_3_1("221211111"),
    "3.1 common": lambda: theorem_3_1("122211111"),
    "5.1": lambda: theorem_3_1("111211111", entrant=True),
    "4.3": lambda: theorem_4_3("222211111"),
    "4.4": lambda: theorem_4_4("211212111"),
}


@pytest.mark.parametrize("which", CLAIMS)
def test_no_proof_shows_a_stronger_claim(which):
    document = CLAIMS[which]()
    assert verdict(document) == "valid"
    verdicts = {what: verdict(forged) for what, forged in stronger(document)}
    assert {what: reason for what, reason in verdicts.items() if reason not in REASONS} == NOT_NEEDED.get(which, {})


NOT_NEEDED = {"4.4 UUP": {"without common given state and user": "valid"}}
"""Forged claims that are true by the same proof: where T is one provider any garbling of his is common."""


@pytest.mark.parametrize("which", PROOFS)
def test_a_proof_with_a_part_changed_is_rejected_or_true(which):
    document, rng = PROOFS[which](), random.Random(which)
    verdicts = {"valid": [], "rejected": []}
    for what, forged in weakened(document):
        reason = verdict(forged)
        assert reason in {*REASONS, "valid"}, what
        verdicts["valid" if reason == "valid" else "rejected"].append(what)
        if reason == "valid":
            assert trial(forged, rng, 2)[1] == [], what
    assert len(verdicts["rejected"]) > 5 * len(verdicts["valid"])
