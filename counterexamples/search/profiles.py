"""Profiles drawn at random: silence, pure rules, and replies that are best for some weights on the users."""

from random import Random

from alignproof.counterexamples.search.prices import PureRules
from alignproof.games.algebra import ONE, ZERO, dot
from alignproof.games.model import Game, Play
from alignproof.games.rules import Profile, Rule
from alignproof.symbolic.rules import constant_rule


def draw_profile(random: Random, game: Game, play: Play) -> Profile:
    """Silence of everybody in one of two draws; else providers are silent or follow a pure rule, one for each user in
    the personalized game."""
    talking = random.random() < 0.5

    def rule(provider: int) -> Rule:
        if talking and random.random() < 0.75:
            return _pure_rule(random, game, provider)
        return constant_rule(game, provider)

    users, providers = len(game.users), range(len(game.providers))
    if play == "anonymous":
        return Profile(play, tuple((rule(j),) * users for j in providers))
    return Profile(play, tuple(tuple(rule(j) for _ in range(users)) for j in providers))


def _pure_rule(random: Random, game: Game, provider: int) -> Rule:
    size = len(game.messages)

    def said() -> tuple[object, ...]:
        word = random.randrange(size)
        return tuple(ONE if m == word else ZERO for m in range(size))

    return {(x, p): said() for x in range(len(game.providers[provider].features)) for p in game.prefixes("P")}


def reply(random: Random, game: Game, profile: Profile, provider: int) -> Profile:
    """The anonymous profile in which the provider follows a pure rule that is best for random weights on users."""
    weights = [random.randint(1, 5) for _ in game.users]
    tried = PureRules(game, profile, provider).values
    most = max(dot(weights, values) for _, values in tried)
    rule = random.choice([rule for rule, values in tried if dot(weights, values) == most])
    return profile.deviate(provider, (rule,) * len(game.users))
