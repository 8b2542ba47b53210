"""Weak and strong market alignment (Definitions 2.13, 2.14): held by given weights, or by none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from alignproof.checks.benchmark import Team
from alignproof.checks.linear import Rejected, Row, System, Terms, inequality, read_multipliers, refute, system
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import (
    StrongWeights,
    WeakWeights,
    best_coverage,
    separability_residuals,
    strong_residuals,
    strong_side_conditions,
    transfer_weight,
    user_residuals,
    weak_side_conditions,
)
from alignproof.games.document import Node
from alignproof.games.files import read_components
from alignproof.games.model import Components, Game, separable_parts


@dataclass(frozen=True)
class Aligned:
    """An alignment that has been checked; ``errors`` are (eps_U, eps_P) or (eps,), as claimed."""

    weights: WeakWeights | StrongWeights
    errors: tuple[Fraction, ...]

    def slack(self, user: int, factors: tuple[Fraction, ...]) -> Fraction:
        """``f_U eps_U + f_P eps_P mu_i`` (Theorem 3.1 has factors 2, 2) or ``f eps / lambda*_i`` (Theorem 4.3: 2).

        A user whom the weights do not cover, an entrant, has slack only if there is an error.
        """
        if not any(self.errors):
            return ZERO
        if isinstance(self.weights, WeakWeights):
            mu = Fraction(transfer_weight(self.weights, user))
            return factors[0] * self.errors[0] + factors[1] * self.errors[1] * mu
        return factors[0] * self.errors[0] / Fraction(best_coverage(self.weights, user))


def check_weak(game: Game, team: Team, claim: Node) -> Aligned:
    """(T, eps_U, eps_P)-weak alignment with the weights in the claim. Raises Rejected."""
    fields = claim.fields(("eps_U", "eps_P", "providers", "w", "c"))
    eps_users, eps_providers = fields["eps_U"].rational(), fields["eps_P"].rational()
    weights = WeakWeights(
        read_decomposition(game, team, fields["providers"]),
        {j: row.rationals(len(game.users)) for j, row in zip(team, fields["w"].items(len(team)), strict=True)},
        fields["c"].rationals(len(game.users)),
    )
    _no_fault(weak_side_conditions(game, weights))
    for j in team:
        _within(separability_residuals(game, weights, j), eps_providers, f"provider {j}, equation (1)")
    for i in range(len(game.users)):
        _within(user_residuals(game, weights, i), eps_users, f"user {i}, equation (2)")
    return Aligned(weights, (eps_users, eps_providers))


def read_decomposition(game: Game, team: Team, node: Node) -> dict[int, Components]:
    """One decomposition (lambda_j, F_j, c_j) per provider of T."""
    items = zip(team, node.items(len(team)), strict=True)
    return {j: read_components(item, game.users, len(game.states)) for j, item in items}


def check_strong(game: Game, team: Team, claim: Node) -> Aligned:
    """(T, eps)-strong alignment with the weights in the claim. Raises Rejected."""
    fields = claim.fields(("eps", "lambda", "c"))
    eps = fields["eps"].rational()
    rows = zip(team, fields["lambda"].items(len(team)), strict=True)
    weights = StrongWeights(
        {j: row.rationals(len(game.users)) for j, row in rows},
        dict(zip(team, fields["c"].rationals(len(team)), strict=True)),
    )
    _no_fault(strong_side_conditions(game, weights))
    for j in team:
        _within(strong_residuals(game, weights, j), eps, f"provider {j}, equation (3)")
    return Aligned(weights, (eps,))


def _no_fault(faults: list[str]) -> None:
    if faults:
        raise Rejected("side-condition", "; ".join(faults))


def _within(residuals: Iterable[Fraction], bound: Fraction, what: str) -> None:
    for residual in residuals:
        if abs(residual) > bound:
            raise Rejected("residual-too-large", f"{what}: a residual of {residual} exceeds {bound}")


def fit_rows(points: Iterable[tuple[str, Terms, Fraction]]) -> list[tuple[str, Row]]:
    """``|target - combination| <= error`` at each named point (combination, target); the error is a variable."""
    rows = []
    for label, combination, target in points:
        below: Terms = [*((v, -c) for v, c in combination), ("error", ONE)]
        rows.append((f"above {label}", Row([*combination, ("error", ONE)], -target, ">=")))
        rows.append((f"below {label}", Row(below, target, ">=")))
    return rows


def error_row(eps: Fraction, attained: bool) -> tuple[str, Row]:
    """The row: the error is less than ``eps``, or at most ``eps`` if ``attained``."""
    return "error", inequality([("error", -ONE)], eps, not attained)


Cell = tuple[str, tuple[Fraction, ...], Fraction]
"""A named action profile and state: the users' utilities there, and the provider's payoff."""


def strong_cells(game: Game, provider: int) -> Iterator[Cell]:
    """Equation (3)'s cells: every action profile and state."""
    payoff = game.providers[provider].payoff
    for actions in game.action_profiles():
        for y in range(len(game.states)):
            utilities = tuple(game.users[i].utility[a][y] for i, a in enumerate(actions))
            yield f"{','.join(map(str, actions))} {y}", utilities, payoff.value(actions, y)


