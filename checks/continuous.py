"""Alignment of continuous markets: weak by identities, not strong by finitely many points."""

from fractions import Fraction

from alignproof.checks.alignment import strong_fit
from alignproof.checks.identity import check_nonnegative, check_zero
from alignproof.checks.linear import Rejected, read_multipliers, refute
from alignproof.games.continuous import ContinuousMarket, read_market
from alignproof.games.document import Node

STATE_SUM = "the state's coordinates sum to 1"


def check_continuous_weak(claim: Node, evidence: Node) -> None:
    """The market is one (utilities and payoffs in [0, 1], F >= 0) and exactly weakly aligned for all its providers.

    Raises Rejected.
    """
    fields = claim.fields(("market", "w", "c"))
    market = read_market(fields["market"])
    users, providers = len(market.actions), len(market.parts)
    w = {j: row.rationals(users) for j, row in enumerate(fields["w"].items(providers))}
    constants = fields["c"].rationals(users)
    _side_conditions(market, w)
    variables, zero = (*market.actions, *market.states), {STATE_SUM: market.zero()}
    goals = evidence.object()
    wanted = {f"u{i}": u for i, u in enumerate(market.utilities)}
    wanted |= {f"F{j},{i}": part for j, parts in enumerate(market.parts) for i, part in enumerate(parts)}
    wanted |= {f"u{i} <= 1": 1 - u for i, u in enumerate(market.utilities)}
    wanted |= {f"payoff {j}": market.payoff(j) for j in range(providers)}
    wanted |= {f"payoff {j} <= 1": 1 - market.payoff(j) for j in range(providers)}
    residuals = {f"residual {i}": market.user_residual(i, w, constants[i]) for i in range(users)}
    if goals.keys() != wanted.keys() | residuals.keys():
        raise Rejected("goals-differ", f"{evidence.path}: expected {sorted(wanted.keys() | residuals.keys())}")
    for name, goal in wanted.items():
        check_nonnegative(goal, market.nonnegative(), zero, variables, goals[name])
    for name, residual in residuals.items():
        check_zero(residual, zero, variables, goals[name])


def _side_conditions(market: ContinuousMarket, w: dict[int, tuple[Fraction, ...]]) -> None:
    for j, row in w.items():
        if any(v < 0 for v in (*row, *market.weights[j])):
            raise Rejected("side-condition", f"provider {j} has a negative weight")
        if any(v > 0 and not market.weights[j][i] > 0 for i, v in enumerate(row)):
            raise Rejected("side-condition", f"provider {j} has w > 0 where lambda = 0")
    for i in range(len(market.actions)):
        if not any(row[i] > 0 for row in w.values()):
            raise Rejected("side-condition", f"user {i} is not covered")


def check_continuous_not_strong(claim: Node, evidence: Node) -> None:
    """No provider of the market fits equation (3) with an error below ``eps``: so no set T of them is aligned.

    Evidence per provider: points of the domain and multipliers for the equation at these points. Raises Rejected.
    """
    fields = claim.fields(("market", "eps"))
    market, eps = read_market(fields["market"]), fields["eps"].rational()
    for j, item in enumerate(evidence.items(len(market.parts))):
        proof = item.fields(("points", "multipliers"))
        points = [_point(market, point) for point in proof["points"].items()]
        cells = [
            (str(k), tuple(u(point) for u in market.utilities), market.payoff(j)(point))
            for k, point in enumerate(points)
        ]
        refute(strong_fit(cells, eps, attained=False), read_multipliers(proof["multipliers"]), item.path)


def _point(market: ContinuousMarket, node: Node) -> dict[str, Fraction]:
    fields = node.fields(("actions", "state"))
    actions = fields["actions"].rationals(len(market.actions))
    state = fields["state"].rationals(len(market.states))
    if any(not 0 <= a <= 1 for a in actions) or any(y < 0 for y in state) or sum(state) != 1:
        raise Rejected("outside-the-domain", node.path)
    return dict(zip((*market.actions, *market.states), (*actions, *state), strict=True))
