"""A new user enters the market: the augmented game G+ (Section 5)."""

from dataclasses import dataclass
from itertools import product as tuples

from alignproof.games.algebra import ONE, Number
from alignproof.games.document import Node
from alignproof.games.files import read_distribution, read_ties, read_user, read_utilities
from alignproof.games.model import Atom, Components, Game, Part, Payoff, Provider, Table, Ties, User


@dataclass(frozen=True)
class Entrant:
    """User n+1, what each provider makes of her (``shares[j]`` = beta_j, ``parts[j][a][y]`` = f_j), and new ties.

    ``features[t][x]`` is the chance of her feature x given the t-th atom of the old prior.
    """

    user: User
    features: tuple[tuple[Number, ...], ...]
    shares: tuple[Number, ...]
    parts: tuple[tuple[tuple[Number, ...], ...], ...]
    ties: Ties


def augment(game: Game, entrant: Entrant) -> Game:
    """G+: provider j's payoff becomes ``(1 - beta_j) u_j(a_1..a_n, y) + beta_j f_j(a_{n+1}, y)`` (Section 5)."""
    providers = tuple(
        Provider(who.name, who.features, _blend(game, who.payoff, beta, part, entrant.user))
        for who, beta, part in zip(game.providers, entrant.shares, entrant.parts, strict=True)
    )
    prior = tuple(
        Atom(atom.probability * chance, atom.state, (*atom.user_features, x), atom.provider_features)
        for atom, chances in zip(game.prior, entrant.features, strict=True)
        for x, chance in enumerate(chances)
    )
    users = (*game.users, entrant.user)
    return Game(users, providers, game.states, prior, game.messages, game.protocol, entrant.ties, game.name)


def _blend(game: Game, payoff: Payoff, beta: Number, part: Part, user: User) -> Payoff:
    if isinstance(payoff, Components):
        weights = (*((ONE - beta) * w for w in payoff.weights), beta)
        parts = (*payoff.parts, tuple(tuple(row) for row in part))
        return Components(weights, parts, (ONE - beta) * payoff.constant)
    states = range(len(game.states))
    return Table(
        {
            (*actions, a): tuple((ONE - beta) * payoff.value(actions, y) + beta * part[a][y] for y in states)
            for actions, a in tuples(list(game.action_profiles()), range(len(user.actions)))
        }
    )


def read_entrant(node: Node, game: Game) -> Entrant:
    """An entrant's document ``{user, features, shares, parts, ties}``; ties as in game files. Raises InputError."""
    fields = node.fields(("user", "features", "shares", "parts"), ("ties",))
    user = read_user(fields["user"], game.states)
    if user.name in game.user_names:
        raise fields["user"].fail("a user of the game has this name")
    rows = fields["features"].items(len(game.prior))
    shares = fields["shares"].rationals(len(game.providers))
    if any(not 0 < beta < 1 for beta in shares):
        raise fields["shares"].fail("shares lie strictly between 0 and 1")
    return Entrant(
        user,
        tuple(read_distribution(row, len(user.features)) for row in rows),
        shares,
        tuple(read_utilities(part, user.actions, game.states) for part in fields["parts"].items(len(game.providers))),
        read_ties(fields.get("ties"), (*game.users, user), game.providers, game.messages),
    )
