"""A new user enters: markets she cannot harm, and what she does to a garbling that is common given all features."""

from dataclasses import replace
from fractions import Fraction

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.augment import Entrant, augment
from alignproof.games.model import Atom, Components, Game, Provider, Ties, User, common_ties
from alignproof.symbolic.rules import silent_profile

HALF = Fraction(1, 2)
BITS = ("0", "1")


def one_action() -> Game:
    """A user who can do but one thing, worth 1 in one of two equally likely states, and a provider who sees the state.

    He earns what she gets, and may tell all he knows. She gets 1/2 whatever anybody says.
    """
    user = User("user", ("-",), ("act",), ((ZERO, ONE),))
    prior = tuple(Atom(HALF, y, (0,), (y,)) for y in range(2))
    provider = Provider("provider", BITS, Components((ONE,), (user.utility,), ZERO))
    return Game((user,), (provider,), BITS, prior, BITS, "P", common_ties((user,), 1, 2), "Nothing to choose")


ALIGNED = StrongWeights({0: (ONE,)}, {0: ZERO})
"""The weights of exact strong alignment of :func:`one_action`."""


def _bystander(game: Game, features: tuple[str, ...], chances: tuple[tuple[Fraction, ...], ...]) -> Entrant:
    """A new user who has nothing to choose, and whom providers do not mind. All others keep their ties."""
    k = len(game.providers)
    nothing = ((ZERO,) * len(game.states),)
    old = game.ties
    ties = Ties(
        (*old.providers, old.providers[0]), (*old.actions, ((0,),) * k), (*old.messages, (old.messages[0][0],) * k)
    )
    return Entrant(User("bystander", features, ("act",), nothing), chances, (HALF,) * k, (nothing,) * k, ties)


def with_bystander(instance: Instance) -> Instance:
    """The same in G+, where the new user brings nothing: what refutes Theorem 3.1 refutes Theorem 5.1."""
    new = _bystander(instance.game, ("-",), ((ONE,),) * len(instance.game.prior))
    profile = silent_profile(augment(instance.game, new), instance.profile.play)
    return replace(instance, entrant=new, profile=profile)


def noisy_source() -> Game:
    """A user wants to match the state, a fair bit. One provider sees it, the other sees it right three times in four.

    Given the state, what the second sees is a common garbling: the first can make the same mistakes.
    """
    match = tuple(tuple(ONE if a == y else ZERO for y in range(2)) for a in range(2))
    user, payoff = User("user", ("-",), BITS, match), Components((ONE,), (match,), ZERO)
    providers = (Provider("sees", BITS, payoff), Provider("sees with noise", BITS, payoff))
    chance = (Fraction(3, 8), Fraction(1, 8))
    prior = tuple(Atom(chance[noise], y, (0,), (y, y ^ noise)) for y in range(2) for noise in range(2))
    return Game((user,), providers, BITS, prior, BITS, "P", common_ties((user,), 2, 2), "Noise that the entrant sees")


def noise_seen() -> Game:
    """G+ of :func:`noisy_source` when the new user sees whether the second provider is wrong.

    Given that, only one of the two makes mistakes, and nothing but coin tosses is common.
    """
    game = noisy_source()
    seen = tuple((ZERO, ONE) if a.provider_features[0] != a.provider_features[1] else (ONE, ZERO) for a in game.prior)
    return augment(game, _bystander(game, ("right", "wrong"), seen))
