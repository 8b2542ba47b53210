"""The command line as scripts use it: exit codes, messages, files, pipes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from alignproof import __version__
from alignproof.cli.verify import _chosen
from alignproof.formats.documents import dump
from alignproof.verification.results import tasks
from alignproof.verification.store import Result, Store, environment

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).parent / "alignproof"
EXAMPLE = ROOT / "examples" / "two_drug_makers.json"
KEYS = ["result", "verdict", "scope", "depth", "trusts", "seconds", "certificate"]


def alignproof(*arguments, cwd=ROOT, **options):
    return subprocess.run(
        [COMMAND, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False, **options
    )


def count(*names):
    """How many rows the names choose."""
    return len(_chosen(names))


@pytest.fixture(scope="module")
def verified(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify")
    return folder, alignproof("verify", "theorem 5.2", "a.2", cwd=folder)


def test_version():
    done = alignproof("--version")
    assert (done.returncode, done.stdout) == (0, f"alignproof {__version__}\n")


def test_the_shell_can_ask_for_completions():
    asked = {"_ALIGNPROOF_COMPLETE": "complete_bash", "COMP_WORDS": "alignproof ve", "COMP_CWORD": "1"}
    assert alignproof(env=os.environ | asked).stdout.split() == ["verify"]


def test_verify_reaches_its_verdicts_and_writes_the_rows(verified):
    folder, done = verified
    assert done.returncode == 0, done.stderr
    rows = json.loads((folder / "build" / "verify.json").read_text())
    assert [list(row) for row in rows] == [KEYS] * count("theorem 5.2", "a.2")
    assert {row["verdict"] for row in rows} == {"PROVED", "REFUTED"}
    assert all((folder / row["certificate"]).is_file() for row in rows)
    assert f"replayed {len(rows)} of {len(rows)} certificates" in done.stdout


def test_verify_prints_no_colour_when_not_on_a_terminal(verified):
    assert "\x1b" not in verified[1].stdout + verified[1].stderr


def test_verify_writes_the_rows_where_asked(tmp_path):
    done = alignproof("verify", "theorem 5.2", "--json", "rows.json", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    rows = json.loads((tmp_path / "rows.json").read_text())
    assert {row["result"] for row in rows} == {"Theorem 5.2"}
    assert len(rows) == count("theorem 5.2") < count("5.2")


def test_verify_refuses_an_unknown_result():
    done = alignproof("verify", "theorem 9.9")
    assert done.returncode == 2
    assert "9.9" in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_in_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "build").write_text("a file, not a folder")
    done = alignproof("verify", "5.2", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") <= 2
    assert "Traceback" not in done.stderr


def rows_of(folder):
    """The rows that were written, without their times."""
    return [row | {"seconds": 0} for row in json.loads((folder / "build" / "verify.json").read_text())]


def test_a_second_verify_reuses_what_the_first_stored(tmp_path):
    runs = [(alignproof("verify", "a.2", "a.1 as", cwd=tmp_path), rows_of(tmp_path)) for _ in range(2)]
    assert [done.returncode for done, _ in runs] == [0, 0]
    all_of_them = f"reused {count('a.2', 'a.1 as')} of {count('a.2', 'a.1 as')} results"
    assert [all_of_them in done.stdout for done, _ in runs] == [False, True]
    assert runs[0][1] == runs[1][1]


def test_verify_without_cache_leaves_the_store_alone(tmp_path):
    store = tmp_path / "build" / "results.sqlite"
    assert alignproof("verify", "a.2", "--no-cache", cwd=tmp_path).returncode == 0
    assert not store.exists()
    alignproof("verify", "a.2", cwd=tmp_path)
    before = store.read_bytes()
    done = alignproof("verify", "a.2", "--no-cache", cwd=tmp_path)
    assert (done.returncode, "reused" in done.stdout) == (0, False)
    assert store.read_bytes() == before


def test_a_store_that_is_none_is_one_line_on_stderr(tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "results.sqlite").write_text("no database " * 100)
    done = alignproof("verify", "a.2", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("alignproof: build/results.sqlite: ")
    assert done.stderr.count("\n") == 1


def test_a_forged_store_fails_the_run_and_is_mended_by_it(tmp_path):
    (task,) = [task for task in tasks() if "strong alignment fails" in task.result]
    document = task.find().certificate
    document["evidence"]["multipliers"] = {}
    store = Store(tmp_path / "build" / "results.sqlite", environment(), pytest.fail)
    store.save(task, Result("PROVED", dump(document).encode(), "kernel", "", 1.0))
    names = "a.2: weak", task.result
    done = alignproof("verify", *names, cwd=tmp_path)
    assert done.returncode == 1, done.stdout
    assert "UNKNOWN, expected PROVED. the replay failed" in done.stderr
    assert "replayed 1 of 2 certificates" in done.stdout
    assert [row["verdict"] for row in rows_of(tmp_path)] == ["PROVED", "UNKNOWN"]
    done = alignproof("verify", *names, cwd=tmp_path)
    assert (done.returncode, "reused 1 of 2 results" in done.stdout) == (0, True)


def test_two_runs_at_once_in_one_folder(tmp_path):
    command, rows = [COMMAND, "verify", "5.2", "a.1", "a.2", "--jobs", "2"], count("5.2", "a.1", "a.2")
    runs = [subprocess.Popen(command, cwd=tmp_path, stdout=-1, stderr=-1, text=True) for _ in range(2)]
    for run in runs:
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
        assert f"replayed {rows} of {rows}" in out
        assert "going on without" not in err
    assert f"reused {rows} of {rows}" in alignproof("verify", "5.2", "a.1", "a.2", cwd=tmp_path).stdout


@pytest.mark.slow
def test_the_number_of_processes_does_not_matter(tmp_path):
    seen = []
    for jobs in (1, 3):
        done = alignproof("verify", "theorem 4.3", "4.1 if", "--no-cache", "--jobs", jobs, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("Theorem 4.3: ") == count("theorem 4.3")
        seen.append(rows_of(tmp_path))
    assert seen[0] == seen[1]


def test_check_accepts_what_verify_wrote(verified):
    folder, _ = verified
    files = sorted((folder / "build" / "certificates").iterdir())
    done = alignproof("check", *files)
    assert done.returncode == 0
    assert done.stdout.count(": valid ") == len(files) == count("theorem 5.2", "a.2")


def test_check_tells_false_from_unusable(verified, tmp_path):
    folder, _ = verified
    good = sorted((folder / "build" / "certificates").glob("*5-2*"))[0]
    false = tmp_path / "false.json"
    false.write_text(good.read_text().replace('"at_most": "2/3"', '"at_most": "1/2"'))
    broken = tmp_path / "broken.json"
    broken.write_text(good.read_text()[:-20])
    assert alignproof("check", good, false).returncode == 1
    assert "value-exceeded" in alignproof("check", false).stdout
    assert alignproof("check", good, false, broken).returncode == 2
    assert alignproof("check", tmp_path / "missing.json").returncode == 2


def test_the_kernel_alone_gives_the_same_answers(verified, tmp_path):
    folder, _ = verified
    good = next((folder / "build" / "certificates").iterdir())
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    for files, code in (([good], 0), ([good, bad], 2), ([], 2)):
        command = [sys.executable, "-I", "-m", "alignproof.checks", *map(str, files)]
        assert subprocess.run(command, capture_output=True, check=False).returncode == code


def test_analyze_reports_the_example():
    done = alignproof("analyze", EXAMPLE, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["profile"]["equilibrium"] == {"verdict": "PROVED"}
    assert report["benchmarks"]["Ann"] == {"verdict": "PROVED", "value": "1"}
    assert report["bounds"][0]["guarantees"] == {"Ann": "1", "Bob": "1"}


def test_analyze_as_text_says_the_same():
    done = alignproof("analyze", EXAMPLE)
    assert done.returncode == 0
    assert "maker of A: 2/3" in done.stdout


def _example(tmp_path, change):
    document = json.loads(EXAMPLE.read_text())
    change(document)
    path = tmp_path / "game.json"
    path.write_text(json.dumps(document))
    return path


def _silence(document):
    for rules in document["profile"]["rules"]:
        for rule in rules:
            for case in rule:
                case["send"] = {"say A": "1"}


def test_analyze_exits_with_1_when_the_profile_is_no_equilibrium(tmp_path):
    done = alignproof("analyze", _example(tmp_path, _silence), "--json")
    assert done.returncode == 1, done.stderr
    refuted = json.loads(done.stdout)["profile"]["equilibrium"]
    assert refuted["verdict"] == "REFUTED"
    assert refuted["deviator"] == "maker of B"


def test_analyze_exits_with_3_when_it_cannot_tell(tmp_path):
    def couple(document):
        values = {True: ["1/2", "1/2"], False: ["0", "0"]}
        actions = ("drug A", "drug B")
        table = [{"actions": [a, b], "values": values[a == b]} for a in actions for b in actions]
        document["providers"][0]["payoff"] = {"table": table}

    done = alignproof("analyze", _example(tmp_path, couple), "--json")
    assert done.returncode == 3, done.stdout
    assert "not separable" in json.loads(done.stdout)["profile"]["equilibrium"]["reason"]


def test_analyze_without_a_profile(tmp_path):
    done = alignproof("analyze", _example(tmp_path, lambda document: document.pop("profile")), "--json")
    assert done.returncode == 0
    assert "profile" not in json.loads(done.stdout)


def _set(document, *path, value):
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("prior", 0, "probability"), "1/2", "$.prior"),
        (("prior", 0, "probability"), 0.5, "$.prior[0].probability"),
        (("users", 0, "utility", 0, 1), "3/2", "$.users[0].utility[0][1]"),
        (("users", 0, "utility", 0, 1), "1/0", "$.users[0].utility[0][1]"),
        (("providers", 1, "payoff", "constant"), "1", "$.providers[1].payoff"),
        (("providers", 1, "surprise"), "1", "$.providers[1].surprise"),
        (("profile", "rules", 0, 0, 0, "send"), {"say A": "1/3"}, "$.profile.rules[0][0][0].send"),
    ],
)
def test_a_fault_in_a_game_is_named_with_its_place(tmp_path, path, value, place):
    done = alignproof("analyze", _example(tmp_path, lambda document: _set(document, *path, value=value)))
    assert done.returncode == 2
    assert f"{place}:" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze",),
        ("analyze", EXAMPLE, "--provider", "nobody"),
        ("analyze", EXAMPLE, "--reading", "tea leaves"),
        ("analyze", EXAMPLE, "--seconds", "soon"),
        ("analyze", "."),
        ("check",),
        ("frobnicate",),
        ("verify", "--frobnicate"),
        ("verify", "--jobs", "0"),
    ],
)
def test_wrong_arguments_are_refused(arguments):
    done = alignproof(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("analyze", EXAMPLE), ("analyze", EXAMPLE, "--json"), ("--help",)])
def test_a_closed_pipe_leaves_no_traceback(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [COMMAND, *map(str, arguments)], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    finally:
        os.close(writer)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode == -signal.SIGPIPE


def without_modules(folder, missing, *arguments):
    code = f"import sys; sys.modules.update(dict.fromkeys({missing!r})); from alignproof.cli.app import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_a_missing_solver_is_unknown_and_no_pass(tmp_path):
    done = without_modules(tmp_path, ["z3"], "verify", "theorem 4.3", "theorem 5.2")
    assert done.returncode == 3, done.stderr
    rows = json.loads((tmp_path / "build" / "verify.json").read_text())
    verdicts = {(row["result"], row["depth"] == "definitions"): row["verdict"] for row in rows}
    assert verdicts == {
        ("Theorem 4.3", True): "PROVED",  # by the kernel alone
        ("Theorem 4.3", False): "UNKNOWN",
        ("Theorem 5.2", True): "PROVED",
        ("Theorem 5.2", False): "PROVED",
    }
    assert "z3" in done.stderr


def test_without_highs_z3_decides(tmp_path):
    done = without_modules(tmp_path, ["highspy"], "verify", "its conclusion fails", "--quiet")
    assert done.returncode == 0, done.stderr


def test_without_any_solver_nothing_is_decided(tmp_path):
    done = without_modules(tmp_path, ["highspy", "z3"], "analyze", EXAMPLE, "--json")
    assert done.returncode == 3, done.stderr
    report = json.loads(done.stdout)
    assert report["profile"]["equilibrium"]["verdict"] == "UNKNOWN"
    assert report["benchmarks"]["Ann"]["verdict"] == "UNKNOWN"
