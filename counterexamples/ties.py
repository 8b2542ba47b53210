"""Ties that are not common: broken by one user as another would not, or with one provider as not with another."""

from dataclasses import replace
from fractions import Fraction

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.rules import silent_profile


def with_ties_by_user(game: Game) -> Game:
    """The game of two users in which the second breaks ties between actions in reverse order."""
    first, second = game.ties.actions
    return replace(game, ties=replace(game.ties, actions=(first, tuple(order[::-1] for order in second))))


def ties_by_provider() -> Instance:
    """One user, two equally likely states, and two providers who see the state and split what she gets.

    Safe play is worth 1/2 in the first state and 1 in the second, shared equally. Left and right are worth 1 in the
    first state, all of it to provider 2 for left and to provider 1 for right. Uninformed she plays safe. Told that it
    is the first state she is torn between left and right: asked of provider 1 she plays left, of provider 2 right, so
    whoever tells her earns nothing from it. Silence is an equilibrium, although she is aligned without error.
    """
    half, quarter, states = Fraction(1, 2), Fraction(1, 4), ("y1", "y2")
    mine, other, safe = (ONE, ZERO), (ZERO, ZERO), (quarter, half)
    user = User("user", ("-",), ("safe", "left", "right"), ((half, ONE), (ONE, ZERO), (ONE, ZERO)))
    parts = ((safe, other, mine), (safe, mine, other))
    payoffs = tuple(Components((ONE,), (part,), ZERO) for part in parts)
    providers = tuple(Provider(f"provider {j + 1}", states, payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(half, y, (0,), (y, y)) for y in range(2))
    ties = replace(common_ties((user,), 2, 2), actions=(((0, 1, 2), (0, 2, 1)),))
    game = Game((user,), providers, states, prior, ("m1", "m2"), "P", ties, "Ties that depend on the provider")
    weights = WeakWeights(dict(enumerate(payoffs)), {0: (ONE,), 1: (ONE,)}, (ZERO,))
    return Instance(game, silent_profile(game, "personalized"), (0, 1), weights, theorem_3_1.FACTORS, (0,))
