"""Attacks on proofs about all games: claims that are false, and files that are no proofs."""

import pytest

from alignproof.checks.universal import terms
from alignproof.symbolic.derivation import lemma, proof
from tests.checks.universal.certificates import certificate, verdict

CLAIM = {"conclude": {"false": {}}}


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"split": {"decision": ["ne:0", "0"], "cases": [[]]}}],
        [CLAIM, CLAIM],
        [CLAIM, lemma("one", [(1,)], proof())],
        [lemma("one", [(1,)], proof())],
    ],
    ids=["nothing", "a case of nothing", "twice", "a step after the end", "no end"],
)
def test_a_proof_ends_with_its_conclusions(steps):
    assert verdict(certificate(steps=steps)) == "proof-is-open"


def test_a_market_too_large_to_write_down_is_rejected(monkeypatch):
    monkeypatch.setattr(terms, "MOST_TERMS", 10_000)
    assert verdict(certificate("666666666", steps=[CLAIM])) == "too-large"


def test_a_product_too_long_to_read_is_rejected():
    value = [["1", *["u 0,0,0"] * 5000]]
    assert verdict(certificate(steps=[lemma("long", value, proof()), CLAIM])) == "too-large"


def test_the_largest_gain_is_over_users_with_a_shared_rule():
    """Without shared rules the hypothesis says nothing."""
    assert verdict(certificate("222222222", hypotheses=["largest gain"], steps=[CLAIM])) == "not-an-identity"
    assert verdict(certificate("222222222", hypotheses=["largest gain"], shared=["1"], steps=[CLAIM])) != "valid"
