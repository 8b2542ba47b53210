"""Pictures of two-parameter slices of regions, drawn from the same inequalities that are proved. Same input, same file.

Drawing is in floating point and decides nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from alignproof.checks.linear import Row
from alignproof.counterexamples.regions.families import (
    Family,
    proposition_a_2_family,
    smallest_error_family,
    theorem_4_1_family,
    theorem_5_2_family,
    unlike_family,
)
from alignproof.counterexamples.regions.parameters import holds
from alignproof.formats.writing import write_file
from alignproof.games.polynomial import Polynomial, as_polynomial, variable

X, Y = variable("x"), variable("y")
GRID, NEAR, STRAIGHT = 241, 1e-7, 1e-9
STYLES: dict[bool, Any] = {True: "-", False: (0, (4, 2))}
"""How a boundary is drawn: on which the claim holds, and on which it fails."""

STAR: dict[str, Any] = {"marker": "*", "markersize": 11, "color": "white", "markeredgecolor": "black"}
WHITE: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
GREYS = ("0.88", "0.74", "0.58")


@dataclass(frozen=True)
class Layer:
    """A family's region with its parameters put in as polynomials in x and y, and what to write at a place in it."""

    family: Family
    place: Mapping[str, Polynomial]
    label: str
    at: tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """Layers one over the other, over [0, 1] x [0, 1]. ``mark`` is a point and its name, ``ticks`` name values of y."""

    name: str
    title: str
    across: str
    up: str
    layers: tuple[Layer, ...]
    mark: tuple[float, float, str]
    ticks: tuple[tuple[Fraction, str], ...] = ()


def _fixed(**values: Polynomial | Fraction | int) -> dict[str, Polynomial]:
    return {name: as_polynomial(value) for name, value in values.items()}


def pictures() -> tuple[Picture, ...]:
    """All pictures."""
    d_2 = Fraction(2, 3)
    ratios = tuple((Fraction(d, d + 1), f"D = {d}") for d in (1, 2, 4))
    ratios += tuple((Fraction(1, d + 1), f"D = 1/{d}") for d in (2, 4))
    two, error = theorem_5_2_family(), smallest_error_family((0, 1))
    return (
        Picture(
            "theorem-4-1-eps-c",
            "Theorem 4.1, D = 2: silence is an equilibrium worth at most ε",
            "ε, what abstaining is worth",
            "c, what matching the state is worth",
            tuple(
                Layer(theorem_4_1_family(m), _fixed(eps=X, c=Y, s=d_2), f"M ≥ {m}" + (" →" if m == 4 else ""), place)
                for m, place in ((4, (0.1, 0.82)), (3, (0.375, 0.91)), (2, (0.65, 0.82)))
            ),
            (1 / 2, 1, "example: ε = 1/2, c = 1, M = 3"),
        ),
        Picture(
            "theorem-4-1-eps-d",
            "Theorem 4.1, c = 1, M = 3: silence is an equilibrium worth at most ε",
            "ε, what abstaining is worth",
            "D (drawn at D/(D + 1))",
            (Layer(theorem_4_1_family(3), _fixed(eps=X, c=1, s=Y), "holds", (0.6, 0.85)),),
            (1 / 2, 2 / 3, "example: ε = 1/2, D = 2"),
            ratios,
        ),
        Picture(
            "theorem-4-1-unlike",
            "Theorem 4.1, c = 1, M = 3, D = 2: users who are not alike",
            "e₁, what abstaining is worth to user 1",
            "e₂, to user 2",
            (Layer(unlike_family(3), _fixed(e1=X, e2=Y, s=d_2), "holds on the line only, above 1/3", (0.4, 0.8)),),
            (1 / 2, 1 / 2, "example"),
        ),
        Picture(
            "theorem-5-2-beta",
            "Theorem 5.2: both users get less than their benchmark",
            "o, what abstaining is worth to either user",
            "β, the new user's share in the provider's payoff",
            (Layer(two, _fixed(o1=X, o2=X, beta=Y), "holds", (0.8, 0.75)),),
            (2 / 3, 1 / 2, "the paper's: o = 2/3, β = 1/2"),
        ),
        Picture(
            "theorem-5-2-users",
            "Theorem 5.2: both users get less than their benchmark",
            "o₁, what abstaining is worth to the old user",
            "o₂, to the new user",
            (
                Layer(two, _fixed(o1=X, o2=Y, beta=Fraction(1, 2)), "β = 1/2", (0.63, 0.555)),
                Layer(two, _fixed(o1=X, o2=Y, beta=Fraction(1, 8)), "β = 1/8 too", (0.86, 0.62)),
            ),
            (2 / 3, 2 / 3, "the paper's: β = 1/2"),
        ),
        Picture(
            "proposition-a-2-weights",
            "Proposition A.2: the smallest error of strong alignment is at least e",
            "s₁, user 1's weight on the first provider",
            "s₂, user 2's",
            (
                Layer(error, _fixed(s1=X, s2=Y, e=Fraction(3, 10)), "e = 3/10", (0.2, 0.72)),
                Layer(error, _fixed(s1=X, s2=Y, e=Fraction(2, 5)), "e = 2/5", (0.2, 0.56)),
                Layer(proposition_a_2_family(), _fixed(s1=X, s2=Y), "e = 1/2", (0.25, 0.25)),
            ),
            (1 / 2, 1 / 2, "the paper's"),
        ),
        Picture(
            "proposition-a-2-error",
            "Proposition A.2, both users with the same weights",
            "s, users' weight on the first provider",
            "e, an error",
            (
                Layer(error, _fixed(s1=X, s2=X, e=Y), "no weights fit both", (0.8, 0.4)),
                Layer(smallest_error_family((0,)), _fixed(s1=X, s2=X, e=Y), "no weights fit the first", (0.32, 0.25)),
            ),
            (1 / 2, 1 / 2, "the paper's"),
        ),
    )


