"""Worst cases of all partitions in one table, beside what least squares leaves: ``worst_case.csv``, ``teams.csv``."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from alignproof.experiments.averages import strong_mean, weak_mean
from alignproof.experiments.scores import observations
from alignproof.experiments.slack import least_squares, user_slacks, utility_range, worst_user_slack
from alignproof.experiments.tables import Panel, Tables, write_findings
from alignproof.experiments.worst_case import TeamError, WorstCase, members, scored, worst_case


@dataclass(frozen=True)
class UserSlack:
    """One group's slacks, exact: Theorem 3.1 with her own error, and 4.3 with the best model alone, each by least
    squares, at its smallest, and with means; ``range`` is the slack that says nothing, ``mean_range`` with means.
    ``rmse`` is the root mean squared error of the weak least squares fit."""

    group: str
    rmse: float
    range: Fraction
    weak_fitted: Fraction
    weak: Fraction
    weak_mean: Fraction
    strong_fitted: Fraction | None
    strong: Fraction
    strong_model: int
    strong_attained: bool
    strong_mean: Fraction
    mean_range: Fraction


@dataclass(frozen=True)
class Summary:
    """One partition. ``weak[T]`` is eps_U, ``free[T]`` with any exact decomposition, ``strong[T]`` is eps.

    ``worst_user`` is the smallest largest slack of Theorem 4.3, ``cover`` the models that reach it, with their users.
    """

    partition: str
    models: tuple[str, ...]
    weak: dict[int, TeamError]
    free: dict[int, TeamError]
    strong: dict[int, TeamError]
    users: tuple[UserSlack, ...]
    worst_user: Fraction
    cover: dict[int, frozenset[int]]


def summary(panel: Panel, floor: Fraction) -> Summary:
    """One partition with the linear score. Raises NotSolved."""
    data = scored(panel)
    plain, free = worst_case(data), worst_case(data, True)
    teams = range(1, 1 << len(data.models))
    worst = worst_user_slack(data)
    return Summary(
        panel.partition,
        panel.model_names,
        {team: plain.weak_error(team) for team in teams},
        {team: free.weak_error(team) for team in teams},
        {team: plain.strong_error(team) for team in teams},
        _users(plain, panel, floor),
        worst.slack.slack,
        dict(worst.cover),
    )


def _users(case: WorstCase, panel: Panel, floor: Fraction) -> tuple[UserSlack, ...]:
    data = case.data
    fitted = least_squares(data, observations(panel, "linear", floor, 0))
    everybody = (1 << len(data.models)) - 1
    found = []
    for i, name in enumerate(panel.group_names):
        alone = user_slacks(data, i)
        best = min(alone, key=lambda j: (alone[j].slack, j))
        found.append(
            UserSlack(
                name,
                fitted.rmse[i],
                utility_range(data, i),
                fitted.weak[i],
                2 * case.weak[i][everybody].eps,
                weak_mean(data, i).slack,
                fitted.strong[i],
                alone[best].slack,
                best,
                alone[best].attained,
                min(strong_mean(data, i, j).slack for j in range(len(data.models))),
                sum((max(row) - min(row) for row in data.users[i]), Fraction(0)) / len(data.users[i]),
            )
        )
    return tuple(found)


def best_teams(errors: dict[int, TeamError]) -> dict[int, tuple[Fraction, int]]:
    """For each size of T the smallest error, and a set that has it."""
    best: dict[int, tuple[Fraction, int]] = {}
    for team, error in sorted(errors.items()):
        size = team.bit_count()
        if size not in best or error.eps < best[size][0]:
            best[size] = error.eps, team
    return best


def summaries(
    tables: Tables, jobs: int = 1, announce: Callable[[str], None] = lambda done: None
) -> tuple[Summary, ...]:
    """All partitions. Raises NotSolved."""
    panels = [tables.panel(name) for name in tables.partitions]
    floors = [tables.smallest_share / 2] * len(panels)
    found = []
    with ProcessPoolExecutor(jobs) as pool:
        for one in pool.map(summary, panels, floors):
            found.append(one)
            announce(one.partition)
    return tuple(found)


def write_summaries(found: Sequence[Summary], source: str, out: Path) -> None:
    """``worst_case.csv``: one row per group; ``teams.csv``: one row per partition and T, errors exact."""
    lines = [(one.partition, *user_line(one, user)) for one in found for user in one.users]
    write_findings(out / "worst_case.csv", source, ("partition", *USER_COLUMNS), lines)
    rows = [
        (
            one.partition,
            " ".join(one.models[j] for j in members(team, len(one.models))),
            *(x for errors in (one.weak, one.free, one.strong) for x in (errors[team].eps, errors[team].attained)),
        )
        for one in found
        for team in one.weak
    ]
    heading = ("partition", "T", "eps_U", "attained", "eps_U any decomposition", "attained", "eps strong", "attained")
    write_findings(out / "teams.csv", source, heading, rows)


USER_COLUMNS = (
    "group",
    "rmse",
    "range",
    "weak fitted",
    "weak",
    "weak mean",
    "strong fitted",
    "strong",
    "strong model",
    "attained",
    "strong mean",
    "mean range",
)


def user_line(one: Summary, user: UserSlack) -> tuple[object, ...]:
    """A group in decimals, in the order of ``USER_COLUMNS``."""
    numbers = (user.rmse, user.range, user.weak_fitted, user.weak, user.weak_mean, user.strong_fitted, user.strong)
    decimals = ["infinite" if x is None else f"{float(x):.4f}" for x in numbers]
    means = f"{float(user.strong_mean):.4f}", f"{float(user.mean_range):.4f}"
    return (user.group, *decimals, one.models[user.strong_model], user.strong_attained, *means)
