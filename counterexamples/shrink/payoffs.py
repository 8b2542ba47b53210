"""Payoffs made anew, so that alignment is exact again after users, states or weights have changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from alignproof.checks.linear import Row
from alignproof.checks.signals import applies
from alignproof.counterexamples.search.linear import best, value
from alignproof.counterexamples.search.market import Table, largest_payoff
from alignproof.counterexamples.search.prices import Stability
from alignproof.counterexamples.search.unknowns import constant, evaluated, share
from alignproof.counterexamples.shrink.select import played
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.model import Components, Game, Parts, User, tabulated
from alignproof.games.polynomial import Polynomial, gather
from alignproof.symbolic.rules import silent_profile

HALF = Fraction(1, 2)


def derived(instance: Instance) -> Instance:
    """The instance in which T's payoffs, and under weak alignment users' utilities too, are what the weights say."""
    game, weights = instance.game, instance.weights
    if isinstance(weights, WeakWeights):
        providers = tuple(
            replace(who, payoff=weights.providers.get(j, who.payoff)) for j, who in enumerate(game.providers)
        )
        cells = tabulated(game, lambda i, a, y: weights.constants[i] + _combined(weights, i, a, y))
        users = tuple(replace(user, utility=table) for user, table in zip(game.users, cells, strict=True))
        return replace(instance, game=replace(game, users=users, providers=providers))
    tables = tuple(user.utility for user in game.users)
    providers = tuple(
        replace(who, payoff=Components(weights.users[j], tables, weights.constants[j])) if j in weights.users else who
        for j, who in enumerate(game.providers)
    )
    return replace(instance, game=replace(game, providers=providers))


def _combined(weights: WeakWeights, i: int, a: int, y: int) -> Fraction:
    return sum((w[i] * weights.providers[j].parts[i][a][y] for j, w in weights.users.items()), ZERO)


def solved(instance: Instance, seconds: float) -> Instance | None:
    """The instance with payoffs for which silence is an equilibrium and alignment is exact: a solution of the search's
    linear program, whatever payoffs there were. It depends on the rest of the instance alone.

    None if there are none, or where the program says nothing: it wants an anonymous game in which all providers are in
    T and no provider speaks after a user; weak alignment, or strong alignment and an entrant.
    """
    if not solvable(instance):
        return None
    if isinstance(instance.weights, WeakWeights):
        return _weak(instance, instance.weights, seconds)
    return _entered(instance, instance.weights, seconds)


def _silence_is_best(game: Game, robust: bool, seconds: float) -> Iterator[Row]:
    return Stability(robust, seconds).everywhere(game, silent_profile(game, "anonymous"))


def solvable(instance: Instance) -> bool:
    """Whether :func:`solved` has a program for the instance."""
    game = instance.game
    everyone = instance.team == tuple(range(len(game.providers)))
    asked = bool(instance.users) and instance.profile.play == "anonymous" and applies(game)
    return asked and everyone and isinstance(instance.weights, WeakWeights) == (instance.entrant is None)


def bare(instance: Instance, ratios: Sequence[tuple[Fraction, ...]]) -> Instance:
    """The instance without what :func:`solved` finds. Of weights only ``ratios[k][i]`` are left, what the k-th provider
    of T earns for each unit that he brings user i."""
    game, team = instance.game, instance.team
    rows = dict(zip(team, ratios, strict=True))
    flat = {j: Components(row, tuple(_zeros(game, user) for user in game.users), ZERO) for j, row in rows.items()}
    providers = tuple(replace(who, payoff=flat.get(j, who.payoff)) for j, who in enumerate(game.providers))
    left = replace(instance, game=replace(game, providers=providers))
    if instance.entrant is None:
        ones = {j: (ONE,) * len(game.users) for j in team}
        return replace(left, weights=WeakWeights(flat, ones, (ZERO,) * len(game.users)))
    wishes = (_zeros(game, instance.entrant.user),) * len(providers)
    entrant = replace(instance.entrant, shares=(HALF,) * len(providers), parts=wishes)
    return replace(left, weights=StrongWeights(rows, dict.fromkeys(team, ZERO)), entrant=entrant)


def _zeros(game: Game, user: User) -> Table:
    return ((ZERO,) * len(game.states),) * len(user.actions)


def _unknown(game: Game, provider: int) -> tuple[tuple[tuple[Polynomial, ...], ...], ...]:
    return tabulated(game, lambda i, a, y: share(provider, i, a, y))


def _weak(instance: Instance, weights: WeakWeights, seconds: float) -> Instance | None:
    """lambda_{j,i} / w_{j,i} is what provider j earns for each unit of his share in user i's utility."""
    game, team = instance.game, instance.team
    pairs = [[(weights.providers[j].weights[i], weights.users[j][i]) for i in range(len(game.users))] for j in team]
    if any(weight <= 0 or w <= 0 for row in pairs for weight, w in row):
        return None
    scales = [tuple(Fraction(weight) / w for weight, w in row) for row in pairs]
    unknown = [_unknown(game, j) for j in team]
    rows = list(_shared(game, unknown))
    rows += _silence_is_best(_paid(game, scales, unknown), instance.robust, seconds)
    point = best(rows, _small(unknown), seconds)
    if point is None:
        return None
    found = [tuple(evaluated(point, part) for part in parts) for parts in unknown]
    tallest = [tuple(max(map(max, part)) or ONE for part in parts) for parts in found]
    payoffs = [_within_one(*each) for each in zip(scales, found, tallest, strict=True)]
    constants = tuple(value(constant(i), point) for i in range(len(game.users)))
    made = WeakWeights(dict(enumerate(payoffs)), dict(enumerate(tallest)), constants)
    providers = tuple(replace(who, payoff=pay) for who, pay in zip(game.providers, payoffs, strict=True))
    new = replace(game, providers=providers)
    return replace(instance, game=new, weights=made, profile=silent_profile(new, "anonymous"))


