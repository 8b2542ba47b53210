"""What a provider can gain by deviating to any rule whatever: the question, cut into linear systems.

Fix a provider and a group of users whose rule he may change: in the anonymous game all users at once, in the
personalized game one user at a time (payoffs are separable there, so gains add up). For every subset S of the group,
the *served* users, a system states: under some rule exactly the users in S pick him, and he earns more than a target.
If every system is refuted, no deviation earns more. The systems come from one of three programs, see
:mod:`alignproof.checks.signals`, :mod:`alignproof.checks.menus` and :mod:`alignproof.checks.plans`.

Ties are the game's own. A *robust* bound breaks every tie in the deviator's favour instead: all strict rows become
weak, so it bounds the deviation under any tie-breaking whatever.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product

from alignproof.checks.linear import Rejected, Row, Terms, inequality
from alignproof.games.algebra import RATIONAL, ZERO, first_maximisers
from alignproof.games.algebra import product as times
from alignproof.games.model import Game, separable_parts
from alignproof.games.outcome import (
    UserOutcome,
    chosen_acts,
    joint_payoff,
    rest_payoff,
    separable_payoff,
    user_outcome,
)
from alignproof.games.response import Stakes, expectations, stakes
from alignproof.games.rules import Profile

Served = tuple[int, ...]


@dataclass(frozen=True)
class Deviation:
    """The deviations of ``provider`` from ``profile`` that change the rules of the users in ``group``."""

    game: Game
    profile: Profile
    provider: int
    group: tuple[int, ...]
    robust: bool

    @cached_property
    def now(self) -> tuple[UserOutcome, ...]:
        """Every user's outcome under the profile."""
        return tuple(user_outcome(RATIONAL, self.game, self.profile, i) for i in range(len(self.game.users)))

    @cached_property
    def stakes(self) -> dict[int, Stakes]:
        """The stakes of each user of the group with the deviator."""
        return {i: stakes(self.game, i, self.provider) for i in self.group}

    @cached_property
    def outside(self) -> dict[int, UserOutcome]:
        """How each user of the group fares if she picks among the other providers; empty if there are none."""
        others = [j for j in range(len(self.game.providers)) if j != self.provider]
        return {i: self._among(i, others) for i in self.group} if others else {}

    def _among(self, user: int, others: list[int]) -> UserOutcome:
        responses = self.now[user].responses
        order = [others.index(j) for j in self.game.ties.providers[user] if j != self.provider]
        picks = first_maximisers(RATIONAL, [responses[j].value for j in others], order)
        best = others[picks.index(True)]
        return UserOutcome(responses, tuple(j == best for j in range(len(responses))), responses[best].value)

    def prefers_deviator(self, user: int) -> bool:
        """Whether a tie between the deviator and the best other provider goes to the deviator."""
        order = self.game.ties.providers[user]
        return order.index(self.provider) < order.index(self.outside[user].picks.index(True))

    def served_sets(self) -> Iterator[Served]:
        """All subsets of the group that he may serve; the whole group if he is the only provider."""
        if not self.outside:
            yield self.group
            return
        for size in range(len(self.group) + 1):
            yield from combinations(self.group, size)

    def serve_row(self, user: int, value: Terms) -> tuple[str, Row]:
        """The row: ``value``, what a served user gets, is worth picking the deviator."""
        strict = not self.robust and not self.prefers_deviator(user)
        return f"serve {user}", inequality(value, -self.outside[user].value, strict)

    def leave_row(self, user: int, value: Terms) -> tuple[str, Row]:
        """The row: ``value``, what an unserved user could get, is not worth picking the deviator."""
        strict = not self.robust and self.prefers_deviator(user)
        terms = [(variable, -coefficient) for variable, coefficient in value]
        return f"leave {user}", inequality(terms, self.outside[user].value, strict)

    @cached_property
    def _split(self) -> tuple[tuple[tuple[tuple[Fraction, ...], ...], ...], tuple[Fraction, ...]] | None:
        return separable_parts(self.game, self.provider)

    def gains(self, served: Served) -> tuple[Fraction, dict[int, Stakes]] | None:
        """The deviator's payoff when he serves ``served``: a constant, plus per served user a table ``[x_U][a][x_P]``.

        A user's table is summed against her acts, like stakes. None if the payoff is not linear in the rule: it is
        not separable and two users are served, whose transcripts are drawn independently.
        """
        if self._split is None:
            return self._joint_gains(served)
        parts, rest = self._split
        absent = [i for i in self.group if i not in served]
        constant = sum((separable_payoff(RATIONAL, self.game, self.outside[i], i, parts[i]) for i in absent), ZERO)
        if self.group == tuple(range(len(self.game.users))):
            constant += rest_payoff(self.game, rest)
        return constant, {i: expectations(self.game, i, self.provider, parts[i]) for i in served}

    def _joint_gains(self, served: Served) -> tuple[Fraction, dict[int, Stakes]] | None:
        others = tuple(self.outside[i] if i in self.outside else self.now[i] for i in range(len(self.game.users)))
        if not served:
            return joint_payoff(RATIONAL, self.game, others, self.provider), {}
        if len(served) > 1:
            return None
        return ZERO, {served[0]: self._joint_table(served[0], others)}

    def _joint_table(self, user: int, others: tuple[UserOutcome, ...]) -> Stakes:
        game, who, payoff = self.game, self.game.users[user], self.game.providers[self.provider].payoff
        sources = range(len(game.providers[self.provider].features))
        table = [[[ZERO for _ in sources] for _ in who.actions] for _ in who.features]
        for atom in game.prior:
            acts = [
                chosen_acts(RATIONAL, other, x, atom.provider_features)
                for other, x in zip(others, atom.user_features, strict=True)
            ]
            row = table[atom.user_features[user]]
            for actions in game.action_profiles():
                chance = times(acts[i][a] for i, a in enumerate(actions) if i != user)
                gain = atom.probability * chance * payoff.value(actions, atom.state)
                row[actions[user]][atom.provider_features[self.provider]] += gain
        return tuple(tuple(tuple(cells) for cells in rows) for rows in table)

    def payoff_row(self, terms: Terms, constant: Fraction, target: Fraction) -> tuple[str, Row]:
        """The row: the deviator earns more than ``target``."""
        return "payoff", inequality(terms, constant - target, True)


