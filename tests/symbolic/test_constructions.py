"""The games of the paper's proofs do what the proofs say."""

from copy import deepcopy
from fractions import Fraction

import pytest

from alignproof.formats.documents import game_document
from alignproof.games.algebra import ONE, RATIONAL
from alignproof.games.augment import augment
from alignproof.games.files import read_game
from alignproof.games.outcome import outcome
from alignproof.symbolic import proposition_a_2, theorem_4_1, theorem_5_2
from alignproof.symbolic.rules import anonymous_profile, revealing_rule, silent_profile
from tests.evidence import proves, reread

HALF = Fraction(1, 2)
NEARLY = Fraction(999, 1000)
PARAMETERS = [
    (HALF, ONE, Fraction(2), 3),
    (Fraction(1, 10), Fraction(7, 10), Fraction(3, 2), 8),
    (NEARLY, ONE, Fraction(101, 100), 2),
    (Fraction(3, 10) - Fraction(1, 1000), Fraction(3, 10), Fraction(101, 100), 4),
]


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_theorem_4_1_informs_or_not(parameters):
    eps, c, d, _ = parameters
    game = theorem_4_1.game(*parameters)
    assert read_game(reread(game_document(game))) == game
    silent = outcome(RATIONAL, game, silent_profile(game, "anonymous"))
    assert [who.value for who in silent.users] == [eps, eps]
    assert silent.payoffs == (d / (d + 1),) * 2
    revealed = anonymous_profile(game, tuple(revealing_rule(game, j) for j in range(2)))
    reached = outcome(RATIONAL, game, revealed)
    assert [who.value for who in reached.users] == [c, c]
    assert reached.payoffs == (1 / (d + 1),) * 2
    weights = theorem_4_1.weights(eps, c, game)
    assert weights.errors(game) == (0, 0)
    assert not weights.faults(game)


@pytest.mark.parametrize(
    ("eps", "c", "d", "states"),
    [
        (0, 1, 2, 3),
        (-HALF, ONE, 2, 3),
        (ONE, ONE, 2, 3),
        (ONE, HALF, 2, 3),
        (HALF, Fraction(11, 10), 2, 3),
        (HALF, ONE, 1, 3),
        (HALF, ONE, HALF, 3),
        (HALF, ONE, 2, 2),
        (HALF, ONE, 2, 1),
    ],
)
def test_theorem_4_1_has_bounds_on_its_parameters(eps, c, d, states):
    with pytest.raises(ValueError, match="construction needs"):
        theorem_4_1.game(Fraction(eps), Fraction(c), Fraction(d), states)


def test_theorem_5_2_before_and_after():
    game, entrant = theorem_5_2.game(), theorem_5_2.entrant()
    assert theorem_5_2.weights().errors(game) == (0,)
    informed = anonymous_profile(game, (revealing_rule(game, 0),))
    assert outcome(RATIONAL, game, informed).users[0].value == 1
    played = augment(game, entrant)
    silent = outcome(RATIONAL, played, silent_profile(played, "anonymous"))
    assert [who.value for who in silent.users] == [Fraction(2, 3)] * 2
    informed = anonymous_profile(played, (revealing_rule(played, 0),))
    assert outcome(RATIONAL, played, informed).payoffs[0] < silent.payoffs[0]
    assert played.providers[0].payoff.weights == (Fraction(1, 4), HALF)


def test_a_feature_too_many_cannot_be_revealed():
    game = theorem_4_1.game(*PARAMETERS[0])
    short = type(game)(*[getattr(game, f) if f != "messages" else ("1", "2") for f in game.__dataclass_fields__])
    with pytest.raises(ValueError, match="3 features cannot be named with 2 messages"):
        revealing_rule(short, 0)


BUILDERS = [proposition_a_2.weak_claim, proposition_a_2.not_strong_claim]


@pytest.mark.parametrize("build", BUILDERS)
def test_proposition_a_2_is_accepted(build):
    assert proves("identity", *build())


@pytest.mark.parametrize("build", BUILDERS)
def test_every_conclusion_of_proposition_a_2_is_tight(build):
    """Each conclusion strengthened by 1/100 is no longer proved by its evidence."""
    for name in build()[0]["conclusions"]:
        claim, evidence = deepcopy(build())
        claim["conclusions"][name].append({"coefficient": "-1/100", "powers": {}})
        assert not proves("identity", claim, evidence)


def test_half_is_the_error_of_proposition_a_2():
    claim, evidence = proposition_a_2.not_strong_claim()
    for terms in claim["conclusions"].values():
        (constant,) = (term for term in terms if not term["powers"])
        assert constant["coefficient"] == "-1/2"
        constant["coefficient"] = "-51/100"
    assert not proves("identity", claim, evidence)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("part", ["nonnegative", "zero", "definitions"])
def test_proposition_a_2_needs_what_it_uses(build, part):
    claim, evidence = build()
    if claim[part]:
        assert not proves("identity", {**claim, part: {}}, evidence)


@pytest.mark.parametrize("coefficient", ["51/100", "0", "-1/2"])
def test_the_evidence_of_proposition_a_2_is_exact(coefficient):
    claim, evidence = proposition_a_2.not_strong_claim()
    evidence["e1 >= 1/2"]["products"][0]["coefficient"] = coefficient
    assert not proves("identity", claim, evidence)


def test_proposition_a_2_has_another_point():
    """At (1/2, 1/2) the payoffs agree, so the two points of the proof matter."""
    claim, evidence = proposition_a_2.not_strong_claim()
    for name, definition in claim["definitions"].items():
        if name.endswith(" at t"):
            definition["at"] |= {"y1": "1/2", "y2": "1/2"}
    assert not proves("identity", claim, evidence)
