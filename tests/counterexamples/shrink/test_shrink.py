"""Shrinking ends at the same instance wherever it begins, and believes nothing but the kernel."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from alignproof.counterexamples import garbling
from alignproof.counterexamples.search.goal import read_task
from alignproof.counterexamples.search.run import Found, Plan, search
from alignproof.counterexamples.shrink.aim import Aim, aim_of, aim_of_claim, ceiling
from alignproof.counterexamples.shrink.canonical import canonical
from alignproof.counterexamples.shrink.moves import cost, framed, paid, simpler, smaller
from alignproof.counterexamples.shrink.payoffs import derived, solvable, solved
from alignproof.counterexamples.shrink.read import instance_of
from alignproof.counterexamples.shrink.run import shrink, shrunk, size_text
from alignproof.counterexamples.shrink.select import played
from alignproof.counterexamples.smallest import indifferent, newcomer, one_bit, robust_4_1
from alignproof.counterexamples.violations import Instance, certify, setting
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment
from alignproof.games.document import InputError
from alignproof.games.outcome import user_outcome
from alignproof.oracles.benchmarks import benchmark
from alignproof.symbolic import theorem_3_1, theorem_4_1, theorem_4_3, theorem_5_2
from alignproof.symbolic.rules import silent_profile
from tests.counterexamples.shrink.relabel import shuffled
from tests.counterexamples.shrink.test_select import INSTANCES

HALF, ONE = Fraction(1, 2), Fraction(1)


def found(task, seed):
    result = search(task, 60.0, Plan(seed))
    assert isinstance(result, Found)
    return instance_of(result.documents)


def of_theorem_5_2():
    """The proof's market."""
    game, entrant = theorem_5_2.game(), theorem_5_2.entrant()
    silent = silent_profile(augment(game, entrant), "anonymous")
    return Instance(game, silent, (0,), theorem_5_2.weights(), theorem_4_3.FACTORS, (0, 1), entrant)


def of_theorem_4_1():
    """The proof's market with three states for eps = 1/2, which leaves more than is needed."""
    game = theorem_4_1.game(HALF, ONE, Fraction(2), 3)
    weights = theorem_4_1.weights(HALF, ONE, game)
    return Instance(game, silent_profile(game, "anonymous"), (0, 1), weights, theorem_3_1.FACTORS, (0, 1))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("robust", [False, True])
def test_theorem_5_2_from_every_start(robust, seed):
    task = read_task("thm5.2", [], robust)
    start = found(task, seed)
    wanted = setting(canonical(newcomer(robust)))
    assert setting(shrink(start, aim_of(task))) == wanted
    assert setting(shrink(shuffled(start, Random(seed)), aim_of(task))) == wanted


@pytest.mark.parametrize("seed", range(6))
def test_proposition_a_2_from_every_start(seed):
    """The search finds it with one action or with one state, as the seed will have it."""
    task = read_task("propA.2", [])
    assert setting(shrink(found(task, seed), aim_of(task))) == setting(canonical(indifferent()))


