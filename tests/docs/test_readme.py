"""The README's code and commands do what it says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_python_block_prints_what_its_comments_say():
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    promised = re.findall(r"# ([\w/]+)", block)
    done = subprocess.run([sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == promised


def test_the_commands_exist(tmp_path):
    commands = re.findall(r"^    \.venv/bin/alignproof (.*)$", README, flags=re.M)
    assert len(commands) == 6
    program = Path(sys.executable).parent / "alignproof"
    for command in commands:
        done = subprocess.run([program, shlex.split(command)[0], "--help"], capture_output=True, check=False)
        assert done.returncode == 0


def test_the_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`?make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, flags=re.M), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert link.startswith("https://") or (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page):
    for name in re.findall(r"`((?:[a-z_]+/)+[a-z_0-9]+\.(?:py|json|md))`", page.read_text()):
        if not name.startswith("build/"):
            assert (ROOT / name).exists(), name
