"""Statements as printed, where they are false: the instances, and that they are not more than that."""

from dataclasses import replace
from fractions import Fraction

import pytest

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.counterexamples.entry import with_bystander
from alignproof.counterexamples.garbling import literal_garbling, literal_garbling_anonymous
from alignproof.counterexamples.violations import certify
from alignproof.formats.certificates import alignment_document, certificate, team_claim
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from alignproof.games.garbling import SharedRule, is_common
from alignproof.oracles.benchmarks import benchmark
from alignproof.symbolic import proposition_a_1, theorem_3_1

TELL = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
TOSS = ((Fraction(1, 2), Fraction(1, 2)),)


def verdict(document):
    return check(parse(dump(document).encode()))


def test_definition_2_8_to_the_letter_breaks_theorem_3_1():
    document = certify(literal_garbling(theorem_3_1.FACTORS))
    assert verdict(document) == "bound-violated"
    assert (document["claim"]["at_most"], document["claim"]["at_least"]) == ("1/2", "1")


def test_given_the_users_features_too_the_same_game_keeps_the_bound():
    instance = replace(literal_garbling(theorem_3_1.FACTORS), reading="state and users")
    assert benchmark(instance.game, 0, (0, 1), "state and users").value == Fraction(1, 2)
    with pytest.raises(Rejected, match="not-bound-violated"):
        verdict(certify(instance))


@pytest.mark.parametrize("protocol", ["P", "UP"])
def test_definition_2_8_to_the_letter_breaks_the_anonymous_results(protocol):
    instance = literal_garbling_anonymous(protocol)
    document = certify(instance)
    assert verdict(document) == "bound-violated"
    assert (document["claim"]["at_most"], document["claim"]["at_least"]) == ("1/2", "1")
    with pytest.raises(Rejected, match="not-bound-violated"):
        verdict(certify(replace(instance, reading="state and users")))


def test_definition_2_8_to_the_letter_breaks_theorem_5_1():
    instance = with_bystander(literal_garbling(theorem_3_1.FACTORS))
    assert verdict(certify(instance)) == "bound-violated"
    with pytest.raises(Rejected, match="not-bound-violated"):
        verdict(certify(replace(instance, reading="state and users")))


@pytest.mark.parametrize(("reading", "of_all"), [("state", 1), ("state and users", Fraction(1, 2))])
def test_a_smaller_set_can_have_a_smaller_benchmark_in_one_reading_only(reading, of_all):
    game = literal_garbling(theorem_3_1.FACTORS).game
    assert benchmark(game, 0, (0, 1), reading).value == of_all
    assert benchmark(game, 0, (1,), reading).value == Fraction(1, 2)


def test_the_garbling_is_common_in_one_reading_only():
    game = literal_garbling(theorem_3_1.FACTORS).game
    shared = SharedRule({0: TELL, 1: TOSS}, {})
    assert is_common(game, shared, "state", 0)
    assert not is_common(game, shared, "state and users", 0)


def test_the_market_of_a_1_is_strongly_aligned_and_at_no_smaller_error_by_these_weights():
    game, weights = proposition_a_1.game(), proposition_a_1.weights()
    for eps, accepted in ((proposition_a_1.EPS, True), (proposition_a_1.EPS - Fraction(1, 1000), False)):
        document = certificate("aligned", team_claim(game, (0,), alignment=alignment_document(weights, (eps,))), {})
        if accepted:
            assert verdict(document) == "aligned"
        else:
            with pytest.raises(Rejected, match="residual-too-large"):
                verdict(document)


@pytest.mark.parametrize(("users", "covering"), [(1, 1), (2, 3), (5, 2)])
def test_a_1_as_proved_is_an_identity(users, covering):
    assert verdict(certificate("identity", *proposition_a_1.repaired_claim(users, covering))) == "identity"


def test_weights_that_do_not_sum_to_one_do_not_prove_a_1():
    claim, evidence = proposition_a_1.repaired_claim(2, 2)
    claim["conclusions"]["(2) for 1 above"][1]["coefficient"] = "-1/3"
    with pytest.raises(Rejected, match="not-an-identity"):
        verdict(certificate("identity", claim, evidence))
