"""Every certificate is forged in every way; the kernel accepts a forgery only if its claim is true nonetheless."""

import pytest

from tests.forged.forgeries import HARMFUL, MALFORMED, with_repeated_keys
from tests.forged.truth import true
from tests.forged.valid import BUILDERS, valid
from tests.forged.verdict import accepted, accepted_text, some, survivors


def _cases(ways):
    return [(name, how) for name in BUILDERS for how in ways if next(iter(ways[how](valid(name))), None)]


@pytest.mark.parametrize("name", BUILDERS)
def test_unforged_certificate_is_accepted_and_its_claim_is_true(name):
    assert accepted(valid(name))
    assert true(valid(name))


def test_every_kind_is_forged():
    """Those of claims about all games have tests of their own, in tests/checks/universal."""
    from alignproof.checks.kernel import KINDS

    assert {valid(name)["kind"] for name in BUILDERS} == set(KINDS) - {"obligations", "theorem"}


@pytest.mark.parametrize(("name", "how"), _cases(HARMFUL))
def test_no_false_claim_is_accepted(name, how):
    assert survivors(name, valid(name), how) == []


@pytest.mark.parametrize(("name", "how"), _cases(MALFORMED))
def test_malformed_document_is_refused(name, how):
    forged = some(name, MALFORMED[how](valid(name)))
    assert [where for where, document in forged if accepted(document)] == []


@pytest.mark.parametrize("name", BUILDERS)
def test_repeated_key_is_refused(name):
    texts = list(some(name, with_repeated_keys(valid(name))))
    assert texts
    assert [where for where, text in texts if accepted_text(text)] == []


def _like(name):
    return [other for other in BUILDERS if valid(other)["kind"] == valid(name)["kind"] and other != name]


ALIKE = [name for name in BUILDERS if _like(name)]


@pytest.mark.parametrize("name", ALIKE)
def test_evidence_of_another_certificate_is_refused(name):
    """Evidence that shows another claim may show this one too, but only if it is true."""
    for other in _like(name):
        swapped = valid(name) | {"evidence": valid(other)["evidence"]}
        assert not accepted(swapped) or true(swapped)


@pytest.mark.parametrize("name", ALIKE)
def test_parts_of_another_claim_are_refused(name):
    """Each part of the claim exchanged for that of another certificate of its kind: game, profile, bounds, weights."""
    for other in _like(name):
        for key in valid(other)["claim"]:
            forged = valid(name) | {"claim": valid(name)["claim"] | {key: valid(other)["claim"][key]}}
            assert not accepted(forged) or true(forged), (other, key)