def groups(game: Game, profile: Profile, provider: int) -> list[tuple[int, ...]]:
    """The groups of users over which a deviation is taken apart. Raises Rejected where that is not possible."""
    everyone = tuple(range(len(game.users)))
    if profile.play == "anonymous" or len(everyone) == 1:
        return [everyone]
    if separable_parts(game, provider) is None:
        raise Rejected("not-separable", f"provider {provider}'s payoff couples users; their rules cannot be split")
    return [(i,) for i in everyone]


def deviations(game: Game, profile: Profile, provider: int, robust: bool) -> list[Deviation]:
    """All deviations of ``provider``, one :class:`Deviation` per group."""
    first, *rest = [Deviation(game, profile, provider, group, robust) for group in groups(game, profile, provider)]
    return [first, *(replace(first, group=other.group) for other in rest)]


def share(deviation: Deviation) -> Fraction:
    """What the deviator earns now from the users of the group (with the part that depends on the state alone, if the
    group is everyone): the target of an equilibrium."""
    game, split = deviation.game, separable_parts(deviation.game, deviation.provider)
    if split is None:
        return Fraction(joint_payoff(RATIONAL, game, deviation.now, deviation.provider))
    parts, rest = split
    earned = sum((separable_payoff(RATIONAL, game, deviation.now[i], i, parts[i]) for i in deviation.group), ZERO)
    return earned + (rest_payoff(game, rest) if deviation.group == tuple(range(len(game.users))) else ZERO)


def strategies(actions: int, features: int) -> Iterator[tuple[int, ...]]:
    """All maps from a user's features to her actions."""
    return product(range(actions), repeat=features)


def precedes(order: tuple[int, ...], first: int, second: int) -> bool:
    """Whether ``first`` comes before ``second`` in a tie-breaking order."""
    return order.index(first) < order.index(second)
