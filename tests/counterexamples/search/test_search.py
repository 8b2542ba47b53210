"""The search finds certified markets, refuses goals that cannot be, and believes nothing that it is told."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from alignproof.checks.kernel import check
from alignproof.counterexamples.garbling import literal_garbling
from alignproof.counterexamples.search import weak
from alignproof.counterexamples.search.bounds import sizes
from alignproof.counterexamples.search.drafts import WeakFamily
from alignproof.counterexamples.search.enumeration import Priced
from alignproof.counterexamples.search.goal import GOALS, read_task
from alignproof.counterexamples.search.market import Size, draw_gap
from alignproof.counterexamples.search.profiles import informs
from alignproof.counterexamples.search.run import Found, NotFound, Plan, certified, facts, search
from alignproof.counterexamples.ties import ties_by_provider
from alignproof.counterexamples.violations import certify
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, load, parse
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.rules import silent_profile

FOLDER = Path(__file__).resolve().parents[3] / "counterexamples" / "search"
COMMAND = Path(sys.executable).parent / "alignproof"
SECONDS = 60.0


def found(name, *settings, robust=False, seed=0):
    result = search(read_task(name, settings, robust), SECONDS, Plan(seed))
    assert isinstance(result, Found)
    return result


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_theorem_4_1_is_found_with_two_states_and_two_actions(robust, seed):
    result = found("thm4.1", robust=robust, seed=seed)
    (document,) = result.documents
    assert result.size == Size(2, 2, 2, 2)
    assert document["claim"]["robust"] is robust
    assert (Fraction(document["claim"]["at_most"]), Fraction(document["claim"]["at_least"])) == (Fraction(1, 2), 1)


def test_theorem_4_1_with_a_smaller_eps():
    (document,) = found("thm4.1", "eps=1/3", robust=True).documents
    assert Fraction(document["claim"]["at_most"]) <= Fraction(1, 3)
    assert Fraction(document["claim"]["at_least"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("states", [5, 10])
def test_theorem_4_1_as_small_as_can_be(states):
    assert found("thm4.1", f"eps=1/{states}", robust=True).size == Size(2, 2, states, states)


@pytest.mark.parametrize("robust", [False, True])
def test_theorem_5_2(robust):
    (document,) = found("thm5.2", robust=robust).documents
    claim = document["claim"]
    assert claim["users"][-1] == claim["entrant"]["user"]["name"]
    assert Fraction(claim["at_most"]) < Fraction(claim["at_least"])


@pytest.mark.parametrize("robust", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_theorem_5_2_where_users_learn_something(robust):
    task = read_task("thm5.2", [], robust, talk=True)
    documents = search(task, SECONDS).documents
    assert informs(documents[0]["claim"])
    assert certified(task, documents)
    assert not certified(task, found("thm5.2", robust=robust).documents)


@pytest.mark.slow
@pytest.mark.parametrize("robust", [False, True])
def test_theorem_4_1_where_users_learn_something(robust):
    """Worth 1/2 to every user, benchmarks of 1, and it is not silence that does it."""
    (document,) = search(read_task("thm4.1", [], robust, talk=True), 2 * SECONDS).documents
    assert informs(document["claim"])
    assert document["claim"]["robust"] is robust
    assert (Fraction(document["claim"]["at_most"]), Fraction(document["claim"]["at_least"])) == (Fraction(1, 2), 1)


@pytest.mark.parametrize("eps", ["1/2", "1/10"])
def test_proposition_a_2(eps):
    held, failed = found("propA.2", f"eps={eps}").documents
    assert held["claim"]["game"] == failed["claim"]["game"]
    assert Fraction(failed["claim"]["alignment"]["strong"]["eps"]) >= Fraction(eps)


@pytest.mark.parametrize("name", GOALS)
def test_the_kernel_accepts_what_is_found_as_it_is_written(name):
    result = found(name)
    for document in result.documents:
        assert check(parse(dump(document).encode())) == document["kind"]
    assert len(facts(result.documents)) == len(result.documents)


def test_the_same_seed_finds_the_same_market():
    assert found("thm5.2", seed=5) == found("thm5.2", seed=5)


@pytest.mark.parametrize(
    ("name", "settings", "robust", "part"),
    [
        ("thm4.1", ["c=1/2"], False, "0 < eps < c <= 1"),
        ("thm4.1", ["eps=3/4", "c=2/3"], False, "0 < eps < c <= 1"),
        ("thm4.1", ["c=2"], False, "0 < eps < c <= 1"),
        ("thm4.1", ["eps=0"], False, "0 < eps < c <= 1"),
        ("thm4.1", ["delta=1"], False, "no parameter"),
        ("thm4.1", ["eps=half"], False, "eps"),
        ("thm4.1", ["eps"], False, "eps"),
        ("propA.2", ["eps=2/3"], False, "1/2"),
        ("propA.2", [], True, "not about an equilibrium"),
        ("thm9.9", [], False, "no goal"),
    ],
)
def test_impossible_tasks_are_refused(name, settings, robust, part):
    with pytest.raises(InputError, match=part):
        read_task(name, settings, robust)


def test_nothing_is_found_in_no_time():
    result = search(read_task("thm4.1", ["eps=1/10"]), 0.0)
    assert isinstance(result, NotFound)
    assert "attempts" in str(result)


def test_a_search_without_hope_ends_at_once():
    result = search(read_task("thm4.1", ["eps=1/50"]), SECONDS)
    assert isinstance(result, NotFound)
    assert result.attempts == 0


@pytest.mark.parametrize("change", [{"at_most": "1/3"}, {"at_least": "2"}, {"robust": True}, {"users": ["user 1"]}])
def test_a_wrong_claim_is_not_certified(change):
    task = read_task("thm4.1", [])
    (document,) = found("thm4.1").documents
    assert certified(task, [document])
    assert not certified(task, [document | {"claim": document["claim"] | change}])


def test_an_equilibrium_that_is_none_is_not_certified():
    task = read_task("thm4.1", [])
    (document,) = found("thm4.1").documents
    claim = json.loads(dump(document["claim"]))
    for provider in claim["game"]["providers"]:
        provider["payoff"]["weights"].reverse()
    assert not certified(task, [document | {"claim": claim}])


def test_a_smaller_gap_does_not_reach_a_larger_goal():
    documents = found("thm4.1").documents
    assert not certified(read_task("thm4.1", ["eps=2/5"]), documents)
    assert not certified(read_task("thm5.2", []), documents)


@pytest.mark.parametrize("counts", [(1, 1), (1, 2), (2, 1)])
def test_one_user_or_one_provider_does_not_lose(counts):
    """The search skips these sizes, by Theorems 3.1 and 4.3; it would find nothing there."""
    task, random = read_task("thm4.1", []), Random(0)
    assert not weak.hopeful(task, Size(*counts, 2, 2))
    engine = Priced(WeakFamily())
    assert not any(engine.propose(task, Size(*counts, 2, 2), random, SECONDS) for _ in range(20))


def test_sizes_without_hope_are_those_at_which_no_utility_has_the_gap():
    task, random = read_task("thm4.1", ["eps=1/3"]), Random(0)
    for size in (Size(2, 2, actions, states) for actions in range(1, 5) for states in range(1, 5)):
        prior = (Fraction(1, size.states),) * size.states
        drawn = draw_gap(random, prior, size.actions, task.values["eps"], task.values["c"])
        assert weak.hopeful(task, size) or drawn is None


def test_sizes_grow():
    cells = [size.actions * size.states for size in sizes()]
    assert cells == sorted(cells)


def test_the_constructions_of_the_paper_are_not_built_in():
    for path in FOLDER.glob("*.py"):
        imported = {
            name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", "") or "", *(alias.name for alias in node.names)]
        }
        built = ("garbling", "corners", "entry", "ties", "turns", "rounds", "mutants", "tightness", "dropped")
        names = [f"counterexamples.{name}" for name in built]
        for name in ("theorem_4_1", "theorem_5_2", "proposition_a_1", "proposition_a_2", *names):
            assert not any(name in module for module in imported), path.name
        allowed = ("alignproof.counterexamples.search", "alignproof.counterexamples.violations")
        assert all(module.startswith(allowed) for module in imported if "counterexamples" in module), path.name


def run(*arguments, cwd):
    return subprocess.run([COMMAND, "search", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_command_writes_certificates(tmp_path):
    done = run("propA.2", "--out", "here", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("found: n=")
    files = sorted((tmp_path / "here").iterdir())
    assert [path.name for path in files] == ["propA.2.aligned.json", "propA.2.not-aligned.json"]
    assert [check(load(path)) for path in files] == ["aligned", "not-aligned"]


def test_the_command_says_unknown_in_one_line(tmp_path):
    done = run("thm4.1", "--param", "eps=1/10", "--time-limit", "0.01", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("alignproof: UNKNOWN, nothing found within 0.01 s")
    assert not list(tmp_path.iterdir())


def test_the_command_refuses_in_one_line(tmp_path):
    done = run("thm4.1", "--param", "c=2", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch"], "TARGET: no goal or result is called 'nosuch'; known are thm4.1, "),
        (["thm4.1", "--param", "eps=1/2", "--param", "eps=1/3"], "--param: eps is given twice"),
        (["Theorem 3.1", "--protocol", ""], "--protocol: nothing is given"),
        (["thm4.1", "--ties", ""], "--ties: nothing is given"),
    ],
)
def test_no_argument_is_passed_over(tmp_path, arguments, said):
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"alignproof: {said}")


@pytest.mark.parametrize(
    ("case", "low"), [(literal_garbling(theorem_3_1.FACTORS), "1/2"), (ties_by_provider(), "3/4")], ids=lambda x: ""
)
def test_theorem_4_1_is_about_the_definitions_as_they_are_meant(case, low):
    """One user is enough if Definition 2.8 is read to the letter, or if ties depend on the provider."""
    document = certify(replace(case, profile=silent_profile(case.game, "anonymous")))
    check(parse(dump(document).encode()))
    assert (document["claim"]["at_most"], document["claim"]["at_least"]) == (low, "1")
    assert not certified(read_task("thm4.1", [f"eps={low}"]), [document])


def test_users_who_break_ties_otherwise_have_no_common_ties():
    task, (document,) = read_task("thm4.1", []), found("thm4.1").documents
    names = {kind: [who["name"] for who in document["claim"]["game"][kind]] for kind in ("users", "providers")}
    actions = [user["actions"] for user in document["claim"]["game"]["users"]]
    for last, common in ((actions[1], True), (actions[1][::-1], False)):
        ties = {"providers": [names["providers"]] * 2, "actions": [[actions[0]] * 2, [last] * 2], "messages": [[["1"]]]}
        claim = document["claim"] | {"game": document["claim"]["game"] | {"ties": ties}}
        assert task.goal.reached(task.values, [document | {"claim": claim}]) is common
