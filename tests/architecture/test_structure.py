"""The repository keeps its layout, and tools/structure.py catches breaches of the limits."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [
    "games",
    "interop",
    "checks",
    "formats",
    "oracles",
    "symbolic",
    "smt",
    "pictures",
    "counterexamples",
    "strategies",
    "verification",
    "experiments",
    "report",
    "cli",
]


def run_structure(root: Path) -> subprocess.CompletedProcess[str]:
    script = ROOT / "tools" / "structure.py"
    return subprocess.run([sys.executable, str(script), str(root)], capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("games", "checks"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('"""A package."""\n')
    return tmp_path


def test_real_tree_passes():
    result = run_structure(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("games/a.py", "import fractions\nfrom . import b\nfrom .b import c\n"),
        ("checks/a.py", "from alignproof.games import b\nfrom ..games.b import c\n"),
        ("checks/a.py", '"""Doc."""\n' + "# comment\n\n" * 700),
        ("checks/a.py", "x = 1\n" * 715),
    ],
)
def test_allowed_source_passes(tree: Path, path: str, source: str):
    (tree / path).write_text(source)
    result = run_structure(tree)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("path", "source", "message"),
    [
        ("checks/a.py", "def f(x):\n    assert x\n", "checks/a.py:2: assert"),
        ("games/a.py", "if __debug__:\n    pass\n", "games/a.py:1: __debug__"),
        ("games/a.py", "import sympy\n", "imports sympy"),
        ("checks/a.py", "def f():\n    from numpy.linalg import det\n", "imports numpy.linalg.det"),
        ("checks/a.py", "import importlib\n", "imports importlib"),
        ("checks/a.py", "__import__('z3')\n", "__import__"),
        ("games/a.py", "from ..checks import b\n", "imports alignproof.checks.b"),
        ("games/a.py", "from .. import checks\n", "imports alignproof.checks"),
        ("checks/sub/a.py", "from ...smt import b\n", "imports alignproof.smt.b"),
        ("checks/a.py", "from alignproof import smt\n", "imports alignproof.smt"),
        ("checks/a.py", "x = 1\n" * 716, "checks: 716 lines of code"),
        ("games/a.py", "x = '''\n" + "\n" * 924 + "'''\n", "games: 926 lines of code"),
    ],
)
def test_breach_is_reported(tree: Path, path: str, source: str, message: str):
    (tree / path).parent.mkdir(exist_ok=True)
    (tree / path).write_text(source)
    result = run_structure(tree)
    assert result.returncode == 1
    assert message in result.stdout


def test_missing_package_is_reported(tmp_path: Path):
    assert run_structure(tmp_path).returncode == 1


@pytest.mark.parametrize("name", PACKAGES)
def test_package_is_linked_into_the_import_name(name: str):
    link = ROOT / "src" / "alignproof" / name
    assert link.is_symlink()
    assert link.readlink() == Path("../..") / name
    assert (ROOT / name / "__init__.py").is_file()


def test_every_top_level_package_is_known():
    others = {"tests", "benchmarks", "examples", "tools"}
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - others
    assert found == set(PACKAGES)


def test_no_file_names_an_index_or_a_machine_path():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    # Written so that this file does not match itself.
    forbidden = re.compile(
        r"(?<![\w.-])/(?:work|root|home|Users)/"
        r"|pythonhosted[.]org|pypi[.]org|--(?:extra-)?index-url|--find[-]links"
    )
    found = []
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if path.is_symlink() or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if match := forbidden.search(line):
                found.append(f"{name}:{number}: {match.group()}")
    assert found == []
