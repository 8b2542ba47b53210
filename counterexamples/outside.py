"""Markets that leave the model in one respect, and break a result that way.

Whatever is outside the model comes to this: providers' deviations do not pay in a game that is not the market, which
has other utilities (users who respond to those do nearly the best they could), or other payoffs (providers who believe
otherwise, or whose payoffs are not of the form assumed). Users do the same in both.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from alignproof.counterexamples import dropped, entry, garbling
from alignproof.counterexamples.dropped import HALF, MATCH
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import augment
from alignproof.games.model import Atom, Components, Game, Payoff, Table
from alignproof.symbolic import theorem_3_1

Build = Callable[[], Instance]

STEP = Fraction(1, 16)
"""How far a faint wish takes her utility away from 1/2."""

BELIEF = (Fraction(7, 8), Fraction(1, 8))
"""What the sceptical provider believes of the state."""

TRIFLE = Fraction(1, 100)


def played(instance: Instance) -> Game:
    """The game that is played: G+ if somebody enters."""
    return instance.game if instance.entrant is None else augment(instance.game, instance.entrant)


def _devoted(protocol: str | None, payoff: Components) -> Instance:
    """A user and a provider who cares for nobody else, silent; the personalized game if no protocol is given."""
    base = dropped.no_equilibrium() if protocol is None else dropped.no_equilibrium_anonymous(protocol)
    (weight,) = payoff.weights
    weak = WeakWeights({0: payoff}, {0: (ONE,)}, (ZERO,))
    strong = StrongWeights({0: (weight,)}, {0: ZERO})
    (provider,) = base.game.providers
    game = replace(base.game, providers=(replace(provider, payoff=payoff),))
    return replace(base, game=game, weights=weak if protocol is None else strong)


def faint_wish(protocol: str | None) -> Instance:
    """A devoted provider is silent, for to the user it is all the same, or nearly so."""
    rows = tuple(tuple(HALF + STEP * (2 * hit - 1) for hit in row) for row in MATCH)
    case = _devoted(protocol, Components((ONE,), (rows,), ZERO))
    (user,) = case.game.users
    return replace(case, game=replace(case.game, users=(replace(user, utility=rows),)))


def indifferent_users(instance: Instance) -> Game:
    """The game whose users do not care at all."""
    game = played(instance)
    flat = (replace(user, utility=tuple((HALF,) * len(row) for row in user.utility)) for user in game.users)
    return replace(game, users=tuple(flat))


def sceptic(protocol: str | None) -> Instance:
    """A devoted provider sees the state right three times in four, and thinks that one of the two is rare."""
    case = _devoted(protocol, dropped.DEVOTED)
    prior = tuple(
        Atom(Fraction(1, 8) if wrong else Fraction(3, 8), y, (0,), (y ^ wrong,)) for y in range(2) for wrong in range(2)
    )
    return replace(case, game=replace(case.game, prior=prior, name="A sceptical provider"))


def by_belief(instance: Instance) -> Game:
    """The game in which every state counts for as much as the provider believes in it."""
    return _paid(played(instance), lambda payoff, y: BELIEF[y] * payoff)


def _paid(game: Game, changed: Callable[[Fraction, int], Fraction]) -> Game:
    """The game with other payoffs, by payoff and state."""

    def table(payoff: Payoff) -> Table:
        cells = {a: [Fraction(payoff.value(a, y)) for y in range(len(game.states))] for a in game.action_profiles()}
        return Table({a: tuple(changed(cell, y) for y, cell in enumerate(row)) for a, row in cells.items()})

    return replace(game, providers=tuple(replace(who, payoff=table(who.payoff)) for who in game.providers))


def spoiled(instance: Instance) -> Game:
    """G+ in which the newcomer's part of a payoff is what the old users leave of 1, so that all come to 1/2."""
    return _paid(played(instance), lambda payoff, y: HALF)


def trifling(protocol: str | None) -> Instance:
    """A devoted provider who earns next to nothing."""
    return _devoted(protocol, Components((TRIFLE,), (MATCH,), ZERO))


def careless(instance: Instance) -> Game:
    """The game whose providers do not care at all: in that of :func:`trifling` they gain a trifle at most."""
    return _paid(played(instance), lambda payoff, y: ZERO)


def one_of_two(protocol: str | None) -> Instance:
    """Two providers of T, one of whom knows all that matters and wants nothing of it to be known, or does not care."""
    if protocol is None:
        return replace(garbling.literal_garbling(theorem_3_1.FACTORS), reading="state and user")
    return replace(garbling.literal_garbling_anonymous(protocol), reading="state and user")


def entered(build: Build) -> Build:
    """The same with a newcomer who brings nothing."""
    return lambda: entry.with_bystander(build())
