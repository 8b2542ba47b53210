"""Theorem 4.1: without personalization, weak alignment does not keep users from doing badly."""

from fractions import Fraction

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties


def game(eps: Fraction, c: Fraction, d: Fraction, states: int) -> Game:
    """The proof's game: eps is what an uninformed user gets, c what an informed one gets, D > 1, M states.

    Users may match the state (worth c) or abstain (worth eps); each provider wants one user informed and, more so,
    the other one to abstain. Raises ValueError unless 0 < eps < c <= 1, D > 1 and M > c / eps.
    """
    if not (0 < eps < c <= 1 and d > 1 and states > c / eps):
        raise ValueError("the construction needs 0 < eps < c <= 1, D > 1 and M > c / eps")
    names = tuple(str(y + 1) for y in range(states))
    match = tuple(tuple(ONE if a == y else ZERO for y in range(states)) for a in range(states))
    nothing, abstain = (ZERO,) * states, (ONE,) * states
    utility = (*(tuple(c * hit for hit in row) for row in match), (eps,) * states)
    informs = (*match, nothing)
    silences = ((nothing,) * states) + (abstain,)
    users = tuple(User(f"user {i + 1}", ("-",), (*names, "abstain"), utility) for i in range(2))
    small, large = ONE / (d + 1), d / (d + 1)
    payoffs = (
        Components((small, large), (informs, silences), ZERO),
        Components((large, small), (silences, informs), ZERO),
    )
    providers = tuple(Provider(f"provider {j + 1}", names, payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(Fraction(1, states), y, (0, 0), (y, y)) for y in range(states))
    return Game(users, providers, names, prior, names, "P", common_ties(users, 2, states), "Theorem 4.1")


def weights(eps: Fraction, c: Fraction, market: Game) -> WeakWeights:
    """The weights of exact weak alignment: u_i = c * F_informs + eps * F_silences."""
    parts = {j: who.payoff for j, who in enumerate(market.providers) if isinstance(who.payoff, Components)}
    return WeakWeights(parts, {0: (c, eps), 1: (eps, c)}, (ZERO, ZERO))
