"""Definition 2.8 to the letter: a garbling that is common given the state, and worth more from one provider."""

from fractions import Fraction

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.symbolic.rules import silent_profile


def literal_garbling(factors: tuple[Fraction, ...]) -> Instance:
    """A user who sees a bit x and wants to match the state y, both uniform and independent.

    One provider sees x + y mod 2 and wants her to miss; the other sees nothing and wants what she wants. Given the
    state alone both can produce a uniform bit, so x + y mod 2 is a common garbling; deployed by the first it tells her
    everything. She is exactly aligned through the second, and silence is an equilibrium.
    """
    bits = ("0", "1")
    match = tuple(tuple(ONE if a == y else ZERO for y in range(2)) for a in range(2))
    miss = tuple(tuple(ONE - hit for hit in row) for row in match)
    user = User("user", bits, bits, match)
    opposed, aligned = (Components((ONE,), (part,), ZERO) for part in (miss, match))
    providers = (Provider("sees x + y", bits, opposed), Provider("sees nothing", ("-",), aligned))
    prior = tuple(Atom(Fraction(1, 4), y, (x,), ((x + y) % 2, 0)) for x in range(2) for y in range(2))
    game = Game(
        (user,), providers, bits, prior, bits, "P", common_ties((user,), 2, 2), "Garbling common given the state"
    )
    weights = WeakWeights({0: opposed, 1: aligned}, {0: (ZERO,), 1: (ONE,)}, (ZERO,))
    profile = silent_profile(game, "personalized")
    return Instance(game, profile, (0, 1), weights, factors, (0,), reading="state")
