"""A game as one picture, in six panels.

Who knows what (the prior), what users want, what actions are worth at each posterior, what providers say, what they
earn, and what the profile brings everybody, beside users' benchmarks.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from alignproof.games.algebra import RATIONAL, Number, dot, total
from alignproof.games.model import Components, Game, Provider, User
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile, Rule
from alignproof.pictures.figure import ACCENT, INK, SECOND, SHADES, SOFT, STYLE

MOST_ROWS, MOST_COLUMNS = 12, 12
"""Longer tables are cut, and say so."""
MOST_USERS = 3
"""Of more kinds of users the posteriors are left out."""

REGIONS = ("#cfe0f3", "#f6dcc5", "#d5ecd4", "#e6d8ee", "#efe9b8", "#dcdcdc")

Cells = Sequence[Sequence[Number]]


def game_figure(
    game: Game, profile: Profile | None = None, benchmarks: Mapping[str, Fraction] | None = None, title: str = ""
) -> Figure:
    """The picture of a game, of a profile of it if there is one, and of users' benchmarks, by name."""
    with rc_context(STYLE):
        figure = Figure(figsize=(12, 7.2), layout="constrained")
        figure.suptitle(title or game.name, fontsize=12, color=INK)
        panels = figure.subfigures(2, 3, squeeze=False, width_ratios=(1, 1.25, 1), wspace=0.03, hspace=0.03)
        knows, wants, worth, says, earns, gets = panels.flat
        _prior(knows, game)
        _utilities(wants, game)
        _posteriors(worth, game)
        _rules(says, game, profile)
        _payoffs(earns, game)
        _values(gets, game, profile, benchmarks or {})
    return figure


# Who knows what.


def _prior(panel: SubFigure, game: Game) -> None:
    panel.suptitle("Who knows what (a row for each case)", color=INK)
    players: list[User | Provider] = [*game.users, *game.providers]
    heads = ["chance", "state", *(who.name for who in players if len(who.features) > 1)]
    rows = []
    for atom in game.prior[:MOST_ROWS]:
        seen = zip(players, (*atom.user_features, *atom.provider_features), strict=True)
        features = [who.features[x] for who, x in seen if len(who.features) > 1]
        rows.append([str(atom.probability), game.states[atom.state], *features])
    if left := len(game.prior) - len(rows):
        rows.append([f"and {left} more", *[""] * (len(heads) - 1)])
    axes = panel.subplots()
    axes.axis("off")
    table = axes.table(rows, colLabels=heads, loc="upper center", cellLoc="center", edges="horizontal")
    table.auto_set_font_size(False)
    table.set_fontsize(8)
    blind = [who.name for who in players if len(who.features) == 1]
    if blind:
        axes.set_title(f"no private information: {', '.join(blind)}", loc="left", fontsize=8, color=SOFT, y=-0.12)


# What users want, and what providers earn.


def _utilities(panel: SubFigure, game: Game) -> None:
    panel.suptitle("What users want: utility by action and state", color=INK)
    _grids(panel, game, [(user.name, user.actions, user.utility) for user in game.users])


def _payoffs(panel: SubFigure, game: Game) -> None:
    panel.suptitle("What providers earn, by action and state", color=INK)
    _grids(panel, game, [grid for j in range(len(game.providers)) for grid in _earned(game, j)])


Grid = tuple[str, Sequence[str], Cells]


def _earned(game: Game, provider: int) -> Iterable[Grid]:
    """A table per user, or one of all action profiles if the payoff is not given in parts."""
    who = game.providers[provider]
    if isinstance(payoff := who.payoff, Components):
        for i, user in enumerate(game.users):
            cells = [[payoff.part(i, a, y) for y in range(len(game.states))] for a in range(len(user.actions))]
            yield f"{who.name}, by {user.name}", user.actions, cells
        if payoff.constant:
            yield f"{who.name}, whatever happens", ("",), [[payoff.constant] * len(game.states)]
    else:
        rows = [
            (_joint(game, actions), [payoff.value(actions, y) for y in range(len(game.states))])
            for actions in game.action_profiles()
        ]
        yield f"{who.name}, by all actions", [name for name, _ in rows], [cells for _, cells in rows]


def _joint(game: Game, actions: Sequence[int]) -> str:
    return ", ".join(user.actions[a] for user, a in zip(game.users, actions, strict=True))


def _merged(grids: Iterable[Grid]) -> list[Grid]:
    """Tables with the same cells as one, under all their names."""
    found: dict[tuple[object, object], list[Grid]] = {}
    for grid in grids:
        found.setdefault((tuple(grid[1]), tuple(map(tuple, grid[2]))), []).append(grid)
    return [("\n".join(name for name, _, _ in same), *same[0][1:]) for same in found.values()]


