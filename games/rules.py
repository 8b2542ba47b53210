"""Providers' conversation rules (Definition 2.1) and profiles of them (Definitions 2.2, 2.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from alignproof.games.algebra import Number
from alignproof.games.model import Play

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
