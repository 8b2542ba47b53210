"""Definition 2.8 to the letter: a garbling that is common given the state, and worth more from one provider.

A user sees a bit x and wants to match the state y, both uniform and independent. One provider sees x + y mod 2, the
other nothing. Given the state alone both can produce a uniform bit, so x + y mod 2 is a common garbling; deployed by
the first it tells her everything, by the second nothing.
"""

from fractions import Fraction

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.model import Atom, Components, Game, Payoff, Provider, User, common_ties
from alignproof.symbolic import theorem_4_3
from alignproof.symbolic.rules import silent_profile

BITS = ("0", "1")
MATCH = tuple(tuple(ONE if a == y else ZERO for y in range(2)) for a in range(2))
MISS = tuple(tuple(ONE - hit for hit in row) for row in MATCH)
ALIGNED = Components((ONE,), (MATCH,), ZERO)


def _market(first: Payoff, protocol: str) -> Game:
    """The provider who sees x + y earns ``first``, the other what the user gets."""
    user = User("user", BITS, BITS, MATCH)
    providers = (Provider("sees x + y", BITS, first), Provider("sees nothing", ("-",), ALIGNED))
    prior = tuple(Atom(Fraction(1, 4), y, (x,), ((x + y) % 2, 0)) for x in range(2) for y in range(2))
    ties = common_ties((user,), 2, 2)
    return Game((user,), providers, BITS, prior, BITS, protocol, ties, "Garbling common given the state")


def literal_garbling(factors: tuple[Fraction, ...]) -> Instance:
    """Personalized: the provider who sees x + y wants her to miss.

    She is exactly weakly aligned through the other one, and silence is an equilibrium.
    """
    opposed = Components((ONE,), (MISS,), ZERO)
    game = _market(opposed, "P")
    weights = WeakWeights({0: opposed, 1: ALIGNED}, {0: (ZERO,), 1: (ONE,)}, (ZERO,))
    return Instance(game, silent_profile(game, "personalized"), (0, 1), weights, factors, (0,), reading="state")


def literal_garbling_anonymous(protocol: str) -> Instance:
    """Anonymous: the provider who sees x + y earns 1/2 whatever she does.

    T is exactly strongly aligned, and silence is an equilibrium. The user is alone, so that Theorem 4.4's Delta has no
    weight.
    """
    half = Fraction(1, 2)
    game = _market(Components((ZERO,), (MATCH,), half), protocol)
    weights = StrongWeights({0: (ZERO,), 1: (ONE,)}, {0: half, 1: ZERO})
    profile = silent_profile(game, "anonymous")
    return Instance(game, profile, (0, 1), weights, theorem_4_3.FACTORS, (0,), reading="state")