def _grids(panel: SubFigure, game: Game, grids: Iterable[Grid]) -> None:
    merged = _merged(grids)
    columns = min(len(merged), 2 if len(merged) <= 4 else 3)
    places = list(panel.subplots(-(-len(merged) // columns), columns, squeeze=False).flat)
    for axes, grid in zip(places, merged, strict=False):
        _heat(axes, *grid, columns=game.states)
    for axes in places[len(merged) :]:
        axes.axis("off")


def _heat(axes: Axes, title: str, rows: Sequence[str], cells: Cells, columns: Sequence[str]) -> None:
    shown = [list(row[:MOST_COLUMNS]) for row in cells[:MOST_ROWS]]
    axes.imshow([[float(Fraction(cell)) for cell in row] for row in shown], cmap=SHADES, vmin=0, vmax=2, aspect="auto")
    size = 8 if len(shown) * len(shown[0]) <= 36 else 5
    for a, row in enumerate(shown):
        for y, cell in enumerate(row):
            axes.text(y, a, str(cell), ha="center", va="center", fontsize=size, color=INK)
    cut = "" if len(shown) == len(cells) and len(shown[0]) == len(cells[0]) else " (cut)"
    axes.set_title(title + cut, fontsize=8)
    axes.set_xticks(range(len(shown[0])), columns[: len(shown[0])], fontsize=7)
    axes.set_yticks(range(len(shown)), rows[: len(shown)], fontsize=7)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


# What providers say.


def _rules(panel: SubFigure, game: Game, profile: Profile | None) -> None:
    panel.suptitle("What providers say: chances of messages", color=INK)
    grids = [] if profile is None else list(_said(game, profile))
    if not grids:
        axes = panel.subplots()
        axes.axis("off")
        axes.text(0.5, 0.6, "no profile" if profile is None else "nobody says anything", ha="center", color=SOFT)
        return
    places = panel.subplots(len(grids), 1, squeeze=False).flat
    for axes, grid in zip(places, grids, strict=True):
        _heat(axes, *grid, columns=game.messages)


def _said(game: Game, profile: Profile) -> Iterable[Grid]:
    """Rules that tell something. In the personalized game one for each user."""
    for j, who in enumerate(game.providers):
        offers = [("", profile.rules[j][0])]
        if profile.play == "personalized":
            offers = [(f" to {user.name}", rule) for user, rule in zip(game.users, profile.rules[j], strict=True)]
        for to, rule in offers:
            if not _silent(rule):
                names = [_after(game, j, *key) for key in rule]
                yield f"{who.name}{to}", names, list(rule.values())


def _silent(rule: Rule) -> bool:
    """Whether what is said next never depends on what is seen."""
    return all(chances == rule[0, after] for (_, after), chances in rule.items())


def _after(game: Game, provider: int, source: int, transcript: Sequence[int]) -> str:
    seen = game.providers[provider].features[source]
    return f"{seen} after {' '.join(game.messages[m] for m in transcript)}" if transcript else seen


# What actions are worth.


def _posteriors(panel: SubFigure, game: Game) -> None:
    """Which action is best at which posterior, for two or three states; for more, what actions are worth uninformed."""
    draw = {2: _lines, 3: _regions}.get(len(game.states), _bars)
    panel.suptitle(TITLES[draw].format(*game.states), color=INK)
    distinct = _distinct(game.users)[:MOST_USERS]
    places = panel.subplots(len(distinct), 1, squeeze=False).flat
    for axes, (names, user) in zip(places, distinct, strict=True):
        draw(axes, user, _state_prior(game), game.states)
        axes.set_title(names, fontsize=8)


def _state_prior(game: Game) -> list[Fraction]:
    states = range(len(game.states))
    return [Fraction(total(atom.probability for atom in game.prior if atom.state == y)) for y in states]


def _distinct(users: Sequence[User]) -> list[tuple[str, User]]:
    found: dict[tuple[object, object], list[User]] = {}
    for user in users:
        found.setdefault((user.actions, user.utility), []).append(user)
    return [(", ".join(user.name for user in same), same[0]) for same in found.values()]


def _lines(axes: Axes, user: User, prior: Sequence[Fraction], states: Sequence[str]) -> None:
    """Each action's worth against the chance of the second state; their upper envelope is what she gets."""
    ends: dict[tuple[float, float], list[str]] = {}
    for name, row in zip(user.actions, user.utility, strict=True):
        ends.setdefault((float(Fraction(row[0])), float(Fraction(row[1]))), []).append(name)
    for (left, right), names in ends.items():
        axes.plot([0, 1], [left, right], color=SOFT, linewidth=1)
        axes.text(1.02, right, ", ".join(names), fontsize=7, va="center", color=INK)
    steps = [k / 200 for k in range(201)]
    axes.plot(steps, [max((1 - p) * low + p * high for low, high in ends) for p in steps], color=ACCENT, linewidth=2)
    axes.axvline(float(prior[1]), color=SOFT, linestyle=":")
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.04, 1.04)
    axes.tick_params(labelsize=7)


CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.5, 0.87))


