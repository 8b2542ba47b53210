"""Lines: each settled by what shows it, the page and the gaps as the rows say, and nothing settled by less."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignproof.cli import audit as command
from alignproof.cli.app import app
from alignproof.counterexamples.turns import branches
from alignproof.formats.certificates import certificate
from alignproof.symbolic.printed import Step
from alignproof.verification.gaps import gap_tasks
from alignproof.verification.printed import evidence
from alignproof.verification.printed.catalogue import lines
from alignproof.verification.printed.lines import KEYS, Evidence, Line, exit_code, settle, summary
from alignproof.verification.rows import value_task
from alignproof.verification.verdict import Finding

DOCS = Path(__file__).resolve().parents[3] / "docs/explanation"
PAGE = (DOCS / "printed.md").read_text()
GAPS = (DOCS / "gaps.md").read_text()
FALSE = ("FALSE", "FALSE BUT HARMLESS")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return settle(lines(), tmp_path_factory.mktemp("lines"), jobs=2)


def one(folder, line):
    (row,) = settle([line], folder)
    return row


def test_every_line_is_settled(rows):
    assert [row for row in rows if not row.settled or row.fault] == []
    assert exit_code(rows) == 0
    assert f"\n{summary(rows)}\n" in PAGE


def test_no_line_stands_twice():
    assert max(Counter((line.result, line.place, line.says) for line in lines()).values()) == 1


def test_the_page_has_the_rows(rows):
    table = [line for line in PAGE.splitlines() if line.startswith("| ")][2:]
    found = [[cell.strip().replace("\\|", "|") for cell in split(line)] for line in table]
    assert found == [[row.result, row.place, row.says, row.verdict, row.note] for row in rows]


def split(line):
    """The cells of a table's line; in a cell a bar is written with a backslash."""
    return (
        line.strip()
        .removeprefix("|")
        .removesuffix("|")
        .replace("\\|", "\0")
        .replace("|", "\n")
        .replace("\0", "|")
        .split("\n")
    )


def test_all_that_is_false_is_among_the_gaps(rows):
    """As a row of its own, or by an instance that is one."""
    named = {task.result.split(": ")[0] for task in gap_tasks()}
    listed = {line.split("|")[2].strip() for line in GAPS.splitlines() if line.startswith("| line |")}
    places = {f"{row.result}: {row.place}" for row in rows if row.verdict in FALSE}
    assert listed <= places
    for row in rows:
        if row.verdict in FALSE and f"{row.result}: {row.place}" not in listed:
            assert any(name in row.by for name in named), row


def test_what_is_false_as_a_definition_is_printed_has_a_line_beside_it_that_is_true(rows):
    true = {(row.result, row.place) for row in rows if row.verdict == "TRUE"}
    for row in rows:
        if row.verdict == "FALSE" and row.says.startswith(("with Definition 2.8", "with the ties")):
            assert (row.result, row.place) in true


STEP = Line("Theorem 3.1", "here", "no gain", evidence.proved("Theorem 3.1", "no incentive"))
GAME, PROFILE = branches()
VALUE = value_task("values", "PROVED", GAME, PROFILE, ("1", "1"), "")
BROKEN = Evidence("a market", (VALUE,), numbers=lambda claims: claims[0]["values"] == ["1", "1"])


def test_a_line_that_stands_in_a_proof_is_true(tmp_path):
    row = one(tmp_path, STEP)
    assert (row.verdict, row.fault, len(row.certificates)) == ("TRUE", "", 1)


def test_a_line_that_does_not_stand_in_the_proof_is_unknown(tmp_path):
    (step, *_) = STEP.proof.steps
    wrong = [
        replace(STEP.proof, steps=(replace(step, value=(*step.value, ("-1",))),)),
        replace(STEP.proof, steps=(replace(step, equal=True),)),
        replace(STEP.proof, steps=(Step(step.value, path=(("pick:dev 0:0", "0", "0"),)),)),
    ]
    for proof in wrong:
        row = one(tmp_path, replace(STEP, proof=proof))
        assert (row.verdict, row.by, exit_code([row])) == ("UNKNOWN", "it does not stand in the proof", 3)


def test_a_rule_that_does_not_stand_in_the_proof_is_unknown(tmp_path):
    row = one(tmp_path, replace(STEP, proof=replace(STEP.proof, rules=("another rule",))))
    assert (row.verdict, row.by) == ("UNKNOWN", "the rule does not stand in the proof")


def test_numbers_have_to_compare(tmp_path):
    line = Line("A result", "here", "a line", instance=BROKEN)
    assert one(tmp_path, line).verdict == "FALSE"
    row = one(tmp_path, replace(line, instance=replace(BROKEN, numbers=lambda claims: False)))
    assert (row.verdict, row.by) == ("UNKNOWN", "the numbers do not compare")


