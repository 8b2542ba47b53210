"""What the theorems guarantee each group of a panel, with a certificate behind each number.

For each group: the benchmark; the slack and what is left of the benchmark (the guarantee) under Theorem 3.1 and under
Theorem 4.3, as the definitions have them, and under Theorem 3.1 in the same market written so that errors are means
(:mod:`alignproof.experiments.averages`). And small markets of the same tables in which equilibria are found and
certified, so that the guarantee and what happens stand side by side.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from alignproof.checks.kernel import check
from alignproof.experiments.averages import rewritten_weak, strong_mean, weak_mean
from alignproof.experiments.bootstrap import Interval, bootstrap
from alignproof.experiments.market import (
    aligned_certificate,
    benchmark_certificate,
    full_information,
    own_parts,
    restricted,
    slack_refutation,
    strong_refutation,
    survey_game,
    weak_refutation,
    weak_weights,
    worst_user_refutation,
)
from alignproof.experiments.slack import Slack, smallest_slack, user_slacks, utility_range, worst_user_slack
from alignproof.experiments.small import KINDS, SmallMarket, small_market
from alignproof.experiments.tables import Tables, write_findings
from alignproof.experiments.worst_case import ZERO, Scored, StrongProgram, WeakProgram, scored
from alignproof.formats.documents import dump
from alignproof.formats.writing import write_file
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.document import InputError, parse, shown
from alignproof.games.model import Game

LEAST = Fraction(1, 1000)
"""Under Theorem 4.3 the weights on the other users are at least this part of hers, so that everybody is covered, and
1/lambda*_i is at least this, so that weights stay finite."""


@dataclass(frozen=True)
class Certificates:
    """Where certificates are written, each checked by the kernel first."""

    folder: Path
    written: list[str] = field(default_factory=list)

    def write(self, name: str, document: dict[str, Any]) -> str:
        """Check and write one. Raises Rejected if the kernel does not accept it."""
        text = dump(document)
        check(parse(text.encode()))
        write_file(self.folder / f"{name}.json", text)
        self.written.append(f"{name}.json")
        return f"{name}.json"


@dataclass(frozen=True)
class Bound:
    """A slack and the benchmark less the slack, with T, and the certificates behind benchmark and slack."""

    slack: Fraction
    guarantee: Fraction
    team: tuple[str, ...]
    certificates: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One group. ``least`` is what she gets with the worst option everywhere: a guarantee below it says nothing.

    ``weak`` is Theorem 3.1, ``mean`` the same with means, ``strong`` Theorem 4.3 with the best single model.
    ``least_strong`` is a slack that no strong alignment of any models is below, by the certificate
    ``strong_limit``; ``strong_mean`` is the smallest with means (a number without a certificate).
    """

    group: str
    benchmark: Fraction
    least: Fraction
    range: Fraction
    weak: Bound
    mean: Bound
    strong: Bound
    least_strong: Fraction
    strong_limit: str
    strong_mean: Fraction
    interval: Interval


@dataclass(frozen=True)
class WorstUserBound:
    """Theorem 4.3 for all groups at once: with ``team`` no group's slack is above ``slack``, and no strong alignment of
    any models has all of them below ``least``; by the two certificates."""

    slack: Fraction
    least: Fraction
    team: tuple[str, ...]
    certificates: tuple[str, str]


@dataclass(frozen=True)
class Guarantees:
    """A panel's rows, the smallest eps_U and the smallest strong errors of the models that the kernel was shown, the
    worst group's slack, the small markets, and all certificates."""

    partition: str
    models: tuple[str, ...]
    synthetic: bool
    rows: tuple[Row, ...]
    eps_users: Fraction
    eps_models: tuple[Fraction, ...]
    worst_user: WorstUserBound
    small: tuple[SmallMarket, ...]
    certificates: tuple[str, ...]


