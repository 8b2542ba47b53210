"""Proposition A.2's market with finitely many actions and states: the corners of its own."""

from fractions import Fraction

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
STATES = ("(1, 0)", "(0, 1)")


def game() -> Game:
    """Two users who act (1) or not (0), two equally likely states, two providers who see nothing.

    Acting is worth 1/4 to a user in both states; provider j earns 1/2 for each user who acts in the j-th. The users do
    not care when they act and the providers care for nothing else.
    """
    users = tuple(User(f"user {i + 1}", ("-",), ("0", "1"), ((ZERO, ZERO), (QUARTER, QUARTER))) for i in range(2))
    acts = tuple(tuple(HALF if y == j else ZERO for y in range(2)) for j in range(2))
    payoffs = (Components((ONE, ONE), (((ZERO, ZERO), row),) * 2, ZERO) for row in acts)
    providers = tuple(Provider(f"provider {j + 1}", ("-",), payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(HALF, y, (0, 0), (0, 0)) for y in range(2))
    return Game(
        users, providers, STATES, prior, ("m",), "P", common_ties(users, 2, 1), "Proposition A.2 at its corners"
    )


def weights(market: Game) -> WeakWeights:
    """Exact weak alignment: each user gets half of what providers earn from her."""
    parts = {j: who.payoff for j, who in enumerate(market.providers) if isinstance(who.payoff, Components)}
    return WeakWeights(parts, dict.fromkeys(parts, (HALF, HALF)), (ZERO, ZERO))
