"""The unknowns of a market: what providers earn by users' actions, and users' constants."""

from fractions import Fraction

from alignproof.counterexamples.search.linear import FREE, Point, value
from alignproof.counterexamples.search.market import Size
from alignproof.games.model import Part, Parts
from alignproof.games.polynomial import Polynomial, variable

PAYOFF = "payoff "
"""How the names of the unknowns begin of which payoffs are made."""


def share(provider: int, user: int, action: int, state: int) -> Polynomial:
    """What a provider earns, up to a known factor, by a user's action in a state."""
    return variable(f"{PAYOFF}{provider} {user} {action} {state}")


def shares(size: Size, provider: int) -> Parts:
    """All shares of a provider."""
    actions, states = range(size.actions), range(size.states)
    return tuple(tuple(tuple(share(provider, i, a, y) for y in states) for a in actions) for i in range(size.users))


def constant(user: int) -> Polynomial:
    """c_i of equation (2)."""
    return variable(f"{FREE}constant {user}")


def evaluated(point: Point, part: Part) -> tuple[tuple[Fraction, ...], ...]:
    """The values of a table of affine functions of the unknowns."""
    return tuple(tuple(value(cell, point) for cell in row) for row in part)
