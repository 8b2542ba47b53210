"""Attacks on proofs about all games: claims that are false, and files that are no proofs."""

from itertools import islice

import pytest

from alignproof.checks.universal import terms
from alignproof.checks.universal.hypotheses import HYPOTHESES
from alignproof.strategies.documents import drop, places, put
from alignproof.symbolic.derivation import lemma, proof, written
from tests.checks.universal.certificates import REASONS, certificate, theorem_3_1, theorem_4_4, verdict
from tests.checks.universal.truth import satisfied

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


def test_a_conversation_is_no_longer_than_a_size_is_large():
    assert verdict(certificate(protocol="U" * 6, steps=[CLAIM])) == "not-an-identity"
    assert verdict(certificate(protocol="U" * 7, steps=[CLAIM])) == "unusable"


def test_too_many_decisions_are_rejected(monkeypatch):
    """Here they are all one, since a user's own words tell her nothing: no term would ever be written."""
    monkeypatch.setattr(terms, "MOST_TERMS", 1000)
    assert verdict(certificate("111116111", protocol="UUUU", steps=[CLAIM])) == "too-large"


def towers(height, power):
    """Rules, each using a power of what comes of the one before: degrees grow as ``power ** height``."""
    ones = proof(reduce=["sum say", "sum taken:ne:0"])
    steps, acts, last = [lemma("one ne", [(1, "acts:ne 0,0,0,0,0"), (-1,)], ones, True)], "acts:ne 0,0,0,0,0", "ne"
    for k in range(height):
        here = f"tower{k}"
        zero = [(f"one {last}", [(1, *[acts] * i) for i in range(power)])]
        chances = [[written([(1, *[acts] * power)])]]
        known = proof(zero=zero, opaque=[f"acts:{last}"])
        steps.append({"rule": {"name": here, "provider": "0", "chances": chances, "sums": [known]}})
        acts = f"acts:{here} 0,0,0,0"
        how = proof(zero=zero, opaque=[f"acts:{last}"], reduce=[f"sum taken:{here}:0"])
        steps.append(lemma(f"one {here}", [(1, acts), (-1,)], how, True))
        last = here
    return [*steps, lemma("expanded", [(1, acts)], proof()), CLAIM]


def test_degrees_do_not_explode():
    assert verdict(certificate(steps=towers(2, 3))) == "not-an-identity"
    assert verdict(certificate(steps=towers(8, 10))) == "too-large"


def test_what_is_nonnegative_need_not_be_zero():
    """phi = 1 * phi + 0 does not make phi vanish, even though an identity shows it to be nonnegative."""
    chance = "phi 0,0,0"
    steps = [
        lemma("none", [(1, chance)], proof([(1, chance)]), True),
        {"conclude": {"false": proof(zero=[("none", [(-1,)])], reduce=["sum phi"])}},
    ]
    assert verdict(certificate(steps=steps)) == "unusable"
    assert verdict(certificate(steps=[lemma("none", [(1, chance)], proof(), True), CLAIM])) == "not-an-identity"


def test_no_rule_passes_for_a_shared_one():
    """A claim about ``value:shared 0 0`` is about a shared rule, or about nothing."""
    rule = {"name": "shared 0", "provider": "0", "chances": [[[["1"]]]]}
    goal = {"false": [["1", "value:ne 0"], ["-1", "value:shared 0 0"]]}
    assert verdict(certificate(rules=[rule], rule_proofs=[[{}]], conclusions=goal, steps=[CLAIM])) == "name-taken"


SIZES = ["111111111", "222222222", "331211121", "211222111"]


@pytest.mark.parametrize("play", ["personalized", "anonymous"])
@pytest.mark.parametrize("digits", SIZES)
def test_no_hypotheses_contradict_each_other(digits, play):
    """All hold at once where nobody wants anything; so none of them imply everything, whatever the size."""
    shared = [str(i) for i in range(int(digits[0]) + 1)]
    document = certificate(digits, "UP", play, True, HYPOTHESES, shared, steps=[CLAIM])
    assert verdict(document) == "not-an-identity"
    assert satisfied(document)


def malformed(document):
    """Two of three things in a document, in turn, are missing or something else."""
    for k, (path, _) in enumerate(islice(places(document), 1, None)):
        if k % 3 == 0:
            yield path, drop(document, path)
        if k % 3 == 1:
            yield path, put(document, path, (None, True, [], {}, "", "-1", "7", "own", "ne", [[]], ["1", "2"])[k % 11])


@pytest.mark.parametrize("document", [theorem_3_1("111211111"), theorem_4_4("211112111")], ids=["3.1", "4.4"])
def test_files_that_are_no_certificates_are_rejected(document):
    forged = [verdict(wrong) for path, wrong in malformed(document) if path != ("kind",)]
    assert {*forged} <= {*REASONS, "valid", "nothing-concluded"}
    assert forged.count("unusable") > len(forged) / 2
