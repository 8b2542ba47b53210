"""What a profile of commitments brings about (Definitions 2.2-2.7): choices, induced distributions, payoffs."""

from dataclasses import dataclass

from alignproof.games.algebra import ZERO, Algebra, Condition, Number, product, total
from alignproof.games.model import Game, Part, Payoff, separable_parts
from alignproof.games.response import Response, best_response, stakes
from alignproof.games.rules import Profile


@dataclass(frozen=True)
class UserOutcome:
    """How one user fares: her response to each provider and the condition that she picks him; one holds."""

    responses: tuple[Response, ...]
    picks: tuple[Condition, ...]
    value: Number


@dataclass(frozen=True)
class Outcome:
    """How a profile turns out: per user, and the providers' expected payoffs."""

    users: tuple[UserOutcome, ...]
    payoffs: tuple[Number, ...]


def outcome(algebra: Algebra, game: Game, profile: Profile) -> Outcome:
    """Users best respond to ``profile``, ties as the game states them; providers collect (Definitions 2.5-2.7)."""
    users = tuple(user_outcome(algebra, game, profile, i) for i in range(len(game.users)))
    payoffs = tuple(provider_payoff(algebra, game, users, j) for j in range(len(game.providers)))
    return Outcome(users, payoffs)


def user_outcome(algebra: Algebra, game: Game, profile: Profile, user: int) -> UserOutcome:
    """User ``user``'s best choice of provider, conversation rule and decision rule (Definition 2.5)."""
    responses = tuple(
        best_response(algebra, game, user, j, profile.rules[j][user], stakes(game, user, j))
        for j in range(len(game.providers))
    )
    values = [response.value for response in responses]
    picks = tuple(algebra.first_best(values, game.ties.providers[user]))
    value = total(algebra.choose(picked, v, ZERO) for picked, v in zip(picks, values, strict=True))
    return UserOutcome(responses, picks, value)


def chosen_acts(
    algebra: Algebra, who: UserOutcome, features: int, provider_features: tuple[int, ...]
) -> tuple[Number, ...]:
    """The user's chances of each action given her features and all providers' features."""
    by_provider = [
        [algebra.choose(picked, p, ZERO) for p in response.acts[features][source]]
        for picked, response, source in zip(who.picks, who.responses, provider_features, strict=True)
    ]
    return tuple(total(cells) for cells in zip(*by_provider, strict=True))


def induced_distribution(algebra: Algebra, game: Game, who: UserOutcome, user: int) -> tuple[tuple[Number, ...], ...]:
    """I_i (Definition 2.4): ``[a][y]``, the joint distribution of user ``user``'s action and the state."""
    table = [[ZERO] * len(game.states) for _ in game.users[user].actions]
    for atom in game.prior:
        acts = chosen_acts(algebra, who, atom.user_features[user], atom.provider_features)
        for a, chance in enumerate(acts):
            table[a][atom.state] += atom.probability * chance
    return tuple(tuple(row) for row in table)


def separable_payoff(algebra: Algebra, game: Game, who: UserOutcome, user: int, part: Part) -> Number:
    """The expectation of ``part[a_i][y]`` under user ``user``'s induced distribution."""
    induced = induced_distribution(algebra, game, who, user)
    return total(p * g for row, gains in zip(induced, part, strict=True) for p, g in zip(row, gains, strict=True))


def rest_payoff(game: Game, rest: tuple[Number, ...]) -> Number:
    """The expectation of a term that depends on the state alone."""
    return total(atom.probability * rest[atom.state] for atom in game.prior)


def provider_payoff(algebra: Algebra, game: Game, users: tuple[UserOutcome, ...], provider: int) -> Number:
    """Provider ``provider``'s expected payoff; users' transcripts are independent given all features."""
    split = separable_parts(game, provider)
    if split is not None:
        terms = (separable_payoff(algebra, game, who, i, split[0][i]) for i, who in enumerate(users))
        return total(terms) + rest_payoff(game, split[1])
    return expected_payoff(game.providers[provider].payoff, joint_distribution(algebra, game, users))


Joint = dict[tuple[int, ...], list[Number]]
"""``[a_1..a_n][y]``: a joint distribution of all users' actions and the state."""


def joint_distribution(algebra: Algebra, game: Game, users: tuple[UserOutcome, ...]) -> Joint:
    """I, the joint distribution that a profile brings about (after Definition 2.5)."""
    joint = {actions: [ZERO] * len(game.states) for actions in game.action_profiles()}
    for atom in game.prior:
        acts = [chosen_acts(algebra, who, atom.user_features[i], atom.provider_features) for i, who in enumerate(users)]
        for actions, by_state in joint.items():
            by_state[atom.state] += atom.probability * product(acts[i][a] for i, a in enumerate(actions))
    return joint


def expected_payoff(payoff: Payoff, joint: Joint) -> Number:
    """The expectation of a payoff under a joint distribution of actions and the state."""
    return total(chance * payoff.value(a, y) for a, by_state in joint.items() for y, chance in enumerate(by_state))
