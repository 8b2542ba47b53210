"""Claims that are no bound on every equilibrium: true of the games they speak of, and shown by nothing less."""

from copy import deepcopy
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.formats.certificates import certificate
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment
from alignproof.games.outcome import induced_distribution, outcome
from alignproof.games.polynomial import read_polynomial
from alignproof.symbolic import full_revelation, self_selection, shared_rules, theorem_4_1, theorem_5_2
from alignproof.symbolic.derivation import Place
from alignproof.symbolic.rules import anonymous_profile, constant_rule
from alignproof.verification.universal import market_size
from tests.evidence import accepted, proves, reread

MODERATE = settings(deadline=None, max_examples=40)
IDENTITIES = {"Theorem 4.1": theorem_4_1.any_size, "Theorem 5.2": theorem_5_2.any_share}
EACH = pytest.mark.parametrize("build", IDENTITIES.values(), ids=IDENTITIES)


def values(claim, known):
    """What the polynomials of a claim are worth, by name."""
    point = {name: Fraction(value) for name, value in known.items()}
    found = {}
    for part in ("nonnegative", "zero", "conclusions"):
        for name, document in claim[part].items():
            value = read_polynomial(reread(document), tuple(claim["variables"]))(point)
            found[name] = value.terms.get((), Fraction(0))
            assert not set(value.terms) - {()}
    return found


@EACH
def test_the_identity_is_accepted(build):
    assert proves("identity", *build())


@EACH
def test_every_hypothesis_that_is_used_is_needed(build):
    claim, evidence = build()
    used = {name for proof in evidence.values() for term in proof["products"] for name in term["factors"]}
    used |= {name for proof in evidence.values() for name in proof["zero"]}
    assert used
    for name in used:
        less = deepcopy(claim)
        for part in ("nonnegative", "zero"):
            less[part].pop(name, None)
        assert not proves("identity", less, evidence)


@EACH
def test_no_conclusion_can_be_strengthened(build):
    claim, evidence = build()
    for name in claim["conclusions"]:
        more = deepcopy(claim)
        more["conclusions"][name].append({"coefficient": "-1/100", "powers": {}})
        assert not proves("identity", more, evidence)


def alike(game, rule):
    """The chances with which both users match, abstain and err if provider 0 offers ``rule`` and others are silent."""
    rules = (rule, *(constant_rule(game, j) for j in range(1, len(game.providers))))
    reached = outcome(RATIONAL, game, anonymous_profile(game, rules))
    tables = [induced_distribution(RATIONAL, game, who, i) for i, who in enumerate(reached.users)]
    assert tables[0] == tables[1]
    match = sum(tables[0][y][y] for y in range(len(game.states)))
    abstain = sum(tables[0][-1])
    return {"match": match, "abstain": abstain, "err": 1 - match - abstain}, reached


@MODERATE
@given(st.data())
def test_theorem_4_1_for_all_parameters_is_about_its_games(data):
    parameters = data.draw(st.sampled_from([("1/2", "1", "2", 3), ("1/3", "1/2", "3/2", 2), ("2/5", "1", "5", 3)]))
    eps, c, d = map(Fraction, parameters[:3])
    states = parameters[3]
    game = theorem_4_1.game(eps, c, d, states)
    chances, reached = alike(game, data.draw(strategies.rules(game, 0)))
    known = {"eps": eps, "c": c, "D": d, "M": states, "v": Fraction(1, states), "s": 1 / (d + 1), **chances}
    found = values(theorem_4_1.any_size()[0], known)
    assert found["deviating does not pay"] == d / (d + 1) - reached.payoffs[0]
    assert found["uninformed users abstain"] == eps - c / states
    assert all(value >= 0 for value in found.values())
    assert {value for name, value in found.items() if name in theorem_4_1.any_size()[0]["zero"]} == {0}


@MODERATE
@given(st.data())
def test_theorem_5_2_for_all_shares_is_about_its_game(data):
    game = augment(theorem_5_2.game(), theorem_5_2.entrant())
    chances, reached = alike(game, data.draw(strategies.rules(game, 0)))
    found = values(theorem_5_2.any_share()[0], {"beta": theorem_5_2.SHARE, "o": theorem_5_2.ABSTAINING, **chances})
    silent = outcome(RATIONAL, game, anonymous_profile(game, (constant_rule(game, 0),)))
    assert found["speaking does not pay"] == silent.payoffs[0] - reached.payoffs[0]
    assert found["she loses by that"] == 1 - silent.users[0].value
    assert all(value >= 0 for value in found.values())


# Claims about all games of a size.


def somewhere(digits, protocol="P"):
    return Place(market_size(digits), protocol, "anonymous")


PASSING = {
    "same outcome": (shared_rules.same_outcome_certificate, somewhere("222222222")),
    "same outcome, three": (shared_rules.same_outcome_certificate, somewhere("133222222")),
    "subset": (shared_rules.subset_certificate, somewhere("233222222")),
    "full revelation": (full_revelation.full_revelation_certificate, somewhere("222222221")),
    "self-selection": (self_selection.self_selection_certificate, somewhere("222222222", "UP")),
}


@pytest.mark.parametrize("name", PASSING)
def test_claims_in_passing_are_accepted_and_need_their_hypotheses(name):
    build, where = PASSING[name]
    document = build(where)
    claim = document["claim"]
    assert accepted(document)
    for dropped in claim["hypotheses"]:
        rest = [hypothesis for hypothesis in claim["hypotheses"] if hypothesis != dropped]
        assert not accepted(certificate("theorem", claim | {"hypotheses": rest}, document["evidence"])), dropped


@pytest.mark.parametrize("name", PASSING)
def test_claims_in_passing_cannot_be_strengthened(name):
    build, where = PASSING[name]
    document = build(where)
    for goal, value in document["claim"]["conclusions"].items():
        conclusions = document["claim"]["conclusions"] | {goal: [*value, ["-1/100"]]}
        stronger = document["claim"] | {"conclusions": conclusions}
        assert not accepted(certificate("theorem", stronger, document["evidence"])), goal


def test_a_garbling_common_given_the_state_alone_is_not_enough():
    """Then what a shared rule does may depend on who deploys it."""
    document = shared_rules.same_outcome_certificate(somewhere("222222222"))
    weaker = ["common given state" if h == shared_rules.COMMON else h for h in document["claim"]["hypotheses"]]
    assert not accepted(certificate("theorem", document["claim"] | {"hypotheses": weaker}, document["evidence"]))


@pytest.mark.parametrize(("digits", "protocol"), [("222221222", "UP"), ("222222222", "P")])
def test_self_selection_needs_a_message_per_user_and_an_opening(digits, protocol):
    with pytest.raises((ValueError, KeyError, IndexError)):
        assert not accepted(self_selection.self_selection_certificate(somewhere(digits, protocol)))


def test_too_few_messages_do_not_reveal():
    with pytest.raises(ValueError, match="cannot be named"):
        full_revelation.rule(somewhere("222222231"))
