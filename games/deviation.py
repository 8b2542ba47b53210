"""A provider's deviation (Definitions 2.6, 2.7): whose rules change, what users have elsewhere, what it earns.

In the anonymous game a deviation changes all users' rules at once. In the personalized game, if payoffs are
separable, gains add up over users, so one user's rule at a time is enough.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from alignproof.games import outcome as outcomes
from alignproof.games.algebra import RATIONAL, ZERO, Algebra, Condition, Number, Rationals, total
from alignproof.games.model import Game, Part, Parts, separable_parts
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.games.response import Stakes, expectations, stakes
from alignproof.games.rules import Profile

Served = tuple[int, ...]
"""The users of a group who pick the deviator: users, not types, since a user picks before she sees her features."""


class NotSeparable(ValueError):
    """The payoff of provider ``args[0]`` couples users, and the question needs it to be separable."""


_FAVOUR = variable("favour")


def _favour(value: Number) -> tuple[Fraction, Fraction]:
    """A user's utility, and as a tie-breaker what it brings the deviator: the coefficient of _FAVOUR."""
    terms = as_polynomial(value).terms
    return terms.get((), ZERO), terms.get((("favour", 1),), ZERO)


class _Favourable(Rationals):
    """Rationals in which users break ties as the deviator likes, whatever the order."""

    def first_best(self, scores: Sequence[Number], order: Sequence[int]) -> list[Condition]:
        return super().first_best([_favour(score) for score in scores], order)


@dataclass(frozen=True)
class Deviation:
    """The deviations of ``provider`` from ``profile`` that change the rules of the users in ``group``."""

    game: Game
    profile: Profile
    provider: int
    group: tuple[int, ...]
    robust: bool

    @cached_property
    def now(self) -> tuple[outcomes.UserOutcome, ...]:
        """Every user's outcome under the profile."""
        users = range(len(self.game.users))
        return tuple(outcomes.user_outcome(RATIONAL, self.game, self.profile, i) for i in users)

    @cached_property
    def stakes(self) -> dict[int, Stakes]:
        """The stakes of each user of the group with the deviator."""
        return {i: stakes(self.game, i, self.provider) for i in self.group}

    @cached_property
    def outside(self) -> dict[int, outcomes.UserOutcome]:
        """How each user of the group fares if she picks among the other providers; empty if there are none."""
        others = [j for j in range(len(self.game.providers)) if j != self.provider]
        return {i: self._among(i, others) for i in self.group} if others else {}

    def _among(self, user: int, others: list[int]) -> outcomes.UserOutcome:
        responses = self.now[user].responses
        order = [others.index(j) for j in self.game.ties.providers[user] if j != self.provider]
        best = others[RATIONAL.first_best([responses[j].value for j in others], order).index(True)]
        picks = tuple(j == best for j in range(len(responses)))
        return outcomes.UserOutcome(responses, picks, responses[best].value)

    def served_sets(self) -> Iterator[Served]:
        """All subsets of the group that he may serve; the whole group if he is the only provider."""
        for size in range(len(self.group) + 1) if self.outside else [len(self.group)]:
            yield from combinations(self.group, size)

    @cached_property
    def _parts(self) -> tuple[Parts, tuple[Number, ...]] | None:
        return separable_parts(self.game, self.provider)

    def gains(self, served: Served) -> tuple[Fraction, dict[int, Stakes]]:
        """The deviator's payoff from the group when he serves ``served``: a constant, and per served user a table
        ``[x_U][a][x_P]`` to be summed against her acts, like stakes. Raises NotSeparable."""
        if self._parts is None:
            raise NotSeparable(self.provider)
        parts, rest = self._parts
        constant = total(self._from_leaving(i, parts[i]) for i in self.group if i not in served)
        whole = self.group == tuple(range(len(self.game.users)))
        constant += outcomes.rest_payoff(self.game, rest) if whole else ZERO
        return constant, {i: expectations(self.game, i, self.provider, parts[i]) for i in served}

    def _from_leaving(self, user: int, part: Part) -> Fraction:
        """What he earns from a user who picks another provider; in a robust bound, with her ties in his favour."""
        if not self.robust:
            return Fraction(outcomes.separable_payoff(RATIONAL, self.game, self.outside[user], user, part))
        who = self.game.users[user]
        pairs = (zip(*rows, strict=True) for rows in zip(who.utility, part, strict=True))
        utility = tuple(tuple(u + g * _FAVOUR for u, g in row) for row in pairs)
        others = self.game.users[:user], self.game.users[user + 1 :]
        game = replace(self.game, users=(*others[0], replace(who, utility=utility), *others[1]))
        offers = outcomes.user_outcome(_Favourable(), game, self.profile, user).responses
        return max(_favour(offer.value) for j, offer in enumerate(offers) if j != self.provider)[1]

    def earned(self, algebra: Algebra, users: tuple[outcomes.UserOutcome, ...]) -> Number:
        """What he earns from the group (and from the state, if the group is everyone) when users fare so."""
        if self._parts is None or self.group == tuple(range(len(users))):
            return outcomes.provider_payoff(algebra, self.game, users, self.provider)
        shares = (outcomes.separable_payoff(algebra, self.game, users[i], i, self._parts[0][i]) for i in self.group)
        return total(shares)


def deviations(game: Game, profile: Profile, provider: int, robust: bool) -> list[Deviation]:
    """All deviations of ``provider``, one :class:`Deviation` per group. Their gains add up.

    Raises NotSeparable where a personalized deviation cannot be taken apart.
    """
    users = tuple(range(len(game.users)))
    if profile.play == "anonymous" or len(users) == 1:
        return [Deviation(game, profile, provider, users, robust)]
    if separable_parts(game, provider) is None:
        raise NotSeparable(provider)
    return [Deviation(game, profile, provider, (i,), robust) for i in users]


def precedes(order: tuple[int, ...], first: int, second: int) -> bool:
    """Whether ``first`` comes before ``second`` in a tie-breaking order."""
    return order.index(first) < order.index(second)
