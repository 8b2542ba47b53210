"""The section on counterexamples: who knows what, wants what and does what, a picture, and the certificates."""

import json

from alignproof.report.contents import Contents, Counterexample
from alignproof.report.elements import Safe, element
from alignproof.report.tables import CATALOGUE, certificate, picture, section
from alignproof.verification.catalogue import SHOWS

TOLD = ("Knows", "Wants", "Does", "Hence")


def counterexamples(contents: Contents) -> Safe:
    """The catalogue."""
    return section(
        CATALOGUE,
        element(
            "p",
            "Games that show what the paper's claims need. A picture shows who knows what, "
            "what everybody says, what users believe on hearing it, and what all get.",
        ),
        *map(_entry, contents.counterexamples),
    )


def _entry(shown: Counterexample) -> Safe:
    entry = shown.entry
    told = zip(TOLD, (entry.knows, entry.wants, entry.does, entry.hence), strict=True)
    story = [element("div", element("dt", name), element("dd", text)) for name, text in told]
    name = f"game-{entry.name}"
    saved = {attachment: f"{entry.name}-{attachment.name}" for attachment in shown.certificates}
    links = [
        element("li", certificate(attachment, file), f": {SHOWS[_kind(attachment.data)]}")
        for attachment, file in saved.items()
    ]
    return element(
        "article",
        element("h3", entry.title, id=f"{name}-title"),
        element("p", entry.shows),
        element("dl", *story, class_="parts"),
        picture(shown.picture, f"The game: {entry.title}. {entry.knows} {entry.does}"),
        element("p", "Certificates:"),
        element("ul", *links),
        element("p", "Check them: ", element("code", f"alignproof check {' '.join(saved.values())}")),
        element("p", f"Smallest: {entry.smallest}. Made by ", element("code", entry.source.command), "."),
        id=name,
        aria_labelledby=f"{name}-title",
    )


def _kind(data: bytes) -> str:
    kind: str = json.loads(data)["kind"]
    return kind