def strong_fit(cells: Iterable[Cell], eps: Fraction, attained: bool, covered: int | None = None) -> System:
    """Some weights fit equation (3) within ``eps`` at all cells, with a positive weight on user ``covered``."""
    points = (
        (label, [*((("lambda", i), u) for i, u in enumerate(utilities)), ("c", ONE)], payoff)
        for label, utilities, payoff in cells
    )
    rows = [error_row(eps, attained), *fit_rows(points)]
    if covered is not None:
        rows.append(("covered", inequality([(("lambda", covered), ONE)], ZERO, True)))
    return system(rows, ["c"])


def strong_system(game: Game, provider: int, eps: Fraction, attained: bool, covered: int | None = None) -> System:
    """Some weights of ``provider`` fit equation (3) within ``eps``, with a positive weight on user ``covered``."""
    return strong_fit(strong_cells(game, provider), eps, attained, covered)


def weak_user_system(
    game: Game, parts: dict[int, Components], user: int, eps: Fraction, attained: bool, state_terms: bool
) -> System:
    """Some weights w_{j,i} > 0 only where lambda_{j,i} > 0, not all 0, fit equation (2) for the user within ``eps``.

    With ``state_terms`` an arbitrary function of the state may be added: what all separable decompositions of exact
    payoffs can make of the given one is no more than that.
    """
    usable = [j for j, components in parts.items() if components.weights[user] > 0]

    def points() -> Iterable[tuple[str, Terms, Fraction]]:
        for a, row in enumerate(game.users[user].utility):
            for y, utility in enumerate(row):
                terms: Terms = [(("w", j), parts[j].parts[user][a][y]) for j in usable]
                yield f"{a} {y}", [*terms, (("c", y if state_terms else 0), ONE)], utility

    rows = [error_row(eps, attained), *fit_rows(points())]
    rows.append(("covered", inequality([(("w", j), ONE) for j in usable], ZERO, attained)))
    return system(rows, [("c", y) for y in range(len(game.states))])


def separability_system(game: Game, provider: int, eps: Fraction, attained: bool) -> System:
    """Some separable function fits the payoff of ``provider`` within ``eps`` (equation (1), any decomposition)."""

    def points() -> Iterable[tuple[str, Terms, Fraction]]:
        payoff = game.providers[provider].payoff
        for actions in game.action_profiles():
            for y in range(len(game.states)):
                terms: Terms = [(("part", i, a, y), ONE) for i, a in enumerate(actions)]
                yield f"{','.join(map(str, actions))} {y}", terms, payoff.value(actions, y)

    free = [
        ("part", i, a, y)
        for i, user in enumerate(game.users)
        for a in range(len(user.actions))
        for y in range(len(game.states))
    ]
    return system([error_row(eps, attained), *fit_rows(points())], free)


def check_not_strong(game: Game, team: Team, eps: Fraction, attained: bool, evidence: Node) -> None:
    """(T, eps')-strong alignment fails for every eps' < ``eps`` (and at it, if ``attained``). Raises Rejected.

    Evidence: multipliers for one provider that fits by no weights, or for every provider's weight on one user.
    """
    fields = evidence.object()
    if "provider" in fields:
        fields = evidence.fields(("provider", "multipliers"))
        j = team[fields["provider"].name_in(tuple(game.providers[j].name for j in team))]
        refute(strong_system(game, j, eps, attained), read_multipliers(fields["multipliers"]), f"provider {j}")
        return
    fields = evidence.fields(("user", "multipliers"))
    i = fields["user"].name_in(tuple(user.name for user in game.users))
    for j, item in zip(team, fields["multipliers"].items(len(team)), strict=True):
        refute(strong_system(game, j, eps, attained, i), read_multipliers(item), f"provider {j}, user {i}")


def check_not_weak(game: Game, team: Team, claim: Node, evidence: Node) -> None:
    """Weak alignment fails: for a given decomposition or, where payoffs are exactly separable, for any. Raises Rejected.

    The claim names what fails: ``eps_P`` (no separable function is that close to some payoff) or ``eps_U`` (some
    user's utility is no such combination of the components).
    """
    if "eps_P" in claim.object():
        fields = claim.fields(("eps_P", "attained"))
        proof = evidence.fields(("provider", "multipliers"))
        j = team[proof["provider"].name_in(tuple(game.providers[j].name for j in team))]
        failing = separability_system(game, j, fields["eps_P"].rational(), fields["attained"].flag())
    else:
        fields = claim.fields(("eps_U", "attained"), ("providers",))
        proof = evidence.fields(("user", "multipliers"))
        i = proof["user"].name_in(tuple(user.name for user in game.users))
        given = "providers" in fields
        parts = read_decomposition(game, team, fields["providers"]) if given else _any_decomposition(game, team)
        failing = weak_user_system(game, parts, i, fields["eps_U"].rational(), fields["attained"].flag(), not given)
    refute(failing, read_multipliers(proof["multipliers"]), proof["multipliers"].path)


def _any_decomposition(game: Game, team: Team) -> dict[int, Components]:
    parts = {}
    for j in team:
        split = separable_parts(game, j)
        if split is None:
            raise Rejected("not-separable", f"provider {j}'s payoff has no separable decomposition")
        parts[j] = Components((ONE,) * len(game.users), split[0], ZERO)
    return parts
