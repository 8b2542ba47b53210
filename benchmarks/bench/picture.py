"""Growth as a picture: a panel per parameter with points, fitted curves, and where it stops and why."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from alignproof.pictures.figure import ACCENT, INK, SECOND, SOFT, STYLE, write
from bench.growth import Point, Series, fitted

COLUMNS = 3


def draw_growth(everything: Sequence[Series], limit: float, path: Path) -> tuple[Path, Path]:
    """Write the picture as .svg and .png; ``limit`` is the time that a game was given, in seconds."""
    with rc_context(STYLE):
        rows = -(-len(everything) // COLUMNS)
        figure = Figure(figsize=(11, 3.1 * rows + 0.5), layout="constrained")
        panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True)
        for panel, found in zip(panels.flat, everything, strict=False):
            _panel(panel, found, limit)
        for row in panels:
            row[0].set_ylabel("seconds")
        handles, labels = panels.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=4)
    return write(figure, path)


def _panel(panel: Axes, found: Series, limit: float) -> None:
    name, base = found.parameter.name, found.parameter.base
    panel.set_yscale("log")
    panel.set_title(f"{name}, from {base}", loc="left")
    panel.set_xlabel(name)
    panel.axhline(limit, color=SOFT, linewidth=0.8, label="limit")
    made = [(one.size, one.made.median) for one in found.points]
    fit = fitted(made)
    _series(panel, found.points, "made", ACCENT)
    _series(panel, found.points, "checked", SECOND)
    if fit:
        if fit.polynomial:
            panel.set_xscale("log")
        xs = np.geomspace(made[max(0, len(made) - 5)][0], made[-1][0], 60)
        panel.plot(xs, [fit.at(x) for x in xs], color=INK, linewidth=1, linestyle="--", label="fit")
        text = f"∝ {name}^{fit.power:.2f}" if fit.polynomial else f"∝ {fit.base:.3g}^{name}"
        panel.annotate(text, (0.03, 0.93), xycoords="axes fraction", va="top", color=INK)
    if found.stop:
        size, reason = found.stop
        panel.axvline(size, color=SOFT, linewidth=0.8, linestyle=":")
        panel.annotate(f"{name} = {size}: {reason}", (0.97, 0.04), xycoords="axes fraction", ha="right", color=INK)
    sizes = [one.size for one in found.points] + ([found.stop[0]] if found.stop else [])
    panel.set_xticks(sizes, list(map(str, sizes)), minor=False)
    panel.xaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_formatter("{x:g}")


def _series(panel: Axes, points: Sequence[Point], kind: str, colour: str) -> None:
    spreads = [getattr(one, kind) for one in points]
    middle = [spread.median for spread in spreads]
    ends = [[s.median - s.least for s in spreads], [s.most - s.median for s in spreads]]
    label = {"made": "made", "checked": "re-checked by the kernel"}[kind]
    panel.errorbar(
        [one.size for one in points],
        middle,
        yerr=ends,
        color=colour,
        marker="o",
        markersize=3.5,
        linewidth=1,
        label=label,
    )
