"""Statements as targets: what is broken is found and certified, what is proved is not, nothing false is believed."""

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from alignproof.checks.kernel import check
from alignproof.counterexamples.search import statements
from alignproof.counterexamples.search.run import Found, NotFound
from alignproof.counterexamples.search.setting import Shape
from alignproof.formats.documents import dump
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.document import InputError, load, parse
from alignproof.games.model import Components
from alignproof.symbolic.rules import anonymous_profile, revealing_rule
from alignproof.verification.targets import asks, certified, named, read_target, search_target, target_facts
from alignproof.verification.universal import STATEMENTS

COMMAND = Path(sys.executable).parent / "alignproof"
SECONDS = 120.0
QUICK = [
    ("Theorem 3.1", "equilibrium"),
    ("Theorem 3.1", "provider separability"),
    ("Theorem 3.1", "user alignment"),
    ("Theorem 3.1", "weights"),
    ("Theorem 4.3", "coverage"),
    ("Theorem 4.3", "strong alignment"),
    ("Theorem 4.3", "user dominance"),
    ("Theorem 4.3", "weights"),
    ("Theorem 4.4", "coverage"),
    ("Theorem 4.4", "messages"),
    ("Theorem 4.4", "strong alignment"),
    ("Theorem 4.4 with a spare message", "equilibrium"),
    ("Theorem 5.1", "provider separability"),
    ("Theorem 5.1", "shares"),
]
LONG = [
    ("Theorem 3.1", "common garbling"),
    ("Theorem 3.1", "ties"),
    ("Theorem 4.3", "common garbling"),
    ("Theorem 4.4", "largest gain"),
    ("Theorem 4.4", "opening"),
    ("Theorem 4.4 with a spare message", "spare message"),
    ("Theorem 5.1", "common garbling"),
]


def target(result, *drop, **options):
    return read_target(named(result), drop, **options)


def found(wanted, seed=0):
    result = search_target(wanted, SECONDS, seed)
    assert isinstance(result, Found)
    return result


def instance(wanted, shape, seed=0, attempts=400):
    """The first instance of the shape that is certified."""
    random = Random(seed)
    for _ in range(attempts):
        for case in statements.propose(wanted, shape, random, SECONDS):
            if certified(wanted, case):
                return case
    raise AssertionError("nothing found")


@pytest.mark.parametrize(("result", "hypothesis"), [*QUICK, *(pytest.param(*p, marks=pytest.mark.slow) for p in LONG)])
def test_a_needed_hypothesis_is_missed(result, hypothesis):
    documents = found(target(result, hypothesis)).documents
    kinds = [document["kind"] for document in documents]
    assert "benchmark" in kinds
    assert "value" in kinds
    assert ("not-equilibrium" if hypothesis == "equilibrium" else "equilibrium") in kinds
    assert [check(parse(dump(document).encode())) for document in documents] == kinds
    assert len(target_facts(documents)) == len(documents)


@pytest.mark.parametrize("result", [statement.result for statement in STATEMENTS])
def test_nothing_is_found_against_a_theorem(result):
    assert isinstance(search_target(target(result), 1.0), NotFound)


@pytest.mark.parametrize(
    ("result", "drop"),
    [
        ("Theorem 3.1", ["coverage", "errors", "nonnegative weights", "nonnegative components", "range"]),
        ("Theorem 4.3", ["ties", "range"]),
        ("Theorem 4.4", ["ties"]),
    ],
)
def test_nor_without_hypotheses_that_are_not_needed(result, drop):
    assert isinstance(search_target(target(result, *drop), 1.0), NotFound)


def test_several_hypotheses_at_once():
    kinds = {document["kind"] for document in found(target("theorem 4.4", "coverage", "strong alignment")).documents}
    assert {"value", "benchmark", "equilibrium"} <= kinds


@pytest.mark.slow
def test_theorem_3_1_in_the_anonymous_game_in_one_certificate():
    """This is what Theorem 4.1 says."""
    first, *others = found(target("Theorem 3.1", game="anonymous")).documents
    assert first["kind"] == "bound-violated"
    assert first["claim"]["profile"]["play"] == "anonymous"
    assert Fraction(first["claim"]["at_most"]) < Fraction(first["claim"]["at_least"])
    assert [document["kind"] for document in others] == ["aligned", "value", "equilibrium", "benchmark"]


def test_a_protocol_in_the_place_of_the_opening():
    wanted = target("Theorem 4.4", protocol="PU")
    assert (wanted.protocol, wanted.gone) == ("PU", {"opening", "protocol"})
    case = instance(wanted, Shape(2, 1, 2, 3, 2, 1, 3, 3))
    assert case.game.protocol == "PU"
    assert not certified(target("Theorem 4.4"), case)


def test_the_same_seed_finds_the_same_market():
    wanted = target("Theorem 4.3", "user dominance")
    assert found(wanted, 3) == found(wanted, 3)


