"""Theorem 4.4's conditions on the talk: who opens it, how many openings there are, who takes which.

The state is one of three, equally likely, and the only provider sees it. An *asker* wants to say whether it is a
certain one: 1 if she is right, else 0. One bit answers one asker: told of another state she is right with chance 2/3,
as if told nothing. The provider earns the mean of his users' utilities, so nothing but the talk stands in their way.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import product

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.rules import Profile, Rule
from alignproof.symbolic import theorem_4_4
from alignproof.symbolic.rules import anonymous_profile

STATES = ("1", "2", "3")
FACTORS = theorem_4_4.FACTORS[1:]
"""Of eps alone: in these markets one round serves every user as well as any rule could, so that Delta is 0."""


def _asker(state: int) -> User:
    right = tuple(ONE if y == state else ZERO for y in range(len(STATES)))
    wrong = tuple(ONE - hit for hit in right)
    return User(f"asks for {STATES[state]}", ("-",), ("yes", "no"), (right, wrong))


def _clued() -> User:
    """She names the state, and knows of one other state that it is not this."""
    features = tuple(f"not {name}" for name in STATES)
    match = tuple(tuple(ONE if a == y else ZERO for y in range(len(STATES))) for a in range(len(STATES)))
    return User("has a clue", features, STATES, match)


def _mean(users: tuple[User, ...]) -> tuple[Fraction, ...]:
    return (Fraction(1, len(users)),) * len(users)


def _market(users: tuple[User, ...], prior: tuple[Atom, ...], protocol: str) -> Game:
    provider = Provider("provider", STATES, Components(_mean(users), tuple(user.utility for user in users), ZERO))
    ties = common_ties(users, 1, 2)
    return Game(users, (provider,), STATES, prior, ("0", "1"), protocol, ties, "One bit answers one user")


def askers(count: int, protocol: str) -> Game:
    """As many askers, each for a state of her own."""
    prior = tuple(Atom(Fraction(1, len(STATES)), y, (0,) * count, (y,)) for y in range(len(STATES)))
    return _market(tuple(_asker(state) for state in range(count)), prior, protocol)


def clue(protocol: str) -> Game:
    """One user who has a clue, and one who asks for the second state."""
    pairs = [(y, x) for y, x in product(range(len(STATES)), repeat=2) if x != y]
    prior = tuple(Atom(Fraction(1, len(pairs)), y, (x, 0), (y,)) for y, x in pairs)
    return _market((_clued(), _asker(1)), prior, protocol)


def telling(game: Game, *states: int) -> Profile:
    """After his k-th transcript the provider says whether the state is the k-th of ``states``."""
    rule: Rule = {
        (y, prefix): (ZERO, ONE) if y == state else (ONE, ZERO)
        for y in range(len(STATES))
        for prefix, state in zip(game.prefixes("P"), states, strict=True)
    }
    return anonymous_profile(game, (rule,))


def _instance(game: Game, profile: Profile, user: int) -> Instance:
    weights = StrongWeights({0: _mean(game.users)}, {0: ZERO})
    return Instance(game, profile, (0,), weights, FACTORS, (user,))


def provider_opens() -> Instance:
    """Two askers hear one bit before they can say anything: to answer the second is an equilibrium."""
    game = askers(2, "PU")
    return _instance(game, telling(game, 1), 0)


def too_short_to_reveal() -> Instance:
    """Two askers hear one bit and say nothing: no bit is best for both, and to answer the second is an equilibrium."""
    game = askers(2, "P")
    return _instance(game, telling(game, 1), 0)


def too_few_openings() -> Instance:
    """Three askers open with one of two messages: to answer the first two is an equilibrium."""
    game = askers(3, "UP")
    return _instance(game, telling(game, 0, 1), 2)


def branches() -> tuple[Game, Profile]:
    """The deviation in Theorem 4.4's proof, one branch a user, and a user who takes now her own, now the other's.

    Her own branch tells whether it is state 1, the other user's whether it is state 2. If the one who has a clue knows
    that it is not state 1, her own branch is no news to her, and the other one is all she needs.
    """
    game = clue("UP")
    return game, telling(game, 0, 1)


def own_branch() -> tuple[Game, Profile]:
    """The round behind the own branch of the user who has a clue; the provider cares for her alone.

    So what he earns at most is what the best rule of one round is worth to her.
    """
    game = clue("P")
    (provider,) = game.providers
    devoted = replace(provider, payoff=Components((ONE, ZERO), tuple(user.utility for user in game.users), ZERO))
    return replace(game, providers=(devoted,)), telling(game, 0)
