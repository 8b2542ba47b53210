"""Markets that leave the model in one respect, and break a result that way.

Whatever is outside the model comes to this: providers' deviations do not pay in a game that is not the market, which
has other utilities (users who respond to those do nearly the best they could), or other payoffs (providers who believe
otherwise, or whose payoffs are not of the form assumed). Users do the same in both.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product as tuples

from alignproof.counterexamples import dropped, entry, garbling
from alignproof.counterexamples.dropped import BITS, HALF, MATCH
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import augment
from alignproof.games.model import Atom, Components, Game, Payoff, Provider, Table, User, common_ties
from alignproof.games.rules import Profile, Rule
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.rules import anonymous_profile, silent_profile

Build = Callable[[], Instance]
Row = tuple[Fraction, ...]

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


def coin_tosser() -> Instance:
    """The first provider sees the state, the second sees it right three times in four; the user gets what both earn.

    That the user errs in the first state is all that the first provider likes. So he likes her to know as much as the
    second could tell her, and for that he has to toss coins: silence, and all that he sees, are worth nothing to him.
    """
    errs = ((ZERO, ZERO), (Fraction(2), ZERO))
    rest = ((Fraction(3), Fraction(2)), (ZERO, Fraction(3)))
    payoffs = Components((HALF,), (errs,), ZERO), Components((Fraction(1, 3),), (rest,), ZERO)
    user = User("user", ("-",), BITS, MATCH)
    providers = tuple(
        Provider(name, BITS, payoff) for name, payoff in zip(("sees", "sees with noise"), payoffs, strict=True)
    )
    prior = tuple(
        Atom(Fraction(1, 8) if wrong else Fraction(3, 8), y, (0,), (y, y ^ wrong))
        for y in range(2)
        for wrong in range(2)
    )
    ties = common_ties((user,), 2, 2)
    game = Game((user,), providers, BITS, prior, BITS, "P", ties, "A provider who would have to toss coins")
    weights = WeakWeights(dict(enumerate(payoffs)), {0: (ONE,), 1: (ONE,)}, (Fraction(-2),))
    return Instance(game, silent_profile(game, "personalized"), (0, 1), weights, theorem_3_1.FACTORS, (0,))


def deterministic(instance: Instance) -> Iterator[tuple[int, Profile]]:
    """All deviations of a provider to rules without chance, alike for all users, where he speaks once and first."""
    game, users = played(instance), len(played(instance).users)
    for j, who in enumerate(game.providers):
        for said in tuples(range(len(game.messages)), repeat=len(who.features)):
            rule: Rule = {
                (x, ()): tuple(ONE if m == told else ZERO for m in range(len(game.messages)))
                for x, told in enumerate(said)
            }
            yield j, instance.profile.deviate(j, (rule,) * users)


CELLS = tuple(tuples(range(2), repeat=2))


def _wishing(name: str, features: tuple[str, ...], wishes: tuple[int, ...]) -> User:
    """A user who wants to name the bit that she wishes to know, in each state."""
    utility = tuple(tuple(ONE if a == wish else ZERO for wish in wishes) for a in range(2))
    return User(name, features, BITS, utility)


def _two_bits(users: tuple[User, ...], states: tuple[str, ...], prior: tuple[Atom, ...], weights: Row) -> Game:
    """The first provider sees both bits and cares for the users, the second sees the second bit and does not care."""
    utilities = tuple(user.utility for user in users)
    flat = Components((ZERO,) * len(users), utilities, HALF)
    seen = tuple(f"{b}{c}" for b, c in CELLS)
    providers = (Provider("sees both", seen, Components(weights, utilities, ZERO)), Provider("sees one", BITS, flat))
    ties = common_ties(users, 2, 2)
    return Game(users, providers, states, prior, BITS, "P", ties, "One user, two wishes")


def two_wishes() -> Game:
    """Two bits. User 1 wants to know whether both are 1; user 2 wants to know the first or the second, as a coin says
    that she alone sees. It is worth as much to her, before she sees it, to hear what user 1 wants to hear.
    """
    points = tuple(tuples(CELLS, range(2)))
    both = _wishing("user 1", ("-",), tuple(b & c for (b, c), _ in points))
    one = _wishing("user 2", ("first", "second"), tuple((b, c)[coin] for (b, c), coin in points))
    prior = tuple(
        Atom(Fraction(1, 8), y, (0, coin), (CELLS.index(bits), bits[1])) for y, (bits, coin) in enumerate(points)
    )
    states = tuple(f"{b}{c}, {BITS[coin]}" for (b, c), coin in points)
    return _two_bits((both, one), states, prior, (Fraction(1, 3), Fraction(2, 3)))


def wishes_apart() -> Game:
    """The same game if user 2 sees her coin before she asks somebody: each wish is then as good as a user."""
    first = _wishing("user 1", ("-",), tuple(b & c for b, c in CELLS))
    rest = tuple(_wishing(f"user 2, bit {k + 1}", ("-",), tuple(bits[k] for bits in CELLS)) for k in range(2))
    prior = tuple(Atom(Fraction(1, 4), y, (0, 0, 0), (y, bits[1])) for y, bits in enumerate(CELLS))
    return _two_bits((first, *rest), tuple(f"{b}{c}" for b, c in CELLS), prior, (Fraction(1, 3),) * 3)


def telling(game: Game, told: Callable[[int, int], int], second: bool) -> Profile:
    """The first provider tells a function of the bits, the second the bit that he sees, or nothing."""

    def sure(m: int) -> tuple[Fraction, ...]:
        return tuple(ONE if m == k else ZERO for k in range(2))

    one: Rule = {(x, ()): sure(told(*bits)) for x, bits in enumerate(CELLS)}
    other: Rule = {(x, ()): sure(x if second else 0) for x in range(2)}
    return anonymous_profile(game, (one, other))


def devoted_to(user: int) -> tuple[Game, Profile]:
    """The market of :func:`two_wishes` with the first provider alone, who cares for one user only, and is silent."""
    game = two_wishes()
    who, _ = game.providers
    weights = tuple(ONE if i == user else ZERO for i in range(2))
    devoted = replace(who, payoff=Components(weights, tuple(u.utility for u in game.users), ZERO))
    prior = tuple(replace(atom, provider_features=atom.provider_features[:1]) for atom in game.prior)
    ties = common_ties(game.users, 1, 2)
    alone = replace(game, providers=(devoted,), prior=prior, ties=ties)
    return alone, silent_profile(alone, "anonymous")


def entered(build: Build) -> Build:
    """The same with a newcomer who brings nothing."""
    return lambda: entry.with_bystander(build())