def _regions(axes: Axes, user: User, prior: Sequence[Fraction], states: Sequence[str]) -> None:
    """The triangle of posteriors, coloured by her best action; the star is the prior."""
    axes.axis("off")
    axes.set_aspect("equal")
    for a, name in enumerate(user.actions):
        if corners := _where_best(user, a):
            across, up = zip(*map(_place, corners), strict=True)
            axes.fill(across, up, facecolor=REGIONS[a % len(REGIONS)], edgecolor="white")
            axes.text(sum(across) / len(across), sum(up) / len(up) + 0.06, name, ha="center", fontsize=8, color=INK)
    axes.plot(*_place(prior), marker="*", color=INK, markersize=8)
    axes.set_ylim(-0.15, 1.05)
    for (x, y), name in zip(CORNERS, states, strict=True):
        axes.text(x, y + (0.04 if y else -0.09), name, ha="center", fontsize=7, color=INK)


Posterior = Sequence[Fraction]


def _where_best(user: User, action: int) -> list[Posterior]:
    """The corners of the posteriors at which an action is best; empty if there is no more than a line of them."""
    region: list[Posterior] = [tuple(Fraction(y == corner) for y in range(3)) for corner in range(3)]
    for other, row in enumerate(user.utility):
        gain = [Fraction(mine) - Fraction(its) for mine, its in zip(user.utility[action], row, strict=True)]
        if not any(gain) and other < action:
            return []
        region = _clipped(region, gain)
    return list(dict.fromkeys(map(tuple, region))) if len({tuple(at) for at in region}) > 2 else []


def _clipped(region: Sequence[Posterior], gain: Sequence[Fraction]) -> list[Posterior]:
    """The part of a convex polygon where the expected gain is not negative."""
    kept: list[Posterior] = []
    for here, there in zip(region, [*region[1:], *region[:1]], strict=True):
        now, then = dot(here, gain), dot(there, gain)
        if now >= 0:
            kept.append(here)
        if now * then < 0:
            step = now / (now - then)
            kept.append(tuple(p + step * (q - p) for p, q in zip(here, there, strict=True)))
    return kept


def _place(posterior: Posterior) -> tuple[float, float]:
    pairs = [(float(p), corner) for p, corner in zip(posterior, CORNERS, strict=True)]
    return sum(p * x for p, (x, _) in pairs), sum(p * y for p, (_, y) in pairs)


def _bars(axes: Axes, user: User, prior: Sequence[Fraction], states: Sequence[str]) -> None:
    for a, row in enumerate(user.utility[:MOST_ROWS]):
        _bar(axes, a, Fraction(total(p * u for p, u in zip(prior, row, strict=True))), SOFT)
    axes.set_yticks(range(min(len(user.actions), MOST_ROWS)), user.actions[:MOST_ROWS], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15)
    axes.tick_params(axis="x", labelsize=7)


TITLES = {
    _lines: "What actions are worth, by the chance of {1}",
    _regions: "The best action, by posterior (star: prior)",
    _bars: "What actions are worth to the uninformed",
}


# What it comes to.


def _values(panel: SubFigure, game: Game, profile: Profile | None, benchmarks: Mapping[str, Fraction]) -> None:
    panel.suptitle("What they get (orange: benchmark)", color=INK)
    axes = panel.subplots()
    if profile is None:
        axes.axis("off")
        return
    reached = outcome(RATIONAL, game, profile)
    for i, who in enumerate(reached.users):
        _bar(axes, i, Fraction(who.value), ACCENT)
        if (best := benchmarks.get(game.user_names[i])) is not None:
            axes.plot([float(best)] * 2, [i - 0.4, i + 0.4], color=SECOND, linewidth=3)
            axes.text(float(best) + 0.02, i, str(best), va="center", fontsize=8, color=SECOND)
    start = len(game.users) + 0.3
    for j, payoff in enumerate(reached.payoffs):
        _bar(axes, start + j, Fraction(payoff), SOFT)
    names = [*game.user_names, *game.provider_names]
    axes.set_yticks([*range(len(game.users)), *(start + j for j in range(len(game.providers)))], names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15)
    axes.tick_params(axis="x", labelsize=7)


def _bar(axes: Axes, place: float, value: Fraction, colour: str) -> None:
    axes.barh(place, float(value), height=0.6, color=colour, alpha=0.85)
    if value < Fraction(1, 5):
        axes.text(float(value) + 0.01, place, str(value), va="center", fontsize=8, color=INK)
    else:
        axes.text(float(value) / 2, place, str(value), va="center", ha="center", fontsize=8, color="white")
