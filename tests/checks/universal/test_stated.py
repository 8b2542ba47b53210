"""Hypotheses that a claim of kind ``theorem`` states itself count as stated, and let nothing else in."""

import pytest

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.certificates import certificate
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse
from alignproof.symbolic.definitions import setting
from alignproof.symbolic.derivation import Place
from alignproof.verification.universal import market_size

WHERE = Place(market_size("111211111"), "P", "personalized")
VALUE = [["1", "value:ne 0"], ["-1"]]


def judged(stated, conclusion, proof, steps=()):
    claim = {"setting": setting(WHERE), "hypotheses": [], "shared": [], "rules": [], "conclusions": {"it": conclusion}}
    evidence = {"rules": [], "steps": [*steps, {"conclude": {"it": proof}}]}
    return check(parse(dump(certificate("theorem", claim | stated, evidence)).encode()))


def test_what_is_stated_is_a_fact():
    stated = {"nonnegative": {"well off": VALUE}}
    assert judged(stated, VALUE, {"products": [["1", "well off"]]}) == "theorem"
    with pytest.raises(Rejected):
        judged({}, VALUE, {"products": [["1", "well off"]]})


def test_what_is_stated_to_vanish_may_be_multiplied_by_anything():
    stated = {"variables": ["c"], "zero": {"her value": [["1", "value:ne 0"], ["-1", "c"]]}}
    square = [["-1", "value:ne 0", "value:ne 0"], ["1", "c", "value:ne 0"]]
    proof = {"zero": [["her value", [["-1", "value:ne 0"]]]]}
    assert judged(stated, square, proof) == "theorem"
    with pytest.raises(Rejected, match="not-zero"):
        judged({"variables": ["c"], "nonnegative": stated["zero"]}, square, proof)


def test_the_sign_of_a_number_counts_if_it_is_stated():
    stated = {"variables": ["w"], "nonnegative": {"w": [["1", "w"]]}}
    assert judged(stated, [["1", "w", "w"]], {}) == "theorem"
    with pytest.raises(Rejected, match="not-an-identity"):
        judged({"variables": ["w"]}, [["1", "w"]], {})


@pytest.mark.parametrize("name", ["u 0,0,0", "value:ne 0", "phi 0,0,0", "value:dev 0", "a:b"])
def test_a_number_cannot_take_the_name_of_the_markets_own(name):
    with pytest.raises(Rejected, match="name-taken"):
        judged({"variables": [name]}, [["1"]], {})


@pytest.mark.parametrize("name", ["decision 0,0", "stated w", "phi", "unknown"])
def test_a_number_is_none_of_the_markets(name):
    """Not even of those without a name: which action she takes is ``decision 0,0`` in the kernel's book."""
    large = [["1", name], ["-2"]]
    taken = [["1", "taken:ne:0 0,0"], ["-2"]]
    stated = {"variables": [name], "nonnegative": {"large": large}}
    assert judged(stated, large, {"products": [["1", "large"]]}) == "theorem"
    with pytest.raises(Rejected, match="not-an-identity"):
        judged(stated, taken, {"products": [["1", "large"]]})


def test_a_fact_cannot_take_the_name_of_the_models_own():
    for name in ("sum phi all", "best:ne:0 0,0", "phi 0,0,0"):
        with pytest.raises(Rejected, match="name-taken"):
            judged({"nonnegative": {name: VALUE}}, VALUE, {})
    with pytest.raises(Rejected, match="name-taken"):
        judged({"nonnegative": {"one": VALUE}, "zero": {"one": VALUE}}, VALUE, {})


def test_steps_cannot_state_anything():
    with pytest.raises((Rejected, InputError)):
        judged({}, VALUE, {"products": [["1", "x"]]}, [{"nonnegative": {"x": VALUE}}])


@pytest.mark.parametrize(
    "stated",
    [
        {"nonnegative": {"x": [["1", "w"]]}},
        {"variables": ["w", "w"]},
        {"variables": []},
        {"variables": [""]},
        {"variables": "w"},
        {"nonnegative": [VALUE]},
        {"zero": {"x": [[]]}},
        {"assumed": {}},
    ],
)
def test_what_cannot_be_read_is_refused(stated):
    with pytest.raises((Rejected, InputError)):
        judged(stated, VALUE, {})
