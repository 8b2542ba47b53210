"""Steps that make an instance smaller or its numbers simpler. They promise nothing: what comes of them is checked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce

from alignproof.counterexamples.shrink.select import Classes, Selection, everything, played, select
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.model import Components, Parts, common_ties
from alignproof.games.rules import Profile
from alignproof.symbolic.rules import silent_profile

LARGEST_DENOMINATOR = 4
"""Of the numbers that are tried in place of others with larger ones."""

Cells = tuple[tuple[Fraction, ...], ...]
Cost = tuple[tuple[int, ...], tuple[int, ...]]


def cost(instance: Instance) -> Cost:
    """What shrinking makes smaller: the frame's cost first, then how complicated weights and payoffs are."""
    return frame_cost(instance), _paid(instance)


def frame_cost(instance: Instance) -> tuple[int, ...]:
    """The size, then how complicated all numbers are but those that payoffs are made of."""
    game = played(instance)
    size = (
        len(game.users),
        len(game.providers),
        len(game.states),
        sum(len(user.actions) for user in game.users),
        len(game.messages),
        sum(len(user.features) for user in game.users),
        sum(len(provider.features) for provider in game.providers),
        len(game.prior),
    )
    tables = [user.utility for user in game.users]
    chances = [atom.probability for atom in game.prior]
    entrant = instance.entrant
    noise = sum((_terms(row) for row in entrant.features), 0) if entrant else 0
    talk = sum(p not in (0, 1) for row in instance.profile.rules for rule in row for r in rule.values() for p in r)
    said = sum(
        rule != silent
        for row, still in zip(instance.profile.rules, _silent(instance), strict=True)
        for rule, silent in zip(row, still, strict=True)
    )
    return (
        *size,
        talk,
        said,
        int(game.ties != common_ties(game.users, len(game.providers), len(game.messages))),
        len(set(chances)),
        _terms(chances) + noise,
        len(set(tables)),
        sum(_terms(row) for table in tables for row in table),
    )


def _silent(instance: Instance) -> tuple[tuple[object, ...], ...]:
    return silent_profile(played(instance), instance.profile.play).rules


def _paid(instance: Instance) -> tuple[int, ...]:
    """How complicated weights are, and payoffs."""
    weights = instance.weights
    rows = list(weights.users.values())
    if isinstance(weights, WeakWeights):
        rows += [part.weights for part in weights.providers.values()] + [weights.constants]
    else:
        rows.append(tuple(weights.constants.values()))
    payoffs = [who.payoff for who in instance.game.providers]
    payoffs += weights.providers.values() if isinstance(weights, WeakWeights) else ()
    cells = 0
    for payoff in payoffs:
        if isinstance(payoff, Components):
            cells += sum(_terms(row) for part in payoff.parts for row in part) + _terms(
                [*payoff.weights, payoff.constant]
            )
        else:
            cells += sum(_terms(row) for row in payoff.entries.values())
    if instance.entrant is not None:
        cells += sum(_terms(row) for part in instance.entrant.parts for row in part) + _terms(instance.entrant.shares)
    return sum(map(_terms, rows)), cells


def _terms(numbers: Sequence[Fraction]) -> int:
    """0 for 0, 1 for 1, more for others."""
    return sum(int(q) if q in (0, 1) else abs(q.numerator) + q.denominator for q in map(Fraction, numbers))


def simpler(number: Fraction) -> list[Fraction]:
    """Numbers in [0, 1] that are less complicated, the least complicated first."""
    tried = {Fraction(p, q) for q in range(1, LARGEST_DENOMINATOR + 1) for p in range(q + 1)}
    less = [other for other in tried if _terms([other]) < _terms([number])]
    return sorted(less, key=lambda other: (_terms([other]), other))


def smaller(instance: Instance) -> Iterator[Instance]:
    """The instance without something: large parts first."""
    whole, game = everything(instance), played(instance)
    old = range(len(instance.game.users))
    for gone in old if len(old) > 1 else ():
        yield from _selected(instance, replace(whole, users=tuple(i for i in whole.users if i != gone)))
    for gone in whole.providers:
        yield from _selected(instance, replace(whole, providers=tuple(j for j in whole.providers if j != gone)))
    if (turned := _turned(instance)) is not None:
        yield turned
    actions = range(max(len(user.actions) for user in game.users))
    for states in _fewer(len(game.states)):
        yield from _selected(instance, replace(whole, states=states))
        for gone in actions:
            yield from _selected(instance, replace(_without(whole, gone), states=states))
    for gone in actions:
        yield from _selected(instance, _without(whole, gone))
        for i in whole.users:
            own = tuple(row if k != i else _rest(row, gone) for k, row in enumerate(whole.actions))
            yield from _selected(instance, replace(whole, actions=own))
    for messages in _merged(len(game.messages)):
        yield from _selected(instance, replace(whole, messages=messages))
    yield from _blinder(instance, whole)


