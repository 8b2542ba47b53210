"""``assert_certified``: it passes what is certified and says what it misses, without hypothesis."""

import json
import subprocess
import sys
from fractions import Fraction

import pytest

from alignproof.interop.testing import assert_certified
from tests.forged.forgeries import HARMFUL
from tests.forged.valid import BUILDERS, valid
from tests.forged.verdict import accepted, some


@pytest.mark.parametrize("name", ["value", "bound", "violated", "identity", "aligned-weak"])
def test_certificates_pass(name, tmp_path):
    document = valid(name)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(document))
    assert assert_certified(document) == assert_certified(path) == assert_certified(str(path)) == document["kind"]
    assert assert_certified(document, document["kind"], **document["claim"]) == document["kind"]


def test_what_is_certified_is_compared():
    document = valid("bound")
    bound = document["claim"]["bound"]
    assert assert_certified(document, "deviation-bound", bound=bound)
    with pytest.raises(AssertionError, match="not 1/7"):
        assert_certified(document, bound="1/7")
    with pytest.raises(AssertionError, match="of kind 'deviation-bound', not 'equilibrium'"):
        assert_certified(document, "equilibrium")
    with pytest.raises(AssertionError, match="nothing about 'values'"):
        assert_certified(document, values=[])
    with pytest.raises(ValueError, match="none of"):
        assert_certified(document, "deviation bound")


@pytest.mark.parametrize("name", ["value", "bound", "aligned-weak"])
def test_it_fails_where_the_kernel_does(name):
    tried = refused = 0
    for how in HARMFUL:
        for _, forged in list(some(name, HARMFUL[how](valid(name))))[:3]:
            tried += 1
            if accepted(forged):
                assert_certified(forged)
            else:
                refused += 1
                with pytest.raises(AssertionError, match="the certificate is"):
                    assert_certified(forged)
    assert refused > tried / 4 > 0


def test_what_is_no_certificate_fails(tmp_path):
    circle = {}
    circle["circle"] = circle
    for document in ({}, [], {"format": Fraction(1)}, circle, tmp_path, tmp_path / "missing", "missing"):
        with pytest.raises(AssertionError, match="the certificate is"):
            assert_certified(document)


def test_it_needs_neither_pytest_nor_hypothesis():
    code = (
        "import sys; from alignproof.interop.testing import assert_certified; "
        "print({'pytest', 'hypothesis', 'matplotlib', 'z3', 'sympy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_every_kind_can_be_named():
    for name in BUILDERS:
        if "branches" not in name:
            assert_certified(valid(name), valid(name)["kind"])
