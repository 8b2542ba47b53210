"""The market of a panel as a game, and certificates about it that the kernel accepts.

Groups are users, models are providers, questions are states with a uniform prior, and an action is the number of an
option. A short question is filled up by repeating its first option, which adds nothing. Providers see the question and
send one message, of which there are enough to name the question, so that full revelation is a user-dominant rule
(Theorem 4.3); users see nothing. Payoffs are separable: lambda_{j,i} = 1/n, F_{j,i} = v_j.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

from alignproof.experiments.slack import Slack, Tree, WorstUser
from alignproof.experiments.worst_case import Scored, StrongFit, StrongKey, WeakFit, WeakKey
from alignproof.formats.certificates import (
    alignment_document,
    benchmark_claim,
    certificate,
    decomposition_document,
    multipliers_document,
    team_claim,
)
from alignproof.formats.documents import rule_on_document, texts
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.garbling import Reading
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.rules import Rule

ZERO, ONE = Fraction(0), Fraction(1)
READING: Reading = "state and users"
"""Users have no features, so that all readings agree; this one needs one list of multipliers."""


def restricted(data: Scored, questions: Sequence[int], users: Sequence[int], models: Sequence[int]) -> Scored:
    """Some questions, groups and models only."""
    panel = data.panel

    def chosen(tables: Sequence[Sequence[Any]], who: Sequence[int]) -> tuple[tuple[Any, ...], ...]:
        return tuple(tuple(tables[k][y] for y in questions) for k in who)

    smaller = replace(
        panel,
        group_names=tuple(panel.group_names[i] for i in users),
        model_names=tuple(panel.model_names[j] for j in models),
        questions=tuple(panel.questions[y] for y in questions),
        groups=chosen(panel.groups, users),
        models=chosen(panel.models, models),
    )
    return Scored(smaller, chosen(data.users, users), chosen(data.models, models))


def survey_game(data: Scored) -> Game:
    """The game of a panel."""
    states = len(data.users[0])
    return market_game(data, data.panel.group_names, data.users, data.models, [], [Fraction(1, states)] * states)


def question_names(data: Scored) -> tuple[str, ...]:
    """The questions, as states."""
    return tuple(f"{question.wave} {question.key}"[:200] for question in data.panel.questions)


def market_game(
    data: Scored,
    names: Sequence[str],
    users: Sequence[Sequence[Sequence[Fraction]]],
    models: Sequence[Sequence[Sequence[Fraction]]],
    shifts: Sequence[tuple[int, Sequence[Fraction]]],
    prior: Sequence[Fraction],
) -> Game:
    """A survey market with other numbers; ``shifts`` are added to models' payoffs, per question."""
    panel, questions = data.panel, range(len(data.users[0]))
    width = max(len(row) for row in data.users[0])
    options = tuple(f"option {a + 1}" for a in range(width))

    def table(rows: Sequence[Sequence[Fraction]], shift: Sequence[Fraction]) -> tuple[tuple[Fraction, ...], ...]:
        return tuple(
            tuple((rows[y][a] if a < len(rows[y]) else rows[y][0]) + shift[y] for y in questions) for a in range(width)
        )

    nothing, states = (ZERO,) * len(questions), question_names(data)
    people = tuple(User(name, ("-",), options, table(rows, nothing)) for name, rows in zip(names, users, strict=True))
    share, more = (Fraction(1, len(people)),) * len(people), dict(shifts)
    providers = tuple(
        Provider(name, states, Components(share, (table(rows, more.get(j, nothing)),) * len(people), ZERO))
        for j, (name, rows) in enumerate(zip(panel.model_names, models, strict=True))
    )
    atoms = tuple(Atom(prior[y], y, (0,) * len(people), (y,) * len(providers)) for y in questions)
    messages = tuple(f"message {m + 1}" for m in range(max(width, len(states))))
    ties = common_ties(people, len(providers), len(messages))
    return Game(people, providers, states, atoms, messages, "P", ties, f"survey market {panel.partition}"[:200])


# Benchmarks -----------------------------------------------------------------------------------------------------------


def full_information(data: Scored, user: int) -> Fraction:
    """What a group gets if it knows the question: the mean of its largest share."""
    rows = data.users[user]
    return sum((max(row) for row in rows), ZERO) / len(rows)


