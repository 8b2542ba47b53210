"""Providers' rules, profiles of them, and garblings."""

from collections.abc import Sequence
from typing import Unpack

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from alignproof.games.garbling import Garbling
from alignproof.games.model import PLAYS, Game, Play
from alignproof.games.rules import Profile, Rule
from alignproof.strategies.games import Bounds, games
from alignproof.strategies.numbers import distributions


@st.composite
def rules(draw: DrawFn, game: Game, provider: int, sources: int | None = None) -> Rule:
    """Rules of ``provider`` (Definition 2.1), or rules that read ``sources`` signals instead of his feature.

    Shrinks to silence: the first message whatever happens.
    """
    sources = len(game.providers[provider].features) if sources is None else sources
    chances = distributions(len(game.messages))
    return {(source, prefix): draw(chances) for source in range(sources) for prefix in game.prefixes("P")}


def garblings(sources: int, signals: int) -> SearchStrategy[Garbling]:
    """Garblings ``[x_P][z]`` of ``sources`` features to ``signals`` signals. Shrinks to the first signal."""
    return st.tuples(*[distributions(signals)] * sources)


@st.composite
def offers(draw: DrawFn, game: Game, provider: int, play: Play) -> tuple[Rule, ...]:
    """What ``provider`` may offer the users, a rule each; the same rule in anonymous play. Shrinks to silence."""
    if play == "anonymous":
        return (draw(rules(game, provider)),) * len(game.users)
    return tuple(draw(rules(game, provider)) for _ in game.users)


@st.composite
def profiles(draw: DrawFn, game: Game, plays: Sequence[Play] = PLAYS) -> Profile:
    """Profiles of ``game`` (Definitions 2.2, 2.3). Shrinks to silence in the first of ``plays``."""
    play = draw(st.sampled_from(plays))
    return Profile(play, tuple(draw(offers(game, j, play)) for j in range(len(game.providers))))


@st.composite
def markets(draw: DrawFn, plays: Sequence[Play] = PLAYS, **bounds: Unpack[Bounds]) -> tuple[Game, Profile]:
    """Games within bounds as for :func:`.games`, each with a profile."""
    game = draw(games(**bounds))
    return game, draw(profiles(game, plays))


@st.composite
def meetings(draw: DrawFn, **bounds: Unpack[Bounds]) -> tuple[Game, int, int, Rule]:
    """Games within bounds as for :func:`.games`, each with a user, a provider, and a rule of his."""
    game = draw(games(**bounds))
    provider = draw(st.integers(0, len(game.providers) - 1))
    return game, draw(st.integers(0, len(game.users) - 1)), provider, draw(rules(game, provider))
