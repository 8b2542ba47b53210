"""The audit of hypotheses: every row settled by certificates that the kernel accepts, and nothing settled without."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignproof.checks.kernel import check
from alignproof.cli import app as command
from alignproof.counterexamples import dropped, rounds, ties, turns
from alignproof.formats.certificates import certificate
from alignproof.games.document import load
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4
from alignproof.verification.audit import (
    CASES,
    KEYS,
    Case,
    audit,
    exit_code,
    proof_without,
    question,
    questions,
    summary,
)
from alignproof.verification.conditions import CERTIFIED, READ_OFF
from alignproof.verification.universal import STATEMENTS
from alignproof.verification.verdict import Finding

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
    return audit(list(questions()), tmp_path_factory.mktemp("audit"), jobs=2)


def test_every_hypothesis_has_one_row(rows):
    assert [(row.result, row.hypothesis) for row in rows] == [(s.result, h.name) for s, h in PAIRS]
    assert max(Counter((row.result, row.hypothesis) for row in rows).values()) == 1


def test_all_is_settled(rows):
    assert {row.verdict for row in rows} == {"NEEDED", "NOT NEEDED"}
    assert exit_code(rows) == 0
    assert summary(rows) == f"settled {len(PAIRS)} of {len(PAIRS)}"


def test_certificates_are_accepted_and_are_of_the_kinds_that_settle(rows):
    for row in rows:
        kinds = {check(load(path)) for path in row.certificates}
        if row.verdict == "NOT NEEDED":
            assert kinds == {"obligations", "theorem"}
        else:
            stable = "not-equilibrium" if row.hypothesis == "equilibrium" else "equilibrium"
            assert {"value", "benchmark", stable} <= kinds
            assert "identity" not in kinds


def test_the_page_has_the_table(rows):
    header, *lines = [line for line in PAGE.split("##")[0].splitlines() if line.startswith("| ")]
    results = [f"Theorem {name.strip()}" for name in header.split("|")[2:-1]]
    cells = {
        (result, line.split("|")[1].strip()): cell.strip()
        for line in lines
        if "---" not in line
        for result, cell in zip(results, line.split("|")[2:-1], strict=True)
        if cell.strip()
    }
    said = {"NEEDED": "NEEDED", "NOT NEEDED": "not needed", "UNKNOWN": "UNKNOWN"}
    assert cells == {(row.result, row.hypothesis): said[row.verdict] for row in rows}


def test_every_hypothesis_can_be_shown_in_one_way():
    assert {h.name for _, h in PAIRS} == READ_OFF.keys() | set(CERTIFIED)
    assert not READ_OFF.keys() & set(CERTIFIED)


def test_cases_are_about_hypotheses():
    assert CASES.keys() == {s.result for s in STATEMENTS}
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
    return CliRunner().invoke(command.app, ["audit", *map(str, arguments)])


def test_the_command_prints_a_table_and_writes_the_rows(tmp_path):
    done = run("theorem 4.3", "--out", tmp_path, "--jobs", 1, "--json", tmp_path / "rows.json")
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "rows.json").read_text())
    assert [list(row) for row in rows] == [list(KEYS)] * 9
    assert all(Path(name).is_file() for row in rows for name in row["certificates"])
    assert done.stdout.splitlines()[-1] == "settled 9 of 9"


def test_the_command_takes_a_name_in_full_for_what_it_names(tmp_path):
    done = run("Theorem 4.4", "--out", tmp_path, "--jobs", 1)
    assert done.stdout.splitlines()[-1] == "settled 11 of 11"


def test_the_command_refuses_other_names(tmp_path):
    done = run("theorem 9", "--out", tmp_path)
    assert done.exit_code == 2
    assert "known are Theorem 3.1" in done.stderr


ENDS = [(lambda: ask(WEAK, "ties"), 3, "UNKNOWN"), (twice_answered, 1, "CONTRADICTION")]


@pytest.mark.parametrize(("asked", "code", "said"), ENDS)
def test_the_command_says_what_is_open_or_wrong(tmp_path, monkeypatch, asked, code, said):
    monkeypatch.setattr(command, "questions", lambda chosen: [asked()])
    done = run("--out", tmp_path, "--jobs", 1)
    assert done.exit_code == code
    assert said in done.stdout