def benchmark_certificate(game: Game, user: int, team: Sequence[int]) -> dict[str, Any]:
    """The benchmark of Definition 2.12 is the value of knowing the question, for every T.

    From below: all of T name the best option. From above: at each question no strategy is worth more than it.
    """
    utility, states = game.users[user].utility, range(len(game.states))
    best = [max(row[y] for row in utility) for y in states]
    choice = [next(a for a, row in enumerate(utility) if row[y] == best[y]) for y in states]
    used = sorted(set(choice))
    names = tuple(game.users[user].actions[a] for a in used)
    garbling = tuple(tuple(ONE if a == choice[y] else ZERO for a in used) for y in states)
    rule: Rule = {(z, ()): tuple(ONE if m == z else ZERO for m in range(len(game.messages))) for z in range(len(used))}
    worth = [atom.probability * best[atom.state] for atom in game.prior]
    value = sum(worth, ZERO)
    above = {"value": ONE} | {f"stochastic {team[0]} {y}": worth[y] for y in states}
    evidence = {
        "at_least": {
            "producer": game.provider_names[team[0]],
            "sources": list(names),
            "garblings": [texts(garbling) for _ in team],
            "rule": rule_on_document(game, names, rule),
        },
        "at_most": [multipliers_document(above)],
    }
    return certificate("benchmark", benchmark_claim(game, user, team, READING, value), evidence)


# Alignment ------------------------------------------------------------------------------------------------------------


def own_parts(game: Game, team: Sequence[int]) -> dict[int, Components]:
    """The payoffs as they are, as decompositions."""
    parts = {j: game.providers[j].payoff for j in team}
    return {j: payoff for j, payoff in parts.items() if isinstance(payoff, Components)}


def weak_weights(game: Game, team: Sequence[int], fits: Sequence[WeakFit], margin: Fraction = ZERO) -> WeakWeights:
    """Weights of Definition 2.13 from a fit per group, with the largest error, or ``margin`` more.

    A fit without a positive weight gets as much as leaves room below that, so that everybody is covered unless that
    group's own error is the largest and there is no margin.
    """
    eps = max(fit.eps for fit in fits) + margin
    extra = [ZERO if fit.covered else eps - fit.eps for fit in fits]
    users = {
        j: tuple(fit.weights[j] + (more if j == team[0] else 0) for fit, more in zip(fits, extra, strict=True))
        for j in team
    }
    return WeakWeights(own_parts(game, team), users, tuple(fit.constant for fit in fits))


def aligned_certificate(
    game: Game, team: Sequence[int], weights: WeakWeights | StrongWeights, eps: Sequence[Fraction]
) -> dict[str, Any]:
    """T is aligned with errors ``eps``."""
    return certificate("aligned", team_claim(game, team, alignment=alignment_document(weights, eps)), {})


def weak_refutation(data: Scored, game: Game, team: Sequence[int], user: int, fit: WeakFit) -> dict[str, Any]:
    """No weights bring group ``user``'s error below its smallest, for the decomposition as it is; or, if the fit has an
    offset per question, for any exact decomposition. If all weights must be 0: nor do any weights attain it."""
    claim: dict[str, Any] = {"eps": str(fit.eps), "attained": fit.least_reduced > 0}
    if not fit.offsets:
        claim["providers"] = decomposition_document(own_parts(game, team))
    multipliers = weak_multipliers(data, fit.multipliers)
    if fit.least_reduced > 0:
        # Without a decomposition the kernel's parts are lambda_{j,i} F_{j,i}, so that its weights are n times as large.
        multipliers["covered"] = str(fit.least_reduced / (len(data.users) if fit.offsets else 1))
    evidence = {"user": game.user_names[user], "multipliers": multipliers}
    return certificate("not-aligned", team_claim(game, team, alignment={"weak": claim}), evidence)


def weak_multipliers(data: Scored, multipliers: Mapping[WeakKey, Fraction]) -> dict[str, str]:
    """Multipliers by the kernel's rows: point (a, y) has the number ``a * questions + y``."""
    questions = len(data.users[0])
    by_row: dict[str, Fraction] = {"error": ONE}
    for key, value in multipliers.items():
        for side, cell in zip(("below", "above"), key, strict=True):
            if cell is not None:
                y, a = data.cells[cell]
                name = f"{side} {a * questions + y}"
                by_row[name] = by_row.get(name, ZERO) + value
    return multipliers_document(by_row)


