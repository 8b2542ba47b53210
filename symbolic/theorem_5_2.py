"""Theorem 5.2: in the anonymous game under strong alignment, a new user can break the old users' guarantees.

The proof gives one game; the statement reads "a game instance G", and holds for it.
"""

from fractions import Fraction

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.augment import Entrant
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties

STATES = ("y1", "y2")
ACTIONS = (*STATES, "abstain")
ABSTAINING = Fraction(2, 3)
SHARE = Fraction(1, 2)


def _user(name: str) -> User:
    return User(name, ("-",), ACTIONS, ((ONE, ZERO), (ZERO, ONE), (ABSTAINING, ABSTAINING)))


def game() -> Game:
    """G: one user, who matches the state or abstains, and one provider, who sees it and earns half her utility."""
    user = _user("user 1")
    payoff = Components((Fraction(1, 2),), (user.utility,), ZERO)
    prior = tuple(Atom(Fraction(1, 2), y, (0,), (y,)) for y in range(2))
    providers = (Provider("provider 1", STATES, payoff),)
    return Game((user,), providers, STATES, prior, STATES, "P", common_ties((user,), 1, 2), "Theorem 5.2")


def weights() -> StrongWeights:
    """The weights of exact strong alignment of G."""
    return StrongWeights({0: (Fraction(1, 2),)}, {0: ZERO})


def entrant() -> Entrant:
    """The new user: like the old one, except that the provider wants her to abstain (beta = 1/2)."""
    user = _user("user 2")
    wish = ((ZERO, ZERO), (ZERO, ZERO), (ONE, ONE))
    return Entrant(user, ((ONE,), (ONE,)), (SHARE,), (wish,), common_ties((_user("user 1"), user), 1, 2))
