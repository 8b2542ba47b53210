"""``alignproof regions`` as scripts use it."""

import json
import subprocess
import sys
from pathlib import Path

from alignproof.checks.kernel import check
from alignproof.games.document import load

COMMAND = Path(sys.executable).parent / "alignproof"


def regions(*arguments, cwd):
    return subprocess.run(
        [COMMAND, "regions", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_family_is_settled_written_and_drawn(tmp_path):
    done = regions("A.2", cwd=tmp_path)
    folder = tmp_path / "build/regions"
    assert done.returncode == 0, done.stderr
    assert "both solvers; the kernel, " in done.stdout
    report = json.loads((folder / "a-2.json").read_text())
    assert report["settled"]
    assert report["region"] == [["1 >= 2 s1", "1 >= 2 s2"], ["2 s1 >= 1", "2 s2 >= 1"]]
    for spot in report["edges"]:
        assert check(load(str(folder / spot["certificate"]))) in {"aligned", "not-aligned"}
    for cell in report["cells"]:
        assert {check(load(str(folder / name))) for name in cell["identities"]} <= {"identity"}
    assert {path.name for path in folder.glob("*.smt2")} == {"a-2-holds.smt2", "a-2-fails.smt2"}
    assert (folder / "proposition-a-2-weights.svg").exists()


def test_quiet_says_nothing(tmp_path):
    done = regions("A.2", "--quiet", "--out", "elsewhere", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "elsewhere/a-2.json").exists()


def test_an_unknown_family_is_unusable(tmp_path):
    done = regions("5.2", "nothing", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("alignproof: no family is called 'nothing'; known are 4.1, M=2; ")
    assert not (tmp_path / "build").exists()


def test_too_little_time_is_unknown(tmp_path):
    done = regions("A.2", "--time-limit", "0.001", cwd=tmp_path)
    assert done.returncode == 3
    assert "UNKNOWN" in done.stderr or "not shown to cover" in done.stderr