def test_harm_is_what_is_not_shown_to_be_none(tmp_path):
    line = Line("A result", "here", "a line", instance=BROKEN, survives=STEP.proof)
    assert one(tmp_path, line).verdict == "FALSE BUT HARMLESS"
    doubt = replace(STEP.proof, rules=("share 7",))
    assert one(tmp_path, replace(line, survives=doubt)).verdict == "FALSE"


def test_what_survives_settles_nothing_by_itself(tmp_path):
    line = Line("A result", "here", "a line", survives=STEP.proof)
    assert one(tmp_path, line).verdict == "UNKNOWN"


def test_two_answers_are_a_contradiction(tmp_path):
    row = one(tmp_path, replace(STEP, instance=BROKEN))
    assert (row.verdict, exit_code([row]), row.settled) == ("CONTRADICTION", 1, False)
    assert row.fault


def test_a_certificate_of_something_else_is_not_accepted(tmp_path):
    (task,) = STEP.proof.tasks
    other, _ = evidence.printed("Theorem 4.3")
    swapped = replace(STEP.proof, tasks=(replace(task, find=other.find),))
    row = one(tmp_path, replace(STEP, proof=swapped))
    assert row.verdict == "UNKNOWN"
    assert "the certificate claims something else" in row.by


def test_a_forged_step_is_a_fault(tmp_path):
    """The line is in the proof, and the kernel rejects it."""
    (task,) = STEP.proof.tasks
    true = task.find().certificate
    steps = json.loads(json.dumps(true["evidence"]["steps"]))
    (k, *_) = (k for k, step in enumerate(steps) if step.get("lemma", {}).get("name", "").startswith("line: no inc"))
    steps[k]["lemma"]["value"].append(["-1"])
    forged = certificate("theorem", true["claim"], {"rules": [], "steps": steps})
    (step, *_) = STEP.proof.steps
    wanted = (replace(step, value=(*step.value, ("-1",))),)
    proof = replace(STEP.proof, tasks=(replace(task, find=lambda: Finding("PROVED", forged)),), steps=wanted)
    row = one(tmp_path, replace(STEP, proof=proof))
    assert (row.verdict, exit_code([row])) == ("UNKNOWN", 1)
    assert "the kernel rejects the certificate" in row.fault


def test_without_evidence_a_line_is_unknown(tmp_path):
    assert one(tmp_path, Line("A result", "here", "a line")).by == "nothing was tried"
    assert one(tmp_path, Line("A result", "here", "a line", Evidence("nothing", ()))).verdict == "UNKNOWN"


def test_evidence_is_found_by_name():
    assert evidence.rows("Theorem 5.2").tasks
    assert len(evidence.rows("Theorem 4.1", but="M=11").tasks) + 1 == len(evidence.rows("Theorem 4.1").tasks)
    assert {"M=3", "any"} <= {
        word.strip(":") for t in evidence.rows("Theorem 4.1", but="eps=1/10").tasks for word in t.scope.split()
    }
    with pytest.raises(KeyError):
        evidence.rows("Theorem 9")
    with pytest.raises(KeyError):
        evidence.at_all_sizes("Theorem 3.1", ("no such lemma",))
    with pytest.raises(ValueError, match="first proof"):
        evidence.together(BROKEN, STEP.proof)


def test_together_each_part_compares_its_own_numbers():
    both = evidence.together(BROKEN, replace(BROKEN, numbers=lambda claims: claims == ["second"]))
    assert both.numbers([{"values": ["1", "1"]}, "second"])
    assert not both.numbers([{"values": ["1", "0"]}, "second"])
    assert not both.numbers([{"values": ["1", "1"]}, "third"])


def run(*arguments):
    return CliRunner().invoke(app, ["audit", "--lines", *map(str, arguments)])


def test_the_command_prints_a_table_and_writes_the_rows(tmp_path):
    done = run("a.2", "--out", tmp_path, "--jobs", 1, "--json", tmp_path / "rows.json")
    assert done.exit_code == 0, done.output
    written = json.loads((tmp_path / "rows.json").read_text())
    count = sum(line.result == "Proposition A.2" for line in lines())
    assert [list(row) for row in written] == [list(KEYS)] * count
    assert all(Path(name).is_file() for row in written for name in row["certificates"])
    assert done.stdout.splitlines()[-1].startswith(f"settled {count} of {count} lines")


def test_the_command_refuses_other_names(tmp_path):
    done = run("theorem 9", "--out", tmp_path)
    assert done.exit_code == 2
    assert "known are Section 2" in done.stderr


ENDS = [(Line("A", "here", "a line"), 3, "UNKNOWN"), (replace(STEP, instance=BROKEN), 1, "CONTRADICTION")]


@pytest.mark.parametrize(("line", "code", "said"), ENDS)
def test_the_command_says_what_is_open_or_wrong(tmp_path, monkeypatch, line, code, said):
    monkeypatch.setattr(command, "printed_lines", lambda: [line])
    done = run("--out", tmp_path, "--jobs", 1)
    assert done.exit_code == code
    assert said in done.stdout
