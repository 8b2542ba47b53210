"""The audit of hypotheses: every row settled by certificates that the kernel accepts, and nothing settled without."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignproof.checks.kernel import check
from alignproof.cli import audit as command
from alignproof.cli.app import app
from alignproof.counterexamples import dropped, rounds, ties, turns
from alignproof.formats.certificates import certificate
from alignproof.games.document import load
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4
from alignproof.verification.attempts import Case, proof_without
from alignproof.verification.audit import (
    DROPPED,
    KEYS,
    SET_KEYS,
    audit,
    construction_questions,
    described,
    exit_code,
    explicit,
    listed,
    question,
    questions,
    sufficient_sets,
    summary,
    weakened,
)
from alignproof.verification.conditions import CERTIFIED, READ_OFF
from alignproof.verification.universal import STATEMENTS
from alignproof.verification.verdict import Finding
from alignproof.verification.weakenings import CASES, CONSTRUCTIONS, Weakening, weakenings

PAGE = (Path(__file__).resolve().parents[2] / "docs/explanation/audit.md").read_text()
PAIRS = [(s, h) for s in STATEMENTS for h in s.hypotheses if not h.derived]
WEAK, STRONG, TALK = theorem_3_1.statement(), theorem_4_3.statement(), theorem_4_4.statement()


def named(statement, name):
    (found,) = (h for h in statement.hypotheses if h.name == name)
    return found


def ask(statement, name, build=None):
    return question(statement, named(statement, name), Case(build) if build else None)


def settle(folder, *asked):
    return audit(asked, folder, jobs=1)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """What becomes of the results without a hypothesis."""
    asked = [question(s, h, CASES[s.result].get(h.name)) for s, h in PAIRS]
    return audit(asked, tmp_path_factory.mktemp("dropped"), jobs=2)


@pytest.fixture(scope="module")
def weaker_rows(tmp_path_factory):
    asked = [weakened(s, item) for s in STATEMENTS for item in weakenings(s.result)]
    return audit(asked, tmp_path_factory.mktemp("weaker"), jobs=2)


@pytest.fixture(scope="module")
def construction_rows(tmp_path_factory):
    return audit(list(construction_questions()), tmp_path_factory.mktemp("constructions"), jobs=2)


def test_every_hypothesis_is_asked_about_once():
    asked = [(q.result, q.hypothesis, q.weakened) for q in (*questions(), *construction_questions())]
    assert len(set(asked)) == len(asked)
    assert {q for q in asked if q[2] == DROPPED and q[0] not in CONSTRUCTIONS} == {
        (s.result, h.name, DROPPED) for s, h in PAIRS
    }
    assert asked[: len(asked)] == sorted(
        asked, key=lambda q: [*(s.result for s in STATEMENTS), *CONSTRUCTIONS].index(q[0])
    )


def test_all_that_is_dropped_is_settled(rows):
    assert {row.verdict for row in rows} == {"NEEDED", "NOT NEEDED"}
    assert exit_code(rows) == 0
    assert summary(rows) == f"settled {len(PAIRS)} of {len(PAIRS)}"


@pytest.mark.slow
def test_nine_in_ten_are_settled_and_nothing_is_wrong(rows, weaker_rows, construction_rows):
    everything = [*rows, *weaker_rows, *construction_rows]
    assert {row.fault for row in everything} == {""}
    assert sum(row.settled for row in everything) >= Fraction(9, 10) * len(everything)
    assert exit_code(everything) == (0 if all(row.settled for row in everything) else 3)


def test_certificates_are_accepted_and_are_of_the_kinds_that_settle(rows):
    for row in rows:
        kinds = {check(load(path)) for path in row.certificates}
        if row.verdict == "NOT NEEDED":
            assert kinds == {"obligations", "theorem"}
        else:
            stable = "not-equilibrium" if row.hypothesis == "equilibrium" else "equilibrium"
            assert {"value", "benchmark", stable} <= kinds
            assert "identity" not in kinds


@pytest.mark.slow
def test_weaker_hypotheses_are_settled_by_proofs_at_all_sizes_and_at_one_or_by_instances(weaker_rows):
    for row in weaker_rows:
        kinds = {check(load(path)) for path in row.certificates}
        if row.verdict == "NOT NEEDED":
            assert kinds == {"obligations", "theorem"}
        else:
            assert not kinds & {"obligations", "theorem", "identity"} or row.result == "Theorem 4.3"
            assert bool(kinds) == row.settled


def test_conditions_of_constructions_are_settled_from_the_definitions(construction_rows):
    assert {row.verdict for row in construction_rows} == {"NEEDED", "NOT NEEDED"}
    for row in construction_rows:
        assert {check(load(path)) for path in row.certificates} <= {
            "value",
            "equilibrium",
            "not-equilibrium",
            "benchmark",
            "bound-violated",
            "aligned",
            "not-aligned",
        }


def test_what_may_be_weaker_is_what_the_kernel_is_asked():
    """A weaker hypothesis that the statement does not have already is one of the kernel's, by another name."""
    for statement in STATEMENTS:
        for item in (item for item in weakenings(statement.result) if item.proof):
            stronger = item.proof(statement)
            if stronger != statement:
                before, after = ({h.kernel for h in s.hypotheses if h.kernel} for s in (statement, stronger))
                assert len(after - before) == len(before - after) == 1


