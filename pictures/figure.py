"""How all pictures look, and how they are written: the same bytes for the same picture."""

import re
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from alignproof.formats.writing import write_file

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "alignproof",
    "text.parse_math": False,
}
"""Text stays text in SVG, and its identifiers do not change from run to run. A "$" in a name is a dollar."""

INK, SOFT, ACCENT, SECOND = "#222222", "#9a9a9a", "#1f5fa8", "#c8641e"
SHADES = "Blues"
DOTS_PER_INCH = 110


def write(figure: Figure, path: Path) -> tuple[Path, Path]:
    """The picture as ``path`` with the endings .svg and .png. Raises OSError if a file cannot be written."""
    vector, pixels = path.with_suffix(".svg"), path.with_suffix(".png")
    with rc_context(STYLE):
        write_file(vector, svg(figure))
        drawn = BytesIO()
        figure.savefig(drawn, format="png", dpi=DOTS_PER_INCH, metadata={"Software": "alignproof"})
        write_file(pixels, drawn.getvalue())
    return vector, pixels


def svg(figure: Figure) -> str:
    """The picture as SVG.

    Clip paths get names that depend on where they lie in memory, and nothing is drawn that needs one. The layout is
    found up to a millionth of a point, so coordinates are rounded.
    """
    for artist in figure.findobj():
        artist.set_clip_on(False)
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": "alignproof"})
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", text.getvalue())
