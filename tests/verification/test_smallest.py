"""Lower bounds are certified, meet what is found, and fail where they should; the documentation's table is printed."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.cli.app import app
from alignproof.counterexamples.search.goal import read_task
from alignproof.counterexamples.shrink.aim import aim_of
from alignproof.counterexamples.shrink.select import everything, select
from alignproof.counterexamples.smallest import indifferent, newcomer, one_bit, robust_4_1
from alignproof.counterexamples.violations import certify
from alignproof.formats.certificates import certificate
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from alignproof.games.rules import Profile
from alignproof.oracles.deviations import Bounded, equilibrium
from alignproof.oracles.systems import Unknown
from alignproof.symbolic import counting, theorem_4_1_robust
from alignproof.symbolic.induction import obligation_documents
from alignproof.symbolic.rules import revealing_rule
from alignproof.verification.smallest import bounds, coordinates, smallest_tasks, verdict

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "explanation" / "smallest.md"
TASKS = {"thm4.1": robust_4_1(Fraction(1, 2), Fraction(1)), "thm5.2": newcomer(), "propA.2": indifferent()}
ROW = re.compile(r"^(\S+(?: \S+)?) = (\d+) >= (\d+): ", re.MULTILINE)


def accepted(document):
    return check(parse(dump(document).encode()))


@pytest.mark.parametrize("name", TASKS)
def test_every_bound_is_certified_and_met(name):
    found = bounds(read_task(name, []))
    have = coordinates(TASKS[name])
    for bound in found:
        assert have[bound.coordinate] == bound.least
        for _, document in bound.certificates:
            assert accepted(document) == document["kind"]
    assert verdict(TASKS[name], found).startswith("smallest in every coordinate")


def test_bounds_that_are_more_than_words_have_certificates():
    """Only that there is somebody needs none."""
    for name in TASKS:
        for bound in bounds(read_task(name, [])):
            assert bound.certificates or (bound.coordinate in ("n", "k", "|M|") and bound.least <= 2)


@pytest.mark.parametrize(
    ("eps", "c", "least"), [("1/2", "1", 2), ("2/5", "1", 3), ("1/10", "7/10", 7), ("3/4", "1", 2)]
)
def test_theorem_4_1_needs_as_many_as_its_market_has(eps, c, least):
    found = {b.coordinate: b.least for b in bounds(read_task("thm4.1", [f"eps={eps}", f"c={c}"]))}
    assert found["|A|"] == found["|Y|"] == found["|M|"] == least
    assert theorem_4_1_robust.states_needed(Fraction(eps), Fraction(c)) == least


def test_larger_instances_are_not_called_smallest():
    found = bounds(read_task("thm4.1", []))
    assert verdict(robust_4_1(Fraction(2, 5), Fraction(1)), found) == "not shown to be smallest in |A|, |Y|, |M|"


@pytest.mark.parametrize("size", [(1, 1, 1), (1, 3, 2), (2, 1, 3), (2, 2, 1), (3, 2, 2)])
def test_counting_at_a_size(size):
    assert accepted(certificate("identity", *counting.counting_at(*size))) == "identity"


@pytest.mark.parametrize("coordinate", ["actions", "states", "messages"])
def test_counting_with_one_less_is_refused(coordinate):
    """As many parts as there are, not one less."""
    claim, evidence = counting.counting_at(2, 2, 2)
    goal = claim["conclusions"][coordinate]
    (eps,) = (term for term in goal if list(term["powers"]) == ["eps"])
    eps["coefficient"] = "1"
    with pytest.raises(Rejected):
        accepted(certificate("identity", claim, evidence))


def test_counting_is_met():
    """A user who matches one of M states gets M times as much informed: no factor is smaller."""
    document = certify(robust_4_1(Fraction(1, 3), Fraction(1)))
    assert Fraction(document["claim"]["at_least"]) == 3 * Fraction(document["claim"]["at_most"])


@pytest.mark.parametrize("build", [counting.counting, counting.single, counting.point])
def test_no_obligation_holds_without_what_it_is_given(build):
    for obligation in build():
        for place in range(len(obligation.given)):
            claim, evidence = obligation_documents(obligation)
            for part in ("nonnegative", "zero"):
                claim[part].pop(f"{place}: {obligation.name}", None)
            with pytest.raises(Rejected):
                accepted(certificate("identity", claim, evidence))


def test_one_provider_is_enough_if_messages_are_few():
    case, aim = one_bit(), aim_of(read_task("thm4.1", ["eps=3/4"]))
    assert aim.documents(case)
    assert len(case.game.providers) == 1
    (bound,) = (b for b in bounds(read_task("thm4.1", ["eps=3/4"])) if b.coordinate == "k")
    assert "|X_P| <= |M|" in bound.condition
    assert len(case.game.providers[0].features) > len(case.game.messages)


def test_one_provider_with_enough_messages_reveals():
    """With four messages the same rule is no equilibrium, and a benchmark is not missed when all is revealed."""
    case = one_bit()
    game = replace(case.game, messages=("0", "1", "2", "3"))
    orders = tuple(((0, 1, 2, 3),) for _ in range(2))
    game = replace(game, ties=replace(game.ties, messages=orders))
    padded = {at: (*chances, Fraction(0), Fraction(0)) for at, chances in case.profile.rules[0][0].items()}
    talks = [padded, revealing_rule(game, 0)]
    for rule in talks:
        played = replace(case, game=game, profile=Profile("anonymous", ((rule, rule),)))
        document = certify(played)
        assert isinstance(document, Unknown) or document["claim"]["at_most"] == document["claim"]["at_least"]


def test_theorem_4_1_fails_with_fewer_states():
    """M < c / eps: users get more than eps uninformed, so the market is refused, and does not reach the goal."""
    with pytest.raises(ValueError, match="at least c / eps states"):
        theorem_4_1_robust.game(Fraction(2, 5), Fraction(1), 2)
    small = robust_4_1(Fraction(1, 2), Fraction(1))
    assert not aim_of(read_task("thm4.1", ["eps=2/5"], True)).documents(small)
    assert aim_of(read_task("thm4.1", ["eps=1/2"], True)).documents(small)


@pytest.mark.parametrize("eps", ["0", "-1", "1"])
def test_parameters_without_a_gap_are_refused(eps):
    with pytest.raises(ValueError, match="0 < eps < c <= 1"):
        theorem_4_1_robust.game(Fraction(eps), Fraction(1))


def test_every_profile_is_an_equilibrium_of_the_robust_market():
    """Each provider reveals or is silent, in all combinations."""
    case = robust_4_1(Fraction(1, 2), Fraction(1))
    for j in range(2):
        rule = revealing_rule(case.game, j)
        talking = replace(case, profile=case.profile.deviate(j, (rule, rule)))
        assert isinstance(equilibrium(talking.game, talking.profile, robust=True), Bounded)


def test_the_robust_market_without_its_cancellation_is_no_equilibrium():
    """If a provider minds one user's luck less, telling pays: with ties broken as he likes, at least."""
    case = robust_4_1(Fraction(1, 2), Fraction(1))
    first, second = case.game.providers
    partial = replace(first, payoff=replace(first.payoff, weights=(Fraction(1, 2), Fraction(1, 4))))
    weaker = replace(case, game=replace(case.game, providers=(partial, second)))
    assert isinstance(certify(weaker), Unknown)