def strong_weights(fits: Mapping[int, StrongFit], margin: Fraction = ZERO) -> StrongWeights:
    """Weights of Definition 2.14 from a fit per model, with the largest error, or ``margin`` more.

    A model below that has room for a positive weight on everybody.
    """
    eps = max(fit.eps for fit in fits.values()) + margin
    rows = {j: tuple(w + (eps - fit.eps) / len(fit.weights) for w in fit.weights) for j, fit in fits.items()}
    return StrongWeights(rows, {j: fit.constant for j, fit in fits.items()})


def strong_refutation(game: Game, model: int, fit: StrongFit) -> dict[str, Any]:
    """No weights bring model ``model``'s error below its smallest: T is that model alone, or any set with him."""
    claim = {"strong": {"eps": str(fit.eps), "attained": False}}
    multipliers = multipliers_document(strong_multipliers(game, fit.multipliers))
    evidence = {"provider": game.provider_names[model], "multipliers": multipliers}
    return certificate("not-aligned", team_claim(game, (model,), alignment=claim), evidence)


def uncovered_refutation(game: Game, fits: Mapping[int, StrongFit], user: int) -> dict[str, Any]:
    """The models ``fits`` have one smallest error, and with it none of them puts a weight on the user."""
    (eps,) = {fit.eps for fit in fits.values()}
    proofs = [
        multipliers_document(strong_multipliers(game, fits[j].uncovered[user]) | {"covered": ONE}) for j in sorted(fits)
    ]
    claim = {"strong": {"eps": str(eps), "attained": True}}
    evidence = {"user": game.user_names[user], "multipliers": proofs}
    return certificate("not-aligned", team_claim(game, sorted(fits), alignment=claim), evidence)


def slack_refutation(game: Game, user: int, alone: Mapping[int, Slack]) -> dict[str, Any]:
    """No alignment has a slack of Theorem 4.3 below the smallest that a model alone has: T are the models ``alone``."""
    tree: Tree = [({user: j}, alone[j]) for j in sorted(alone)]
    return _slack_certificate(game, [user], sorted(alone), min(slack.slack for slack in alone.values()), tree)


def worst_user_refutation(game: Game, found: WorstUser) -> dict[str, Any]:
    """No alignment of any of the providers has a smaller largest slack of Theorem 4.3."""
    users, models = range(len(game.users)), range(len(game.providers))
    return _slack_certificate(game, users, models, found.slack.slack, found.tree)


def _slack_certificate(
    game: Game, users: Sequence[int], models: Sequence[int], slack: Fraction, tree: Tree
) -> dict[str, Any]:
    claim = {"slack": {"users": [game.user_names[i] for i in users], "eps": str(slack), "attained": False}}
    return certificate("not-aligned", team_claim(game, models, alignment=claim), _slack_proof(game, tree))


def _slack_proof(game: Game, tree: Tree) -> dict[str, Any]:
    if isinstance(tree, list):
        return {"held": [_slack_proof(game, branch) for branch in tree]}
    holders, found = tree
    team = sorted({*holders.values()})
    places = [team.index(j) for j in sorted(found.weights)]
    multipliers = strong_multipliers(game, found.multipliers, places)
    del multipliers["error"]
    # The weights that have to be at least 1 share what the program is worth.
    dual = {i: found.reduced[j][i] for i, j in holders.items() if j in found.reduced}
    worth = sum(dual.values())
    for i, cost in dual.items():
        multipliers[f"error {i}"] = cost / worth if worth else ONE
    return {"multipliers": multipliers_document(multipliers)}


def strong_multipliers(
    game: Game, multipliers: Mapping[StrongKey, Fraction], places: Sequence[int] = (0,)
) -> dict[str, Fraction]:
    """Multipliers by the kernel's rows; that on the error is their sum. The k-th model is at ``places[k]`` there."""
    by_row, points = {"error": ZERO}, prod(game.sizes)
    for (place, y, *profiles), value in multipliers.items():
        for side, profile in zip(("below", "above"), profiles, strict=True):
            if profile is not None:
                name = f"{side} {places[place] * points + point_number(game, profile, y)}"
                by_row[name] = by_row.get(name, ZERO) + value
                by_row["error"] += value
    return by_row


def point_number(game: Game, profile: Sequence[int], y: int) -> int:
    """The number of a point in games.alignment.points."""
    number = 0
    for place, size in zip((*profile, y), game.sizes, strict=True):
        number = number * size + place
    return number
