"""What may be assumed of the indeterminate market: the model itself, and a theorem's hypotheses by name.

A :class:`Fact` says that a term is nonnegative, or zero. Facts have names like those of numbers. The model's own: the
sign of every probability, under its own name; ``sum F ...``, a distribution of family F adds up to 1; ``sum
taken:R:i k`` and ``best:R:i k,option``, a decision takes one option and none is better.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product as tuples

from alignproof.checks.universal.market import Market, named
from alignproof.checks.universal.terms import Expanded, Term
from alignproof.games.algebra import Number, total
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.garbling import READINGS, Reading, image
from alignproof.games.model import Components, tabulated
from alignproof.games.rules import Rule


@dataclass(frozen=True)
class Fact:
    """``term >= 0``, or ``= 0`` if ``equal``; ``solved``: one of its terms, as what it then equals."""

    term: Term
    equal: bool = False
    solved: tuple[int, Expanded] | None = None


Facts = Iterator[tuple[str, Fact]]


def distribution(row: Sequence[Term], signed: bool, family: str, *indices: object) -> Facts:
    """The row sums up to 1 (solved for its last entry); its entries are nonnegative, if ``signed``."""
    for k, chance in enumerate(row if signed else ()):
        yield named(family, *indices, k), Fact(chance)
    rest: Expanded = {(): 1} | {(chance.place,): -1 for chance in row[:-1]}
    yield named(f"sum {family}", *indices), Fact(total(row) - 1, True, (row[-1].place, rest))


def rule_facts(rule: Rule, family: str, *indices: object) -> Facts:
    """The chances of an indeterminate rule are distributions."""
    for (x, t), row in rule.items():
        yield from distribution(row, True, family, *indices, x, t)


def decision_facts(market: Market, group: str) -> Facts:
    """A user's decisions, those of whom to ask included, are best responses (Definition 2.5)."""
    if f"pick:{group}" in market.groups:
        yield from decision_facts(market, f"pick:{group}")
    for k, decision in enumerate(market.groups[group]):
        yield from distribution(decision.taken, True, f"taken:{group}", k)
        for option, score in enumerate(decision.scores):
            yield named(f"best:{group}", k, option), Fact(decision.value - score)


def model_facts(market: Market) -> Facts:
    """What holds in every market: probabilities, and best responses to the profile."""
    prior = [atom.probability for atom in market.original.prior]
    signs = (name for name in market.names if name.startswith("phi "))
    yield from ((name, Fact(market.names[name])) for name in signs)
    yield from distribution(prior, False, "phi", "all")
    for i in market.members if market.setting.play == "personalized" else market.members[:1]:
        for j, rules in enumerate(market.profile.rules):
            yield from rule_facts(rules[i], "say", j, i)
    for t, row in enumerate(market.entrant.features if market.entrant else ()):
        yield from distribution(row, True, "enters", t)
    for i in market.members:
        yield from decision_facts(market, f"ne:{i}")


def shared_facts(market: Market, user: int) -> Facts:
    """The shared rule meant for the user, and what becomes of her with each deployer in T."""
    garblings, rule = market.shared(user)
    yield from rule_facts(rule, "S", user)
    for j, rows in garblings.items():
        for x, row in enumerate(rows):
            yield from distribution(row, True, "f", user, j, x)
        market.deploy(user, j)
        yield from decision_facts(market, f"shared {j}:{user}")


def _bounded(family: str, indices: Sequence[tuple[int, ...]], error: Term, residuals: Iterator[Number]) -> Facts:
    for index, residual in zip(indices, residuals, strict=True):
        yield named(f"{family} above", *index), Fact(error + residual)
        yield named(f"{family} below", *index), Fact(error - residual)


def _weak(market: Market) -> WeakWeights:
    team, users = range(market.size.team), range(market.size.users)
    parts = {
        j: Components(
            market.row(len(users), "lambda", j),
            tabulated(market.original, lambda i, a, y, j=j: market.variable("F", j, i, a, y)),  # type: ignore[misc]
            market.variable("c_P", j),
        )
        for j in team
    }
    return WeakWeights(parts, {j: market.row(len(users), "w", j) for j in team}, market.row(len(users), "c_U"))


def _profiles(market: Market) -> list[tuple[int, ...]]:
    return [(*actions, y) for actions, y in tuples(market.original.action_profiles(), range(market.size.states))]


def _separable(market: Market) -> Facts:
    weights, error = _weak(market), market.variable("eps_P")
    for j in weights.providers:
        indices = [(j, *index) for index in _profiles(market)]
        yield from _bounded("separable", indices, error, weights.separability_residuals(market.original, j))


