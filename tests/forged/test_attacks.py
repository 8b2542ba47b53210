"""Attempts to get a false claim past the kernel, one idea each.

Those that fail are tests. Those that succeed are marked HOLE: the test says what should happen and fails for now; when
the kernel is mended it will pass, and the mark must go.
"""

import json
import resource
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest

from alignproof.checks.alignment import Error, strong_system, user_system
from alignproof.checks.benchmark import benchmark_system
from alignproof.checks.branches import branch_systems
from alignproof.checks.menus import menu_system
from alignproof.checks.signals import exclusion_system, signal_system, signals
from alignproof.formats.certificates import certificate, play_claim, team_claim
from alignproof.formats.documents import dump
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import deviations
from alignproof.games.document import InputError, parse
from alignproof.games.model import Atom, Components, Provider, User, common_ties
from alignproof.games.outcome import outcome
from alignproof.oracles import deviations as oracle
from alignproof.strategies.documents import put
from alignproof.symbolic.rules import silent_profile
from tests.forged import valid as made
from tests.forged.truth import best_on_grid, true
from tests.forged.valid import HALF, ONE, ZERO, valid
from tests.forged.verdict import accepted

# Names that clash ---------------------------------------------------------------------------------------------------


def crowd(users=12, features=1, actions=2, providers=2):
    """Many users, features and actions, so that indices have two digits."""
    people = tuple(
        User(
            f"u{i}", tuple(f"x{x}" for x in range(features)), tuple(f"a{a}" for a in range(actions)), _utility(actions)
        )
        for i in range(users)
    )
    payoff = Components((Fraction(1, users),) * users, tuple(_utility(actions) for _ in people), ZERO)
    sellers = tuple(Provider(f"p{j}", ("x0", "x1"), payoff) for j in range(providers))
    prior = tuple(Atom(HALF, y, (0,) * users, (y,) * providers) for y in range(2))
    ties = common_ties(people, providers, 2)
    return made.Game(people, sellers, ("y0", "y1"), prior, ("m0", "m1"), "P", ties)


def _utility(actions):
    return tuple((Fraction(a, actions), 1 - Fraction(a, actions)) for a in range(actions))


def _part(game, users, robust=False):
    (part,) = deviations(game, silent_profile(game, "anonymous"), 0, robust)
    return replace(part, group=users)


def _variables(system):
    return {monomial for row in system.rows.values() for monomial in row.value.terms if monomial}


def test_signals_have_as_many_variables_as_signals_features_and_worths():
    """No two of them share a name, with eleven actions and with eleven features."""
    for shape in ({"actions": 11, "users": 2}, {"features": 11, "users": 1}):
        part = _part(crowd(**shape), tuple(range(shape["users"])))
        for served in [(), *[(i,) for i in part.group]]:
            if shape.get("features") and served:
                continue
            known = signals(part, served)
            left = [i for i in part.group if i not in served]
            worths = sum(len(part.game.users[i].features) for i in left) * len(known)
            system = signal_system(part, served, known, ZERO)
            assert len(_variables(system)) == 2 * len(known) + worths
            for label, sig in list(known.items())[:3]:
                assert _variables(exclusion_system(part, served, label, sig)) <= _variables(system)


def test_menus_have_as_many_variables_as_their_docstring_says():
    part = _part(crowd(users=12, features=2, actions=2), tuple(range(12)), robust=True)
    served = (1, 11)
    types, entries = 24, 4
    assert len(_variables(menu_system(part, served, ZERO))) == entries * 4 + types * entries * 2 + (types - entries)


def test_branches_have_a_monomial_for_every_transcript():
    game = replace(crowd(users=1, providers=1), messages=tuple(f"m{k}" for k in range(12)), protocol="P")
    game = replace(game, ties=common_ties(game.users, 1, 12))
    part = _part(game, (0,))
    system = next(branch_systems(part, ZERO))
    assert len(_variables(system)) == 2 * 12


def test_benchmark_has_a_variable_for_each_provider_strategy_and_feature():
    game = crowd(users=1, features=2, actions=11, providers=12)
    for team in ((0, 1), (1, 11)):
        system = benchmark_system(game, 0, team, "state", team[0], ZERO)
        assert len(_variables(system)) == len(team) * 121 * 2


