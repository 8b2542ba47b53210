"""Weak and strong market alignment (Definitions 2.13, 2.14): held by given weights, or by none.

That no weights do is shown by the definitions themselves: their residuals, with the weights unknown, are affine.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain
from math import prod

from alignproof.checks.benchmark import Team
from alignproof.checks.linear import Rejected, Row, System, above, refute, system
from alignproof.games.algebra import ONE, ZERO, Number, total
from alignproof.games.alignment import StrongWeights, WeakWeights, Weights, read_decomposition, read_strong, read_weak
from alignproof.games.document import Node, shown
from alignproof.games.model import Components, Game, separable_parts
from alignproof.games.polynomial import Polynomial, as_polynomial, variable


def check_aligned(game: Game, team: Team, claim: Node) -> tuple[Weights, tuple[Fraction, ...]]:
    """T = ``team`` is aligned as claimed, ``{weak: {weights, eps}}`` or ``{strong: {weights, eps}}``; returns both.

    Raises Rejected.
    """
    form, node = claim.only_field(("weak", "strong"))
    fields = node.fields(("weights", "eps"))
    read, errors = (read_weak, 2) if form == "weak" else (read_strong, 1)
    weights, eps = read(fields["weights"], game, team), fields["eps"].rationals(errors)
    if faults := weights.faults(game):
        raise Rejected("side-condition", "; ".join(faults))
    for error, claimed in zip(weights.errors(game), eps, strict=True):
        if error > claimed:
            raise Rejected("residual-too-large", f"{claim.path}: the error is {shown(error)}")
    return weights, eps


@dataclass(frozen=True)
class Error:
    """An error, or a slack, that is claimed to be out of reach: less than ``eps``, or at most ``eps`` if
    ``attained``."""

    eps: Fraction
    attained: bool


Residual = Callable[[tuple[int, ...]], Number]
_NAME = re.compile("(above|below) (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Rows(Mapping[str, Row]):
    """The rows ``first``, and at every point that the residual is within the error: ``above k`` and ``below k``, where
    point k is the k-th of games.alignment.points. Those rows are made when they are asked for."""

    first: Mapping[str, Row]
    sizes: tuple[int, ...]
    residual: Residual

    def __getitem__(self, name: str) -> Row:
        if name in self.first:
            return self.first[name]
        parts, point = _NAME.fullmatch(name), tuple[int, ...]()
        k = int(parts[2]) if parts else prod(self.sizes)
        for size in reversed(self.sizes):
            k, place = divmod(k, size)
            point = (place, *point)
        if parts is None or k > 0:
            raise KeyError(name)
        error, residual = variable("error"), self.residual(point)
        return Row(error + residual if parts[1] == "above" else error - residual, ">=")

    def __iter__(self) -> Iterator[str]:
        return chain(self.first, (f"{side} {k}" for k in range(prod(self.sizes)) for side in ("above", "below")))

    def __len__(self) -> int:
        return len(self.first) + 2 * prod(self.sizes)


def fit(sizes: tuple[int, ...], residual: Residual, error: Error, covered: Number, free: list[Polynomial]) -> System:
    """Some weights keep all residuals, affine in the weights, within the error; and ``covered`` > 0, if attained."""
    attained = [above("covered", covered, True)] if error.attained else []
    first = system([above("error", error.eps - variable("error"), not error.attained), *attained], free)
    return System(Rows(first.rows, sizes, residual), first.free)


def strong_system(game: Game, provider: int, error: Error, covered: int | None) -> System:
    """Some weights lambda fit equation (3) for the provider, and that on user ``covered`` is positive."""
    unknown, constant = tuple(variable(f"lambda {i}") for i in range(len(game.users))), variable("c")
    residual = partial(StrongWeights({provider: unknown}, {provider: constant}).residual, game, provider)
    return fit(game.sizes, residual, error, ONE if covered is None else unknown[covered], [constant])


def user_system(game: Game, parts: Mapping[int, Components], user: int, error: Error, any_parts: bool) -> System:
    """Some weights w_{j,i}, positive only where lambda_{j,i} > 0, fit equation (2) for the user.

    For any decomposition of exactly separable payoffs an arbitrary function of the state may be added, since two of
    them differ by no more than that.
    """
    weight = {j: variable(f"w {j}") for j, components in parts.items() if components.weights[user] > 0}
    users = range(len(game.users))
    offsets = [variable(f"c {y if any_parts else 0}") for y in range(len(game.states))]
    extra = Components((), tuple((tuple(offsets),) * len(u.actions) for u in game.users), ZERO)
    w = {j: tuple(value for _ in users) for j, value in (weight | {-1: as_polynomial(ONE)}).items()}
    residual = partial(WeakWeights({**parts, -1: extra}, w, tuple(ZERO for _ in users)).user_residual, game, user)
    return fit((game.sizes[user], game.sizes[-1]), residual, error, total(weight.values()), offsets)


def separability_system(game: Game, provider: int, error: Error) -> System:
    """Some separable function fits the payoff of ``provider``: equation (1), for any decomposition."""
    parts = tuple(
        tuple(tuple(variable(f"part {i} {a} {y}") for y in range(len(game.states))) for a in range(len(user.actions)))
        for i, user in enumerate(game.users)
    )
    weights = WeakWeights({provider: Components((ONE,) * len(parts), parts, ZERO)}, {}, ())
    free = [value for rows in parts for cells in rows for value in cells]
    return fit(game.sizes, partial(weights.separability_residual, game, provider), error, ONE, free)


def check_not_aligned(game: Game, team: Team, claim: Node, evidence: Node) -> None:
    """No weights align T with errors below those claimed (or at most those, if ``attained``). Raises Rejected.

    The claim is ``{strong: {eps, attained}}``, or of weak alignment what fails: ``{separable: {eps, attained}}`` for
    equation (1), ``{weak: {eps, attained, providers?}}`` for equation (2), with the given decomposition or, without
    one, with any exact decomposition of separable payoffs. Evidence: multipliers for a provider, or for a user (weak);
    for a user whom no provider covers (strong), multipliers for each provider of T. ``{slack: {users, eps, attained}}``
    is :func:`check_slack`'s.
    """
    form, node = claim.only_field(("strong", "slack", "separable", "weak"))
    more = ("users",) if form == "slack" else ()
    fields = node.fields(("eps", "attained", *more), ("providers",) if form == "weak" else ())
    error = Error(fields["eps"].rational(), fields["attained"].flag())
    if form == "slack":
        users = tuple(item.name_in(game.user_names) for item in fields["users"].items())
        check_slack(game, team, users, error, evidence)
        return
    who = "user" if form == "weak" or (form == "strong" and "user" in evidence.object()) else "provider"
    proof = evidence.fields((who, "multipliers"))
    multipliers = proof["multipliers"]
    if who == "provider":
        j = team[proof["provider"].name_in(tuple(game.provider_names[j] for j in team))]
        failing = strong_system(game, j, error, None) if form == "strong" else separability_system(game, j, error)
        refute(failing, multipliers, f"provider {j}")
        return
    i = proof["user"].name_in(game.user_names)
    if form == "strong":
        for j, item in zip(team, multipliers.items(len(team)), strict=True):
            refute(strong_system(game, j, error, i), item, f"provider {j}")
        return
    given = "providers" in fields
    parts = read_decomposition(fields["providers"], game, team) if given else exact_parts(game, team)
    refute(user_system(game, parts, i, error, not given), multipliers, f"user {i}")


def check_slack(
    game: Game, team: Team, users: Team, slack: Error, evidence: Node, holders: tuple[int, ...] = ()
) -> None:
    """No strong weights of T, or of providers in T, have ``2 eps / lambda*_i`` (Theorem 4.3) below ``slack`` for all
    ``users`` at once. Raises Rejected.

    Evidence: a tree that says, user by user, whose weight on her is lambda*_i: ``{held: [trees]}``, one for each
    provider of T; or multipliers against :func:`slack_system` of the users so far.
    """
    form, inside = evidence.only_field(("held", "multipliers"))
    if form == "multipliers" and holders:
        refute(slack_system(game, dict(zip(users, holders, strict=False)), slack), inside, f"slack at {inside.path}")
    elif form == "held" and len(holders) < len(users):
        for j, branch in zip(team, inside.items(len(team)), strict=True):
            check_slack(game, team, users, slack, branch, (*holders, j))
    else:
        raise Rejected("cases-differ", f"{inside.path}: {len(holders)} of {len(users)} users have a provider")


def slack_system(game: Game, holders: Mapping[int, int], slack: Error) -> System:
    """Weights of the providers in ``holders`` fit equation (3) with one error, small beside each user's holder's weight
    on her. Point k of the p-th of these providers has number p * (number of points) + k."""
    team = sorted({*holders.values()})
    rates = {j: tuple(variable(f"lambda {j} {i}") for i in range(len(game.users))) for j in team}
    weights = StrongWeights(rates, {j: variable(f"c {j}") for j in team})
    room = {f"error {i}": slack.eps / 2 * rates[j][i] - variable("error") for i, j in holders.items()}
    first = system([above(name, x, not slack.attained) for name, x in room.items()], [*weights.constants.values()])
    sizes = len(team), *game.sizes
    return System(Rows(first.rows, sizes, lambda point: weights.residual(game, team[point[0]], point[1:])), first.free)


def exact_parts(game: Game, team: Team) -> dict[int, Components]:
    """Some exact decomposition of T's payoffs, with weights 1. Raises Rejected if a payoff is not separable."""
    splits = {j: separable_parts(game, j) for j in team}
    if None in splits.values():
        raise Rejected("not-separable", "a payoff has no exact separable decomposition")
    return {j: Components((ONE,) * len(game.users), split[0], ZERO) for j, split in splits.items() if split}
