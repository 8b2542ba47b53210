"""How the best deviation of every provider, with certificates, grows with each size of the game, until it stops."""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from alignproof.checks.kernel import check
from alignproof.checks.signals import MOST_SIGNALS
from alignproof.formats.certificates import certificate, play_claim
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from alignproof.oracles.deviations import Best, best_deviation
from bench.families import Shape, market
from bench.rows import Row, Spread
from bench.settings import Settings
from bench.timing import PATIENCE, Ran, Stopped, apart, clock

GROUP = "Growth: best deviation of every provider, with certificates"
OUT = Path("build/bench")
LONG = 4
"""What takes more than this part of the limit is measured once."""

TAIL = 5
"""Sizes, the largest ones, through which a curve is put: at small ones fixed costs hide the growth."""


@dataclass(frozen=True)
class Parameter:
    """One size of the game that grows, and the game it grows from."""

    name: str
    field: str
    base: Shape
    sizes: tuple[int, ...]

    def shape(self, size: int) -> Shape:
        return replace(self.base, **{self.field: size})


DOUBLING = tuple(sorted(2**e * odd for e in range(12) for odd in (2, 3)))
"""2, 3, 4, 6, 8, 12, 16, ...: twice as much every second time."""

PARAMETERS = (
    Parameter("n", "n", Shape(), tuple(range(1, 21))),
    Parameter("k", "k", Shape(), DOUBLING),
    Parameter("|A|", "actions", Shape(), DOUBLING),
    Parameter("|Y|", "states", Shape(), DOUBLING),
    Parameter("|M|", "messages", Shape(rounds=2), DOUBLING),
    Parameter("R", "rounds", Shape(), tuple(range(1, 41))),
)


@dataclass(frozen=True)
class Point:
    """What was measured at one size, over the games that were drawn: seconds to make and to re-check certificates."""

    size: int
    made: Spread
    checked: Spread
    kib: float


@dataclass(frozen=True)
class Series:
    """A parameter's points in order of size, and at which size it stopped and why; None if no larger size was asked."""

    parameter: Parameter
    points: tuple[Point, ...]
    stop: tuple[int, str] | None


@dataclass(frozen=True)
class Fit:
    """Two curves through points (x, t): t = c x^power and t = c base^x, with the errors of log t (root mean square)."""

    power: float
    power_error: float
    base: float
    base_error: float
    constants: tuple[float, float]

    @property
    def polynomial(self) -> bool:
        """Whether the power fits better."""
        return self.power_error <= self.base_error

    def at(self, x: float) -> float:
        """The better curve."""
        c, d = self.constants
        return c * x**self.power if self.polynomial else d * self.base**x

    def __str__(self) -> str:
        texts = f"x^{self.power:.2f} (error {self.power_error:.2f})", f"{self.base:.3g}^x (error {self.base_error:.2f})"
        return "{}; less well {}".format(*(texts if self.polynomial else texts[::-1]))


def fitted(points: Sequence[tuple[float, float]]) -> Fit | None:
    """Least squares in log t through the last TAIL points; None for fewer than three."""
    tail = points[-TAIL:]
    if len(tail) < 3:
        return None
    x, logs = np.array([float(x) for x, _ in tail]), np.log([t for _, t in tail])
    power, c, power_error = _line(np.log(x), logs)
    rate, d, base_error = _line(x, logs)
    return Fit(power, power_error, math.exp(rate), base_error, (math.exp(c), math.exp(d)))


def _line(x: Any, y: Any) -> tuple[float, float, float]:
    """Slope, intercept and root mean square error."""
    slope, intercept = np.polyfit(x, y, 1)
    return float(slope), float(intercept), float(np.sqrt(np.mean((y - slope * x - intercept) ** 2)))


class Undecided(Exception):
    """UNKNOWN, with its reason."""