def test_alignment_has_a_variable_for_each_weight():
    game = crowd(users=12, providers=12, actions=1)
    error = Error(ZERO, False)
    assert len(_variables(strong_system(game, 0, error, None))) == 12 + 2
    parts = {j: who.payoff for j, who in enumerate(game.providers)}
    assert len(_variables(user_system(game, parts, 11, error, False))) == 12 + 2
    assert len(_variables(user_system(game, parts, 11, error, True))) == 12 + 3


@pytest.mark.parametrize("names", [("0", "1"), ("0,1", "0;1"), ("none", "payoff"), ("say 0 0", "error")])
def test_names_that_look_like_the_kernels_own_change_nothing(names):
    """Names of states, actions, messages and players never become names of variables or rows."""
    document = json.loads(json.dumps(valid("equilibrium-excluded")))
    text = json.dumps(document["claim"])
    for old, new in zip(("left", "right"), names, strict=True):
        text = text.replace(json.dumps(old), json.dumps(new))
    for old, new in zip(("m0", "m1"), names, strict=True):
        text = text.replace(json.dumps(old), json.dumps(new))
    renamed = document | {"claim": json.loads(text)}
    assert accepted(renamed)
    assert not accepted(put(renamed, ("claim", "robust"), True))


# Polynomials --------------------------------------------------------------------------------------------------------


def _polynomial(*terms):
    return [{"coefficient": str(c), "powers": dict.fromkeys(names, "1")} for c, *names in terms]


def _identity(definitions, conclusion, variables=("x", "y"), hypotheses=()):
    claim = {
        "variables": list(variables),
        "definitions": definitions,
        "nonnegative": dict(hypotheses),
        "zero": {},
        "conclusions": {"it": conclusion},
    }
    return certificate("identity", claim, {"it": {"products": [], "zero": {}}})


def test_definitions_are_put_in_all_at_once():
    """a = y and b = a: putting one in after the other, or the wrong way round, must not identify x with y."""
    swap = {"a": _polynomial((1, "y")), "b": _polynomial((1, "x"))}
    assert accepted(_identity(swap, _polynomial((1, "a"), (-1, "y"))))
    assert not accepted(_identity(swap, _polynomial((1, "a"), (-1, "x"))))
    assert not accepted(_identity(swap, _polynomial((1, "a"), (-1, "b"))))


def test_definitions_see_earlier_ones_only():
    forward = {"a": _polynomial((1, "b")), "b": _polynomial((1, "x"))}
    assert not accepted(_identity(forward, _polynomial((0, "x"))))
    assert not accepted(_identity({"a": _polynomial((1, "a"))}, _polynomial((0, "x"))))


def test_definitions_may_not_pose_as_variables():
    assert not accepted(_identity({"x": _polynomial((1, "y"))}, _polynomial((1, "x"), (-1, "y"))))


@pytest.mark.parametrize("name", ["X", "z", "a"])
def test_points_name_variables_only(name):
    """A misspelt variable, or a definition, would silently not be put in."""
    definitions = {"a": _polynomial((1, "x")), "a at 0": {"of": "a", "at": {name: "0"}}}
    assert not accepted(_identity(definitions, _polynomial((0, "x"))))


def test_points_are_put_in_where_they_are_named():
    definitions = {"a": _polynomial((1, "x"), (1, "y")), "a at 0": {"of": "a", "at": {"x": "0"}}}
    assert accepted(_identity(definitions, _polynomial((1, "a at 0"), (-1, "y"))))
    assert not accepted(_identity(definitions, _polynomial((1, "a at 0"), (-1, "y"), (-1, "x"))))


def test_nothing_is_concluded_from_no_conclusions():
    document = valid("identity")
    assert not accepted(put(put(document, ("claim", "conclusions"), {}), ("evidence",), {}))


# Order and zeros ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["equilibrium-excluded", "equilibrium-branches", "benchmark-state", "not-aligned-weak"]
)
def test_order_of_keys_does_not_matter(name):
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(item) for key, item in reversed(value.items())}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert accepted(turned(valid(name)))


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_order_of_atoms_does_not_matter(order):
    document = valid("equilibrium-excluded")
    prior = document["claim"]["game"]["prior"]
    assert accepted(put(document, ("claim", "game", "prior"), [prior[k] for k in order]))


