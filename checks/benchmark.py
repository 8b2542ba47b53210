"""The benchmark u_i(C*_{S,T}(i)) (Definition 2.12): from below by a shared rule, from above by multipliers.

From above: let z be the user's own strategy, features to actions. Whatever garbling and rule are used, drawing z from
what she ends up doing is again a common garbling of the same value, so the linear program over garblings to
strategies bounds every shared rule, for every protocol and alphabet.
"""

from fractions import Fraction
from itertools import product as tuples

from alignproof.checks.linear import Rejected, System, above, limit_rows, refute, row, system
from alignproof.checks.signals import MOST_SIGNALS
from alignproof.games.algebra import ONE, RATIONAL
from alignproof.games.document import Node, shown
from alignproof.games.files import read_distribution, read_rule
from alignproof.games.garbling import READINGS, Reading, SharedRule, feature_masses, is_common, shared_value
from alignproof.games.model import Game
from alignproof.games.polynomial import combine, gather, variable
from alignproof.games.response import stakes

Team = tuple[int, ...]
"""T, a set of providers in increasing order."""


def read_team(node: Node, game: Game) -> Team:
    """T: a non-empty list of provider names, in the game's order. Raises InputError."""
    team = tuple(item.name_in(game.provider_names) for item in node.items())
    if not team or list(team) != sorted(set(team)):
        raise node.fail("expected one or more distinct providers, in the game's order")
    return team


def read_reading(node: Node) -> Reading:
    """How a common garbling is read. Raises InputError."""
    return READINGS[node.name_in(READINGS)]


def producers(team: Team, reading: Reading) -> Team:
    """Who may deploy the shared rule: given the users' features too, all of T bring about the same; else the best of
    T counts."""
    return team if reading == "state" else team[:1]


def benchmark_system(game: Game, user: int, team: Team, reading: Reading, producer: int, bound: Fraction) -> System:
    """Some T-shared rule, deployed by ``producer``, is worth more than ``bound`` to the user.

    Variables: ``j strategy x``, the chance that provider j's garbling of his feature x is the strategy.
    """
    who, at = game.users[user], stakes(game, user, producer)
    if len(who.actions) ** len(who.features) > MOST_SIGNALS:
        raise Rejected("too-large", f"{who.name} has more than {MOST_SIGNALS} strategies")
    masses = {j: feature_masses(game, j, reading, user) for j in team}
    limit_rows(len(who.actions) ** len(who.features) * sum(map(len, masses.values())), who.name)
    options = list(tuples(range(len(who.actions)), repeat=len(who.features)))
    sources = {j: range(len(game.providers[j].features)) for j in team}
    f = {(j, s): [variable(f"{j} {s} {x}") for x in sources[j]] for j in team for s in options}
    value = gather(combine(at[x][a], f[producer, s]) for s in options for x, a in enumerate(s))
    rows = [above("value", value - bound, True)]
    for j in team:
        rows += [row(f"stochastic {j} {x}", ONE - gather(f[j, s][x] for s in options), "=") for x in sources[j]]
        for k, given in enumerate(masses[j] if j != team[0] else ()):
            for s in options:
                image, first = combine(masses[j][given], f[j, s]), combine(masses[team[0]][given], f[team[0], s])
                rows.append(row(f"common {j} {k} {s}", image - first, "="))
    return system(rows)


def check_at_most(game: Game, user: int, team: Team, reading: Reading, value: Fraction, evidence: Node) -> None:
    """No T-shared rule is worth more than ``value`` to the user: multipliers per producer. Raises Rejected."""
    who = producers(team, reading)
    for j, item in zip(who, evidence.items(len(who)), strict=True):
        refute(benchmark_system(game, user, team, reading, j, value), item, item.path)


def check_at_least(game: Game, user: int, team: Team, reading: Reading, value: Fraction, evidence: Node) -> None:
    """The given T-shared rule is worth at least ``value`` to the user. Raises Rejected."""
    fields = evidence.fields(("producer", "sources", "garblings", "rule"))
    sources = fields["sources"].names()
    producer = team[fields["producer"].name_in(tuple(game.providers[j].name for j in team))]
    garblings = {
        j: tuple(read_distribution(row, len(sources)) for row in item.items(len(game.providers[j].features)))
        for j, item in zip(team, fields["garblings"].items(len(team)), strict=True)
    }
    shared = SharedRule(garblings, read_rule(fields["rule"], game, sources))
    if not is_common(game, shared, reading, user):
        raise Rejected("not-common", f"{fields['garblings'].path}: the garblings' images differ")
    if shared_value(RATIONAL, game, user, producer, shared) < value:
        raise Rejected("value-not-reached", f"{evidence.path}: the rule is worth less than {shown(value)}")