def table(section):
    """A table of the page: what is in its cells, by result and the first columns."""
    header, *lines = [
        line for line in PAGE.split(f"{section}\n")[1].split("\n## ")[0].splitlines() if line.startswith("| ")
    ]
    titles = [cell.strip() for cell in header.split("|")[1:-1]]
    first = sum(title in ("result", "hypothesis", "weakened to") for title in titles)
    cells = {}
    for line in (line for line in lines if "---" not in line):
        texts = [cell.strip() for cell in line.replace("\\|", "!").split("|")[1:-1]]
        asked = tuple(text.replace("!", "|") for text in texts[:first])
        for title, cell in zip(titles[first:], texts[first:], strict=True):
            if cell:
                cells[title, *asked] = cell
    return cells


SAID = {"NEEDED": "NEEDED", "NOT NEEDED": "not needed", "UNKNOWN": "UNKNOWN"}


def test_the_page_has_the_table(rows):
    wanted = {(row.result.removeprefix("Theorem "), row.hypothesis): SAID[row.verdict] for row in rows}
    assert table("# Which hypotheses are needed") == wanted


@pytest.mark.slow
def test_the_page_has_the_table_of_weaker_hypotheses(weaker_rows):
    wanted = {
        (row.result.removeprefix("Theorem "), row.hypothesis, row.weakened): SAID[row.verdict] for row in weaker_rows
    }
    assert table("## Weaker hypotheses, and the model's own") == wanted


def test_the_page_has_the_table_of_constructions(construction_rows):
    wanted = {("verdict", row.result, row.hypothesis, row.weakened): SAID[row.verdict] for row in construction_rows}
    assert table("## Constructions") == wanted


@pytest.fixture(scope="module")
def sets(rows, tmp_path_factory):
    return sufficient_sets(STATEMENTS, rows, tmp_path_factory.mktemp("sets"), jobs=2)


def test_each_result_has_one_minimal_set_of_what_is_needed(sets, rows):
    assert [one.result for one in sets] == [s.result for s in STATEMENTS]
    for statement, least in zip(STATEMENTS, sets, strict=True):
        needed = {row.hypothesis for row in rows if (row.result, row.verdict) == (statement.result, "NEEDED")}
        assert set(least.hypotheses) == needed
        assert {*least.hypotheses, *least.dropped} == {h.name for h in explicit(statement)}
        assert (least.minimal, least.weakened) == (True, ())
        assert {check(load(path)) for path in least.certificates} == {"obligations", "theorem"}


