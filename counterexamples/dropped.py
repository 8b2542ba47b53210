"""Small markets that break a result once one of its hypotheses is gone, and no error is made.

Users want to match a fair bit that every provider sees. Nobody says anything, so they get 1/2; their benchmark is 1.
"""

from dataclasses import replace
from fractions import Fraction

from alignproof.counterexamples.entry import with_bystander
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights, Weights
from alignproof.games.augment import augment
from alignproof.games.model import Atom, Components, Game, Play, Provider, User, common_ties
from alignproof.symbolic import theorem_3_1, theorem_4_3
from alignproof.symbolic.rules import silent_profile

HALF = Fraction(1, 2)
BITS = ("0", "1")
MATCH = tuple(tuple(ONE if a == y else ZERO for y in range(2)) for a in range(2))
MISS = tuple(tuple(ONE - hit for hit in row) for row in MATCH)
NOTHING = ((ZERO, ZERO), (ZERO, ZERO))
DEVOTED = Components((ONE,), (MATCH,), ZERO)
"""He earns what the only user gets."""
INDIFFERENT = Components((ONE,), (NOTHING,), HALF)
"""He earns 1/2 whatever the only user does."""


def _silence(
    name: str, payoffs: tuple[Components, ...], weights: Weights, protocol: str = "P", messages: tuple[str, ...] = BITS
) -> Instance:
    """Nobody talks in the market of providers with these payoffs, who are all in T; the first user falls short."""
    users = tuple(User(f"user {i + 1}", ("-",), BITS, MATCH) for i in range(len(payoffs[0].weights)))
    providers = tuple(Provider(f"provider {j + 1}", BITS, payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(HALF, y, (0,) * len(users), (y,) * len(payoffs)) for y in range(2))
    ties = common_ties(users, len(payoffs), len(messages))
    game = Game(users, providers, BITS, prior, messages, protocol, ties, name)
    weak = isinstance(weights, WeakWeights)
    play: Play = "personalized" if weak else "anonymous"
    factors = theorem_3_1.FACTORS if weak else theorem_4_3.FACTORS
    return Instance(game, silent_profile(game, play), tuple(range(len(payoffs))), weights, factors, (0,))


def _weak(*parts: tuple[Components, int, int]) -> WeakWeights:
    """Weights of the only user: for each provider his decomposition and w; and her constant c."""
    components = {j: part for j, (part, _, _) in enumerate(parts)}
    constant = sum((Fraction(c) for _, _, c in parts), ZERO)
    return WeakWeights(components, {j: (Fraction(w),) for j, (_, w, _) in enumerate(parts)}, (constant,))


def _strong(*row: Fraction, constant: Fraction = ZERO) -> StrongWeights:
    """The weights of the only provider."""
    return StrongWeights({0: row}, {0: constant})


def no_equilibrium() -> Instance:
    """The provider would gain by telling."""
    return _silence("Silence of a devoted provider", (DEVOTED,), _weak((DEVOTED, 1, 0)))


def payoff_apart() -> Instance:
    """Her utility is the provider's component; he earns 1/2 whatever she does."""
    return _silence("A payoff that is not its decomposition", (INDIFFERENT,), _weak((DEVOTED, 1, 0)))


def utility_apart() -> Instance:
    """The provider earns his component, which says nothing of her utility."""
    return _silence("A utility that is no combination", (INDIFFERENT,), _weak((INDIFFERENT, 1, 0)))


def negative_share() -> Instance:
    """The first provider wants her to miss, and she counts his component negatively; the other is indifferent."""
    opposed = Components((ONE,), (MISS,), ZERO)
    weights = _weak((opposed, -1, 1), (INDIFFERENT, 1, 0))
    return _silence("A component that counts negatively", (opposed, INDIFFERENT), weights)


def weightless_share() -> Instance:
    """She counts a component that the first provider weighs by 0; the second, who weighs her, has nothing to offer."""
    weightless = Components((ZERO,), (MATCH,), HALF)
    return _silence(
        "A component without weight", (weightless, INDIFFERENT), _weak((weightless, 1, 0), (INDIFFERENT, 1, 0))
    )


def only_the_entrant() -> Instance:
    """A devoted provider, until a user enters who is all that he cares for."""
    case = with_bystander(no_equilibrium())
    if case.entrant is None:
        raise ValueError("nobody enters")
    new = replace(case.entrant, shares=(ONE,))
    return replace(case, entrant=new, profile=silent_profile(augment(case.game, new), "personalized"))


def no_equilibrium_anonymous(protocol: str) -> Instance:
    """As :func:`no_equilibrium`, in the anonymous game."""
    return _silence("Silence of a devoted provider", (DEVOTED,), _strong(ONE), protocol)


def unrelated(protocol: str) -> Instance:
    """The provider says that he weighs her by 1, and earns 1/2 whatever she does."""
    return _silence("A payoff that is no combination", (INDIFFERENT,), _strong(ONE), protocol)


def not_covered(protocol: str) -> Instance:
    """The provider earns 1/2 whatever she does, and weighs her by 0."""
    return _silence("A user who weighs nothing", (INDIFFERENT,), _strong(ZERO, constant=HALF), protocol)


def spite(protocol: str) -> Instance:
    """Two users want the same. Each has a provider who likes her luck, and minds the other's twice as much."""
    third, more = Fraction(1, 3), Fraction(2, 3)
    payoffs = Components((third, more), (MATCH, MISS), ZERO), Components((more, third), (MISS, MATCH), ZERO)
    weights = StrongWeights({0: (third, -more), 1: (-more, third)}, {0: more, 1: more})
    return _silence("Users who weigh negatively", payoffs, weights, protocol)


def spite_between_others(protocol: str) -> Instance:
    """Three users want the same. Nobody minds the first one's luck: one provider likes it and the third user's, and
    minds the second's more; the other likes the second's, and minds the third's more."""
    sixth, third, more = Fraction(1, 6), Fraction(1, 3), Fraction(2, 3)
    payoffs = (
        Components((sixth, more, sixth), (MATCH, MISS, MATCH), ZERO),
        Components((ZERO, third, more), (MATCH, MATCH, MISS), ZERO),
    )
    weights = StrongWeights({0: (sixth, -more, sixth), 1: (ZERO, third, -more)}, {0: more, 1: more})
    return _silence("Users other than the first weigh negatively", payoffs, weights, protocol, (*BITS, "2"))
