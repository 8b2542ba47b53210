"""The benchmark u_i(C*_{S,T}(i)) (Definition 2.12): from below by a shared rule, from above by multipliers.

From above: let z be the user's own strategy, features to actions. Whatever garbling and rule are used, drawing z from
what she ends up doing is again a common garbling of the same value, so the linear program over garblings to
strategies bounds every shared rule, for every protocol and alphabet.
"""

from fractions import Fraction

from alignproof.checks.deviation import strategies
from alignproof.checks.linear import Rejected, Row, System, Terms, inequality, read_multipliers, refute, system
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.document import Node
from alignproof.games.files import read_rule_on
from alignproof.games.garbling import Reading, SharedRule, feature_masses, is_common, shared_value
from alignproof.games.model import Game
from alignproof.games.response import stakes

Team = tuple[int, ...]
"""T, a set of providers in increasing order."""


def read_team(node: Node, game: Game) -> Team:
    """T: a non-empty list of distinct provider names. Raises InputError."""
    names = tuple(provider.name for provider in game.providers)
    team = sorted({item.name_in(names) for item in node.items()})
    if not team or len(team) != len(node.items()):
        raise node.fail("expected one or more distinct providers")
    return tuple(team)


def producers(team: Team, reading: Reading) -> Team:
    """Who may deploy the shared rule: given the users' features too, all of T bring about the same; else the best of
    T counts."""
    return team[:1] if reading == "state and users" else team


def benchmark_system(game: Game, user: int, team: Team, reading: Reading, producer: int, bound: Fraction) -> System:
    """Some T-shared rule, deployed by ``producer``, is worth more than ``bound`` to the user.

    Variables: ``(j, strategy, x)``, the chance that provider j's garbling of his feature x is the strategy.
    """
    who = game.users[user]
    options = list(strategies(len(who.actions), len(who.features)))
    at = stakes(game, user, producer)
    value: Terms = [
        ((producer, s, x), u) for s in options for x_user, a in enumerate(s) for x, u in enumerate(at[x_user][a])
    ]
    rows = [("value", inequality(value, -bound, True))]
    for j in team:
        for x in range(len(game.providers[j].features)):
            rows.append((f"stochastic {j} {x}", Row([((j, s, x), -ONE) for s in options], ONE, "=")))
    first = feature_masses(game, team[0], reading)
    for j in team[1:]:
        masses = feature_masses(game, j, reading)
        for k, given in enumerate(first):
            for s in options:
                terms: Terms = [((j, s, x), m) for x, m in enumerate(masses[given])]
                terms += [((team[0], s, x), -m) for x, m in enumerate(first[given])]
                rows.append((f"common {j} {k} {','.join(map(str, s))}", Row(terms, ZERO, "=")))
    return system(rows)


def check_at_most(game: Game, user: int, team: Team, reading: Reading, value: Fraction, evidence: Node) -> None:
    """No T-shared rule is worth more than ``value`` to the user: multipliers per producer. Raises Rejected."""
    who = producers(team, reading)
    for j, item in zip(who, evidence.items(len(who)), strict=True):
        refute(benchmark_system(game, user, team, reading, j, value), read_multipliers(item), item.path)


def check_at_least(game: Game, user: int, team: Team, reading: Reading, value: Fraction, evidence: Node) -> None:
    """The given T-shared rule is worth at least ``value`` to the user. Raises Rejected."""
    fields = evidence.fields(("producer", "sources", "garblings", "rule"))
    sources = fields["sources"].names()
    producer = team[fields["producer"].name_in(tuple(game.providers[j].name for j in team))]
    garblings = {
        j: tuple(_stochastic(row, len(sources)) for row in item.items(len(game.providers[j].features)))
        for j, item in zip(team, fields["garblings"].items(len(team)), strict=True)
    }
    shared = SharedRule(garblings, read_rule_on(fields["rule"], game, sources))
    if not is_common(game, shared, reading):
        raise Rejected("not-common", f"{fields['garblings'].path}: the garblings' images differ")
    if shared_value(RATIONAL, game, user, producer, shared) < value:
        raise Rejected("value-not-reached", f"{evidence.path}: the rule is worth less than {value}")


def _stochastic(node: Node, length: int) -> tuple[Fraction, ...]:
    chances = node.rationals(length)
    if any(p < 0 for p in chances) or sum(chances) != 1:
        raise Rejected("not-a-distribution", node.path)
    return chances
