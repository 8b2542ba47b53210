"""The smallest markets that show what Theorems 4.1 and 5.2 and Proposition A.2 say; and one with a single provider."""

from fractions import Fraction

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import Entrant, augment
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.rules import Rule
from alignproof.symbolic import theorem_3_1, theorem_4_1_robust, theorem_4_3
from alignproof.symbolic.rules import anonymous_profile, silent_profile

HALF = Fraction(1, 2)
STATES, ACTIONS, MESSAGES = ("y1", "y2"), ("a1", "a2"), ("1", "2")
MATCH = tuple(tuple(ONE if a == y else ZERO for y in range(2)) for a in range(2))
WRONG = ((ZERO, ONE), (ZERO, ZERO))


def robust_4_1(eps: Fraction, c: Fraction) -> Instance:
    """Theorem 4.1 at eps and c, whatever the ties: silence in :func:`alignproof.symbolic.theorem_4_1_robust.game`."""
    game = theorem_4_1_robust.game(eps, c)
    weights = theorem_4_1_robust.weights(c, game)
    return Instance(game, silent_profile(game, "anonymous"), (0, 1), weights, theorem_3_1.FACTORS, (0, 1), robust=True)


def newcomer(robust: bool = True) -> Instance:
    """Theorem 5.2: two users who want to match a bit.

    The provider likes the old one to, and the new one to take the first action in the second state, where it is wrong.
    Both do alike. Silence earns him as much as telling them.
    """
    users = tuple(User(f"user {i + 1}", ("-",), ACTIONS, MATCH) for i in range(2))
    prior = tuple(Atom(HALF, y, (0,), (y,)) for y in range(2))
    provider = Provider("provider 1", STATES, Components((ONE,), (MATCH,), ZERO))
    game = Game(users[:1], (provider,), STATES, prior, MESSAGES, "P", common_ties(users[:1], 1, 2))
    entrant = Entrant(users[1], ((ONE,), (ONE,)), (HALF,), (WRONG,), common_ties(users, 1, 2))
    silent = silent_profile(augment(game, entrant), "anonymous")
    weights = StrongWeights({0: (ONE,)}, {0: ZERO})
    return Instance(game, silent, (0,), weights, theorem_4_3.FACTORS, (0, 1), entrant, robust)


def indifferent() -> Instance:
    """Proposition A.2: a user with two actions, to whom neither is worth anything, in the only state there is.

    One provider earns 1 by the one, the other by the other, and she counts both alike: what cancels for her is all
    that they care for.
    """
    user = User("user 1", ("-",), ACTIONS, ((ZERO,), (ZERO,)))
    payoffs = tuple(Components((ONE,), (tuple((ONE if a == j else ZERO,) for a in range(2)),), ZERO) for j in range(2))
    providers = tuple(Provider(f"provider {j + 1}", STATES[:1], payoff) for j, payoff in enumerate(payoffs))
    prior = (Atom(ONE, 0, (0,), (0, 0)),)
    game = Game((user,), providers, STATES[:1], prior, MESSAGES[:1], "P", common_ties((user,), 2, 1))
    weights = WeakWeights(dict(enumerate(payoffs)), {0: (ONE,), 1: (ONE,)}, (-ONE,))
    return Instance(game, silent_profile(game, "anonymous"), (0, 1), weights, theorem_3_1.FACTORS, ())


def one_bit() -> Instance:
    """One provider, who earns what two users get, sees a bit for each of them, and may say one bit to both.

    Where the bits are the same he says it, else he tosses a coin. Nothing earns him more, and each user gets 3/4; a bit
    that is all hers would be worth 1 to her.
    """
    pairs = [(p, q) for p in range(2) for q in range(2)]
    names = tuple(f"{p}{q}" for p, q in pairs)
    tables = (tuple(tuple(ONE if pair[i] == a else ZERO for pair in pairs) for a in range(2)) for i in range(2))
    users = tuple(User(f"user {i + 1}", ("-",), ("0", "1"), table) for i, table in enumerate(tables))
    payoff = Components((HALF, HALF), tuple(user.utility for user in users), ZERO)
    prior = tuple(Atom(Fraction(1, 4), y, (0, 0), (y,)) for y in range(4))
    provider = Provider("provider", names, payoff)
    game = Game(users, (provider,), names, prior, ("0", "1"), "P", common_ties(users, 1, 2), "One bit for two users")
    rule: Rule = {(y, ()): (HALF, HALF) if p != q else (ONE - p, ONE * p) for y, (p, q) in enumerate(pairs)}
    weights = WeakWeights({0: payoff}, {0: (ONE, ONE)}, (ZERO, ZERO))
    return Instance(game, anonymous_profile(game, (rule,)), (0,), weights, theorem_3_1.FACTORS, (0, 1))