def _separable_in_one(market: Market) -> Facts:
    """Equation (1) for user 0's action alone: the rest is any function of the other users' actions and the state."""
    parts, error = _weak(market).providers, market.variable("eps_P")
    for j, (first, *others, y) in tuples(parts, _profiles(market)):
        fitted = parts[j].part(0, first, y) + market.variable("rest", j, *others, y)
        residual = market.names[named("P", j, first, *others, y)] - fitted
        yield from _bounded("separable", [(j, first, *others, y)], error, iter([residual]))


def _user_alignment(market: Market) -> Facts:
    weights, error, size = _weak(market), market.variable("eps_U"), market.size
    for i in range(size.users):
        indices = list(tuples([i], range(size.actions), range(size.states)))
        yield from _bounded("aligned", indices, error, weights.user_residuals(market.original, i))


def _user_weights(market: Market) -> Facts:
    weights = _weak(market)
    for j in weights.providers:
        ratio = market.variable("r", j)
        yield named("r", j), Fact(ratio)
        yield named("w", j, 0), Fact(weights.users[j][0])
        yield named("ratio", j), Fact(weights.users[j][0] - ratio * weights.providers[j].weights[0], True)


def _strong(market: Market) -> Facts:
    team, error = range(market.size.team), market.variable("eps")
    rows = {j: market.row(market.size.users, "lambda", j) for j in team}
    weights = StrongWeights(rows, {j: market.variable("c_P", j) for j in team})
    for j in team:
        indices = [(j, *index) for index in _profiles(market)]
        yield from _bounded("combined", indices, error, weights.residuals(market.original, j))


def _provider_weights(market: Market) -> Facts:
    for j, i in tuples(range(market.size.team), range(market.size.users)):
        yield named("lambda", j, i), Fact(market.variable("lambda", j, i))


def _coverage(market: Market) -> Facts:
    deviator = market.size.team - 1
    inverse = market.variable("cover", deviator)
    yield named("cover", deviator), Fact(inverse)
    yield named("inverse", deviator), Fact(inverse * market.variable("lambda", deviator, 0) - 1, True)


def _shares(market: Market) -> Facts:
    for j in range(market.size.providers):
        share, inverse = market.variable("beta", j), market.variable("s", j)
        yield named("s", j), Fact(inverse)
        yield named("keeps", j), Fact(inverse * (1 - share) - 1, True)


def _common(market: Market, reading: Reading) -> Facts:
    for i in market.deployed:
        game = market.original if i < market.size.users else market.game
        images = {j: image(game, j, reading, f, i) for j, f in market.shared(i)[0].items()}
        for j, at, z in tuples(images, images[0], range(market.size.values)):
            market.name(images[j][at][z], "image", i, j, *at, z)
            yield named("common", i, j, *at, z), Fact(images[j][at][z] - images[0][at][z], True)


def _first(market: Market, premise: Callable[[Market], Facts], index: int) -> Facts:
    """Of a hypothesis' facts, those whose first index is this; -1 is the last provider of T."""
    return ((n, fact) for n, fact in premise(market) if int(n.split()[-1].split(",")[0]) == index % market.size.team)


BLIND = "ties blind to the provider"
DOMINANCE = "user dominance"

GAINS = {"largest gain": 0, "largest gain of other users": 1}
"""Hypotheses that no rule of T's last provider is worth more to a user than her shared rule and Delta: the first user
of whom they say so."""

EQUILIBRIA: dict[str, Callable[[Market, int, Sequence[Rule]], bool]] = {
    "equilibrium": lambda market, j, rules: True,
    "equilibrium of the deviator": lambda market, j, rules: j == market.size.team - 1,
    "equilibrium against offers to user 0": lambda m, j, rules: j < m.size.team and rules[1:] == m.profile.rules[j][1:],
}
"""Which deviations do not pay: those of provider j to ``rules``, one for each user."""

PREMISES: dict[str, Callable[[Market], Facts]] = {
    "separable payoffs": _separable,
    "user alignment": _user_alignment,
    "separable payoffs in user 0": _separable_in_one,
    "user alignment of user 0": partial(_first, premise=_user_alignment, index=0),
    "strong alignment of the deviator": partial(_first, premise=_strong, index=-1),
    "provider weights of the deviator": partial(_first, premise=_provider_weights, index=-1),
    "user weights": _user_weights,
    "strong alignment": _strong,
    "provider weights": _provider_weights,
    "coverage": _coverage,
    "shares": _shares,
    **{f"common given {reading}": partial(_common, reading=reading) for reading in READINGS},
}
"""Hypotheses that state facts at once. ``r j`` is w_{j,0} / lambda_{j,0}, 0 where w is 0 (Definition 2.13); ``cover j``
is 1 / lambda_{j,0}, for the last provider of T (2.14). ``lambda``, ``c_P``, ``F`` are one claim's in all hypotheses."""

HYPOTHESES = (BLIND, DOMINANCE, *GAINS, *EQUILIBRIA, *PREMISES)
"""All hypotheses; the first is about the game, the others before :data:`PREMISES` speak of all rules and yield a fact
per rule given."""