def guarantees(
    tables: Tables,
    partition: str,
    models: Sequence[str],
    out: Path,
    announce: Callable[[str], None] = lambda done: None,
    seed: int = 0,
    refits: int = 0,
) -> Guarantees:
    """All rows of a partition; ``models`` are the providers (all if empty), ``refits`` the draws of the bootstrap in
    which weights are fitted anew. Raises InputError, NotSolved, Rejected."""
    data = chosen_models(scored(tables.panel(partition)), models)
    files = Certificates(out / "certificates")
    game, count = survey_game(data), len(data.models)
    fits = [WeakProgram(data, i).fit((1 << count) - 1) for i in range(len(data.users))]
    eps = max(fit.eps for fit in fits)
    worst = next(i for i, fit in enumerate(fits) if fit.eps == eps)
    weights = weak_weights(game, range(count), fits)
    if weights.faults(game):
        # The worst group's best weights are all 0: the smallest error is approached, not attained.
        weights = weak_weights(game, range(count), fits, LEAST)
    team = tuple(j for j in range(count) if any(weights.users[j]))
    weights = WeakWeights(own_parts(game, team), {j: weights.users[j] for j in team}, weights.constants)
    error = weights.errors(game)[0]
    aligned = files.write("weak-aligned", aligned_certificate(game, team, weights, (error, ZERO)))
    files.write("weak-not-better", weak_refutation(data, game, tuple(range(count)), worst, fits[worst]))
    announce("weak alignment")
    strong_fits = [StrongProgram(data, j).fit() for j in range(count)]
    for j, fit in enumerate(strong_fits):
        files.write(f"strong-not-better-{j + 1}", strong_refutation(game, j, fit))
    announce("strong alignment")
    rows = []
    for i, name in enumerate(data.panel.group_names):
        benchmark, tag = full_information(data, i), f"group-{i + 1}"
        same = files.write(f"{tag}-benchmark", benchmark_certificate(game, i, team))
        weak = Bound(2 * error, benchmark - 2 * error, _names(data, team), (same, aligned))
        mean, kept = _mean_bound(data, i, benchmark, files, tag)
        strong = _strong_bound(data, i, benchmark, files, tag)
        alone = user_slacks(data, i)
        limit = files.write(f"{tag}-strong-not-better", slack_refutation(game, i, alone))
        least_strong = min(slack.slack for slack in alone.values())
        least = sum((min(row) for row in data.users[i]), ZERO) / len(data.users[i])
        smallest = min(strong_mean(data, i, j).slack for j in range(count))
        interval = bootstrap(data, i, kept, seed, refits=refits)
        numbers = benchmark, least, utility_range(data, i)
        rows.append(Row(name, *numbers, weak, mean, strong, least_strong, limit, smallest, interval))
        announce(name)
    worst_user = _worst_user(data, game, files)
    announce("worst group")
    made = (small_market(data, agree, number, files.write) for agree, number in KINDS)
    small = tuple(one for one in made if one is not None)
    announce("small markets")
    names, smallest_errors = data.panel.model_names, tuple(fit.eps for fit in strong_fits)
    written = tuple(files.written)
    errors = eps, smallest_errors
    result = Guarantees(partition, names, tables.synthetic, tuple(rows), *errors, worst_user, small, written)
    _write(result, tables.source, out)
    return result


def chosen_models(data: Scored, names: Sequence[str]) -> Scored:
    """Only some models, in the tables' order. Raises InputError if one is not there."""
    known = data.panel.model_names
    for name in names:
        if name not in known:
            raise InputError("providers", f"no model is called {shown(name)!r}; known are {', '.join(known)}")
    chosen = [j for j, name in enumerate(known) if not names or name in names]
    return restricted(data, range(len(data.panel.questions)), range(len(data.users)), chosen)


def _names(data: Scored, team: Sequence[int]) -> tuple[str, ...]:
    return tuple(data.panel.model_names[j] for j in team)