def certified(shape: Shape, seed: int, seconds: float) -> tuple[float, float, float]:
    """Seconds to make and to re-check the certificates of all best deviations, ties in favour of whoever deviates, and
    their KiB. Raises Undecided."""
    game, profile = market(shape, seed)
    start, texts = clock(), []
    for j, name in enumerate(game.provider_names):
        best = best_deviation(game, profile, j, robust=True, seconds=seconds)
        if not isinstance(best, Best):
            raise Undecided(best.reason)
        claim = play_claim(game, profile, robust=True, provider=name, bound=str(best.bound))
        texts.append(dump(certificate("deviation-bound", claim, best.evidence)).encode())
    made = clock()
    for text in texts:
        check(parse(text))
    return made - start, clock() - made, sum(map(len, texts)) / 1024


def point(shape: Shape, size: int, settings: Settings) -> Point | Stopped:
    """The games of one size, or a single one if it takes long; one that stops is enough."""
    found: list[tuple[float, float, float]] = []
    for seed in range(settings.seeds):
        if found and sum(found[0][:2]) > settings.point / LONG:
            break
        answer = apart(partial(certified, shape, seed, PATIENCE * settings.point), settings.point)()
        if not isinstance(answer, Ran):
            return answer
        found.append(answer.value)
    made, checked, kib = zip(*found, strict=True)
    return Point(size, Spread.of(made), Spread.of(checked), max(kib))


def series(parameter: Parameter, settings: Settings) -> Series:
    """Larger and larger sizes until one stops."""
    points: list[Point] = []
    for size in parameter.sizes:
        answer = point(parameter.shape(size), size, settings)
        if isinstance(answer, Stopped):
            return Series(parameter, tuple(points), (size, answer.reason))
        points.append(answer)
    return Series(parameter, tuple(points), None)


def measure(settings: Settings) -> Iterator[Row]:
    """A row per point and one per fit; the points are also in OUT as growth.csv, .svg and .png."""
    from bench.picture import draw_growth

    everything = []
    for parameter in PARAMETERS:
        found = series(parameter, settings)
        everything.append(found)
        yield from _rows(found)
    OUT.mkdir(parents=True, exist_ok=True)
    write_points(everything, OUT / "growth.csv")
    draw_growth(everything, settings.point, OUT / "growth")


def _rows(found: Series) -> Iterator[Row]:
    for one in found.points:
        size = str(found.parameter.shape(one.size))
        result = f"{one.kib:.0f} KiB, re-checked in {one.checked.median:.3g} s"
        yield Row(GROUP, f"{found.parameter.name} = {one.size}", size, one.made, result=result)
    if found.stop:
        size, reason = found.stop
        yield Row(GROUP, f"{found.parameter.name} = {size}", str(found.parameter.shape(size)), stopped=reason)
    fit = fitted([(one.size, one.made.median) for one in found.points])
    result = "too few points" if fit is None else f"as {fit}".replace("x", found.parameter.name)
    if cap := refused(found.parameter):
        result += f"; too many signals from {found.parameter.name} = {cap} on"
    yield Row(GROUP, f"growth with {found.parameter.name}", str(found.parameter.base), result=result)


def refused(parameter: Parameter) -> int | None:
    """The first size at which one program would have more signals than the kernel takes; None if there is none."""
    if parameter.field not in ("n", "actions"):
        return None
    shapes = (parameter.shape(size) for size in count(1))
    return 1 + next(k for k, shape in enumerate(shapes) if shape.actions**shape.n > MOST_SIGNALS)


def write_points(everything: Sequence[Series], path: Path) -> None:
    """All points, and where each series stopped and why."""
    columns = ("parameter", "size", "games", "made", "made least", "made most", "re-checked", "KiB", "stopped")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        for found in everything:
            for one in found.points:
                made, checked = one.made, one.checked
                numbers = (made.count, made.median, made.least, made.most, checked.median, round(one.kib, 1))
                rows.writerow((found.parameter.name, one.size, *numbers, ""))
            if found.stop:
                rows.writerow((found.parameter.name, found.stop[0], *[""] * 6, found.stop[1]))