def test_impossible_features_and_states_change_nothing():
    """A feature of the deviator that never occurs: he may say anything on it, and it earns him nothing."""
    game = made.opposed()
    sellers = tuple(replace(p, features=("y0", "y1", "never")) for p in game.providers)
    ghosts = tuple(Atom(ZERO, y, (0, 0), (2, 2)) for y in range(2))
    haunted = replace(game, providers=sellers, prior=(*game.prior, *ghosts))
    profile = silent_profile(haunted, "anonymous")
    answer = oracle.equilibrium(haunted, profile)
    assert isinstance(answer, oracle.Bounded)
    document = certificate("equilibrium", play_claim(haunted, profile, robust=False), answer.evidence)
    assert accepted(document)
    assert not accepted(put(document, ("claim", "robust"), True))


def test_the_same_atom_twice_is_refused():
    document = valid("value")
    prior = document["claim"]["game"]["prior"]
    halves = [item | {"probability": str(Fraction(item["probability"]) / 2)} for item in prior for _ in range(2)]
    assert not accepted(put(document, ("claim", "game", "prior"), halves))


# Ties ---------------------------------------------------------------------------------------------------------------


def _stable(game, profile, robust=False):
    answer = oracle.equilibrium(game, profile, robust)
    if not isinstance(answer, oracle.Bounded):
        return None
    return certificate("equilibrium", play_claim(game, profile, robust=robust), answer.evidence)


def test_evidence_for_one_order_of_ties_is_no_evidence_for_another():
    """Users who break ties apart give the deviator what the common order does not."""
    game = made.opposed()
    profile = silent_profile(game, "anonymous")
    apart = replace(game.ties, actions=(((0, 1),) * 2, ((1, 0),) * 2))
    swapped = replace(game, ties=apart)
    document = _stable(game, profile)
    forged = put(document, ("claim", "game"), play_claim(swapped, profile)["game"])
    assert not accepted(forged)
    assert not true(put(document, ("claim", "robust"), True))


@pytest.mark.parametrize("protocol", ["P", "U", "PU"])
def test_a_user_who_does_not_care_does_as_the_deviator_likes_in_a_robust_bound(protocol):
    """All scores are constants, so no row of a branch says so."""
    game = made.market([made.user(0, made.NOTHING)], [made.pays(ONE, made.SECOND)], protocol)
    profile = silent_profile(game, "anonymous")
    (part,) = deviations(game, profile, 0, True)
    for answer in (oracle._by_branches(part, ZERO, 10.0), oracle._by_served_sets(part, ZERO, 10.0, {})):
        assert not isinstance(answer, oracle.Bounded)
    empty = [[{"branches": [{"payoff": "1"}]}]]
    assert not accepted(certificate("equilibrium", play_claim(game, profile, robust=True), empty))
    assert accepted(certificate("equilibrium", play_claim(game, profile, robust=False), empty))


def test_a_robust_equilibrium_may_depend_on_the_stated_ties_for_its_own_payoffs():
    """The only provider is lucky with the stated order; with the other order silence earns him nothing, and
    information pays. Robust speaks of ties after a deviation."""
    game = made.market([made.user(0)], [made.pays(ONE, made.SECOND)])
    lucky = replace(game, ties=common_ties(game.users, 1, 2, ("right", "left")))
    profile = silent_profile(game, "anonymous")
    assert outcome(RATIONAL, lucky, profile).payoffs == (1,)
    assert outcome(RATIONAL, game, profile).payoffs == (0,) < (best_on_grid(game, profile, 0, False),)
    assert accepted(_stable(lucky, profile, robust=True))


@pytest.mark.parametrize("weights", [["1"], ["0"], ["-1"]])
def test_pure_rules_are_not_enough_for_a_provider_with_wishes_of_his_own(weights):
    """No pure rule earns the persuader more than to tell all; a mixed one does."""
    game = made.persuasion()
    profile = made.revealing_profile(game)
    pure = {"pure": {"lambda": [weights], "c": ["0"]}}
    document = certificate("equilibrium", play_claim(game, profile, robust=False), [[pure]])
    assert not true(document)
    assert not accepted(document)


# What a reader would misread ----------------------------------------------------------------------------------------


