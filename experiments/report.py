"""The whole experiment: tables in, a folder of figures, claims and one page out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alignproof.experiments.claims import Claim, claims
from alignproof.experiments.figures import FIGURES, draw_all, save, sentence
from alignproof.experiments.page import Shown, write_page
from alignproof.experiments.run import Settings, compute
from alignproof.experiments.scores import SCORES
from alignproof.experiments.tables import Tables, write_findings


@dataclass(frozen=True)
class Report:
    """What was written, and how many parts were taken from an earlier run."""

    page: Path
    asked: tuple[Claim, ...]
    parts: int
    reused: int


def steps(data: Tables) -> int:
    """How often :func:`experiment` announces something."""
    return len(data.partitions) * len(SCORES) + len(FIGURES)


def experiment(data: Tables, out: Path, settings: Settings, announce: Callable[[str], None]) -> Report:
    """Compute or reuse all parts, then write figures, ``claims.csv`` and ``index.html`` into a folder.

    Raises InputError if a partition has too few questions, OSError if a file cannot be written.
    """
    reused = []

    def part_done(name: str, was_there: bool) -> None:
        reused.append(was_there)
        announce(name)

    parts = compute(data, out / "parts", settings, part_done)
    asked = claims(parts)
    shown = []
    for drawn in draw_all(parts, data.synthetic):
        shown.append(Shown(drawn, save(drawn, out / "figures", data.source), sentence(drawn, asked)))
        announce(f"figure {drawn.name}")
    rows = [(c.claim, c.verdict, c.numbers, c.source, c.figure) for c in asked]
    write_findings(out / "claims.csv", data.source, ("claim", "verdict", "numbers", "source", "figure"), rows)
    sentences = [(item.drawn.name, item.sentence) for item in shown]
    write_findings(out / "figures.csv", data.source, ("figure", "sentence"), sentences)
    write_page(out / "index.html", parts, settings, asked, shown, data.synthetic)
    return Report(out / "index.html", tuple(asked), len(reused), sum(reused))
