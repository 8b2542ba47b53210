"""The worked theorem passes and writes what it says, its false variants fail, and ``verify --with`` shows its rows."""

import json
import runpy
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.certificates import certificate
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, load, parse
from alignproof.symbolic.definitions import place, theorem_certificate
from alignproof.symbolic.induction import obligation_documents
from alignproof.symbolic.lemmas import open_premises
from alignproof.verification.conditions import NotShown, broken
from alignproof.verification.results import own_tasks
from alignproof.verification.universal import all_obligations, all_sizes, market_size
from alignproof.verification.verdict import Refused

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "examples" / "weighted_alignment.py"
OWN = runpy.run_path(str(FILE))
STATEMENT = OWN["STATEMENT"]
DIGITS, PROTOCOL = STATEMENT.argument.places[1]


def at_small_size(statement):
    return theorem_certificate(statement, place(statement, market_size(DIGITS), PROTOCOL))


def accepted(document):
    return check(parse(dump(document).encode()))


def all_sizes_certificate(statement):
    parts = [obligation_documents(obligation) for obligation in all_obligations(statement)]
    return certificate("obligations", {"obligations": [c for c, _ in parts]}, {"proofs": [e for _, e in parts]})


def without(kind, name):
    """The statement whose hypothesis of this name says the same but for one part of what it states."""
    (found,) = (h for h in STATEMENT.hypotheses if h.name == name)
    return STATEMENT.replacing(name, replace(found, stated=replace(found.stated, **{kind: lambda where: {}})))


def test_the_kernel_accepts_it():
    assert accepted(at_small_size(STATEMENT)) == "theorem"


def test_every_premise_follows_at_all_sizes():
    assert open_premises(STATEMENT) == set()
    assert accepted(all_sizes_certificate(STATEMENT)) == "obligations"


@pytest.mark.parametrize("factor", [Fraction(1), Fraction(0), Fraction(199, 100), Fraction(-2)])
def test_a_smaller_slack_is_refused(factor):
    with pytest.raises(Rejected, match="not-an-identity"):
        accepted(at_small_size(OWN["statement"](factor)))


def test_negative_weights_are_refused():
    with pytest.raises(Rejected, match="sign-unknown"):
        accepted(at_small_size(without("nonnegative", "weights")))


def test_utilities_apart_from_the_payoffs_are_refused():
    with pytest.raises(Rejected, match="unknown-name"):
        accepted(at_small_size(without("nonnegative", "weighted alignment")))


@pytest.mark.parametrize("hypothesis", [h.name for h in STATEMENT.hypotheses])
def test_no_hypothesis_can_be_dropped_from_both_proofs(hypothesis):
    dropped = STATEMENT.without(hypothesis)
    refused = (Refused, Rejected, InputError, KeyError, ValueError)
    faults = []
    for build in (all_sizes_certificate, at_small_size):
        try:
            accepted(build(dropped))
        except refused as fault:
            faults.append(fault)
    assert faults


def test_own_lemmas_are_said_to_be_trusted():
    assert all_sizes(STATEMENT).find().trusts.startswith("kernel + induction glue + own lemmas")


def test_a_market_without_a_fault_breaks_nothing():
    case = OWN["weighted"](OWN["tight"]("Theorem 3.1", OWN["Shape"](1, 1, 3, 2, 2), Fraction(1)))
    with pytest.raises(NotShown, match="not broken"):
        broken(STATEMENT, case)
    shown, left = broken(OWN["statement"](Fraction(3, 2)), case)
    assert left < 0
    assert "weighted alignment" in {task.result for task in shown.tasks}


def test_the_error_of_weighted_alignment_is_that_of_the_payoffs():
    case = OWN["weighted"](OWN["tight"]("Theorem 3.1", OWN["Shape"](1, 1, 3, 2, 2), Fraction(1)))
    document, figures = OWN["aligned"](case)
    assert accepted(document) == "aligned"
    game = case.game
    residuals = [
        game.users[0].utility[a][y]
        - sum(Fraction(row[0]) * game.providers[j].payoff.value((a,), y) for j, row in case.weights.users.items())
        - case.weights.constants[0]
        for a in range(3)
        for y in range(2)
    ]
    assert figures[OWN["ERROR_USERS"]] == max(map(abs, residuals)) > 0


@pytest.mark.slow
def test_it_runs_and_its_certificates_pass_the_single_file_checker(tmp_path):
    done = subprocess.run([sys.executable, FILE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "UNKNOWN" not in done.stdout
    needed = [line.split(":")[0].split(maxsplit=1)[1] for line in done.stdout.splitlines() if line.startswith("NEEDED")]
    assert needed == [h.name for h in STATEMENT.hypotheses if not h.derived]
    assert "\nproved " not in done.stdout
    certificates = sorted((tmp_path / "build" / "examples").rglob("*.json"))
    checker = [sys.executable, "-I", tmp_path / "build" / "alignproof-check.py", *certificates]
    checked = subprocess.run(checker, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert len(checked.stdout.splitlines()) == len(certificates) > 20


@pytest.mark.slow
def test_verify_shows_its_rows(tmp_path):
    command = ["verify", "weighted", "--with", str(FILE), "--no-cache", "--out", str(tmp_path), "--quiet"]
    subprocess.run([Path(sys.executable).parent / "alignproof", *command], check=True)
    rows = json.loads((tmp_path / "verify.json").read_text())
    assert {row["result"] for row in rows} == {task.result for task in own_tasks(FILE)}
    assert {row["verdict"] for row in rows} == {"PROVED"}
    assert {check(load(row["certificate"])) for row in rows} == {"theorem", "identity", "obligations", "bound-met"}


FAULTY = {
    "raise SystemExit(7)": "SystemExit: 7",
    "import nothing_that_there_is": "ModuleNotFoundError",
    "def tasks(:": "SyntaxError",
    "rows = []": "no function tasks()",
    "def tasks(): return 1 / 0": "ZeroDivisionError",
    "def tasks(): return [3]": "yields a int",
    "from alignproof.verification.results import tasks": "'Theorem 3.1' already",
}


@pytest.mark.parametrize(("text", "reason"), FAULTY.items(), ids=FAULTY.values())
def test_a_file_that_is_no_use_is_refused_by_name(tmp_path, text, reason):
    path = tmp_path / "own.py"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        own_tasks(path)
    assert reason in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_unusable_input(tmp_path):
    with pytest.raises(InputError, match="FileNotFoundError"):
        own_tasks(tmp_path / "none.py")