def _blinder(instance: Instance, whole: Selection) -> Iterator[Instance]:
    """Features merged or gone."""
    for i, own in enumerate(whole.user_features):
        for fewer in _fewer(len(own)):
            features = (*whole.user_features[:i], fewer, *whole.user_features[i + 1 :])
            yield from _selected(instance, replace(whole, user_features=features))
    for j, own in enumerate(whole.provider_features):
        for fewer in _fewer(len(own)):
            features = (*whole.provider_features[:j], fewer, *whole.provider_features[j + 1 :])
            yield from _selected(instance, replace(whole, provider_features=features))


def _selected(instance: Instance, chosen: Selection) -> Iterator[Instance]:
    found = select(instance, _used(instance, chosen))
    if found is not None:
        yield found


def _used(instance: Instance, chosen: Selection) -> Selection:
    """The selection without features that occur in none of the states that stay."""
    kept = {y for group in chosen.states for y in group}
    atoms = [atom for atom in instance.game.prior if atom.state in kept]
    seen = [{atom.provider_features[j] for atom in atoms} for j in range(len(instance.game.providers))]
    pairs = zip(chosen.provider_features, seen, strict=True)
    return replace(chosen, provider_features=tuple(_among(classes, used) for classes, used in pairs))


def _among(classes: Classes, used: set[int]) -> Classes:
    return tuple(group for group in classes if used & set(group)) or classes[:1]


def _without(whole: Selection, gone: int) -> Selection:
    return replace(whole, actions=tuple(_rest(row, gone) for row in whole.actions))


def _rest(row: tuple[int, ...], gone: int) -> tuple[int, ...]:
    return tuple(a for a in row if a != gone)


def _fewer(count: int) -> Iterator[Classes]:
    """All but one, then two as one."""
    if count > 1:
        yield from (tuple((k,) for k in range(count) if k != gone) for gone in range(count))
        yield from _merged(count)


def _merged(count: int) -> Iterator[Classes]:
    for gone in range(count):
        for into in range(count):
            if into != gone:
                yield tuple((k, gone) if k == into else (k,) for k in range(count) if k != gone)


def _turned(instance: Instance) -> Instance | None:
    """Actions as states and states as actions, if there are more states.

    Where nobody falls short there is no equilibrium, only equations (1) to (3); with one user, who sees nothing, they
    do not tell an action from a state.
    """
    game, weights = instance.game, instance.weights
    if instance.users or len(game.users) != 1 or not isinstance(weights, WeakWeights):
        return None
    (user,) = game.users
    if instance.team != tuple(range(len(game.providers))):
        return None
    if len(user.actions) >= len(game.states):
        return None
    parts = {j: replace(part, parts=(_across(part.parts[0]),)) for j, part in weights.providers.items()}
    states = tuple(f"y{y + 1}" for y in range(len(user.actions)))
    names = tuple(f"a{a + 1}" for a in range(len(game.states)))
    turned = replace(user, actions=names, utility=_across(user.utility), features=("-",))
    providers = tuple(replace(who, features=("-",), payoff=parts[j]) for j, who in enumerate(game.providers))
    atom = game.prior[0]
    nothing = (0,) * len(providers)
    prior = tuple(
        replace(atom, probability=Fraction(1, len(states)), state=y, user_features=(0,), provider_features=nothing)
        for y in range(len(states))
    )
    ties = common_ties((turned,), len(providers), len(game.messages))
    new = replace(game, users=(turned,), providers=providers, states=states, prior=prior, ties=ties)
    return replace(
        instance, game=new, weights=replace(weights, providers=parts), profile=silent_profile(new, "anonymous")
    )


def _across(table: Cells) -> Cells:
    return tuple(zip(*table, strict=True))


def framed(instance: Instance) -> Iterator[Instance]:
    """Simpler rules, ties, prior and utilities."""
    game = instance.game
    whole = played(instance)
    yield replace(instance, profile=silent_profile(whole, instance.profile.play))
    yield from _plainer_rules(instance)
    yield tied(instance)
    equal = tuple(replace(atom, probability=Fraction(1, len(game.prior))) for atom in game.prior)
    yield replace(instance, game=replace(game, prior=equal))
    for i, user in enumerate(whole.users):
        for other in whole.users[:i] + whole.users[i + 1 :]:
            if len(other.actions) == len(user.actions):
                yield _with_utility(instance, i, other.utility)
    for utility in dict.fromkeys(user.utility for user in whole.users):
        alike = [i for i, user in enumerate(whole.users) if user.utility == utility]
        for table in _simpler_tables(utility):
            yield _alike(instance, alike, table)


def tied(instance: Instance) -> Instance:
    """One order for all, that of listing."""
    game, entrant = instance.game, instance.entrant
    count = len(game.providers), len(game.messages)
    game = replace(game, ties=common_ties(game.users, *count))
    if entrant is not None:
        entrant = replace(entrant, ties=common_ties((*game.users, entrant.user), *count))
    return replace(instance, game=game, entrant=entrant)


