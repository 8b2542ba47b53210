"""What notebooks show: the picture of the game, what the kernel says, and nothing that a document smuggles in."""

from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from alignproof.counterexamples.ties import ties_by_provider
from alignproof.formats.certificates import value_certificate
from alignproof.games.algebra import RATIONAL
from alignproof.games.outcome import outcome
from alignproof.pictures.display import show_certificate, show_game
from alignproof.symbolic.catalogue import RESULTS
from tests.forged.valid import valid

EVIL = "$\\frac{$<script>alert('x')</script>&\""


class Tags(HTMLParser):
    """All tags of a page, every one closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def picture(html):
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


def market():
    instance = ties_by_provider()
    return instance.game, instance.profile


def test_a_game_is_shown_as_its_picture():
    game, profile = market()
    shown = show_game(game, profile)
    html = shown._repr_html_()
    assert Tags(html).seen.count("svg") == 1
    words = "".join(picture(html).itertext())
    assert all(name in words for name in (*game.user_names, *game.provider_names))
    assert repr(shown).startswith(game.name)
    assert html == show_game(game, profile)._repr_html_()


def test_a_certificate_is_shown_with_what_the_kernel_says_of_it():
    document = valid("bound")
    html = show_certificate(document)._repr_html_()
    assert "valid deviation-bound certificate" in html
    assert f"<code>{document['claim']['bound']}</code>" in html
    assert "svg" in Tags(html).seen
    identity = show_certificate(valid("identity"))
    assert "svg" not in Tags(identity._repr_html_()).seen
    assert repr(identity) == "valid identity certificate"


def test_nothing_that_is_not_valid_is_shown_as_if_it_were():
    document = valid("bound")
    forged = document | {"claim": document["claim"] | {"bound": "-1"}}
    for wrong, said in ((forged, "INVALID"), ({}, "unusable"), ({"claim": {"game": 1}}, "unusable")):
        html = show_certificate(wrong)._repr_html_()
        assert said in html
        assert Tags(html).seen == ["p"]


def test_names_are_text():
    game, profile = market()
    users = (replace(game.users[0], name=EVIL), *game.users[1:])
    evil = replace(game, name=EVIL, users=users)
    certificate = value_certificate(evil, profile, outcome(RATIONAL, evil, profile))
    assert "valid value" in repr(show_certificate(certificate))
    for html in (show_game(evil, profile)._repr_html_(), show_certificate(certificate)._repr_html_()):
        assert "script" not in Tags(html).seen
        assert "alert" in html
    wrong = show_certificate({"format": EVIL, "kind": EVIL, "claim": {}, "evidence": {}})._repr_html_()
    assert Tags(wrong).seen == ["p"]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.result)
def test_results_are_typeset(result):
    text = result._repr_latex_()
    assert text == f"$\\displaystyle {result.latex()}$"
    assert text.count("$") == 2
    assert text.count("{") == text.count("}")
