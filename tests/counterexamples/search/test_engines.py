"""Each engine alone reaches a goal; what they enumerate is complete; what they rely on holds."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.counterexamples.search.bounds import Bounds, read_bounds, sizes
from alignproof.counterexamples.search.drafts import NewcomerFamily, WeakFamily, distinct, small_scales
from alignproof.counterexamples.search.enumeration import Enumeration, Priced
from alignproof.counterexamples.search.fit import SmallShares
from alignproof.counterexamples.search.garbled import GarblingFamily
from alignproof.counterexamples.search.goal import GOALS, read_task
from alignproof.counterexamples.search.growing import stable
from alignproof.counterexamples.search.joint import JointPayoffs
from alignproof.counterexamples.search.linear import best, value
from alignproof.counterexamples.search.market import Size
from alignproof.counterexamples.search.prices import Stability
from alignproof.counterexamples.search.run import ENGINES, Found, NotFound, Plan, certified, search, searched
from alignproof.counterexamples.search.whole import WholeMarket
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse
from alignproof.oracles.deviations import Bounded, Pays, equilibrium
from alignproof.symbolic.rules import silent_profile

COMMAND = Path(sys.executable).parent / "alignproof"
SECONDS = 60.0
EVERY = [(goal, engine) for goal, engines in ENGINES.items() for engine in engines]


def found(name, *settings, robust=False, **plan):
    result = search(read_task(name, settings, robust), SECONDS, Plan(**plan))
    assert isinstance(result, Found)
    return result


def test_every_goal_has_engines():
    assert set(ENGINES) == set(GOALS)


@pytest.mark.parametrize(("goal", "engine"), [pair for pair in EVERY if pair[1] != "z3"])
def test_each_engine_alone_reaches_its_goal(goal, engine):
    result = found(goal, engines=(engine,))
    assert all(check(parse(dump(document).encode())) == document["kind"] for document in result.documents)


@pytest.mark.slow
def test_z3_alone_finds_a_market_with_nothing_given():
    result = found("thm4.1", engines=("z3",), robust=True)
    assert result.size == Size(2, 2, 2, 2)


def test_z3_with_prior_and_ratios_given():
    task, size = read_task("thm4.1", [], robust=True), Size(2, 2, 2, 2)
    engine = WholeMarket(asked={size})
    proposed = (engine.propose(task, size, Random(seed), SECONDS) for seed in range(10))
    assert any(documents and certified(task, documents) for documents in proposed)


def test_z3_finds_nothing_where_there_is_nothing_to_learn():
    assert not WholeMarket().propose(read_task("thm4.1", []), Size(2, 2, 2, 1), Random(0), SECONDS)


@pytest.mark.parametrize("seconds", [0.001])
def test_z3_out_of_time_proposes_nothing(seconds):
    assert not WholeMarket().propose(read_task("thm4.1", []), Size(2, 2, 2, 2), Random(0), seconds)


def test_without_z3_nothing_is_proposed(monkeypatch):
    monkeypatch.setitem(sys.modules, "alignproof.counterexamples.search.existential", None)
    monkeypatch.delattr("alignproof.counterexamples.search.existential", raising=False)
    assert not WholeMarket().propose(read_task("thm4.1", []), Size(2, 2, 2, 2), Random(0), SECONDS)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize(("family", "goal"), [(WeakFamily(), "thm4.1"), (NewcomerFamily(), "thm5.2")])
def test_growing_deviations_and_prices_agree(family, goal, robust):
    """Both find payoffs, or neither does: they solve one problem in two ways."""
    task, size, random = read_task(goal, [], robust), Size(2, 2, 2, 2), Random(1)
    drafts = []
    while len(drafts) < 8:
        draft = family.draw(task, size, random)
        if draft is not None:
            drafts.append(draft)
    for draft in drafts:
        one = stable(draft, robust, monotonic() + SECONDS)
        other = best(
            [*draft.rows, *Stability(robust, SECONDS).everywhere(draft.game, draft.profile)], draft.simple, SECONDS
        )
        assert (one is None) == (other is None)
        if one is not None:
            assert value(draft.simple, one) == value(draft.simple, other)


def test_growing_deviations_stop_at_an_equilibrium():
    """The oracle, which knows nothing of the rows that were collected, finds no deviation that pays."""
    task, size, random = read_task("thm4.1", ["eps=1/3"]), Size(2, 2, 3, 3), Random(0)
    points = 0
    while points < 3:
        draft = WeakFamily().draw(task, size, random)
        point = None if draft is None else stable(draft, False, monotonic() + SECONDS)
        if draft is not None and point is not None:
            points += 1
            game = draft.instance(point).game
            assert isinstance(equilibrium(game, silent_profile(game, "anonymous")), Bounded)


def test_payoffs_against_no_deviation_are_no_equilibrium():
    """So the deviations that are collected do matter."""
    task, size, random = read_task("thm4.1", []), Size(2, 2, 2, 2), Random(0)
    drafts = filter(None, (WeakFamily().draw(task, size, random) for _ in range(20)))
    games = [draft.instance(best(draft.rows, draft.simple, SECONDS)).game for draft in drafts]
    assert any(isinstance(equilibrium(game, silent_profile(game, "anonymous")), Pays) for game in games)


@pytest.mark.parametrize(("size", "levels"), [(Size(1, 1, 2, 2), 2), (Size(2, 1, 2, 2), 1), (Size(2, 1, 1, 3), 1)])
@pytest.mark.parametrize("alike", [False, True])
def test_enumerated_tables_are_one_of_each_class(size, levels, alike):
    """By brute force: every assignment is a relabelling of exactly one that is enumerated."""
    marks = [Fraction(k, levels) for k in range(levels + 1)]
    rows = list(product(marks, repeat=size.states))
    everything = set(product(product(rows, repeat=size.actions), repeat=size.users))
    orders = list(permutations(range(size.actions))) if alike else [tuple(range(size.actions))]

    def orbit(tables):
        for states, users in product(permutations(range(size.states)), permutations(tables)):
            for each in product(orders, repeat=size.users):
                yield tuple(
                    tuple(tuple(table[a][y] for y in states) for a in order)
                    for order, table in zip(each, users, strict=True)
                )

    seen = [set(orbit(tables)) for tables in distinct(size, levels, alike)]
    assert set.union(*seen) == everything
    assert sum(map(len, seen)) == len(everything)


def test_too_many_tables_are_not_enumerated():
    assert not list(distinct(Size(3, 1, 3, 3), 2, alike=True))


def test_small_scales_have_no_common_factors():
    assert all(min(row) == 1 for scales in small_scales(Size(2, 2, 2, 2)) for row in scales)


@pytest.mark.parametrize(
    ("source", "goal", "size"),
    [
        (SmallShares(), "propA.2", Size(1, 2, 1, 2)),
        (JointPayoffs(), "propA.1-as-printed", Size(2, 1, 2, 1)),
        (Priced(WeakFamily()), "thm4.1", Size(2, 2, 2, 2)),
    ],
)
def test_an_enumeration_ends_and_then_gives_no_hope(source, goal, size):
    task, engine = read_task(goal, []), Enumeration(source)
    attempts = 0
    while engine.hopeful(task, size):
        engine.propose(task, size, Random(0), SECONDS)
        attempts += 1
        if attempts > 40:
            engine.left[size] = iter(())
    assert attempts > 1
    assert not engine.propose(task, size, Random(0), SECONDS)


def test_nothing_is_enumerated_where_the_payoff_has_to_be_separable():
    task = read_task("propA.1-as-printed", [])
    assert not JointPayoffs().hopeful(task, Size(1, 1, 3, 3))
    one = JointPayoffs()
    assert not any(one.propose(task, Size(1, 1, 2, 2), Random(seed), SECONDS) for seed in range(10))


def test_a_user_without_correlated_features_loses_nothing():
    """Theorem 3.1: where all providers see functions of the state alone, both readings agree, and no payoffs do."""
    task, size, random = read_task("thm3.1-literal-garbling", []), Size(1, 2, 2, 2), Random(0)
    drafts = []
    while len(drafts) < 15:
        draft = GarblingFamily().draw(task, size, random)
        if draft is not None:
            drafts.append(draft)
    seen = {}
    for draft in drafts:
        by_state = [{(atom.state, atom.provider_features) for atom in draft.game.prior}]
        plain = len(by_state[0]) == size.states
        seen.setdefault(plain, []).append(stable(draft, False, monotonic() + SECONDS) is not None)
    assert not any(seen.get(True, []))
    assert any(seen[False])


def test_the_literal_garbling_is_found_in_the_personalized_game():
    (document,) = found("thm3.1-literal-garbling").documents
    claim = document["claim"]
    assert (claim["profile"]["play"], claim["reading"]) == ("personalized", "state")
    assert len(claim["game"]["users"][0]["features"]) > 1


@pytest.mark.parametrize("change", [{"reading": "state and user"}, {"at_least": "2"}])
def test_another_reading_is_not_certified(change):
    task = read_task("thm3.1-literal-garbling", [])
    (document,) = found("thm3.1-literal-garbling").documents
    assert certified(task, [document])
    assert not certified(task, [document | {"claim": document["claim"] | change}])


def test_proposition_a_1_is_about_one_market_with_a_small_error():
    task = read_task("propA.1-as-printed", ["eps=1/10"])
    held, failed = found("propA.1-as-printed", "eps=1/10").documents
    assert Fraction(held["claim"]["alignment"]["strong"]["eps"][0]) <= Fraction(1, 10)
    assert certified(task, [held, failed])
    assert not certified(task, [failed, held])
    assert not certified(read_task("propA.1-as-printed", ["eps=1/1000"]), [held, failed])
    other = json.loads(dump(held))
    other["claim"]["game"]["name"] = "another"
    assert not certified(task, [other, failed])


def test_separable_payoffs_cannot_be_refuted():
    """The kernel rejects the second certificate if the payoff is made separable."""
    _, failed = found("propA.1-as-printed").documents
    changed = json.loads(dump(failed))
    payoff = changed["claim"]["game"]["providers"][0]["payoff"]
    for row in payoff["table"]:
        row["values"] = ["0"] * len(row["values"])
    with pytest.raises(Rejected):
        check(parse(dump(changed).encode()))


def test_all_markets_found_are_different():
    results = list(searched(read_task("propA.1-as-printed", []), 1.0, Plan()))
    assert isinstance(results[-1], NotFound)
    markets = [dump(result.documents[0]) + dump(result.documents[1]) for result in results[:-1]]
    assert len(markets) > 1
    assert len(set(markets)) == len(markets)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5,6", "0,1,1,1,1", "-1,1,1,1,1", "a,b,c,d,e", "1,1,1,1,1000"])
def test_bounds_that_make_no_sense_are_refused(text):
    with pytest.raises(InputError, match="--max-size"):
        read_bounds(text)


def test_sizes_within_bounds():
    within = sizes(read_bounds("2,1,3,4,2"))
    assert Size(2, 1, 2, 4) in within
    assert len(within) == 2 * 1 * 2 * 4
    assert replace(within[0]) == Size(1, 1, 1, 1)


def test_no_larger_market_is_found_than_allowed():
    task = read_task("thm4.1", ["eps=1/3"])
    result = search(task, SECONDS, Plan(bounds=Bounds(2, 2, 2, 2, 2)))
    assert isinstance(result, NotFound)
    assert result.attempts == 0
    assert "|A|=2" in str(result)


def test_an_engine_that_a_goal_does_not_have_is_refused():
    with pytest.raises(InputError, match="has no engine"):
        search(read_task("propA.2", []), SECONDS, Plan(engines=("cegis",)))


def run(*arguments, cwd):
    return subprocess.run([COMMAND, "search", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_command_numbers_all_that_it_finds(tmp_path):
    done = run(
        "propA.1-as-printed", "--all", "--time-limit", "2", "--max-size", "2,1,2,1,2", "--out", ".", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files[:2] == ["propA.1-as-printed.001.aligned.json", "propA.1-as-printed.001.not-aligned.json"]
    assert len(files) == 2 * done.stdout.count("found: ")
    assert set(re.findall(r"found: (.*?) \(", done.stdout)) == {"n=2, k=1, |A|=2, |Y|=1, |M|=2"}


@pytest.mark.parametrize("option", [("--max-size", "2,2"), ("--engine", "fits")])
def test_the_command_refuses_bounds_and_engines_that_make_no_sense(tmp_path, option):
    done = run("thm4.1", *option, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert option[0] in done.stderr