Grid = Any
"""An array of floating-point numbers."""


def _worth(value: Polynomial, x: Grid, y: Grid) -> Grid:
    """A polynomial in x and y on arrays."""
    numbers = {"x": x, "y": y}
    total = np.zeros_like(x)
    for monomial, coefficient in value.terms.items():
        term = np.full_like(x, float(coefficient))
        for name, power in monomial:
            term = term * numbers[name] ** power
        total = total + term
    return total


def _placed(rows: Sequence[Row], layer: Layer) -> list[Row]:
    """Rows in x and y; those that hold everywhere are left out."""
    placed = (Row(row.value(layer.place), row.sense) for row in rows)
    return [row for row in placed if not (row.value.terms.keys() <= {()} and holds(row, {}))]


def _least(rows: Sequence[Row], x: Grid, y: Grid) -> Grid:
    """The smallest of all sides, so that rows hold where it is at least 0."""
    return np.min([_worth(row.value, x, y) for row in rows], axis=0)


def _thinned(points: Grid) -> Grid:
    """A polygonal line without the points that lie on the way between their neighbours."""
    kept = list(points[:1])
    for point, after in zip(points[1:], [*points[2:], None], strict=True):
        if after is not None:
            (ax, ay), (bx, by) = point - kept[-1], after - point
            if abs(ax * by - ay * bx) < STRAIGHT and ax * bx + ay * by >= 0:
                continue
        kept.append(point)
    return np.array(kept)


def _areas(axes: Any, x: Grid, y: Grid, values: Grid) -> list[Grid]:
    """Polygons, without holes, where the values are not negative."""
    if values.max() <= NEAR:
        return []
    drawn = axes.contourf(x, y, values, [0, values.max() + 1], alpha=0)
    parts = [_thinned(polygon) for path in drawn.get_paths() for polygon in path.to_polygons()]
    drawn.remove()
    return parts


