"""The page is whole, well formed and alone: it loads nothing, and nothing that it shows can become markup."""

import gzip
import re
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.report.contents import Listing, Settled, about
from alignproof.report.elements import VOID, Safe, element, visible
from alignproof.report.html import SECTIONS, html
from alignproof.report.tables import slug
from alignproof.symbolic.catalogue import RESULTS

HOSTILE = "<script>alert(1)</script>\"'&<b onclick=x>\x00\u202e</td></style>]]>"


class Page(HTMLParser):
    """Elements in order, each with attributes, text and ancestors; raises AssertionError if tags do not match."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements = [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(set(names)) == len(names), attributes
        node = {"tag": tag, "text": "", "within": list(self.open)} | {"@" + name: value for name, value in attributes}
        self.elements.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attributes):
        assert tag == "mspace"

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for node in self.open:
            node["text"] += data

    def all(self, tag):
        return [node for node in self.elements if node["tag"] == tag]


@pytest.fixture(scope="module")
def text(contents):
    return html(contents)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def body_rows(page):
    return [node for node in page.all("tr") if node.get("@id", "").startswith("row-")]


def links(page):
    return [node for node in page.all("a") if node["@href"].startswith("data:")]


def unpacked(link):
    kind, data = re.fullmatch("data:application/(json|gzip);base64,(.*)", link["@href"]).groups()
    assert link["@download"].endswith(".gz") == (kind == "gzip")
    return gzip.decompress(b64decode(data)) if kind == "gzip" else b64decode(data)


def test_every_row_is_there_with_all_that_it_says(page, contents):
    rows = body_rows(page)
    assert len(rows) == len(contents.settled) > 8
    for node, row in zip(rows, contents.rows, strict=True):
        for said in (row.result, row.verdict, row.scope, row.depth, row.trusts, f"{row.seconds:.2f}"):
            assert said in node["text"]
        assert (node["@data-verdict"], node["@data-depth"]) == (row.verdict, row.depth)


def test_every_certificate_in_the_table_is_its_file(page, made):
    inside = [link for link in links(page) if any(node.get("@id") == "rows" for node in link["within"])]
    names = {path.name for path in (made / "certificates").iterdir()}
    assert {link["@download"].removesuffix(".gz") for link in inside} == names
    assert {link["@download"].endswith(".gz") for link in inside} == {True, False}
    for link in inside:
        assert unpacked(link) == (made / "certificates" / link["@download"].removesuffix(".gz")).read_bytes()


def test_every_counterexample_has_its_story_picture_certificates_and_command(page, contents):
    saved = {link["@download"].removesuffix(".gz"): unpacked(link) for link in links(page)}
    articles = {node["@id"]: node for node in page.all("article")}
    for shown in contents.counterexamples:
        article = articles[f"game-{shown.entry.name}"]
        for said in (shown.entry.title, shown.entry.knows, shown.entry.wants, shown.entry.does, shown.entry.hence):
            assert said in article["text"]
        (image,) = [node for node in page.all("img") if article in node["within"]]
        assert b64decode(image["@src"].split(",")[1]) == shown.picture
        names = [f"{shown.entry.name}-{attachment.name}" for attachment in shown.certificates]
        assert [saved[name] for name in names] == [attachment.data for attachment in shown.certificates]
        assert f"alignproof check {' '.join(names)}" in article["text"]


def test_every_result_has_statement_and_proof(page):
    articles = {node["@id"]: node for node in page.all("article")}
    for result in RESULTS:
        article = articles[slug(result.result)]
        formulas = [node["@alttext"] for node in page.all("math") if article in node["within"]]
        assert {result.latex(), *(line.formula for line in result.lines)} <= set(formulas)
        proofs = [node for node in page.all("ol") if article in node["within"]]
        assert any(node["tag"] == "details" for node in proofs[0]["within"])


def test_nothing_is_loaded_from_anywhere(page, text):
    loading = {"@src", "@srcset", "@poster", "@action", "@formaction", "@background", "@data", "@style"}
    for node in page.elements:
        assert node["tag"] not in {"link", "iframe", "object", "embed", "base", "audio", "video"}
        for name in loading & set(node):
            assert node["tag"] == "img"
            assert node[name].startswith("data:image/svg+xml;base64,")
        assert not any(name.startswith("@on") for name in node)
        if node["tag"] == "a":
            assert node["@href"].startswith(("#", "data:application/"))
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_the_policy_admits_this_style_and_this_script_only(page):
    (policy,) = [node["@content"] for node in page.all("meta") if "@http-equiv" in node]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.keys() == {"default-src", "img-src", "style-src", "script-src"}
    assert rules["default-src"] == "'none'"
    for tag in ("style", "script"):
        (node,) = page.all(tag)
        assert rules[f"{tag}-src"] == f"'sha256-{b64encode(sha256(node['text'].encode()).digest()).decode()}'"


def test_identifiers_are_unique_and_links_lead_somewhere(page):
    names = Counter(node["@id"] for node in page.elements if "@id" in node)
    assert max(names.values()) == 1
    for node in page.elements:
        for name in ("@aria-labelledby", "@for"):
            assert node.get(name) is None or node[name] in names
        if node.get("@href", "").startswith("#"):
            assert node["@href"][1:] in names


def test_it_can_be_used_with_a_screen_reader_and_a_keyboard(page):
    assert page.all("html")[0]["@lang"] == "en"
    assert len(page.all("h1")) == len(page.all("main")) == 1
    for node in [*page.all("input"), *page.all("select")]:
        assert any(outer["tag"] == "label" and outer["text"].strip() for outer in node["within"])
    for node in page.all("table"):
        caption = next(other for other in page.all("caption") if node in other["within"])
        assert caption["text"].strip()
    for node in page.all("th"):
        assert node["@scope"] in ("row", "col")
    for node in page.all("img"):
        assert node["@alt"].strip()
    (count,) = page.all("output")
    assert count["@aria-live"] == "polite"
    skip = page.all("a")[0]
    assert skip["@href"] == f"#{page.all('main')[0]['@id']}"
    levels = [int(node["tag"][1]) for node in page.elements if re.fullmatch("h[1-6]", node["tag"])]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [node["text"] for node in page.all("h2")] == list(SECTIONS)


def test_without_scripts_everything_is_shown_and_no_control_is(page):
    assert not [node for node in body_rows(page) if "@hidden" in node]
    for node in [*page.all("form"), *page.all("button")]:
        assert "@hidden" in node or any("@hidden" in outer for outer in node["within"])


def test_what_failed_comes_first_with_its_reason(contents):
    first, *others = contents.settled
    broken = replace(first, row=replace(first.row, verdict="UNKNOWN", reason="out of memory"))
    shown = Page(html(replace(contents, settled=(broken, *others))))
    (summary, *_) = shown.all("section")
    assert f"1 of {len(contents.rows)} rows did not reach" in summary["text"]
    assert "out of memory" in summary["text"]
    assert "out of memory" in body_rows(shown)[0]["text"]
    assert "All " not in summary["text"]


def hostile(contents, name):
    row = replace(contents.rows[0], result=name, scope=name, depth=name, trusts=name, verdict="UNKNOWN", reason=name)
    listing = Listing(("result", "verdict", "by"), ((name,) * 3, (RESULTS[0].result, name, name)))
    attachment = replace(contents.settled[0].certificate, name=name)
    return replace(
        contents, settled=(Settled(row, attachment),), version=name, audit=listing, lines=listing, mutants=None
    )


def test_hostile_names_are_text(contents, page):
    shown = Page(html(hostile(contents, HOSTILE)))
    assert len(shown.all("script")) == len(shown.all("style")) == 1
    assert not shown.all("b")
    assert visible(HOSTILE) in body_rows(shown)[0]["text"]
    assert "\u202e" not in html(hostile(contents, HOSTILE))
    assert not [name for node in shown.elements for name in node if name.startswith("@on")]


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=12))
def test_any_name_gives_a_page_that_is_well_formed(contents, name):
    small = replace(hostile(contents, name), counterexamples=(), pictures=(), results=RESULTS[:1])
    page = Page(html(small))
    (row,) = body_rows(page)
    heading = next(node for node in page.all("th") if row in node["within"])
    assert heading["text"] == visible(name)


def test_lists_of_other_commands_are_shown_under_their_results(contents):
    audit = Listing(
        ("result", "hypothesis", "verdict"), (("Theorem 3.1", "ties", "NEEDED"), ("Nowhere", "x", "UNKNOWN"))
    )
    mutants = Listing(("result", "mutant", "fate"), (("Theorem 3.1", "without ties", "killed, Rejected"),))
    shown = Page(html(replace(contents, audit=audit, mutants=mutants)))
    articles = {node["@id"]: node for node in shown.all("article")}
    assert "Which hypotheses are needed (1 NEEDED)" in articles["theorem-3-1"]["text"]
    assert "Mutants of the statement (1 killed)" in articles["theorem-3-1"]["text"]
    assert "Which hypotheses" not in articles["theorem-4-1"]["text"]
    rest = next(node for node in shown.all("section") if node["@aria-labelledby"] == "the-rest-of-the-paper")
    assert "Nowhere" in rest["text"]


def test_regions_are_listed_if_they_are_there(contents, page):
    assert "make regions" in next(node for node in page.all("section") if node["@aria-labelledby"] == "regions")["text"]
    regions = Listing(("family", "claim", "holds where", "settled"), (("5.2", "silence", "2 o2 > 1", "yes"),))
    shown = Page(html(replace(contents, regions=regions)))
    section = next(node for node in shown.all("section") if node["@aria-labelledby"] == "regions")
    assert "2 o2 > 1" in section["text"]
    assert "make regions" not in section["text"]


def test_what_has_not_run_is_named(page):
    (results,) = [node for node in page.all("section") if node["@aria-labelledby"] == "results"]
    for command in ("alignproof audit", "alignproof audit --lines", "make mutants"):
        assert command in results["text"]


@pytest.mark.parametrize(
    ("row", "result"),
    [
        ("Theorem 4.4", "Theorem 4.4"),
        ("Theorem 4.4 with a spare message", "Theorem 4.4 with a spare message"),
        ("Theorem 4.4 is tight in eps: one round", "Theorem 4.4"),
        ("Theorem 4.1's region: D = 1", "Theorem 4.1"),
        ("Theorem 4.10", None),
        ("Section 5, the benchmark is unchanged", None),
    ],
)
def test_the_result_that_a_row_is_about(row, result):
    assert about(row) == result


def test_elements_escape_what_is_not_an_element():
    assert element("p", "<&>", Safe("<br>"), None, 3) == "<p>&lt;&amp;&gt;<br>3</p>"
    assert (
        element("a", class_='"', data_x="<", hidden=True, open=False, id=None)
        == '<a class="&quot;" data-x="&lt;" hidden></a>'
    )
    assert visible("a\x00\x1b[1m\u202eb\n\ud800") == "a\ufffd\ufffd[1m\ufffdb\n\ufffd"
