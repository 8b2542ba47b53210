"""``make docs``: the pages are built without a warning, none is left out, and they ask nobody for anything."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.blocks import PAGES, ROOT, layout

REQUESTS = {
    ("script", "src"),
    ("img", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "srcset"),
    ("use", "href"),
}
"""Where an element makes a browser ask for something by itself."""


class Addresses(HTMLParser):
    """What a page links to, what it loads, and its anchors."""

    def __init__(self):
        super().__init__()
        self.links, self.loads, self.anchors = set(), set(), set()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if (tag, name) in REQUESTS:
                self.loads.add(value)
            elif tag == "a" and name == "href":
                self.links.add(value)
            elif name == "id":
                self.anchors.add(value)


def build(pages, out):
    """Build pages as ``make docs`` does."""
    (options,) = re.findall(r"sphinx-build (.*) build/pages build/docs\n", (ROOT / "Makefile").read_text())
    command = [sys.executable, "-m", "sphinx", *options.split(), pages, out]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def parsed(path):
    addresses = Addresses()
    addresses.feed(path.read_text())
    return addresses


def is_outside(address):
    return re.match("(?:[a-z]+:)?//", address) is not None


def dangling(pages):
    """The links of built pages to files and anchors that are not there."""
    for path, addresses in pages.items():
        for link in addresses.links | addresses.loads:
            if is_outside(link) or link.startswith(("data:", "mailto:")) or link == "#":
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / unquote(name.partition("?")[0])).resolve() if name else path
            if not target.exists() or (anchor and target in pages and unquote(anchor) not in pages[target].anchors):
                yield f"{path.name}: {link}"


@pytest.mark.slow
def test_the_pages(tmp_path):
    layout.lay_out(tmp_path / "pages")
    built = tmp_path / "built"
    done = build(tmp_path / "pages", built)
    assert (done.returncode, done.stderr) == (0, "")
    pages = {path: parsed(path) for path in built.rglob("*.html")}
    for page in PAGES:
        assert (built / layout.place(page.relative_to(ROOT)).with_suffix(".html")) in pages
    for package, _ in layout.packages():
        assert f"module-{package}" in pages[built / "api" / f"{package.removeprefix('alignproof.')}.html"].anchors
    assert "alignproof.games.model.Game" in pages[built / "api" / "games.html"].anchors
    assert not [f"{path}: {address}" for path in pages for address in pages[path].loads if is_outside(address)]
    for path in built.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", path.read_text()), path
    assert not list(dangling(pages))
    formulas = (built / "explanation" / "certificates.html").read_text()
    assert formulas.count("<math") >= 6
    assert "$$" not in formulas


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "warning"),
    [
        ("[there](nowhere.md)", "nowhere.md"),
        ("$$\n\\integral x\n$$", "integral"),
        ("```{eval-rst}\n:func:`alignproof.games.outcome.no_such_thing`\n```", "no_such_thing"),
        ("### Too deep", "Non-consecutive header level"),
        (None, "isn't included in any toctree"),
    ],
)
def test_a_warning_is_an_error(page, warning, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text(f"# Index\n\n{page or ''}\n")
    if page is None:
        (tmp_path / "pages" / "orphan.md").write_text("# Orphan\n")
    done = build(tmp_path / "pages", tmp_path / "built")
    assert done.returncode != 0
    assert warning in done.stderr


def test_every_page_has_its_line_on_the_front_page():
    front = ROOT / "docs" / "README.md"
    linked = {(front.parent / link).resolve() for link in re.findall(r"\]\(([^)#:]+)\)", front.read_text())}
    for page in (ROOT / "docs").rglob("*.md"):
        assert page == front or page in linked, f"docs/README.md has no link to {page.relative_to(ROOT)}"


def test_links_are_turned_into_links_between_copies():
    linked = set()
    text = "[a](../../counterexamples/catalogue/README.md), [b](../README.md#how-to), [c](https://x.org/y.md)"
    new = layout.relinked(Path("docs/how-to/report.md"), text, linked)
    assert new == "[a](../catalogue/README.md), [b](../index.md#how-to), [c](https://x.org/y.md)"
    layout.relinked(Path("docs/how-to/report.md"), "[d](../../examples/own_market.py)", linked)
    assert Path("examples/own_market.py") in linked


@pytest.mark.parametrize("link", ["nowhere.md", "../../examples", "../../../outside.md"])
def test_a_link_that_leads_nowhere_is_an_error(link):
    with pytest.raises(SystemExit, match="no file"):
        layout.relinked(Path("docs/how-to/report.md"), f"[a]({link})", set())


def test_all_packages_have_a_page():
    top = ROOT / "src" / "alignproof"
    folders = {path.name for path in top.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {package.split(".")[1] for package, _ in layout.packages()} == folders - layout.NOT_IN_API
