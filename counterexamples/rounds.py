"""Theorem 4.4 needs its Delta term: a market without errors in which a user falls short by all of it.

A provider sees two bits and hears one of two messages before he says one of two. User 1 wants to know the first bit;
user 2 wants to know the second or, if her own coin says so, whether the two are equal. So there are three wishes, any
two of them independent, and two openings to ask for one. Whoever is answered a question of another's learns nothing;
to answer two wishes at one opening helps no more, in sum, than to answer one. The provider cares for all three alike:
to leave user 1 guessing is an equilibrium.
"""

from dataclasses import replace
from fractions import Fraction

from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document, value_certificate
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile, Rule
from alignproof.symbolic import theorem_4_3
from alignproof.symbolic.rules import anonymous_profile

BITS = ((0, 0), (0, 1), (1, 0), (1, 1))
WEIGHTS = (Fraction(1, 3), Fraction(2, 3))
"""lambda: user 2 has two of the three wishes."""


def _wish(bits: tuple[int, int], coin: int) -> int:
    return (bits[0] + bits[1]) % 2 if coin else bits[1]


def market() -> Game:
    """The market in which users speak first. The state is the first bit and what user 2 wants to know."""
    utilities = tuple(tuple(tuple(ONE if a == y[i] else ZERO for y in BITS) for a in range(2)) for i in range(2))
    first, second = utilities
    users = (User("user 1", ("-",), ("0", "1"), first), User("user 2", ("second bit", "sum"), ("0", "1"), second))
    names = tuple(f"{one}{two}" for one, two in BITS)
    provider = Provider("provider", names, Components(WEIGHTS, utilities, ZERO))
    prior = tuple(
        Atom(Fraction(1, 8), BITS.index((bits[0], _wish(bits, coin))), (0, coin), (x,))
        for x, bits in enumerate(BITS)
        for coin in range(2)
    )
    return Game(
        users, (provider,), names, prior, ("0", "1"), "UP", common_ties(users, 1, 2), "Three wishes, two openings"
    )


def one_round_less() -> Game:
    """The same market when only the provider speaks: his rules are the shared ones of Theorem 4.4's benchmark."""
    return replace(market(), protocol="P")


def telling(game: Game, *wishes: int) -> Profile:
    """The provider answers a wish (0: the first bit, 1: the second, 2: their sum) at each opening."""
    answers = [[bits[0], _wish(bits, 0), _wish(bits, 1)] for bits in BITS]
    rule: Rule = {
        (x, prefix): tuple(ONE if m == answers[x][wish] else ZERO for m in range(2))
        for x in range(len(BITS))
        for prefix, wish in zip(game.prefixes("P"), wishes, strict=True)
    }
    return anonymous_profile(game, (rule,))


def instance() -> Instance:
    """User 2 has both openings; user 1 falls short of her benchmark, although no error is made."""
    game = market()
    weights = StrongWeights({0: WEIGHTS}, {0: ZERO})
    return Instance(game, telling(game, 1, 2), (0,), weights, theorem_4_3.FACTORS, (0,))


def benchmark_certificates() -> list[Document]:
    """What rules of a single round are worth to the users: the first bit to user 1, the second to user 2."""
    game = one_round_less()
    profiles = [telling(game, wish) for wish in range(2)]
    return [value_certificate(game, profile, outcome(RATIONAL, game, profile)) for profile in profiles]


def slack(certificates: list[Document]) -> Fraction:
    """An upper bound on delta_1, from the users' values in :func:`benchmark_certificates` and utilities of at most 1:
    Delta is at most what they leave to gain, and delta_1 is Delta * lambda_2 / lambda_1."""
    lost = max(1 - Fraction(document["claim"]["values"][i]) for i, document in enumerate(certificates))
    return lost * WEIGHTS[1] / WEIGHTS[0]