def test_a_claims_game_carries_no_profile_that_nobody_checked():
    forged = put(valid("equilibrium-excluded"), ("claim", "game", "profile"), {"play": "nonsense", "rules": 17})
    assert not accepted(forged)


def test_weights_belong_to_the_providers_in_the_order_in_which_they_are_listed():
    """T listed the other way round with the rows as they were: read by name, each provider has the other's weights."""
    document = valid("aligned-strong")
    weights = document["claim"]["alignment"]["strong"]["weights"]
    assert weights["lambda"][0] != weights["lambda"][1]
    forged = put(document, ("claim", "providers"), document["claim"]["providers"][::-1])
    assert not accepted(forged)


def test_the_entrant_has_a_name_of_her_own():
    document = valid("violated-by-entrant")
    forged = put(document, ("claim", "entrant", "user", "name"), "user 1")
    forged = put(put(forged, ("claim", "users"), ["user 1"]), ("evidence", "benchmarks"), [_first_benchmark(document)])
    assert not accepted(forged)


def _first_benchmark(document):
    return document["evidence"]["benchmarks"][0]


# Bombs --------------------------------------------------------------------------------------------------------------


def _little_memory():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


def _answers(document, path, seconds=2):
    """Whether the kernel, run as a program with little time and memory, gives a verdict."""
    path.write_text(dump(document))
    command = [sys.executable, "-m", "alignproof.checks", str(path)]
    try:
        ran = subprocess.run(command, preexec_fn=_little_memory, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return ran.stdout.startswith(tuple(f"{path}: {word}" for word in ("valid", "INVALID", "unusable")))


def test_the_kernel_as_a_program_answers(tmp_path):
    """What the bombs are measured against."""
    assert _answers(valid("equilibrium-branches-UP"), tmp_path / "document.json")


def _served_sets():
    game = crowd(users=24)
    claim = play_claim(game, silent_profile(game, "anonymous"), robust=False)
    return certificate("equilibrium", claim, [[{"served": {}}]] * 2)


def _power_of_a_sum():
    names = [f"x{k}" for k in range(20)]
    definitions = {
        "sum": [{"coefficient": "1", "powers": {name: "1"}} for name in names],
        "bomb": [{"coefficient": "1", "powers": {"sum": "100"}}],
    }
    return _identity(definitions, _polynomial((0, "x0")), names)


def _strategies():
    game = crowd(users=1, features=8, actions=8, providers=1)
    below = {
        "producer": "p0",
        "sources": ["z"],
        "garblings": [[["1"], ["1"]]],
        "rule": [{"feature": "z", "send": {"m0": "1"}}],
    }
    claim = team_claim(game, (0,), user="u0", reading="state", value="1/2")
    return certificate("benchmark", claim, {"at_least": below, "at_most": [{}]})


BOMBS = [_served_sets, _power_of_a_sum, _strategies]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_small_document_is_answered_soon(bomb, tmp_path):
    assert len(dump(bomb())) < 600_000
    assert _answers(bomb(), tmp_path / "document.json")


@pytest.mark.parametrize("digits", [999, 1001, 5000])
def test_numbers_with_very_many_digits_are_answered_with_a_reason(digits):
    """Their products are too long for Python to print."""
    long = "1/" + "7" * digits
    for name, path in [
        ("aligned-strong", ("claim", "alignment", "strong", "weights", "lambda", 0, 0)),
        ("not-aligned-strong", ("evidence", "multipliers", "above 0")),
        ("value", ("claim", "game", "prior", 0, "probability")),
        ("violated", ("claim", "at_least")),
        ("violated", ("claim", "factors", 0)),
        ("bound", ("claim", "bound")),
        ("benchmark-state", ("claim", "value")),
    ]:
        forged = put(valid(name), path, long)
        assert not accepted(forged) or true(forged)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":' * 50_000, "\ufeff{}", "null", "1e999999999", "[]"])
def test_what_is_no_document_is_an_input_error(text):
    with pytest.raises(InputError):
        _check(text.encode())


@pytest.mark.parametrize("data", [b"\xff\xfe{}", b'{"format": "\xc3\x28"}', b"\x00"])
def test_bytes_that_are_no_text_are_an_input_error(data):
    with pytest.raises(InputError):
        _check(data)


def _check(data):
    from alignproof.checks.kernel import check

    return check(parse(data))