@pytest.mark.slow
def test_theorem_4_1_from_another_order():
    task = read_task("thm4.1", [], True)
    start = shuffled(robust_4_1(HALF, ONE), Random(1))
    assert setting(shrink(start, aim_of(task))) == setting(canonical(robust_4_1(HALF, ONE)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("robust", [False, True])
def test_theorem_4_1_from_every_start(robust, seed):
    task = read_task("thm4.1", [], robust)
    wanted = setting(replace(canonical(robust_4_1(HALF, ONE)), robust=robust))
    assert setting(shrink(found(task, seed), aim_of(task))) == wanted


def test_the_proofs_market_for_theorem_5_2_shrinks_to_the_same():
    assert setting(shrink(of_theorem_5_2(), aim_of(read_task("thm5.2", [])))) == setting(canonical(newcomer(False)))


@pytest.mark.slow
def test_the_proofs_market_for_theorem_4_1_shrinks_to_the_same():
    wanted = setting(replace(canonical(robust_4_1(HALF, ONE)), robust=False))
    assert setting(shrink(of_theorem_4_1(), aim_of(read_task("thm4.1", [])))) == wanted


@pytest.mark.slow
def test_other_violations_shrink_too():
    instance = garbling.literal_garbling(theorem_3_1.FACTORS)
    small = shrunk(instance, aim_of_claim(certify(instance)["claim"]))
    assert size_text(small.instance) == "n=1, k=2, |A|=2, |Y|=2, |M|=2"
    assert small.instance.reading == "state"
    assert small.complete
    assert cost(small.instance) <= cost(instance)


def test_what_does_not_reach_the_aim_is_refused():
    with pytest.raises(ValueError, match="does not reach"):
        shrink(newcomer(), aim_of(read_task("thm4.1", [], True)))
    with pytest.raises(ValueError, match="does not reach"):
        shrink(robust_4_1(HALF, ONE), aim_of(read_task("thm4.1", ["eps=2/5"], True)))


def test_no_time_leaves_the_instance_and_says_so():
    task = read_task("thm5.2", [])
    small = shrunk(of_theorem_5_2(), aim_of(task), 0.0)
    assert not small.complete
    assert small.steps == 0
    assert aim_of(task).documents(small.instance)


def test_documents_are_the_kernels_word():
    """A provider who earns more if users know: silence is no equilibrium, whatever the aim says."""
    instance, everything = robust_4_1(HALF, ONE), Aim(lambda documents: True, True, exact=False)
    assert everything.documents(instance)
    first, second = instance.game.providers
    devoted = replace(second, payoff=replace(second.payoff, parts=first.payoff.parts[:1] * 2))
    spoilt = replace(instance, game=replace(instance.game, providers=(devoted, devoted)))
    assert not everything.documents(spoilt)
    assert not Aim(lambda documents: False, True).documents(instance)


def test_an_aim_from_a_claim_asks_for_no_less():
    document = certify(newcomer())
    aim = aim_of_claim(document["claim"])
    assert aim.reached([document])
    for change in ({"users": ["user 1"]}, {"robust": False}, {"reading": "state"}, {"factors": ["1"]}):
        assert not aim.reached([document | {"claim": document["claim"] | change}])
    worse = {"strong": document["claim"]["alignment"]["strong"] | {"eps": ["1/9"]}}
    assert not aim.reached([document | {"claim": document["claim"] | {"alignment": worse}}])


@pytest.mark.parametrize("make", [of_theorem_5_2, of_theorem_4_1, indifferent, one_bit])
def test_smaller_is_smaller(make):
    instance = make()
    sizes = [cost(other)[0][:8] for other in smaller(instance)]
    assert sizes
    assert all(other < cost(instance)[0][:8] for other in sizes)


@pytest.mark.parametrize("make", [of_theorem_5_2, of_theorem_4_1, indifferent, one_bit])
def test_numbers_leave_the_size_alone(make):
    instance = make()
    for step in (framed, paid):
        for other in step(instance):
            assert size_text(other) == size_text(instance)


def test_simpler_numbers():
    assert simpler(Fraction(0)) == []
    assert simpler(Fraction(1)) == [0]
    assert simpler(HALF) == [0, 1]
    assert simpler(Fraction(2, 7))[:3] == [0, 1, HALF]


def test_derived_payoffs_are_exact():
    spoilt = replace(of_theorem_4_1(), game=robust_4_1(Fraction(2, 5), ONE).game)
    instance = replace(spoilt, weights=robust_4_1(Fraction(2, 5), ONE).weights)
    users = tuple(replace(user, utility=((HALF,) * 3,) * 3) for user in instance.game.users)
    other = derived(replace(instance, game=replace(instance.game, users=users)))
    assert other.weights.errors(other.game) == (0, 0)
    assert other.game.users == robust_4_1(Fraction(2, 5), ONE).game.users


def test_solved_payoffs_do_not_depend_on_those_there_were():
    first = robust_4_1(HALF, ONE)
    parts = {j: replace(p, parts=tuple(reversed(p.parts))) for j, p in first.weights.providers.items()}
    flat = replace(first.weights, providers=parts, constants=(ONE, ONE))
    assert setting(solved(first, 20.0)) == setting(solved(replace(first, weights=flat), 20.0)) is not None
    assert not solvable(indifferent())
    assert solved(indifferent(), 20.0) is None


def test_only_violations_are_read():
    with pytest.raises(InputError, match="bound-violated"):
        instance_of([{"format": "alignproof-certificate/1", "kind": "value", "claim": {}, "evidence": {}}])


@pytest.mark.parametrize("name", INSTANCES)
def test_no_benchmark_is_above_its_ceiling(name):
    """What is not looked at further could not have reached the aim."""
    instance = INSTANCES[name]()
    game = played(instance)
    for i in instance.users:
        got = user_outcome(RATIONAL, game, instance.profile, i).value
        assert benchmark(game, i, instance.team, instance.reading).value <= ceiling(instance, i, got)
