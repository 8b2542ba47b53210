"""Everything on one HTML page that needs no network: the claims, then each figure with its sentence."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from alignproof.experiments.claims import DOES_NOT, HOLDS, NOT_ASKED, PARTLY, Claim
from alignproof.experiments.figures import Drawn
from alignproof.experiments.run import Parts, Settings
from alignproof.experiments.tables import MADE_UP
from alignproof.formats.writing import write_file

STYLES = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #ddd; }
img { max-width: 100%; height: auto; } figure { margin: 0; } figcaption { margin: .5rem 0; }
.warning { background: #fff3cd; border: 2px solid #c8641e; padding: .6rem 1rem; font-weight: 600; }
.verdict { white-space: nowrap; font-weight: 600; }
.holds { color: #2c7a46; } .partly { color: #9a6b00; } .does-not { color: #b0413e; } .cannot-be-asked { color: #777; }
a { color: #1f5fa8; }
"""


@dataclass(frozen=True)
class Shown:
    """A figure that was saved: where its PNG is, and its sentence."""

    drawn: Drawn
    picture: Path
    sentence: str


def write_page(
    path: Path, parts: Parts, settings: Settings, asked: Sequence[Claim], figures: Sequence[Shown], synthetic: bool
) -> None:
    """Write the page. Raises OSError if that fails."""
    write_file(
        path,
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>Alignment on survey data</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{STYLES}</style></head><body>\n"
        f"<h1>Alignment on survey data</h1>\n{_warning(synthetic)}{_setting(parts, settings)}"
        f"<h2>The paper's claims on these data</h2>\n{_table(asked)}"
        f"{''.join(_figure(shown) for shown in figures)}</body></html>\n",
    )


def _warning(synthetic: bool) -> str:
    return f"<p class='warning'>{MADE_UP}.</p>\n" if synthetic else ""


def _setting(parts: Parts, settings: Settings) -> str:
    panels = {name: part.panel for (name, _), part in parts.items()}
    models = next(iter(panels.values())).model_names
    listed = ", ".join(
        f"{name} ({len(p.group_names)} groups, {len(p.questions)} questions)" for name, p in panels.items()
    )
    waves = sorted({question.wave for panel in panels.values() for question in panel.questions})
    return (
        f"<p>{len(models)} models: {escape(', '.join(models))}. Waves: {escape(', '.join(waves))}. "
        f"{len(panels)} partitions: {escape(listed)}. "
        f"Every nonempty set of providers; five-fold cross-validation over questions, seed {settings.seed}; "
        f"{settings.profiles} action profiles drawn for each question. A transfer factor is infinite where the fitted "
        f"weight is 0; nothing is cut off.</p>\n"
    )


def _table(asked: Sequence[Claim]) -> str:
    verdicts = (HOLDS, PARTLY, DOES_NOT, NOT_ASKED)
    counts = ", ".join(f"{verdict}: {sum(claim.verdict == verdict for claim in asked)}" for verdict in verdicts)
    rows = "".join(
        f"<tr><td>{escape(claim.claim)}</td><td class='verdict {claim.verdict.replace(' ', '-')}'>{claim.verdict}</td>"
        f"<td>{escape(claim.numbers)}</td><td>{escape(claim.source)}</td>"
        f"<td><a href='#figure-{claim.figure}'>{claim.figure}</a></td></tr>\n"
        for claim in asked
    )
    head = "<tr><th>claim</th><th>here</th><th>numbers</th><th>in the paper</th><th>figure</th></tr>\n"
    return f"<p>{counts}.</p>\n<table>{head}{rows}</table>\n"


def _figure(shown: Shown) -> str:
    name, stem = shown.drawn.name, shown.picture.stem
    data = base64.b64encode(shown.picture.read_bytes()).decode()
    links = ", ".join(f"<a href='figures/{stem}.{ending}'>{ending.upper()}</a>" for ending in ("svg", "png", "csv"))
    return (
        f"<h2 id='figure-{name}'>Figure {name}: {escape(shown.drawn.title)}</h2>\n<figure>"
        f"<img alt='{escape(shown.drawn.title, quote=True)}' src='data:image/png;base64,{data}'>"
        f"<figcaption>{escape(shown.sentence)} ({links})</figcaption></figure>\n"
    )