def _lines(axes: Any, layer: Layer, x: Grid, y: Grid) -> Iterator[tuple[Grid, Grid, bool]]:
    """The pieces of the region's boundary inside the box, and whether they belong to it."""
    box, options = _placed(layer.family.box, layer), [_placed(rows, layer) for rows in layer.family.region]
    for rows in options:
        others = [option for option in options if option is not rows]
        for row in rows:
            if row.value.terms.keys() <= {()}:
                continue
            drawn = axes.contour(x, y, _worth(row.value, x, y), [0], alpha=0)
            for part in drawn.allsegs[0]:
                px, py = part[:, 0], part[:, 1]
                here = _least([*box, *rows], px, py) >= -NEAR
                for option in others:
                    here &= _least(option, px, py) <= NEAR
                for piece in np.split(part, np.flatnonzero(np.diff(here)) + 1):
                    if len(piece) > 1 and here[np.flatnonzero((part == piece[0]).all(axis=1))[0]]:
                        thin = _thinned(piece)
                        yield thin[:, 0], thin[:, 1], row.sense == ">="
            drawn.remove()


def draw(picture: Picture) -> Figure:
    """The picture as a figure."""
    figure = Figure(figsize=(5.6, 5.2), layout="constrained")
    axes = figure.subplots()
    side = np.linspace(0, 1, GRID)
    x, y = np.meshgrid(side, side)
    for layer, grey in zip(picture.layers, GREYS, strict=False):
        box = _placed(layer.family.box, layer)
        options = [_least([*_placed(rows, layer), *box], x, y) for rows in layer.family.region]
        for area in _areas(axes, x, y, np.max(options, axis=0)):
            axes.fill(area[:, 0], area[:, 1], color=grey, linewidth=0)
    first = picture.layers[0]
    outside = _areas(axes, x, y, -_least(_placed(first.family.box, first), x, y))
    for area in outside:
        axes.fill(area[:, 0], area[:, 1], fill=False, hatch="////", linewidth=0)
    kinds: set[bool] = set()
    for layer in picture.layers:
        for px, py, closed in _lines(axes, layer, x, y):
            kinds.add(closed)
            axes.plot(px, py, color="black", linewidth=1.8, linestyle=STYLES[closed], clip_on=False)
        axes.text(*layer.at, layer.label, ha="center", va="center", fontsize=9, bbox=WHITE, zorder=4)
    across, up, name = picture.mark
    axes.plot([across], [up], clip_on=False, zorder=5, **{**STAR, "markersize": 13})
    _decorate(figure, axes, picture, name, kinds, bool(outside))
    return figure


def _decorate(figure: Any, axes: Any, picture: Picture, mark: str, kinds: set[bool], hatched: bool) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=picture.across, ylabel=picture.up, aspect="equal")
    axes.set_title(picture.title, fontsize=9)
    if picture.ticks:
        axes.set_yticks([float(value) for value, _ in picture.ticks], [name for _, name in picture.ticks])
    names = {True: "boundary, claim holds on it", False: "boundary, claim fails on it"}
    handles: list[Any] = [
        Line2D([], [], color="black", linewidth=1.8, linestyle=STYLES[kind], label=names[kind])
        for kind in sorted(kinds, reverse=True)
    ]
    handles.append(Line2D([], [], label=mark, linestyle="none", **STAR))
    if hatched:
        handles.append(mpl.patches.Patch(facecolor="white", edgecolor="black", hatch="////", label="not asked"))
    figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=8, frameon=False)


def save(picture: Picture, folder: Path) -> list[Path]:
    """Write the picture as PNG and SVG."""
    paths = [folder / f"{picture.name}.{form}" for form in ("png", "svg")]
    with mpl.rc_context({"svg.hashsalt": picture.name, "svg.fonttype": "none", "hatch.linewidth": 0.4}):
        figure = draw(picture)
        pixels, vector = BytesIO(), BytesIO()
        figure.savefig(pixels, format="png", dpi=110, metadata={"Software": None})
        figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": None})
    write_file(paths[0], pixels.getvalue())
    write_file(paths[1], vector.getvalue())
    return paths
