"""``make docs``: the pages are built without a warning, none is left out, and they ask nobody for anything."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.blocks import PAGES, ROOT, layout

REQUESTS = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "srcset"), ("use", "href")}
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


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The pages, built as ``make docs`` builds them."""
    folder = tmp_path_factory.mktemp("docs")
    layout.lay_out(folder / "pages")
    (command,) = re.findall(r"^\t.*sphinx-build (.*) build/pages build/docs$", (ROOT / "Makefile").read_text(), flags=re.M)
    words = [*command.split(), folder / "pages", folder / "built"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "built"


def parsed(path):
    addresses = Addresses()
    addresses.feed(path.read_text())
    return addresses


@pytest.mark.slow
def test_warnings_would_be_errors(built):
    (command,) = re.findall(r"sphinx-build (.*)", (ROOT / "Makefile").read_text())
    assert "-W" in command.split()


@pytest.mark.slow
def test_every_page_and_package_is_there(built):
    for page in PAGES:
        assert (built / layout.place(page.relative_to(ROOT)).with_suffix(".html")).is_file()
    for package, _ in layout.packages():
        assert (built / "api" / f"{package.removeprefix('alignproof.')}.html").is_file()
    assert 'id="alignproof.games.model.Game"' in (built / "api" / "games.html").read_text()


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere(built):
    for path in built.rglob("*.html"):
        for address in parsed(path).loads:
            assert not re.match(r"(?:[a-z]+:)?//", address), f"{path.name} loads {address}"
    for path in built.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", path.read_text()), path.name


@pytest.mark.slow
def test_links_lead_somewhere(built):
    pages = {path: parsed(path) for path in built.rglob("*.html")}
    for path, addresses in pages.items():
        for link in addresses.links | addresses.loads:
            if re.match("https?:|mailto:|data:|javascript:", link) or link == "#":
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / unquote(name.partition("?")[0])).resolve() if name else path
            assert target.exists(), f"{path.name}: {link}"
            if anchor and target in pages:
                assert unquote(anchor) in pages[target].anchors | {"top"}, f"{path.name}: {link}"


@pytest.mark.slow
def test_formulas_are_mathml(built):
    page = (built / "explanation" / "certificates.html").read_text()
    assert page.count("<math") >= 6
    assert "$$" not in page


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
    names = {package.split(".")[1] for package, _ in layout.packages()}
    assert names == {path.name for path in top.iterdir() if path.is_dir() and path.name != "__pycache__"} - layout.NOT_IN_API
