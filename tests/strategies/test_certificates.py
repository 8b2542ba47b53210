"""Drawn certificates are accepted; broken ones are rejected, or what they claim is true all the same."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import InvalidArgument

from alignproof import strategies
from alignproof.checks import kernel
from tests.evidence import accepted
from tests.forged.truth import true

FEW = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
UNIVERSAL = ("obligations", "theorem")


def test_every_kind_of_the_kernel_is_drawn():
    assert set(strategies.KINDS) == set(kernel.KINDS)


@pytest.mark.parametrize("kind", strategies.KINDS)
def test_drawn_certificates_are_accepted(kind):
    @FEW
    @given(strategies.certificates((kind,)))
    def drawn(document):
        assert document["kind"] == kind
        assert accepted(document)

    drawn()


def test_unknown_kinds_are_refused():
    with pytest.raises(InvalidArgument, match="no such kinds"):
        strategies.certificates(("valid",))


@pytest.mark.parametrize("kind", [kind for kind in strategies.KINDS if kind not in UNIVERSAL])
def test_broken_certificates_are_rejected_or_true(kind):
    """Truth is found without the kernel: by brute force, by Z3, on a grid of rules."""
    fate = Counter()

    @settings(FEW, max_examples=15)
    @given(strategies.broken(strategies.certificates((kind,))))
    def drawn(found):
        passed = accepted(found.document)
        fate["accepted" if passed else "rejected"] += 1
        assert not passed or true(found.document), found.change

    drawn()
    assert fate["rejected"] > fate["accepted"]


@FEW
@given(strategies.broken(strategies.certificates(("value", "aligned", "identity"))))
def test_broken_certificates_say_what_was_changed(found):
    place = found.change.split(":")[0].split("/")
    assert place[0] in ("kind", "claim", "evidence")
    inside = found.document
    for key in place[:-1]:
        inside = inside[int(key) if isinstance(inside, list) else key]
