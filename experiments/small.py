"""Small markets made from a panel, with equilibria that are found and certified.

Two groups, one or two models and a few questions with two options each, chosen so that knowing the question matters:
the best option differs from question to question. The two groups have the same best options, or never the same; of all
such choices that are looked at, each has the smallest slack. Candidates for an equilibrium are silence, full
revelation, and whatever best responses lead to from there. With two models that know the question, full revelation by
both is always an equilibrium; one model alone shows what is lost without competition.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from alignproof.experiments.market import (
    aligned_certificate,
    benchmark_certificate,
    full_information,
    restricted,
    survey_game,
    weak_weights,
)
from alignproof.experiments.worst_case import ZERO, Scored, WeakProgram
from alignproof.formats.certificates import certificate, play_claim, value_certificate
from alignproof.games.algebra import RATIONAL
from alignproof.games.model import PLAYS, Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.oracles.deviations import Bounded, Pays, equilibrium
from alignproof.symbolic.rules import revealing_rule, silent_profile

STATES = 3
KINDS = ((True, 2), (False, 2), (False, 1))
"""Whether the groups agree, and how many models there are."""
CANDIDATES = 8
"""Questions looked at: those on which the two groups are most decided."""
ROUNDS = 8
SECONDS = 20.0


@dataclass(frozen=True)
class Truth:
    """An equilibrium: how the game is played, where it came from, and what each user gets in it."""

    play: str
    start: str
    values: tuple[Fraction, ...]
    certificates: tuple[str, ...]


@dataclass(frozen=True)
class SmallMarket:
    """The market, per user benchmark and slack of Theorem 3.1, and the equilibria that were certified."""

    agree: bool
    groups: tuple[str, ...]
    models: tuple[str, ...]
    questions: tuple[str, ...]
    benchmarks: tuple[Fraction, ...]
    slack: Fraction
    least: tuple[Fraction, ...]
    truths: tuple[Truth, ...]
    open: tuple[str, ...]
    certificates: tuple[str, ...]


Write = Callable[[str, dict[str, Any]], str]


def small_market(data: Scored, agree: bool, count: int, write: Write) -> SmallMarket | None:
    """The small market of a panel, its certificates written by ``write``; None if there are too few such questions."""
    chosen = small_panel(data, agree, count)
    if chosen is None:
        return None
    game = survey_game(chosen)
    team = tuple(range(len(chosen.models)))
    fits = [WeakProgram(chosen, i).fit((1 << len(team)) - 1) for i in range(len(chosen.users))]
    weights = weak_weights(game, team, fits)
    if weights.faults(game):
        return None
    eps = max(fit.eps for fit in fits)
    kind = f"small-{'agree' if agree else 'disagree'}-{count}"
    names = [write(f"{kind}-aligned", aligned_certificate(game, team, weights, (eps, ZERO)))]
    names += [
        write(f"{kind}-benchmark-{i + 1}", benchmark_certificate(game, i, team)) for i in range(len(chosen.users))
    ]
    truths, unsettled = [], []
    for play in PLAYS:
        for start, profile in starts(game, play):
            found = settle(game, profile)
            if isinstance(found, str):
                unsettled.append(f"{play}, from {start}: {found}")
                continue
            reached, evidence = found
            value = outcome(RATIONAL, game, reached)
            tag = f"{kind}-{play}-{start}"
            files = (
                write(
                    f"{tag}-equilibrium", certificate("equilibrium", play_claim(game, reached, robust=False), evidence)
                ),
                write(f"{tag}-value", value_certificate(game, reached, value)),
            )
            truths.append(Truth(play, start, tuple(Fraction(who.value) for who in value.users), files))
    return SmallMarket(
        agree,
        chosen.panel.group_names,
        chosen.panel.model_names,
        tuple(question.key for question in chosen.panel.questions),
        tuple(full_information(chosen, i) for i in range(len(chosen.users))),
        2 * eps,
        tuple(sum((min(row) for row in rows), ZERO) / len(rows) for rows in chosen.users),
        tuple(truths),
        tuple(unsettled),
        tuple(names),
    )


def small_panel(data: Scored, agree: bool, count: int) -> Scored | None:
    """Two groups, ``count`` models, a few questions: the smallest slack of Theorem 3.1 among those looked at."""
    if len(data.users) < 2 or len(data.models) < count:
        return None
    groups = (0, len(data.users) - 1)
    first = [[row[0] > row[1] for row in data.users[i]] for i in groups]
    fitting = [y for y, row in enumerate(data.users[0]) if len(row) == 2 and (first[0][y] == first[1][y]) == agree]
    decided = sorted(fitting, key=lambda y: (-min(max(data.users[i][y]) for i in groups), y))[:CANDIDATES]
    best: tuple[Fraction, Scored] | None = None
    for models in combinations(range(len(data.models)), count):
        for questions in combinations(decided, STATES):
            if len({first[0][y] for y in questions}) < 2:
                continue
            tried = restricted(data, questions, groups, models)
            eps = max(WeakProgram(tried, i).fit((1 << count) - 1).eps for i in range(2))
            if best is None or eps < best[0]:
                best = eps, tried
    return None if best is None else best[1]


def starts(game: Game, play: Any) -> list[tuple[str, Profile]]:
    """Silence and full revelation."""
    telling = tuple((revealing_rule(game, j),) * len(game.users) for j in range(len(game.providers)))
    return [("silence", silent_profile(game, play)), ("revelation", Profile(play, telling))]


def settle(game: Game, profile: Profile) -> tuple[Profile, Any] | str:
    """Follow deviations that pay until none does: the profile, with evidence that it is an equilibrium, or why not."""
    for _ in range(ROUNDS):
        answer = equilibrium(game, profile, False, SECONDS)
        if isinstance(answer, Bounded):
            return profile, answer.evidence
        if not isinstance(answer, Pays):
            return answer.reason
        profile = profile.deviate(answer.provider, answer.rules)
    return f"deviations still pay after {ROUNDS} rounds"
