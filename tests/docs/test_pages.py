"""Every command and every piece of code on every page is run: with the slow tests, but for pages that are quick."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, blocks, run, understood

QUICK = {"docs/explanation/certificates.md", "docs/how-to/check-a-certificate.md"}
"""Pages that take a few seconds; any other is run with the slow tests."""
MADE = "build", "examples", ".venv"
"""What is not a link to the repository in the folder where a page is run."""
MOST_LEFT_ALONE = 4
"""Blocks that carry ``not run``; each has a reason, and one more should have a good one."""


def names(pages):
    return [str(page.relative_to(ROOT)) for page in pages]


def cases():
    marks = {name: () if name in QUICK else pytest.mark.slow for name in names(PAGES)}
    return [
        pytest.param(page, id=name, marks=marks[name])
        for page, name in zip(PAGES, names(PAGES), strict=True)
        if blocks(page.read_text())
    ]


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """What ``make verify`` leaves in build, for two rows."""
    folder = tmp_path_factory.mktemp("built")
    program = Path(sys.executable).parent / "alignproof"
    subprocess.run([program, "verify", "theorem 5.2", "--no-cache", "--out", folder], check=True, capture_output=True)
    return folder


@pytest.fixture
def root(built, tmp_path):
    """A folder laid out like the repository's root after ``make verify``, in which pages may write."""
    for path in ROOT.iterdir():
        if path.name not in MADE and not path.name.startswith(".git"):
            (tmp_path / path.name).symlink_to(path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(built, tmp_path / "build")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.mark.parametrize("page", cases())
def test_the_page_does_what_it_says(page, root):
    run(page.read_text(), root)


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_blocks_are_understood(page):
    for block in blocks(page.read_text()):
        understood(block)


def test_make_has_the_targets():
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        for target in set(re.findall(r"(?:`|^ {4}|^)make ([a-z0-9-]+)", page.read_text(), flags=re.M)):
            assert re.search(rf"^{target}:", makefile, flags=re.M), f"{page.name}: make {target}"


def test_what_is_left_alone_has_a_reason():
    reasons = [
        (name, block.line, block.markers["not run"])
        for page, name in zip(PAGES, names(PAGES), strict=True)
        for block in blocks(page.read_text())
        if "not run" in block.markers
    ]
    assert all(len(reason) > 10 for *_, reason in reasons), reasons
    assert len(reasons) <= MOST_LEFT_ALONE, reasons


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert link.startswith("https://") or (page.parent / link).is_file(), link


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_files_that_are_named_exist(page):
    for name in re.findall(r"`((?:[a-z_]+/)+[a-z_0-9]+\.(?:py|json|md))`", page.read_text()):
        if not name.startswith("build/"):
            assert (ROOT / name).exists(), name