DOMINANCE = Shape(2, 1, 2, 3, 2, 1, 3, 3)


def test_other_instances_are_not_certified():
    """A market counts for what is dropped in it, with its own profile, payoffs and weights."""
    wanted = target("Theorem 4.3", "user dominance")
    case = instance(wanted, DOMINANCE)
    assert certified(wanted, case)
    assert not certified(target("Theorem 4.3"), case)
    assert not certified(target("Theorem 4.3", "weights"), case)
    assert not certified(target("Theorem 3.1", "equilibrium"), case)
    assert not certified(wanted, replace(case, reading="state"))
    assert not certified(wanted, replace(case, users=(1 - case.users[0],)))


def test_payoffs_that_make_a_deviation_pay_are_not_certified():
    wanted = target("Theorem 4.3", "user dominance")
    case = instance(wanted, DOMINANCE)
    user, utilities = case.users[0], tuple(u.utility for u in case.game.users)
    row = tuple(ONE if i == user else ZERO for i in range(2))
    devoted = replace(case.game.providers[0], payoff=Components(row, utilities, ZERO))
    assert not certified(wanted, replace(case, game=replace(case.game, providers=(devoted,))))


def test_a_profile_that_leaves_nobody_behind_is_not_certified():
    wanted = target("Theorem 4.3", "coverage")
    case = instance(wanted, Shape(1, 1, 2, 2, 2, 1, 2, 2))
    telling = anonymous_profile(case.game, (revealing_rule(case.game, 0),))
    assert not certified(wanted, replace(case, profile=telling))


@pytest.mark.parametrize(
    ("result", "name", "shape"),
    [
        ("Theorem 4.3", "user dominance", Shape(2, 1, 2, 2, 2, 1, 2, 2)),
        ("Theorem 4.3", "weights", Shape(2, 1, 2, 2, 2, 1, 2, 2)),
        ("Theorem 4.3", "weights", Shape(1, 2, 2, 2, 2, 1, 2, 2)),
        ("Theorem 4.3", "common garbling", Shape(1, 2, 2, 2, 2, 1, 2, 4)),
        ("Theorem 4.4", "messages", Shape(2, 1, 2, 3, 2, 1, 3, 3)),
        ("Theorem 4.4", "largest gain", Shape(2, 1, 2, 3, 2, 1, 3, 3)),
        ("Theorem 3.1", "ties", Shape(1, 1, 3, 2, 2, 1, 2, 2)),
        ("Theorem 3.1", "weights", Shape(1, 1, 2, 2, 2, 1, 2, 2)),
    ],
)
def test_shapes_without_hope_have_none(result, name, shape):
    wanted, random = target(result, name), Random(0)
    assert not statements.hopeful(wanted, shape)
    cases = [case for _ in range(30) for case in statements.propose(wanted, shape, random, SECONDS)]
    assert not any(certified(wanted, case) for case in cases)


@pytest.mark.parametrize(
    ("drop", "options", "part"),
    [
        (["luck"], {}, "no hypothesis 'luck'"),
        (["switch"], {}, "no hypothesis 'switch'"),
        ([], {"protocol": "UU"}, "--protocol"),
        ([], {"protocol": "XP"}, "--protocol"),
        ([], {"ties": "none"}, "--ties"),
        ([], {"garbling": "nothing"}, "--garbling"),
        ([], {"game": "chess"}, "--game"),
    ],
)
def test_targets_that_are_none_are_refused(drop, options, part):
    with pytest.raises(InputError, match=part):
        target("Theorem 4.4", *drop, **options)


def test_what_takes_the_place_of_a_dropped_hypothesis():
    assert target("Theorem 4.4", "opening").protocol == "PU"
    assert target("Theorem 3.1", "ties").ties == "by-provider"
    assert target("Theorem 3.1", "common garbling").reading == "state"
    assert target("Theorem 3.1", garbling="state and users").reading == "state and users"
    usual = target("Theorem 3.1")
    assert (usual.protocol, usual.ties, usual.reading, usual.gone) == ("P", "common", "state and user", frozenset())
    assert "without ties" in asks(target("Theorem 3.1", ties="by-user"))
    assert named("theorem 9") is None


def run(*arguments, cwd):
    return subprocess.run([COMMAND, "search", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_command_writes_certificates(tmp_path):
    done = run("theorem 4.3", "--drop", "user dominance", "--out", "here", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("found: n=")
    names = ["aligned", "benchmark", "bound-violated", "equilibrium", "value"]
    files = sorted((tmp_path / "here").iterdir())
    assert [path.name for path in files] == [f"theorem_4.3.{kind}.json" for kind in names]
    assert [check(load(path)) for path in files] == names


@pytest.mark.parametrize("arguments", [("theorem 4.3", "--robust"), ("thm4.1", "--drop", "ties")])
def test_the_command_refuses_in_one_line(arguments, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
