"""Providers' conversation rules (Definition 2.1) and profiles of them (Definitions 2.2, 2.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from alignproof.games.algebra import ONE, ZERO, Number
from alignproof.games.model import Game, Play

Transcript = tuple[int, ...]

Rule = Mapping[tuple[int, Transcript], tuple[Number, ...]]
"""A conversation rule: (private feature, transcript so far) to a distribution over messages.

Defined for every feature and every transcript after which the provider speaks.
"""


@dataclass(frozen=True)
class Profile:
    """The providers' commitments: ``rules[j][i]`` is what provider j offers user i.

    In the anonymous game all users of a provider face the same rule.
    """

    play: Play
    rules: tuple[tuple[Rule, ...], ...]

    def deviate(self, provider: int, rules: tuple[Rule, ...]) -> "Profile":
        """The profile in which ``provider`` alone commits to ``rules`` (one per user) instead."""
        return Profile(self.play, (*self.rules[:provider], rules, *self.rules[provider + 1 :]))


def anonymous_profile(game: Game, rules: tuple[Rule, ...]) -> Profile:
    """The anonymous profile in which provider j commits to ``rules[j]``."""
    return Profile("anonymous", tuple((rule,) * len(game.users) for rule in rules))


def constant_rule(game: Game, provider: int, message: int = 0) -> Rule:
    """The uninformative rule: always say ``message``."""
    distribution = tuple(ONE if m == message else ZERO for m in range(len(game.messages)))
    return {
        (x, prefix): distribution
        for x in range(len(game.providers[provider].features))
        for prefix in game.prefixes("P")
    }


def silent_profile(game: Game, play: Play) -> Profile:
    """The profile in which no provider says anything."""
    rules = tuple(constant_rule(game, j) for j in range(len(game.providers)))
    return Profile(play, tuple((rule,) * len(game.users) for rule in rules))


def revealing_rule(game: Game, provider: int) -> Rule:
    """The rule that names the provider's feature whenever he speaks (footnote 2's full revelation).

    Raises ValueError when there are more features than messages.
    """
    features = len(game.providers[provider].features)
    if features > len(game.messages):
        raise ValueError(f"{features} features cannot be named with {len(game.messages)} messages")
    return {
        (x, prefix): tuple(ONE if m == x else ZERO for m in range(len(game.messages)))
        for x in range(features)
        for prefix in game.prefixes("P")
    }