@pytest.mark.slow
def test_the_same_set_will_do_with_all_that_is_weaker_at_once(rows, weaker_rows, sets, tmp_path):
    found = [one for one in sufficient_sets(STATEMENTS, [*rows, *weaker_rows], tmp_path, jobs=2) if one.weakened]
    assert [one.hypotheses for one in found] == [one.hypotheses for one in sets]
    for one in found:
        assert not one.minimal
        proved = {
            (row.hypothesis, row.weakened)
            for row in weaker_rows
            if (row.result, row.verdict) == (one.result, "NOT NEEDED")
        }
        assert set(one.weakened) == {f"{name}: {to}" for name, to in proved}


def test_the_page_has_the_minimal_sets(sets):
    for one in sets:
        assert f"- {described(one)}" in PAGE.replace("\n  ", " ").splitlines()


@pytest.mark.slow
def test_if_all_that_can_be_dropped_alone_cannot_be_dropped_together_fewer_are(tmp_path, rows):
    """As if equation (2) could be dropped alone: no proof drops it, so those that keep it are tried."""
    mine = [row for row in rows if row.result == WEAK.result]
    wrong = [replace(row, verdict="NOT NEEDED") if row.hypothesis == "user alignment" else row for row in mine]
    (found,) = sufficient_sets([WEAK], wrong, tmp_path)
    assert "user alignment" in found.hypotheses
    assert not found.minimal
    assert described(found).startswith("Theorem 3.1: sufficient set: ")


def test_what_is_said_to_be_needed_may_not_be_listed_without_rows():
    with pytest.raises(ValueError, match="no rows"):
        listed("Theorem 4.1", Weakening("D > 1", "dropped"))


def test_a_row_that_is_not_reached_settles_nothing(tmp_path):
    (item,) = (item for item in CONSTRUCTIONS["Theorem 5.2"]() if item.hypothesis == "o < 1")
    asked = listed("Theorem 5.2", item)
    first, *rest = asked.instance.tasks
    doubtful = replace(first, find=lambda: Finding("UNKNOWN", None, reason="not found"))
    asked = replace(asked, instance=replace(asked.instance, tasks=(doubtful, *rest)))
    (row,) = settle(tmp_path, asked)
    assert (row.verdict, row.scope) == ("UNKNOWN", "not found")


