"""Games that refute mutants: statements with a slack that is too small."""

from fractions import Fraction

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.symbolic.rules import silent_profile


def indifferent_provider(states: int, eps: Fraction, factors: tuple[Fraction, ...]) -> Instance:
    """One user, who wants to match a uniform state, and one provider, who sees it and earns 1/2 whatever she does.

    Her utility is 1/2 + eps for a match and 1/2 - eps for a miss, so she is weakly aligned with error eps_U = eps;
    silence is an equilibrium and costs her 2 eps (1 - 1/states). Raises ValueError unless 0 < eps <= 1/2.
    """
    if not 0 < eps <= Fraction(1, 2):
        raise ValueError("eps lies in (0, 1/2]")
    names = tuple(str(y + 1) for y in range(states))
    half = Fraction(1, 2)
    utility = tuple(tuple(half + eps if a == y else half - eps for y in range(states)) for a in range(states))
    user = User("user", ("-",), names, utility)
    payoff = Components((ONE,), (((half,) * states,) * states,), ZERO)
    prior = tuple(Atom(Fraction(1, states), y, (0,), (y,)) for y in range(states))
    ties = common_ties((user,), 1, states)
    game = Game((user,), (Provider("provider", names, payoff),), names, prior, names, "P", ties, "Indifferent provider")
    weights = WeakWeights({0: payoff}, {0: (ONE,)}, (ZERO,))
    return Instance(game, silent_profile(game, "personalized"), (0,), weights, factors, (0,))
