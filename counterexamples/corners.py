"""Proposition A.2's market with finitely many actions and states: the corners of its own."""

from collections.abc import Sequence
from fractions import Fraction

from alignproof.games.algebra import ONE, ZERO, Number
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties

HALF = Fraction(1, 2)
STATES = ("(1, 0)", "(0, 1)")


def game(shares: Sequence[Number] = (HALF, HALF), lambdas: Sequence[Number] = (ONE, ONE)) -> Game:
    """Two users who act (1) or not (0), two equally likely states, two providers who see nothing.

    Provider j earns ``lambdas[i]`` times F_{j,i} from user i, and F_{j,i} is 1/2 if she acts in the j-th state. Her
    utility is ``shares[i]`` times F_{1,i} and the other share of F_{2,i}. With equal shares acting is worth 1/4 in both
    states: the users do not care when they act and the providers care for nothing else.
    """
    worth = [(HALF * share, HALF * (1 - share)) for share in shares]
    users = tuple(User(f"user {i + 1}", ("-",), ("0", "1"), ((ZERO, ZERO), row)) for i, row in enumerate(worth))
    acts = tuple(tuple(HALF if y == j else ZERO for y in range(2)) for j in range(2))
    payoffs = (Components(tuple(lambdas), (((ZERO, ZERO), row),) * 2, ZERO) for row in acts)
    providers = tuple(Provider(f"provider {j + 1}", ("-",), payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(HALF, y, (0, 0), (0, 0)) for y in range(2))
    return Game(
        users, providers, STATES, prior, ("m",), "P", common_ties(users, 2, 1), "Proposition A.2 at its corners"
    )


def weights(market: Game, shares: Sequence[Fraction] = (HALF, HALF)) -> WeakWeights:
    """Exact weak alignment: each user gets her shares of what providers earn from her."""
    parts = {j: who.payoff for j, who in enumerate(market.providers) if isinstance(who.payoff, Components)}
    return WeakWeights(parts, {0: tuple(shares), 1: tuple(1 - share for share in shares)}, (ZERO, ZERO))