OUTSIDE = ["exact best responses", "common prior", "benchmark of all of T"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_within_the_model_the_instances_break_nothing(tmp_path, name):
    (item,) = (item for item in weakenings("Theorem 3.1") if item.hypothesis == name)
    (row,) = settle(tmp_path, weakened(WEAK, replace(item, case=replace(item.case, stable=None, compared=None))))
    assert row.verdict == "UNKNOWN"


def test_users_have_to_do_the_same_where_deviations_do_not_pay(tmp_path):
    (item,) = (item for item in weakenings("Theorem 3.1") if item.hypothesis == "common prior")

    def other(instance):
        flipped = (replace(user, utility=user.utility[::-1]) for user in instance.game.users)
        ties = replace(instance.game.ties, actions=(((1, 0),),))
        return replace(instance.game, users=tuple(flipped), ties=ties)

    (row,) = settle(tmp_path, weakened(WEAK, replace(item, case=replace(item.case, stable=other))))
    assert "users do something else" in row.scope


def test_every_hypothesis_can_be_shown_in_one_way():
    assert {h.name for _, h in PAIRS} == READ_OFF.keys() | set(CERTIFIED)
    assert not READ_OFF.keys() & set(CERTIFIED)


def test_cases_are_about_hypotheses():
    assert CASES.keys() == {s.result for s in STATEMENTS}
    assert {item.hypothesis for s in STATEMENTS for item in weakenings(s.result) if item.to == DROPPED} == set()
    assert {(result, name) for result, cases in CASES.items() for name in cases} <= {
        (s.result, h.name) for s, h in PAIRS
    }


def tied(name):
    """An instance of Theorem 3.1 without errors whose ties are common, so that it keeps its guarantee."""
    case = ties.ties_by_provider()
    first, _ = case.game.ties.actions[0]
    return replace(case, game=replace(case.game, name=name, ties=replace(case.game.ties, actions=((first, first),))))


WRONG = [
    (WEAK, "user alignment", ties.ties_by_provider, "ties is not satisfied"),
    (WEAK, "ties", dropped.negative_share, "weights is not satisfied"),
    (WEAK, "user alignment", dropped.payoff_apart, "the conclusion is not broken"),
    (WEAK, "provider separability", dropped.utility_apart, "the conclusion is not broken"),
    (WEAK, "ties", dropped.no_equilibrium, "equilibrium: no evidence was found"),
    (
        WEAK,
        "equilibrium",
        lambda: replace(dropped.payoff_apart(), weights=dropped.no_equilibrium().weights),
        "not broken",
    ),
    (WEAK, "common garbling", lambda: tied("cured"), "equilibrium: no evidence was found"),
    (WEAK, "equilibrium", lambda: dropped.unrelated("P"), "it is not the personalized game"),
    (STRONG, "weights", lambda: dropped.not_covered("P"), "coverage is not satisfied"),
    (STRONG, "common garbling", turns.provider_opens, "no rule is known to be user-dominant"),
    (STRONG, "equilibrium", lambda: dropped.unrelated("P"), "the conclusion is not broken"),
    (TALK, "messages", turns.provider_opens, "opening is not satisfied"),
    (TALK, "equilibrium", rounds.instance, "the alphabet is too small for the optimal shared rule"),
]


@pytest.mark.parametrize(("statement", "name", "build", "why"), WRONG)
def test_a_wrong_instance_settles_nothing(tmp_path, statement, name, build, why):
    (row,) = settle(tmp_path, ask(statement, name, build))
    assert (row.verdict, row.fault, exit_code([row])) == ("UNKNOWN", "", 3)
    assert why in row.scope
    assert row.by.startswith("tried: ")


def test_without_an_instance_a_hypothesis_of_the_proof_is_unknown(tmp_path):
    (row,) = settle(tmp_path, ask(WEAK, "ties"))
    assert (row.verdict, exit_code([row]), summary([row])) == ("UNKNOWN", 3, "settled 0 of 1")
    assert "no lemma shows" in row.scope


def test_the_other_half_of_the_side_condition_is_needed_too(tmp_path):
    (row,) = settle(tmp_path, ask(WEAK, "weights", dropped.weightless_share))
    assert (row.verdict, row.fault) == ("NEEDED", "")


def test_whoever_weighs_her_negatively_is_no_instance_of_weights_on_her(tmp_path):
    """What is left of a hypothesis has to hold: in ``spite`` each user is disliked by somebody in T."""
    for statement in STATEMENTS[1:4]:
        for item in (item for item in weakenings(statement.result) if item.to == "on the user alone"):
            protocol = item.case.build().game.protocol
            wrong = replace(item, case=replace(item.case, build=lambda protocol=protocol: dropped.spite(protocol)))
            (row,) = audit([weakened(statement, wrong)], tmp_path)
            assert (row.verdict, row.fault) == ("UNKNOWN", "")
            assert "weighs her negatively" in row.scope


def with_task(asked, k, **changes):
    """The question with one task of its instance changed."""
    tasks = list(asked.instance.tasks)
    tasks[k] = replace(tasks[k], **changes)
    return replace(asked, instance=replace(asked.instance, tasks=tuple(tasks)))


@pytest.mark.parametrize("k", range(4))
def test_a_certificate_of_something_else_is_not_accepted(tmp_path, k):
    """Each in its turn gives way to its like in another market."""
    asked = ask(WEAK, "user alignment", dropped.utility_apart)
    other = ask(WEAK, "ties", ties.ties_by_provider)
    assert len(asked.instance.tasks) == len(other.instance.tasks) == 4
    (row,) = settle(tmp_path, with_task(asked, k, find=other.instance.tasks[k].find))
    assert row.verdict == "UNKNOWN"
    assert "the certificate claims something else" in row.scope


def test_a_rejected_certificate_is_a_fault(tmp_path):
    asked = ask(WEAK, "user alignment", dropped.utility_apart)
    (k,) = (k for k, task in enumerate(asked.instance.tasks) if task.result.endswith(": equilibrium"))
    true = asked.instance.tasks[k].find().certificate
    forged = certificate("equilibrium", true["claim"], [[]])
    (row,) = settle(tmp_path, with_task(asked, k, find=lambda: Finding("PROVED", forged)))
    assert (row.verdict, exit_code([row])) == ("UNKNOWN", 1)
    assert "the kernel rejects the certificate" in row.fault


def twice_answered():
    """A question with an instance that breaks the result and a proof, though of something else."""
    return replace(ask(WEAK, "ties", ties.ties_by_provider), proof=proof_without(WEAK, named(WEAK, "range")))


def test_two_answers_are_a_contradiction(tmp_path):
    (row,) = settle(tmp_path, twice_answered())
    assert (row.verdict, exit_code([row])) == ("CONTRADICTION", 1)
    assert row.fault
    assert not row.settled


def test_half_a_proof_is_none(tmp_path):
    whole = ask(WEAK, "range")
    for task in whole.proof.tasks:
        doubtful = replace(task, find=lambda: Finding("UNKNOWN", None, reason="not found"))
        tasks = tuple(doubtful if other is task else other for other in whole.proof.tasks)
        (row,) = settle(tmp_path, replace(whole, proof=replace(whole.proof, tasks=tasks)))
        assert (row.verdict, row.scope) == ("UNKNOWN", "not found")


def test_an_entrant_of_an_instance_is_in_its_game(tmp_path):
    """Without one an instance of Theorem 3.1 is none of 5.1."""
    (statement,) = (s for s in STATEMENTS if s.result == "Theorem 5.1")
    (row,) = settle(tmp_path, ask(statement, "ties", ties.ties_by_provider))
    assert row.verdict == "UNKNOWN"
    assert "shares is not satisfied" in row.scope


def run(*arguments):
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


@pytest.mark.slow
def test_the_command_prints_a_table_and_writes_the_rows(tmp_path):
    done = run("theorem 4.3", "--out", tmp_path, "--jobs", 1, "--json", tmp_path / "rows.json")
    assert done.exit_code == 3, done.output
    rows, sets = (json.loads((tmp_path / name).read_text()) for name in ("rows.json", "sets.json"))
    assert {tuple(row) for row in rows} == {KEYS}
    assert {row["result"] for row in rows} == {"Theorem 4.3"}
    assert [tuple(one) for one in sets] == [SET_KEYS] * 2
    assert all(Path(name).is_file() for item in (*rows, *sets) for name in item["certificates"])
    settled = sum(row["verdict"] != "UNKNOWN" for row in rows)
    assert done.stdout.splitlines()[-1] == f"settled {settled} of {len(rows)}"
    assert "Theorem 4.3: minimal set: weights, coverage, " in done.stdout


def test_the_command_takes_a_name_in_full_for_what_it_names(tmp_path):
    done = run("Proposition A.1", "--out", tmp_path, "--jobs", 1)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "settled 1 of 1")
    for wanted, statements, constructions in (
        (["theorem 4.4"], ["Theorem 4.4"], []),
        (["5.2", "theorem 3.1"], ["Theorem 3.1"], ["Theorem 5.2"]),
    ):
        chosen, others = command._audited(wanted)
        assert ([s.result for s in chosen], others) == (statements, constructions)


def test_the_command_refuses_other_names(tmp_path):
    done = run("theorem 9", "--out", tmp_path)
    assert done.exit_code == 2
    assert "known are Theorem 3.1" in done.stderr


ENDS = [(lambda: ask(WEAK, "ties"), 3, "UNKNOWN"), (twice_answered, 1, "CONTRADICTION")]


@pytest.mark.parametrize(("asked", "code", "said"), ENDS)
def test_the_command_says_what_is_open_or_wrong(tmp_path, monkeypatch, asked, code, said):
    monkeypatch.setattr(command, "questions", lambda chosen: [asked()])
    done = run("Proposition A.1", "--out", tmp_path, "--jobs", 1)
    assert done.exit_code == code
    assert said in done.stdout
