"""Running tasks: nothing becomes a verdict without a certificate that the kernel accepts and that fits the row."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from alignproof.formats.certificates import certificate
from alignproof.symbolic import proposition_a_2
from alignproof.verification import replay as replay_module
from alignproof.verification.replay import replay
from alignproof.verification.results import tasks
from alignproof.verification.run import KEYS, run, write_rows
from alignproof.verification.verdict import Finding, Task

GOOD = certificate("identity", *proposition_a_2.weak_claim())
FALSE = certificate("identity", proposition_a_2.weak_claim()[0], proposition_a_2.not_strong_claim()[1])


def task(find, expected="PROVED", demands=lambda kind, claim: []):
    return Task("A result", "some scope", "definitions", expected, find, demands)


def rows(tmp_path, *wanted):
    return run(wanted, tmp_path / "certificates", lambda _: None)


def test_an_accepted_certificate_is_a_verdict(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", GOOD)))
    assert (row.verdict, row.reached) == ("PROVED", True)
    assert replay([row])[0].replayed


def test_a_rejected_certificate_is_unknown(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", FALSE)))
    assert (row.verdict, row.reached) == ("UNKNOWN", False)
    assert "the kernel rejects" in row.reason


def test_a_true_certificate_of_something_else_is_unknown(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", GOOD), demands=lambda kind, claim: ["another game"]))
    assert (row.verdict, row.reached) == ("UNKNOWN", False)
    assert "another game" in row.reason


def test_a_verdict_without_a_certificate_is_unknown(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", None)))
    assert (row.verdict, row.reached, row.certificate) == ("UNKNOWN", False, "")


def test_a_crash_is_unknown_with_its_reason(tmp_path):
    def crash():
        raise MemoryError("the solver ate it all")

    (row,) = rows(tmp_path, task(crash))
    assert (row.verdict, row.reached) == ("UNKNOWN", False)
    assert "the solver ate it all" in row.reason


def test_unknown_is_never_what_was_expected(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("UNKNOWN", None, reason="time"), expected="UNKNOWN"))
    assert not row.reached


def test_another_verdict_than_expected_is_not_a_pass(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", GOOD), expected="REFUTED"))
    assert not row.reached


def test_what_fails_the_replay_is_unknown(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", GOOD)))
    path = Path(row.certificate)
    path.write_text(path.read_text().replace('"3/4"', '"1/4"', 1))
    (replayed,) = replay([row])
    assert (replayed.verdict, replayed.reached, replayed.replayed) == ("UNKNOWN", False, False)
    assert replayed.reason.startswith(f"the replay failed: {path}: INVALID")


def test_a_row_without_a_certificate_is_not_replayed(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", None)))
    assert replay([row]) == [row]


def test_a_file_that_fails_does_not_take_others_with_it(tmp_path):
    found = rows(tmp_path, *[task(lambda: Finding("PROVED", GOOD))] * 5)
    Path(found[1].certificate).unlink()
    Path(found[3].certificate).write_text("{}")
    for jobs in (1, 3):
        assert [row.replayed for row in replay(found, jobs)] == [True, False, True, False, True]


def test_a_file_at_which_the_replay_dies_does_not_take_others_with_it(tmp_path, monkeypatch):
    """Such as one that makes the kernel run out of memory."""
    found = rows(tmp_path, *[task(lambda: Finding("PROVED", GOOD))] * 4)
    dying = "code, said = os._exit(7) if '02-' in path else answer(path)"
    script = replay_module.SCRIPT.replace("import json", "import os, json").replace("code, said = answer(path)", dying)
    monkeypatch.setattr(replay_module, "SCRIPT", script)
    for jobs in (1, 2):
        replayed = replay(found, jobs)
        assert [row.replayed for row in replayed] == [True, False, True, True]
        assert "ended with code 7" in replayed[1].reason


def test_a_replay_that_loads_anything_but_the_kernel_is_worth_nothing(tmp_path, monkeypatch):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", GOOD)))
    script = replay_module.SCRIPT.replace("import json", "import alignproof.formats, json")
    monkeypatch.setattr(replay_module, "SCRIPT", script)
    (replayed,) = replay([row])
    assert not replayed.replayed
    assert "alignproof.formats" in replayed.reason


def test_demands_that_crash_are_not_met(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", {"format": "none"})))
    assert (row.verdict, row.reached) == ("UNKNOWN", False)
    assert "KeyError" in row.reason


def test_the_replay_loads_nothing_but_the_kernel(tmp_path):
    (row,) = rows(tmp_path, task(lambda: Finding("PROVED", GOOD)))
    code = (
        "import sys; from alignproof.checks.kernel import main; main(sys.argv[1:]); "
        "print(*{name.split('.')[1] for name in sys.modules if name.startswith('alignproof.')}, *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, row.certificate], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {"checks", "games"} <= loaded
    assert loaded.isdisjoint({"z3", "sympy", "highspy", "flint", "numpy", "oracles", "smt", "symbolic", "formats"})


def test_old_certificates_do_not_linger(tmp_path):
    rows(tmp_path, task(lambda: Finding("PROVED", GOOD)), task(lambda: Finding("PROVED", GOOD)))
    rows(tmp_path, task(lambda: Finding("PROVED", GOOD)))
    assert len(list((tmp_path / "certificates").iterdir())) == 1


def test_rows_are_written_with_exactly_the_promised_keys(tmp_path):
    found = rows(tmp_path, task(lambda: Finding("PROVED", GOOD)))
    write_rows(found, tmp_path / "deep" / "verify.json")
    (written,) = json.loads((tmp_path / "deep" / "verify.json").read_text())
    assert tuple(written) == KEYS


@pytest.mark.parametrize("wrong", range(len(tasks())))
def test_every_task_refuses_the_certificate_of_another(wrong):
    """What one row demands is not met by what the next row's producer finds."""
    every = tasks()
    here, there = every[wrong], every[wrong - 1]
    document = there.find().certificate
    assert document is not None
    assert here.demands(document["kind"], document["claim"])