def _mean_bound(
    data: Scored, user: int, benchmark: Fraction, files: Certificates, tag: str
) -> tuple[Bound, tuple[Fraction, ...]]:
    """Theorem 3.1 in the market of one group, with means; and w."""
    found = weak_mean(data, user)
    w = found.weights if any(found.weights) else (LEAST,) * len(found.weights)
    again = rewritten_weak(data, user, w)
    team = tuple(j for j, x in enumerate(again.weights) if x > 0)
    weights = WeakWeights(own_parts(again.game, team), {j: (again.weights[j],) for j in team}, (again.constant,))
    aligned = files.write(f"{tag}-mean-aligned", aligned_certificate(again.game, team, weights, (again.eps, ZERO)))
    document = benchmark_certificate(again.game, 0, team)
    same = files.write(f"{tag}-mean-benchmark", document)
    if again.original(Fraction(document["claim"]["value"])) != benchmark:
        raise AssertionError("a market written differently has another benchmark")
    return Bound(again.slack, benchmark - again.slack, _names(data, team), (same, aligned)), w


def _strong_bound(data: Scored, user: int, benchmark: Fraction, files: Certificates, tag: str) -> Bound:
    """Theorem 4.3 with the model alone that makes the slack smallest."""
    game = survey_game(data)
    found = {
        j: smallest_slack(data, {j: frozenset({user})}, least=LEAST, least_scale=LEAST) for j in range(len(data.models))
    }
    model = min(found, key=lambda j: found[j].slack)
    weights, eps = _unscaled(found[model])
    aligned = files.write(f"{tag}-strong-aligned", aligned_certificate(game, (model,), weights, (eps,)))
    same = files.write(f"{tag}-strong-benchmark", benchmark_certificate(game, user, (model,)))
    slack = weights.slack(user, (eps,), (Fraction(2),))
    return Bound(slack, benchmark - slack, _names(data, (model,)), (same, aligned))


def _worst_user(data: Scored, game: Game, files: Certificates) -> WorstUserBound:
    """Theorem 4.3 with the models and weights that make the largest slack smallest."""
    found = worst_user_slack(data)
    limit = files.write("strong-worst-user-not-better", worst_user_refutation(game, found))
    weights, eps = _unscaled(smallest_slack(data, found.cover, least=LEAST, least_scale=LEAST))
    team = tuple(sorted(found.cover))
    aligned = files.write("strong-worst-user-aligned", aligned_certificate(game, team, weights, (eps,)))
    slack = max(weights.slack(i, (eps,), (Fraction(2),)) for i in range(len(data.users)))
    return WorstUserBound(slack, found.slack.slack, _names(data, team), (aligned, limit))


def _unscaled(found: Slack) -> tuple[StrongWeights, Fraction]:
    """The weights of Definition 2.14, with their error."""
    rates = {j: tuple(x / found.scale for x in row) for j, row in found.weights.items()}
    return StrongWeights(rates, {j: c / found.scale for j, c in found.constants.items()}), found.slack / 2 / found.scale


def _write(result: Guarantees, source: str, out: Path) -> None:
    """``guarantee.json`` (exact) and ``guarantee.csv`` (decimals)."""
    write_file(out / "guarantee.json", json.dumps(asdict(result), indent=1, default=str))
    write_findings(out / "guarantee.csv", source, COLUMNS, (line(row) for row in result.rows))


COLUMNS = (
    "group",
    "benchmark",
    "least",
    "slack 3.1",
    "guarantee 3.1",
    "slack 4.3",
    "no less than",
    "guarantee 4.3",
    "slack 3.1 mean",
    "guarantee 3.1 mean",
    "95 % questions",
    "95 % respondents",
    "95 % both",
    "95 % models",
    "95 % all",
    "95 % refitted",
)


def line(row: Row) -> tuple[str, ...]:
    """A row in decimals, in the order of ``COLUMNS``."""
    weak, strong, mean, found = row.weak, row.strong, row.mean, row.interval
    numbers = (row.benchmark, row.least, weak.slack, weak.guarantee, strong.slack, row.least_strong, strong.guarantee)
    bounds = (found.questions, found.respondents, found.both, found.models, found.everything, found.refitted)
    cells = (*numbers, mean.slack, mean.guarantee, *bounds)
    return (row.group, *("" if x is None else f"{float(x):.4f}" for x in cells))
