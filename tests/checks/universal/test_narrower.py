"""Hypotheses about one user, one provider or some deviations say nothing of others."""

import pytest

from tests.checks.universal.certificates import certificate, verdict

MUTE = {"rule": {"name": "mute", "provider": "0", "chances": [[[["1"]]]], "sums": [{}]}}
MUTE_OF_ANOTHER = {"rule": {"name": "mute", "provider": "1", "chances": [[[["1"]]]], "sums": [{}]}}


def deviates(provider, *rules):
    return {"deviate": {"run": "dev", "provider": provider, "rules": list(rules)}}


def using(fact, *steps):
    """A proof that -1 >= 0 which uses a fact: it fails for want of the fact, or because it is no proof."""
    return [*steps, {"conclude": {"false": {"products": [["1", fact]]}}}]


SAID = [
    ("211111111", "personalized", "user alignment", "user alignment of user 0", "aligned above 0,0,0"),
    ("122111111", "anonymous", "strong alignment", "strong alignment of the deviator", "combined above 1,0,0"),
    ("122111111", "anonymous", "provider weights", "provider weights of the deviator", "lambda 1,0"),
    ("111111111", "personalized", "separable payoffs", "separable payoffs in user 0", "separable above 0,0,0"),
]
UNSAID = [
    ("211111111", "personalized", "user alignment", "user alignment of user 0", "aligned above 1,0,0"),
    ("122111111", "anonymous", "strong alignment", "strong alignment of the deviator", "combined above 0,0,0"),
    ("122111111", "anonymous", "provider weights", "provider weights of the deviator", "lambda 0,0"),
]


@pytest.mark.parametrize(("digits", "play", "whole", "narrower", "fact"), SAID)
def test_both_say_it_of_the_one(digits, play, whole, narrower, fact):
    for hypothesis in (whole, narrower):
        document = certificate(digits, "P", play, hypotheses=[hypothesis], steps=using(fact))
        assert verdict(document) == "not-an-identity"


@pytest.mark.parametrize(("digits", "play", "whole", "narrower", "fact"), UNSAID)
def test_the_narrower_does_not_say_it_of_others(digits, play, whole, narrower, fact):
    said, unsaid = (certificate(digits, "P", play, hypotheses=[h], steps=using(fact)) for h in (whole, narrower))
    assert verdict(said) == "not-an-identity"
    assert verdict(unsaid) in ("unknown-name", "sign-unknown")


ALL, DEVIATOR, OFFERS = "equilibrium", "equilibrium of the deviator", "equilibrium against offers to user 0"
DEVIATIONS = [
    ("121111111", "anonymous", [MUTE, deviates("0", "mute")], {ALL, DEVIATOR, OFFERS}),
    ("121111111", "anonymous", [MUTE_OF_ANOTHER, deviates("1", "mute")], {ALL}),
    ("122111111", "anonymous", [MUTE, deviates("0", "mute")], {ALL, OFFERS}),
    ("211111111", "personalized", [MUTE, deviates("0", "mute", "own")], {ALL, DEVIATOR, OFFERS}),
    ("211111111", "personalized", [MUTE, deviates("0", "own", "mute")], {ALL, DEVIATOR}),
    ("211111111", "personalized", [MUTE, deviates("0", "mute", "mute")], {ALL, DEVIATOR}),
]


@pytest.mark.parametrize(("digits", "play", "steps", "by"), DEVIATIONS)
def test_which_deviations_do_not_pay(digits, play, steps, by):
    for hypothesis in (ALL, DEVIATOR, OFFERS):
        document = certificate(digits, "P", play, hypotheses=[hypothesis], steps=using("no gain dev", *steps))
        assert verdict(document) == ("not-an-identity" if hypothesis in by else "unknown-name")


@pytest.mark.parametrize("user", range(2))
def test_whose_gain_is_bounded(user):
    for hypothesis, users in (("largest gain", {0, 1}), ("largest gain of other users", {1})):
        document = certificate(
            "211111111", "UP", "anonymous", hypotheses=[hypothesis], shared=["0", "1"], steps=using(f"gains own {user}")
        )
        assert verdict(document) == ("not-an-identity" if user in users else "unknown-name")


def test_in_one_user_the_rest_of_a_payoff_is_any_number():
    """The second user's part is a fact of separable payoffs only."""
    fact = "separable above 0,0,1,0"
    goal = {"so": [["1", "eps_P"], ["1", "P 0,0,1,0"], ["-1", "lambda 0,0", "F 0,0,0,0"], ["-1", "rest 0,1,0"]]}
    steps = [{"conclude": {"so": {"products": [["1", fact]]}}}]
    for hypotheses, said in (
        (["separable payoffs in user 0"], "valid"),
        (["separable payoffs", "separable payoffs in user 0"], "not-an-identity"),
    ):
        document = certificate("211211111", hypotheses=hypotheses, conclusions=goal, steps=steps)
        assert verdict(document) == said


def test_ratios_of_weak_alignment_are_not_inverses_of_strong_alignment():
    """w = 2 and lambda = 1 satisfy both hypotheses, so w <= 1 does not follow: w / lambda is not 1 / lambda."""
    steps = [{"conclude": {"w": {"zero": [["ratio 0", [["-1"]]], ["inverse 0", [["-1"]]]]}}}]
    goal = {"w": [["1"], ["-1", "w 0,0"]]}
    document = certificate(hypotheses=["user weights", "coverage", "user alignment"], conclusions=goal, steps=steps)
    assert verdict(document) == "not-an-identity"
