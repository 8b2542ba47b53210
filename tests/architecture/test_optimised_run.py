"""Running the tests under `python -O` is worth something: they can still fail, and code is optimised."""

import subprocess
import sys
from pathlib import Path

import pytest

GUARD_BY_RAISE = """
def guarded(x):
    if x < 0:
        raise ValueError("negative")
    return x
"""
GUARD_BY_ASSERT = """
def guarded(x):
    assert x >= 0, "negative"
    return x
"""
TEST = """
import pytest
from kernel import guarded

def test_guard():
    with pytest.raises((ValueError, AssertionError)):
        guarded(-1)
"""
FALSE_TEST = """
def test_false():
    assert 1 == 2
"""


def passes(folder: Path, *flags: str) -> bool:
    command = [sys.executable, *flags, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pytest.ini"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return result.returncode == 0


@pytest.mark.parametrize(
    ("kernel", "test", "plain", "optimised"),
    [
        (GUARD_BY_RAISE, TEST, True, True),
        (GUARD_BY_ASSERT, TEST, True, False),
        (GUARD_BY_RAISE, FALSE_TEST, False, False),
    ],
)
def test_optimised_run_fails_when_it_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kernel: str, test: str, plain: bool, optimised: bool
):
    monkeypatch.delenv("PYTHONOPTIMIZE", raising=False)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\npythonpath = .\n")
    (tmp_path / "kernel.py").write_text(kernel)
    (tmp_path / "test_kernel.py").write_text(test)
    assert passes(tmp_path) is plain
    assert passes(tmp_path, "-O") is optimised


def test_asserts_of_this_run_are_executed():
    wrong = 2
    with pytest.raises(AssertionError):
        assert wrong == 1
