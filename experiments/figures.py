"""The paper's figures drawn from these data: for each a picture, the numbers behind it, and what it shows.

An infinite transfer factor is never cut off: it is drawn as a triangle on the upper edge, and the share that is
infinite is written there.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alignproof.experiments.claims import LINEAR, RELIGION, Claim, main_partition, number, partitions
from alignproof.experiments.curves import ErrorCurve, Spread, error_curve, subset_curve, transfer_curve, user_curve
from alignproof.experiments.run import Part, Parts
from alignproof.experiments.scores import SCORES, Array
from alignproof.experiments.tables import MADE_UP, write_findings
from alignproof.experiments.weak import METHODS, NNLS
from alignproof.pictures.figure import ACCENT, INK, SECOND, SHADES, SOFT, STYLE, write

Row = tuple[object, ...]
COLOURS = (
    ACCENT,
    SECOND,
    "#3c8c5a",
    "#8a4f9e",
    "#b0413e",
    "#7a6a1f",
    "#3a9aa8",
    "#c25b8f",
    "#555555",
    "#a0a03c",
    "#5a7fd0",
    INK,
)
MARKS = "osD^vPX*<>hd"
DASHES = {
    NNLS: "-",
    "best single": "--",
    "best single, fitted": "--",
    "equal average": "-.",
    "average, fitted": "-.",
    "intercept only": ":",
    "uniform": ":",
}
METHOD_COLOURS = dict(zip(METHODS, (ACCENT, SECOND, "#e3a878", "#3c8c5a", "#93c7a6", SOFT, INK), strict=True))
PROVIDERS = "providers K"
BANDS = "Bands of factors: from the 10 % to the 90 % quantile."


@dataclass(frozen=True)
class Drawn:
    """A picture with the rows behind it and one sentence; ``name`` is also its number in the paper."""

    name: str
    title: str
    shows: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    figure: Figure


def draw_all(parts: Parts, synthetic: bool) -> Iterable[Drawn]:
    """Every figure, one after the other."""
    for draw in FIGURES:
        with rc_context(STYLE):
            drawn = draw(parts)
            drawn.figure.suptitle(f"{MADE_UP}\n{drawn.title}" if synthetic else drawn.title, fontsize=11, color=INK)
        yield drawn


def save(drawn: Drawn, folder: Path, source: str) -> Path:
    """Write the picture as SVG and PNG and its rows, with their source, as CSV; the PNG's path.

    Raises OSError if that fails.
    """
    stem = folder / f"figure-{drawn.name}"
    write_findings(stem.with_suffix(".csv"), source, drawn.columns, drawn.rows)
    return write(drawn.figure, stem)[1]


def _sheet(panels: int, wide: float = 4.6, high: float = 3.3, columns: int = 3) -> tuple[Figure, list[Axes]]:
    columns = min(columns, panels)
    rows = math.ceil(panels / columns)
    figure = Figure(figsize=(wide * columns, high * rows + 0.4), layout="constrained")
    axes = [figure.add_subplot(rows, columns, place + 1) for place in range(panels)]
    return figure, axes


def _legend(axes: Axes, size: float = 8) -> None:
    """In two columns above the lines."""
    rows = math.ceil(len(axes.get_legend_handles_labels()[0]) / 2)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.07 * rows * (high - low))
    axes.legend(fontsize=size, loc="upper right", ncols=2, columnspacing=1.2, handlelength=1.8)


def _counts(curve: Sequence[object] | Array) -> list[int]:
    return list(range(1, len(curve) + 1))


def _whole_ticks(axes: Axes, values: Sequence[int], label: str) -> None:
    axes.set_xticks(values)
    axes.set_xlabel(label)


# Weak alignment


def _draw_methods(axes: Axes, part: Part, methods: Sequence[str] = METHODS) -> dict[str, ErrorCurve]:
    curves = {method: error_curve(part.weak.rmse[method]) for method in methods}
    for method, curve in curves.items():
        k = _counts(curve.mean)
        axes.plot(
            k,
            curve.mean,
            DASHES[method],
            color=METHOD_COLOURS[method],
            label=method,
            linewidth=2.2 if method == NNLS else 1.3,
            marker="o" if method == NNLS else None,
            markersize=3.5,
        )
        axes.fill_between(
            k,
            curve.mean - curve.standard_error,
            curve.mean + curve.standard_error,
            color=METHOD_COLOURS[method],
            alpha=0.12,
            linewidth=0,
        )
    _whole_ticks(axes, _counts(curves[NNLS].mean), PROVIDERS)
    axes.set_ylabel("RMSE on held-out questions")
    return curves


def _draw_groups(axes: Axes, part: Part) -> dict[str, ErrorCurve]:
    curves = {name: error_curve(part.weak.rmse[NNLS], [i]) for i, name in enumerate(part.panel.group_names)}
    for place, (name, curve) in enumerate(curves.items()):
        k, colour = _counts(curve.mean), COLOURS[place % len(COLOURS)]
        axes.plot(k, curve.mean, color=colour, marker=MARKS[place % len(MARKS)], markersize=3.5, label=name)
        axes.fill_between(
            k,
            curve.mean - curve.standard_error,
            curve.mean + curve.standard_error,
            color=colour,
            alpha=0.08,
            linewidth=0,
        )
    _whole_ticks(axes, _counts(next(iter(curves.values())).mean), PROVIDERS)
    axes.set_ylabel("NNLS RMSE on held-out questions")
    return curves


ERROR_COLUMNS = ("partition", "score", "series", "providers", "rmse", "standard_error", "subsets_10", "subsets_90")


def _error_rows(part: Part, curves: dict[str, ErrorCurve]) -> list[Row]:
    return [
        (part.panel.partition, part.score, name, k, *(f"{value[k - 1]:.6f}" for value in _columns(curve)))
        for name, curve in curves.items()
        for k in _counts(curve.mean)
    ]


def _columns(curve: ErrorCurve) -> tuple[Array, ...]:
    return curve.mean, curve.standard_error, curve.low, curve.high


def figure_1(parts: Parts) -> Drawn:
    """Weak alignment in the main partition: methods, and groups."""
    part = parts[main_partition(parts), LINEAR]
    figure, (left, right) = _sheet(2, wide=5.2, high=4.2)
    methods, groups = _draw_methods(left, part), _draw_groups(right, part)
    left.set_title("mean over groups and subsets of K providers")
    right.set_title("by group")
    _legend(left)
    _legend(right)
    ours, full = methods[NNLS].mean, len(methods[NNLS].mean)
    last = {name: float(curve.mean[-1]) for name, curve in groups.items()}
    shows = (
        f"In {part.panel.partition} the error of nonnegative least squares goes from {number(ours[0])} with one "
        f"provider to {number(ours[-1])} with {full}; with all providers {max(last, key=lambda name: last[name])} is "
        f"the hardest group and {min(last, key=lambda name: last[name])} the easiest. Bands: standard error over folds."
    )
    rows = _error_rows(part, methods) + _error_rows(part, groups)
    return Drawn("1", f"Weak alignment, {part.panel.partition}", shows, ERROR_COLUMNS, tuple(rows), figure)


def figure_5(parts: Parts) -> Drawn:
    """Weak alignment in the other partitions."""
    others = [name for name in partitions(parts) if name != main_partition(parts)] or partitions(parts)
    figure, axes = _sheet(len(others))
    rows, gains = [], []
    for panel, name in zip(axes, others, strict=True):
        curves = _draw_methods(panel, parts[name, LINEAR])
        panel.set_title(_named(parts[name, LINEAR]))
        rows += _error_rows(parts[name, LINEAR], curves)
        ours = curves[NNLS].mean
        gains.append(float(100 * (1 - ours[-1] / ours[0])))
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=min(3, len(others)) * 2 + 1, fontsize=8
    )
    shows = (
        f"In the other {len(others)} partitions all providers together make between {min(gains):.0f} % and "
        f"{max(gains):.0f} % less error than one provider does on average."
    )
    return Drawn("5", "Weak alignment across partitions", shows, ERROR_COLUMNS, tuple(rows), figure)


def _named(part: Part) -> str:
    return f"{part.panel.partition} ({len(part.panel.group_names)} groups, {len(part.panel.questions)} questions)"


def figure_6_7(parts: Parts) -> Drawn:
    """Every group of every partition."""
    names = partitions(parts)
    figure, axes = _sheet(len(names), high=3.6)
    rows, above = [], {}
    for panel, name in zip(axes, names, strict=True):
        curves = _draw_groups(panel, parts[name, LINEAR])
        panel.set_title(_named(parts[name, LINEAR]))
        _legend(panel, 7)
        rows += _error_rows(parts[name, LINEAR], curves)
        last = {group: float(curve.mean[-1]) for group, curve in curves.items()}
        hardest = max(last, key=lambda group: last[group])
        above[name, hardest] = 100 * (last[hardest] / float(np.mean(list(last.values()))) - 1)
    most, least = max(above, key=lambda at: above[at]), min(above, key=lambda at: above[at])
    shows = (
        f"With all providers the hardest group lies between {above[least]:.0f} % ({least[1]} in {least[0]}) and "
        f"{above[most]:.0f} % ({most[1]} in {most[0]}) above its partition's mean."
    )
    return Drawn("6-7", "Weak alignment by group, all partitions", shows, ERROR_COLUMNS, tuple(rows), figure)


# Transfer factors


def _draw_factors(axes: Axes, x: Sequence[int], values: Sequence[float], colour: str, style: str, label: str) -> None:
    """A line over the finite values; triangles on the upper edge for the infinite ones."""
    line = [value if math.isfinite(value) else np.nan for value in values]
    axes.plot(x, line, style, color=colour, marker="o", markersize=3.5, label=label)
    infinite = [at for at, value in zip(x, values, strict=True) if math.isinf(value)]
    if infinite:  # a line without points upsets the layout
        size, edge = 9 if colour == SECOND else 5, axes.get_xaxis_transform()
        axes.plot(infinite, [1.0] * len(infinite), "^", color=colour, markersize=size, transform=edge, zorder=5)


def _write_shares(axes: Axes, x: Sequence[int], spreads: Sequence[Spread]) -> None:
    """Above each place, how much of what was averaged is infinite."""
    for at, value in zip(x, spreads, strict=True):
        if value.infinite:
            percent = 100 * value.share
            text = f"∞ {percent:.0f} %" if percent >= 10 else f"∞ {percent:.2g} %"
            axes.text(at, 1.03, text, transform=axes.get_xaxis_transform(), ha="center", fontsize=7, color=INK)


TICKS = ((1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 4, 5, 7), (1, 2, 3, 5, 7), (1, 3), (1,))
MOST_TICKS = 8


@dataclass(frozen=True)
class Band:
    """The quantiles ``SPREAD`` of what a line summarises, in its colour."""

    x: Sequence[int]
    spreads: Sequence[Spread]
    colour: str


def _draw_bands(axes: Axes, bands: Sequence[Band]) -> None:
    """Where the upper quantile is infinite, up to the upper edge, which must not move any more."""
    limits = axes.get_ylim()
    for band in bands:
        low, high = ([min(end, limits[1]) for end in ends] for ends in zip(*map(_ends, band.spreads), strict=True))
        axes.fill_between(band.x, low, high, color=band.colour, alpha=0.12, linewidth=0)
    axes.set_ylim(limits)


def _ends(value: Spread) -> tuple[float, float]:
    return value.low, value.high


def _make_room(axes: Axes, bands: Sequence[Band]) -> None:
    """Stretch the axis to the finite quantiles."""
    ends = [(at, end) for band in bands for at, value in zip(band.x, band.spreads, strict=True) for end in _ends(value)]
    if finite := [point for point in ends if math.isfinite(point[1])]:
        axes.update_datalim(finite)
        axes.autoscale_view()


def _log_axis(axes: Axes, bands: Sequence[Band]) -> None:
    """Logarithmic, with as many round ticks as fit, and with these bands."""
    axes.set_yscale("log")
    _make_room(axes, bands)
    low, high = axes.get_ylim()
    if low <= 0:  # everything is infinite
        low, high = 1.0, 10.0
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in TICKS:
        ticks = [step * 10.0**power for power in powers for step in steps if low <= step * 10.0**power <= high]
        if len(ticks) <= MOST_TICKS:
            break
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set_ylim(low, high)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.6)
    axes.set_axisbelow(True)
    _draw_bands(axes, bands)


def _draw_transfers(axes: Axes, part: Part) -> list[Row]:
    curve = transfer_curve(part.strong)
    k = _counts(curve.worst_user)
    _draw_factors(axes, k, [value.mean for value in curve.worst_user], SECOND, "--", "worst user, mean")
    _draw_factors(axes, k, [value.median for value in curve.worst_user], SECOND, "-", "worst user, median")
    _draw_factors(axes, k, [value.mean for value in curve.mean_user], ACCENT, "--", "mean user, mean")
    _draw_factors(axes, k, [value.median for value in curve.mean_user], ACCENT, "-", "mean user, median")
    _write_shares(axes, k, curve.worst_user)
    _log_axis(axes, [Band(k, curve.worst_user, SECOND), Band(k, curve.mean_user, ACCENT)])
    _whole_ticks(axes, k, PROVIDERS)
    axes.set_ylabel("transfer factor 1/λ*")
    return [
        (part.panel.partition, part.score, user, at, *_spread_row(value))
        for user, values in (("mean user", curve.mean_user), ("worst user", curve.worst_user))
        for at, value in zip(k, values, strict=True)
    ]


SPREAD_COLUMNS = ("mean", "mean_of_finite", "median", "q10", "q90", "infinite", "of")


def _spread_row(value: Spread) -> Row:
    numbers = (value.mean, value.finite_mean, value.median, value.low, value.high)
    return (*(f"{item:.6g}" for item in numbers), value.infinite, value.count)


TRANSFER_COLUMNS = ("partition", "score", "user", "providers", *SPREAD_COLUMNS)


def _transfers_said(part: Part) -> str:
    worst = transfer_curve(part.strong).worst_user
    few = worst[min(2, len(worst) - 1)]
    return (
        f"in {part.panel.partition} the worst user's median factor goes from {number(worst[0].median)} with one "
        f"provider ({100 * worst[0].share:.0f} % infinite) to {number(few.median)} with three "
        f"({100 * few.share:.1g} % infinite) and {number(worst[-1].median)} with all"
    )


def figure_2(parts: Parts) -> Drawn:
    """Transfer factors against providers, and error and factor against users."""
    part = parts[main_partition(parts), LINEAR]
    figure, (left, right) = _sheet(2, wide=5.4, high=4.2)
    rows = _draw_transfers(left, part)
    left.set_title("over subsets of K providers and folds", pad=16)
    left.legend(fontsize=8, loc="upper right")
    curve = user_curve(part.strong)
    _draw_factors(
        right, curve.users, [value.median for value in curve.worst_user], SECOND, "-", "worst user's factor, median"
    )
    _write_shares(right, curve.users, curve.worst_user)
    _whole_ticks(right, curve.users, "users n (sets of groups), all providers")
    right.set_ylabel("transfer factor 1/λ*", color=SECOND)
    band = Band(curve.users, curve.worst_user, SECOND)
    _make_room(right, [band])
    right.set_ylim(bottom=0)
    _draw_bands(right, [band])
    errors = right.twinx()
    errors.plot(curve.users, curve.error, color=ACCENT, marker="s", markersize=3.5)
    errors.set_ylabel("error of the providers' fits (RMSE)", color=ACCENT)
    errors.set_ylim(0, float(curve.error.max()) * 1.15)
    errors.spines["right"].set_visible(True)
    right.set_title("more users", pad=16)
    for n, error, worst, slack in zip(curve.users, curve.error, curve.worst_user, curve.slack, strict=True):
        rows.append(
            (part.panel.partition, part.score, f"worst of {n} users", len(part.panel.model_names), *_spread_row(worst))
        )
        rows.append(
            (
                part.panel.partition,
                part.score,
                f"2 error / lambda*, {n} users",
                len(part.panel.model_names),
                *_spread_row(slack),
            )
        )
        rows.append(
            (
                part.panel.partition,
                part.score,
                f"error, {n} users",
                len(part.panel.model_names),
                f"{error:.6g}",
                "",
                "",
                "",
                "",
                "",
                "",
            )
        )
    shows = (
        f"With more providers the transfer factor falls: {_transfers_said(part)}. From {curve.users[0]} to "
        f"{curve.users[-1]} users the error goes from {number(curve.error[0])} to {number(curve.error[-1])}, the worst "
        f"user's factor from {number(curve.worst_user[0].median)} to {number(curve.worst_user[-1].median)}. {BANDS}"
    )
    return Drawn("2", f"Strong alignment, {part.panel.partition}", shows, TRANSFER_COLUMNS, tuple(rows), figure)


def figure_8(parts: Parts) -> Drawn:
    """Transfer factors in every partition."""
    names = partitions(parts)
    figure, axes = _sheet(len(names), high=3.5)
    rows = []
    for panel, name in zip(axes, names, strict=True):
        rows += _draw_transfers(panel, parts[name, LINEAR])
        panel.set_title(_named(parts[name, LINEAR]), pad=14)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=8)
    last = {name: transfer_curve(parts[name, LINEAR].strong).worst_user[-1].median for name in names}
    most, least = max(last, key=lambda name: last[name]), min(last, key=lambda name: last[name])
    shows = (
        f"With all providers the worst user's factor lies between {number(last[least])} ({least}) and "
        f"{number(last[most])} ({most}); a triangle on the upper edge is an infinite mean. {BANDS}"
    )
    return Drawn("8", "Transfer factors across partitions", shows, TRANSFER_COLUMNS, tuple(rows), figure)


# Subsets T


SUBSET_COLUMNS = ("partition", "score", "size_of_T", "best", "best_T", "worst", *SPREAD_COLUMNS)


def _draw_subsets(axes: Axes, part: Part) -> list[Row]:
    curve = subset_curve(part.strong)
    k = _counts(curve.best)
    _draw_factors(axes, k, list(curve.worst), "#b0413e", "-", "worst T")
    _draw_factors(axes, k, [value.mean for value in curve.over_sets], ACCENT, "-", "mean T")
    _draw_factors(axes, k, [value.median for value in curve.over_sets], ACCENT, ":", "median T")
    _draw_factors(axes, k, list(curve.best), "#3c8c5a", "-", "best T")
    _write_shares(axes, k, curve.over_sets)
    _log_axis(axes, [Band(k, curve.over_sets, ACCENT)])
    _whole_ticks(axes, k, "|T|")
    axes.set_ylabel("worst user's 1/λ*")
    return [
        (
            part.panel.partition,
            part.score,
            at,
            f"{curve.best[at - 1]:.6g}",
            " + ".join(name for j, name in enumerate(part.panel.model_names) if curve.best_sets[at - 1] >> j & 1),
            f"{curve.worst[at - 1]:.6g}",
            *_spread_row(curve.over_sets[at - 1]),
        )
        for at in k
    ]


def figure_3(parts: Parts) -> Drawn:
    """Which providers need to be aligned."""
    part = parts[main_partition(parts), LINEAR]
    figure, (axes,) = _sheet(1, wide=6.4, high=4.4)
    rows = _draw_subsets(axes, part)
    axes.set_title("mean over folds, all sets T", pad=16)
    axes.legend(fontsize=8, loc="upper right")
    curve = subset_curve(part.strong)
    single = curve.over_sets[0]
    shows = (
        f"In {part.panel.partition} the best single provider ({rows[0][4]}) has a worst-user factor of "
        f"{number(float(curve.best[0]))}, all {len(curve.best)} together {number(float(curve.best[-1]))}; of the "
        f"single providers {single.infinite} of {single.count} leave somebody uncovered in some fold; the mean is "
        f"{number(single.mean)} (median {number(single.median)}). {BANDS}"
    )
    return Drawn("3", f"Sets of aligned providers, {part.panel.partition}", shows, SUBSET_COLUMNS, tuple(rows), figure)


def figure_9(parts: Parts) -> Drawn:
    """Sets T in every partition."""
    names = partitions(parts)
    figure, axes = _sheet(len(names), high=3.5)
    rows = []
    for panel, name in zip(axes, names, strict=True):
        rows += _draw_subsets(panel, parts[name, LINEAR])
        panel.set_title(_named(parts[name, LINEAR]), pad=14)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=8)
    best = {name: float(subset_curve(parts[name, LINEAR].strong).best[0]) for name in names}
    most = max(best, key=lambda name: best[name])
    shows = f"The best single provider covers everybody with a factor of at most {number(best[most])} ({most}). {BANDS}"
    return Drawn("9", "Sets of aligned providers across partitions", shows, SUBSET_COLUMNS, tuple(rows), figure)


# Scoring rules and weights


def figure_4(parts: Parts) -> Drawn:
    """The weak error under the log and Brier scores, and factors under all three."""
    name = main_partition(parts)
    figure, axes = _sheet(3, wide=4.6, high=4.0)
    rows: list[Row] = []
    for panel, score in zip(axes, SCORES[1:], strict=False):
        curves = _draw_methods(panel, parts[name, score])
        panel.set_title(f"{score} score")
        rows += [(*row, "", "", "") for row in _error_rows(parts[name, score], curves)]
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(METHODS), fontsize=8)
    lasts, bands = [], []
    for score, colour in zip(SCORES, (ACCENT, SECOND, "#3c8c5a"), strict=True):
        values = transfer_curve(parts[name, score].strong).worst_user
        _draw_factors(
            axes[2], _counts(values), [value.median for value in values], colour, "-", f"{score}, worst user, median"
        )
        rows += [
            (name, score, "worst user's transfer factor", k, *_spread_row(value)) for k, value in enumerate(values, 1)
        ]
        lasts.append(f"{number(values[-1].median)} ({score})")
        bands.append(Band(_counts(values), values, colour))
        _whole_ticks(axes[2], _counts(values), PROVIDERS)
    _log_axis(axes[2], bands)
    axes[2].set_title("transfer factors")
    axes[2].set_ylabel("worst user's 1/λ*")
    axes[2].legend(fontsize=7, loc="upper right")
    errors = [f"{number(float(parts[name, s].weak.rmse[NNLS][-1].mean()))} ({s})" for s in SCORES]
    shows = (
        f"With all providers the weak error in {name} is {', '.join(errors)}, and the worst user's factor "
        f"{', '.join(lasts)}. An infinite median is a triangle on the upper edge. {BANDS}"
    )
    columns = ("partition", "score", "series", "providers", *SPREAD_COLUMNS)
    return Drawn("4", f"Scoring rules, {name}", shows, columns, tuple(rows), figure)


def figure_10(parts: Parts) -> Drawn:
    """Heat maps of the weights, fitted to all questions."""
    names = list(
        dict.fromkeys([main_partition(parts), RELIGION if (RELIGION, LINEAR) in parts else partitions(parts)[-1]])
    )
    figure, axes = _sheet(2 * len(names), wide=5.6, high=3.9, columns=2)
    rows: list[Row] = []
    for place, name in enumerate(names):
        part = parts[name, LINEAR]
        groups, models = part.panel.group_names, part.panel.model_names
        _heat(axes[2 * place], part.weak.weights.T, groups, models, f"{name}: w (weak), users by models")
        _heat(axes[2 * place + 1], part.strong.overall, models, groups, f"{name}: λ (strong), models by users")
        for j, model in enumerate(models):
            for i, group in enumerate(groups):
                rows.append((name, model, group, f"{part.weak.weights[j, i]:.6f}", f"{part.strong.overall[j, i]:.6f}"))
    part = parts[names[0], LINEAR]
    shows = (
        f"In {names[0]}, {int((part.weak.weights == 0).sum())} of {part.weak.weights.size} weights w and "
        f"{int((part.strong.overall == 0).sum())} of {part.strong.overall.size} weights lambda are zero (a dot); both "
        f"are fitted to all questions."
    )
    return Drawn("10", "Fitted weights", shows, ("partition", "model", "group", "w", "lambda"), tuple(rows), figure)


def _heat(axes: Axes, values: Array, down: Sequence[str], across: Sequence[str], title: str) -> None:
    axes.imshow(values, cmap=SHADES, vmin=0, vmax=float(values.max()) or 1, aspect="auto")
    axes.set_xticks(range(len(across)), across, rotation=40, ha="right", fontsize=7)
    axes.set_yticks(range(len(down)), down, fontsize=7)
    axes.set_title(title)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    dark = 0.55 * float(values.max())
    for row in range(len(down)):
        for column in range(len(across)):
            value = float(values[row, column])
            text = "·" if value == 0 else f"{value:.2f}"
            axes.text(column, row, text, ha="center", va="center", fontsize=7, color="white" if value > dark else INK)


FIGURES: tuple[Callable[[Parts], Drawn], ...] = (
    figure_1,
    figure_2,
    figure_3,
    figure_4,
    figure_5,
    figure_6_7,
    figure_8,
    figure_9,
    figure_10,
)


def sentence(drawn: Drawn, asked: Sequence[Claim]) -> str:
    """What a figure shows, and whether the claims it bears on hold."""
    verdicts = [f"{claim.claim}: {claim.verdict}." for claim in asked if claim.figure == drawn.name]
    return " ".join([drawn.shows, *verdicts])
