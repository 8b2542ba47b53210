"""Games and certificates in notebooks: what Jupyter shows if one is the last value of a cell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from matplotlib import rc_context

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.documents import dump
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, parse
from alignproof.games.model import Game
from alignproof.games.rules import Profile
from alignproof.pictures.certificate import certificate_figure
from alignproof.pictures.figure import STYLE, svg
from alignproof.pictures.game import game_figure


@dataclass(frozen=True)
class Shown:
    """Something as HTML for a notebook, and as a line of text elsewhere."""

    text: str
    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def show_game(game: Game, profile: Profile | None = None) -> Shown:
    """The picture of a game, and of a profile of it if there is one."""
    counts = {"users": game.users, "providers": game.providers, "states": game.states}
    text = f"{game.name or 'a market'}, {', '.join(f'{name}: {len(some)}' for name, some in counts.items())}"
    with rc_context(STYLE):
        picture = svg(game_figure(game, profile))
    return Shown(text, _figure(text, picture))


def show_certificate(document: Mapping[str, Any]) -> Shown:
    """What the kernel says of a certificate, its claim without the game, and the picture of the game if it has one."""
    said, valid = _verdict(document)
    claim = document.get("claim") if valid else None
    rows = [
        f"<tr><th>{escape(key)}</th><td><code>{escape(_brief(value))}</code></td></tr>"
        for key, value in (claim or {}).items()
        if key not in ("game", "profile", "entrant")
    ]
    html = f"<p>{escape(said)}</p>" + (f"<table>{''.join(rows)}</table>" if rows else "")
    if claim and "game" in claim:
        with rc_context(STYLE):
            html += _figure("The game of the claim", svg(certificate_figure(document)))
    return Shown(said, html)


def _verdict(document: Mapping[str, Any]) -> tuple[str, bool]:
    try:
        return f"valid {check(parse(dump(document).encode()))} certificate", True
    except (Rejected, NotSeparable) as error:
        return f"INVALID, {error}", False
    except InputError as error:
        return f"unusable, {error}", False


def _brief(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else f"{text[:397]}..."


def _figure(caption: str, picture: str) -> str:
    """The picture within a page, where only its root element belongs, described for those who do not see it."""
    root = picture[picture.index("<svg") :]
    label = escape(caption, quote=True)
    return f'<figure role="img" aria-label="{label}">{root}<figcaption>{escape(caption)}</figcaption></figure>'
