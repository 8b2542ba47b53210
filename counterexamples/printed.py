"""Markets in which a line of a printed proof is false, though the theorem is true."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

from alignproof.counterexamples.entry import with_bystander
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import augment
from alignproof.games.model import Atom, Components, Game, Provider, Table, User, common_ties, tabulated
from alignproof.games.rules import Profile, Rule
from alignproof.symbolic import theorem_3_1, theorem_5_2
from alignproof.symbolic.rules import constant_rule, revealing_rule, silent_profile

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
BITS = ("0", "1")
MATCH = tuple(tuple(ONE if a == y else ZERO for y in range(2)) for a in range(2))


def _affine(scale: Fraction, shift: Fraction) -> tuple[tuple[Fraction, ...], ...]:
    """``scale`` for a match and ``shift`` in any case."""
    return tuple(tuple(scale * hit + shift for hit in row) for row in MATCH)


def _one_user(utility: tuple[tuple[Fraction, ...], ...], payoff: Components, name: str) -> Game:
    """A user, a fair bit that she wants to match, and a provider who sees it."""
    user = User("user", ("-",), BITS, utility)
    prior = tuple(Atom(HALF, y, (0,), (y,)) for y in range(2))
    provider = Provider("provider", BITS, payoff)
    return Game((user,), (provider,), BITS, prior, BITS, "P", common_ties((user,), 1, 2), name)


def _revealing(game: Game) -> Profile:
    return Profile("personalized", ((revealing_rule(game, 0),),))


def offset(positive: bool) -> tuple[Game, Profile, WeakWeights]:
    """u = w F + c with c = 1/2 or -1/2, no errors, and a provider who tells the state and earns F."""
    if positive:
        part, utility, share, constant = _affine(ONE, ZERO), _affine(HALF, HALF), HALF, HALF
    else:
        part, utility, share, constant = _affine(HALF, HALF), _affine(HALF, ZERO), ONE, -HALF
    payoff = Components((ONE,), (part,), ZERO)
    game = _one_user(utility, payoff, f"Equation (2) with c = {constant}")
    return game, _revealing(game), WeakWeights({0: payoff}, {0: (share,)}, (constant,))


def slight_interest() -> tuple[Instance, Instance]:
    """A provider whose payoff moves by less than its decomposition's error, which is a constant; and a market in which
    he earns that constant. In G+ silence is no equilibrium of the first, though all that equation (1) says of payoffs
    allows it to be one."""
    error = Fraction(1, 8)
    constant = Components((ONE,), (((HALF, HALF), (HALF, HALF)),), ZERO)
    weights = WeakWeights({0: constant}, {0: (ONE,)}, (ZERO,))
    payoffs = Components((ONE,), (_affine(2 * error, HALF - error),), ZERO), constant
    first, second = (_one_user(MATCH, payoff, "A slight interest") for payoff in payoffs)
    built = (
        with_bystander(Instance(game, silent_profile(game, "personalized"), (0,), weights, theorem_3_1.FACTORS, (0,)))
        for game in (first, second)
    )
    return next(built), next(built)


def told(instance: Instance) -> tuple[Game, Profile]:
    """G+ of such a market, and the profile in which the provider tells the old user the state."""
    if instance.entrant is None:
        raise ValueError("nobody enters")
    game = augment(instance.game, instance.entrant)
    return game, Profile("personalized", ((revealing_rule(game, 0), constant_rule(game, 0)),))


def two_talks() -> tuple[Game, Profile]:
    """Theorem 5.2's G+ and a rule under which one user may be told the state while the other is not.

    In the second state the provider says so with chance 1/4, to each user in her own conversation; else they abstain.
    Here he earns 1 if user 1 acts and user 2 abstains, so his payoff is the chance of that.
    """
    game = augment(theorem_5_2.game(), theorem_5_2.entrant())
    abstain = len(theorem_5_2.ACTIONS) - 1
    apart = Table({at: (ONE if at[0] != abstain == at[1] else ZERO,) * 2 for at in game.action_profiles()})
    rule: Rule = {(0, ()): (ONE, ZERO), (1, ()): (1 - QUARTER, QUARTER)}
    (provider,) = game.providers
    return replace(game, providers=(replace(provider, payoff=apart),)), Profile("anonymous", ((rule, rule),))


def rewarded(game: Game, reward: Fraction) -> Game:
    """The market in which the first provider earns half of what he does, and half of ``reward`` if user 1 does not take
    her last action, which is to abstain. So a bound on what he earns is one on his payoff and the chance of that."""
    first, *others = game.providers
    if not isinstance(first.payoff, Components):
        raise ValueError("the payoff is not separable")
    abstain = len(game.users[0].actions) - 1
    payoff = first.payoff
    parts = tabulated(
        game, lambda i, a, y: HALF * (payoff.part(i, a, y) + (reward if i == 0 and a < abstain else ZERO))
    )
    halved = Components((ONE,) * len(game.users), parts, HALF * payoff.constant)
    return replace(game, providers=(replace(first, payoff=halved), *others), name=f"{game.name}, rewarded")


def half_told() -> Profile:
    """In ``entry.noisy_source()``: who sees the state says it right with chance 7/8, the other says nothing."""
    right = Fraction(7, 8)
    rule: Rule = {(y, ()): tuple(right if m == y else 1 - right for m in range(2)) for y in range(2)}
    silent: Rule = {(y, ()): (ONE, ZERO) for y in range(2)}
    return Profile("personalized", ((rule,), (silent,)))


PAIRS = tuple(product(range(2), repeat=2))
LEAVER_WEIGHTS = (Fraction(2, 3), Fraction(1, 3))


def leaver() -> tuple[Game, Profile, Profile]:
    """A user who leaves the deviator of Theorem 4.4's proof: the market, the profile, and the deviation.

    Two bits: user 1 wants to know the first, user 2 the second. T is providers 1 and 2, who earn a combination of
    utilities; 1 sees both bits, 2 the first only. Provider 3 sees the second and says it right with chance 3/4. At
    first 1 tells the second bit, and nobody the first. Then 1 deviates to a branch a user: user 2's shared rule says
    nothing about the second bit, so she leaves him for 3.
    """
    names = tuple(f"{one}{two}" for one, two in PAIRS)
    wants = tuple(tuple(tuple(ONE if a == pair[i] else ZERO for pair in PAIRS) for a in range(2)) for i in range(2))
    users = tuple(User(f"user {i + 1}", ("-",), BITS, wants[i]) for i in range(2))
    aligned, other = (Components(weights, wants, ZERO) for weights in (LEAVER_WEIGHTS, (HALF, HALF)))
    providers = (
        Provider("sees both bits", names, aligned),
        Provider("sees the first bit", BITS, aligned),
        Provider("sees the second bit", BITS, other),
    )
    prior = tuple(Atom(QUARTER, y, (0, 0), (y, pair[0], pair[1])) for y, pair in enumerate(PAIRS))
    game = Game(users, providers, names, prior, BITS, "UP", common_ties(users, 3, 2), "A user who leaves")
    bit = ((ONE, ZERO), (ZERO, ONE))
    openings = tuple(game.prefixes("P"))
    tells: Rule = {(y, at): bit[pair[1]] for y, pair in enumerate(PAIRS) for at in openings}
    branches: Rule = {
        (y, at): bit[pair[0]] if at == (0,) else bit[0] for y, pair in enumerate(PAIRS) for at in openings
    }
    mostly: Rule = {
        (x, at): tuple(1 - QUARTER if m == x else QUARTER for m in range(2)) for x in range(2) for at in openings
    }
    silent = constant_rule(game, 1)
    before = Profile("anonymous", tuple((rule,) * 2 for rule in (tells, silent, mostly)))
    return game, before, before.deviate(0, (branches,) * 2)


def leaver_weights() -> StrongWeights:
    """The weights of exact strong alignment of the first two providers of :func:`leaver`."""
    return StrongWeights(dict.fromkeys(range(2), LEAVER_WEIGHTS), dict.fromkeys(range(2), ZERO))


def alone(game: Game, profile: Profile, provider: int) -> tuple[Game, Profile]:
    """The market in which there is no other provider."""
    prior = tuple(replace(atom, provider_features=(atom.provider_features[provider],)) for atom in game.prior)
    ties = common_ties(game.users, 1, len(game.messages))
    market = replace(game, providers=(game.providers[provider],), prior=prior, ties=ties)
    return market, Profile(profile.play, (profile.rules[provider],))