def _shared(game: Game, unknown: Sequence[Parts]) -> Iterator[Row]:
    """Equation (2), with w = 1."""
    for i, user in enumerate(game.users):
        for a, row in enumerate(user.utility):
            for y, utility in enumerate(row):
                yield Row(gather(parts[i][a][y] for parts in unknown) + constant(i) - utility, "=")


def _paid(game: Game, scales: Sequence[Sequence[Fraction]], unknown: Sequence[Parts]) -> Game:
    payoffs = [Components(tuple(row), parts, ZERO) for row, parts in zip(scales, unknown, strict=True)]
    return replace(
        game, providers=tuple(replace(who, payoff=pay) for who, pay in zip(game.providers, payoffs, strict=True))
    )


def _small(unknown: Sequence[Parts]) -> Polynomial:
    """Small payoffs are best, the first a little less so: as a rule, one solution is better than all others."""
    cells = [cell for parts in unknown for part in parts for row in part for cell in row]
    return -gather((1 + Fraction(1, (k + 2) * len(cells) ** 2)) * cell for k, cell in enumerate(cells))


def _within_one(scales: Sequence[Fraction], parts: Parts, tallest: Sequence[Fraction]) -> Components:
    """Shares are w F with F in [0, 1]; payoffs are in [0, 1] too."""
    most = largest_payoff(scales, parts) or ONE
    weights = tuple(scale * w / most for scale, w in zip(scales, tallest, strict=True))
    return Components(weights, tuple(_divided(part, w) for part, w in zip(parts, tallest, strict=True)), ZERO)


def _entered(instance: Instance, weights: StrongWeights, seconds: float) -> Instance | None:
    """A payoff is in proportion to ``sum_i lambda_i u_i + wish``, the wish about the entrant unknown."""
    old, entrant, team = played(instance), instance.entrant, instance.team
    if entrant is None or any(min(weights.users[j]) <= 0 for j in team):
        return None
    tables = tuple(user.utility for user in instance.game.users)
    wishes = [_unknown(old, j)[-1] for j in team]
    scales = [(*weights.users[j], ONE) for j in team]
    rows = list(_silence_is_best(_paid(old, scales, [(*tables, wish) for wish in wishes]), instance.robust, seconds))
    point = best(rows, _small([wishes]), seconds)  # type: ignore[list-item]
    if point is None:
        return None
    found = [evaluated(point, wish) for wish in wishes]
    sizes = {j: largest_payoff(weights.users[j], tables) or ONE for j in team}
    made = StrongWeights({j: tuple(w / sizes[j] for w in weights.users[j]) for j in team}, dict.fromkeys(team, ZERO))
    tallest = [max(map(max, wish)) for wish in found]
    shares = tuple(w / (w + sizes[j]) if w else HALF for j, w in zip(team, tallest, strict=True))
    parts = tuple(_divided(wish, w or ONE) for wish, w in zip(found, tallest, strict=True))
    new = replace(instance, weights=made, entrant=replace(entrant, shares=shares, parts=parts))
    return derived(replace(new, profile=silent_profile(old, "anonymous")))


def _divided(table: Table, by: Fraction) -> Table:
    return tuple(tuple(cell / by for cell in row) for row in table)
