"""The page in a real browser: open, filter, unfold, save a certificate, check it. Skipped if there is no Chromium."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from alignproof.report.html import html

sys.path.insert(0, str(Path(__file__).parent))
from browser import PROGRAM, Browser

pytestmark = [pytest.mark.slow, pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium")]

SHOWN = "Array.from(document.querySelectorAll('#rows tbody tr')).filter((row) => row.checkVisibility()).length"


@pytest.fixture(scope="module")
def browser(contents, tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    page = folder / "report.html"
    page.write_text(html(contents), "utf-8")
    with Browser(folder) as opened:
        opened.save_to(folder / "saved")
        opened.open(page)
        yield opened


def choose(browser, name, value):
    browser.run(
        f"(() => {{ const e = document.getElementById('filters').elements['{name}']; e.value = '{value}';"
        " e.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def clear(browser):
    browser.run("document.querySelector('#filters button').click()")
    browser.run("new Promise((done) => setTimeout(done, 50))")


def saved(browser, name):
    path = browser.folder / "saved" / name
    end = time.monotonic() + 20
    while not path.is_file() and time.monotonic() < end:
        browser.run("new Promise((done) => setTimeout(done, 50))")
    return path


def test_it_asks_for_nothing_but_itself(browser):
    assert [name for name in browser.requests if not name.startswith("data:image/svg+xml")] == [
        (browser.folder / "report.html").as_uri()
    ]


def test_filters_choose_rows_and_say_how_many(browser, contents):
    everything, refuted = len(contents.rows), sum(row.verdict == "REFUTED" for row in contents.rows)
    assert browser.run(SHOWN) == everything
    choose(browser, "verdict", "REFUTED")
    assert browser.run(SHOWN) == refuted
    assert browser.run("document.getElementById('shown').textContent") == f"{refuted} of {everything} rows shown"
    choose(browser, "text", "no such thing")
    assert browser.run(SHOWN) == 0
    clear(browser)
    assert browser.run(SHOWN) == everything
    choose(browser, "text", "THEOREM vacuous")
    assert browser.run(SHOWN) == sum("vacuous" in row.result for row in contents.rows)
    clear(browser)


def test_a_link_to_a_row_that_is_filtered_out_shows_it(browser, contents):
    choose(browser, "text", "no such thing")
    browser.run("new Promise((done) => { location.hash = '#row-1'; setTimeout(done, 200); })")
    assert browser.run(SHOWN) == len(contents.rows)


def test_proofs_unfold_by_keyboard_and_all_at_once(browser):
    seen = "document.querySelector('#theorem-3-1 ol.proof').checkVisibility()"
    assert browser.run(seen) is False
    browser.run("document.querySelector('#theorem-3-1 ol.proof').closest('details').querySelector('summary').focus()")
    browser.press("Enter", 13, "\r")
    assert browser.run(seen) is True
    count = "document.querySelectorAll('details[open]').length"
    browser.run("document.getElementById('unfold').click()")
    assert browser.run(count) == browser.run("document.querySelectorAll('details').length")
    browser.run("document.getElementById('unfold').click()")
    assert browser.run(count) == 0


@pytest.mark.parametrize(
    "choice", ["#rows a[download$='.json']", "#rows a[download$='.gz']", "#game-theorem-4-1 a[download]"]
)
def test_a_certificate_that_is_saved_is_valid(browser, choice):
    name = browser.run(f'document.querySelector("{choice}").download')
    browser.run(f'document.querySelector("{choice}").click()')
    path = saved(browser, name)
    if path.suffix == ".gz":
        subprocess.run(["gunzip", path], check=True)
        path = path.with_suffix("")
    checked = subprocess.run(
        [sys.executable, "-m", "alignproof.checks", path], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert ": valid " in checked.stdout


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(browser, scheme):
    """A contrast of at least 4.5 to 1 for everything that is coloured, as WCAG asks of small text."""
    browser.prefer(scheme)
    worst = browser.run(
        """(() => {
          const light = (text) => {
            const parts = text.match(/[0-9.]+/g).slice(0, 3).map((v) => v / 255)
              .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const behind = (at) => {
            for (; at; at = at.parentElement) {
              const colour = getComputedStyle(at).backgroundColor;
              if (!/, 0\\)$/.test(colour)) return colour;
            }
          };
          let worst = 100;
          for (const at of document.querySelectorAll(
              "p, a, th, td, .verdict, .soft, .good, summary, caption, button, input, code, math, figcaption, label")) {
            const [a, b] = [light(getComputedStyle(at).color), light(behind(at))];
            worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
          }
          return worst;
        })()"""
    )
    browser.prefer("light")
    assert 4.5 <= worst < 22


@pytest.mark.parametrize("width", [400, 800, 1400])
@pytest.mark.parametrize("unfolded", [False, True])
def test_the_page_does_not_scroll_sideways(browser, width, unfolded):
    browser.resize(width, 900)
    browser.run(f"document.querySelectorAll('details').forEach((part) => {{ part.open = {str(unfolded).lower()}; }})")
    assert browser.run("document.documentElement.scrollWidth") <= width
    browser.resize(1200, 900)


def test_it_prints_with_everything_unfolded(browser, tmp_path):
    browser.run("document.querySelectorAll('details').forEach((part) => { part.open = false; })")
    folded = "document.querySelectorAll('details:not([open])').length"
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.run(folded) == 0
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    assert browser.run(folded) > 20
    browser.pdf(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert browser.run(folded) > 20