@pytest.mark.parametrize("name", ["eps", "match + miss = 1", "user 1 could do as user 2 does", "2 s c = 1"])
def test_the_identity_for_all_parameters_needs_its_hypotheses(name):
    claim, evidence = theorem_4_1_robust.any_size()
    claim = json.loads(json.dumps(claim))
    key = "M eps - c" if name == "eps" else name
    for part in ("nonnegative", "zero"):
        claim[part].pop(key, None)
    with pytest.raises(Rejected):
        accepted(certificate("identity", claim, evidence))


def test_a_user_alone_or_a_provider_alone_does_not_lose_in_the_robust_market():
    case = robust_4_1(Fraction(1, 2), Fraction(1))
    for field in ("users", "providers"):
        part = select(case, replace(everything(case), **{field: (0,)}))
        assert not aim_of(read_task("thm4.1", [], True)).documents(part)


@pytest.mark.parametrize("task", list(smallest_tasks()), ids=lambda task: f"{task.result} {task.scope}")
def test_rows_are_found_and_demand_their_claim(task):
    found = task.find()
    assert found.verdict == task.expected, found.reason
    assert accepted(found.certificate)
    kind, claim = found.certificate["kind"], found.certificate["claim"]
    assert not task.demands(kind, claim)
    assert task.demands("another kind", claim)
    for key, claimed in claim.items():
        if key != "variables":
            assert task.demands(kind, claim | {key: [claimed]}), key


@pytest.mark.parametrize(
    "arguments", [pytest.param(("thm4.1", "--robust"), marks=pytest.mark.slow), ("thm5.2",), ("propA.2",)]
)
def test_the_documentation_says_what_the_command_prints(arguments, tmp_path):
    result = CliRunner().invoke(app, ["search", *arguments, "--minimal", "--out", str(tmp_path)])
    assert result.exit_code == 0
    printed = {name: (have, least) for name, have, least in ROW.findall(result.output)}
    (line,) = (row for row in DOCUMENT.read_text().splitlines() if row.startswith(f"| `{' '.join(arguments)}"))
    cells = [cell.strip() for cell in line.strip("|").split("|")][1:]
    names = ["n", "k", "A", "Y", "M"]
    shown = dict(zip(names, cells, strict=False))
    for name, (have, least) in printed.items():
        assert have == least
        if name != "|A| |Y|":
            assert shown[name.strip("|")].split()[0] == have
    assert any(path.suffix == ".json" for path in tmp_path.iterdir())
