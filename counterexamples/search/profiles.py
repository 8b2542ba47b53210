"""Profiles drawn at random: silence, pure rules, and replies that no other is better than for all users."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from alignproof.counterexamples.search.prices import PureRules
from alignproof.formats.certificates import Document
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.augment import augment, read_entrant
from alignproof.games.document import Node
from alignproof.games.files import read_game, read_profile
from alignproof.games.model import Game, Play
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile, Rule
from alignproof.symbolic.rules import anonymous_profile, constant_rule, silent_profile


def draw_profile(random: Random, game: Game, play: Play) -> Profile:
    """Most providers follow a pure rule, one for each user in the personalized game; the others are silent."""

    def rule(provider: int) -> Rule:
        if random.random() < 0.75:
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


def telling(game: Game, told: Sequence[Sequence[int]]) -> Profile:
    """The anonymous profile of providers who see the state, and say ``told[j][y]`` in it."""
    words = [tuple(ONE if m == word else ZERO for m in range(len(game.messages))) for word in range(len(game.messages))]
    rules: list[Rule] = [{(y, ()): words[word] for y, word in enumerate(said)} for said in told]
    return anonymous_profile(game, tuple(rules))


def uninformed(game: Game, user: int) -> Fraction:
    """What a user gets who hears and knows nothing."""
    rows = game.users[user].utility
    return max(sum((Fraction(atom.probability * row[atom.state]) for atom in game.prior), ZERO) for row in rows)


def informs(claim: Document) -> bool:
    """Whether some user gets more under the claim's profile than if she heard and knew nothing."""
    game = read_game(Node(claim["game"], "game"))
    played = augment(game, read_entrant(Node(claim["entrant"], "entrant"), game)) if "entrant" in claim else game
    users = outcome(RATIONAL, played, read_profile(Node(claim["profile"], "profile"), played)).users
    return any(who.value > uninformed(played, i) for i, who in enumerate(users))


@dataclass(frozen=True)
class Candidate:
    """A profile, what users get under it, and pure replies that were gone through to find it, by provider."""

    profile: Profile
    values: tuple[Fraction, ...]
    replies: Mapping[int, PureRules]


def drawn(random: Random, game: Game, play: Play, count: int) -> Iterator[Candidate]:
    """Silence, and as many other profiles drawn at random as make up the number."""
    for k in range(count):
        profile = draw_profile(random, game, play) if k else silent_profile(game, play)
        users = outcome(RATIONAL, game, profile).users
        yield Candidate(profile, tuple(Fraction(who.value) for who in users), {})


def replying(random: Random, game: Game, provider: int, count: int) -> Iterator[Candidate]:
    """Anonymous profiles in which the provider follows a pure rule such that none is better for all users."""
    others = draw_profile(random, game, "anonymous")
    profile = random.choice((silent_profile(game, "anonymous"), others))
    replies = PureRules(game, profile, provider)
    found = {values: rule for rule, values in replies.values}
    kept = [values for values in found if not any(_dominates(other, values) for other in found)]
    for values in random.sample(kept, min(count, len(kept))):
        rules = (found[values],) * len(game.users)
        yield Candidate(profile.deviate(provider, rules), values, {provider: replies})


def _dominates(better: tuple[Fraction, ...], values: tuple[Fraction, ...]) -> bool:
    return better != values and all(one >= other for one, other in zip(better, values, strict=True))
