"""Rules with a name: silence and full revelation."""

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.model import Game, Play
from alignproof.games.rules import Profile, Rule


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