def _plainer_rules(instance: Instance) -> Iterator[Instance]:
    """One case of a rule at a time: always the same message."""
    profile, messages = instance.profile, range(len(instance.game.messages))
    alone = profile.play == "anonymous"
    for j, row in enumerate(profile.rules):
        for i, rule in enumerate(row[:1] if alone else row):
            for case in rule:
                for m in messages:
                    chances = tuple(ONE if k == m else ZERO for k in messages)
                    if rule[case] != chances:
                        new = {**rule, case: chances}
                        rows = (new,) * len(row) if alone else (*row[:i], new, *row[i + 1 :])
                        rules = (*profile.rules[:j], rows, *profile.rules[j + 1 :])
                        yield replace(instance, profile=Profile(profile.play, rules))


def _with_utility(instance: Instance, i: int, table: Cells) -> Instance:
    game, entrant = instance.game, instance.entrant
    if entrant is not None and i == len(game.users):
        return replace(instance, entrant=replace(entrant, user=replace(entrant.user, utility=table)))
    users = (*game.users[:i], replace(game.users[i], utility=table), *game.users[i + 1 :])
    return replace(instance, game=replace(game, users=users))


def _alike(instance: Instance, users: Sequence[int], table: Cells) -> Instance:
    return reduce(lambda now, i: _with_utility(now, i, table), users, instance)


def _simpler_tables(table: Cells) -> Iterator[Cells]:
    for a, row in enumerate(table):
        for y, number in enumerate(row):
            for other in simpler(number):
                yield (*table[:a], (*row[:y], other, *row[y + 1 :]), *table[a + 1 :])


def _simpler_rows(row: tuple[Fraction, ...]) -> Iterator[tuple[Fraction, ...]]:
    if set(row) != {ONE}:
        yield (ONE,) * len(row)
    for i, number in enumerate(row):
        for other in simpler(number):
            yield (*row[:i], other, *row[i + 1 :])


def _weighted(instance: Instance) -> Iterator[Instance]:
    """Simpler w, lambda and constants: all 1 at first."""
    weights = instance.weights
    if isinstance(weights, WeakWeights):
        ones = {j: (ONE,) * len(row) for j, row in weights.users.items()}
        alike = {j: replace(part, weights=ones[j]) for j, part in weights.providers.items()}
        yield replace(instance, weights=replace(weights, users=ones, providers=alike))
        for j, part in weights.providers.items():
            for row in _simpler_rows(part.weights):
                yield replace(instance, weights=_decomposed(weights, j, replace(part, weights=row)))
            for other in simpler(part.constant):
                yield replace(instance, weights=_decomposed(weights, j, replace(part, constant=other)))
        for row in _simpler_rows(weights.constants):
            yield replace(instance, weights=replace(weights, constants=row))
    else:
        yield replace(instance, weights=replace(weights, users={j: (ONE,) * len(r) for j, r in weights.users.items()}))
        for j, number in weights.constants.items():
            for other in simpler(number):
                yield replace(instance, weights=replace(weights, constants={**weights.constants, j: other}))
    for j, old in weights.users.items():
        for row in _simpler_rows(old):
            yield replace(instance, weights=_reweighted(weights, {**weights.users, j: row}))


def _reweighted(
    weights: WeakWeights | StrongWeights, users: dict[int, tuple[Fraction, ...]]
) -> WeakWeights | StrongWeights:
    return replace(weights, users=users)


def _decomposed(weights: WeakWeights, j: int, part: Components) -> WeakWeights:
    return replace(weights, providers={**weights.providers, j: part})


def paid(instance: Instance) -> Iterator[Instance]:
    """Simpler weights and payoffs: parts of decompositions, wishes about the entrant and shares."""
    yield from _weighted(instance)
    weights, entrant = instance.weights, instance.entrant
    for j, part in weights.providers.items() if isinstance(weights, WeakWeights) else ():
        for parts in _simpler_parts(part.parts):
            yield replace(instance, weights=_decomposed(weights, j, replace(part, parts=parts)))  # type: ignore[arg-type]
    if entrant is not None:
        for j, wish in enumerate(entrant.parts):
            for table in _simpler_tables(wish):
                parts = (*entrant.parts[:j], table, *entrant.parts[j + 1 :])
                yield replace(instance, entrant=replace(entrant, parts=parts))
        for j, share in enumerate(entrant.shares):
            for other in (s for s in simpler(share) if 0 < s < 1):
                shares = (*entrant.shares[:j], other, *entrant.shares[j + 1 :])
                yield replace(instance, entrant=replace(entrant, shares=shares))


def _simpler_parts(parts: Parts) -> Iterator[Parts]:
    for i, table in enumerate(parts):
        for other in _simpler_tables(table):
            yield (*parts[:i], other, *parts[i + 1 :])
