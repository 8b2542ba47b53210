"""Attacks on proofs about all games: claims that are false, and files that are no proofs."""

import pytest

from tests.checks.universal.certificates import certificate, verdict

CLAIM = {"conclude": {"false": {}}}


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"split": {"decision": ["ne:0", "0"], "cases": [[]]}}],
        [CLAIM, CLAIM],
        [CLAIM, {"lemma": {"name": "one", "value": [["1"]], "equal": False, "proof": {}}}],
        [{"lemma": {"name": "one", "value": [["1"]], "equal": False, "proof": {}}}],
    ],
    ids=["nothing", "a case of nothing", "twice", "a step after the end", "no end"],
)
def test_a_proof_ends_with_its_conclusions(steps):
    assert verdict(certificate(steps=steps)) == "proof-is-open"
