"""Games, entrants and profiles are valid, whatever their bounds; and the bounds are kept."""

import json

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from alignproof import strategies
from alignproof.formats.documents import dump, entrant_document, game_document, profile_document
from alignproof.games.augment import augment, read_entrant
from alignproof.games.document import parse
from alignproof.games.files import read_game, read_profile

MODERATE = settings(deadline=None, max_examples=50)
WIDE = {
    "users": (1, 3),
    "providers": (2, 3),
    "states": (2, 4),
    "actions": (1, 4),
    "features": (1, 3),
    "messages": (2, 4),
    "protocols": ("P", "UP"),
    "transcripts": 9,
    "payoffs": ("components",),
}


def reread(document):
    return parse(dump(document).encode())


@MODERATE
@given(strategies.markets() | strategies.markets(**WIDE))
def test_games_and_profiles_are_what_the_reader_takes(market):
    game, profile = market
    assert read_game(reread(game_document(game))) == game
    assert read_profile(reread(profile_document(game, profile)), game) == profile


@MODERATE
@given(strategies.games().flatmap(lambda game: st.tuples(st.just(game), strategies.entrants(game))))
def test_entrants_are_what_the_reader_takes(entry):
    game, entrant = entry
    assert read_entrant(reread(entrant_document(game, entrant)), game) == entrant
    later = augment(game, entrant)
    assert read_game(reread(game_document(later))) == later


@MODERATE
@given(strategies.games(**WIDE))
def test_bounds_are_kept(game):
    def within(name, number):
        least, most = WIDE[name]
        return least <= number <= most

    assert within("users", len(game.users))
    assert within("providers", len(game.providers))
    assert within("states", len(game.states))
    assert within("messages", len(game.messages))
    assert all(within("actions", len(user.actions)) for user in game.users)
    assert all(within("features", len(who.features)) for who in (*game.users, *game.providers))
    assert game.protocol in WIDE["protocols"]
    assert len(game.messages) ** len(game.protocol) <= WIDE["transcripts"]


def test_bounds_are_reached():
    seen = settings(phases=[Phase.generate], database=None, deadline=None, suppress_health_check=list(HealthCheck))
    find(strategies.games(**WIDE), lambda game: (len(game.users), len(game.states)) == (3, 4), settings=seen)
    find(strategies.games(**WIDE), lambda game: game.protocol == "UP" and len(game.messages) == 3, settings=seen)


@pytest.mark.parametrize(
    "bounds", [{"users": (0, 1)}, {"users": (2, 1)}, {"states": (3, 2)}, {"people": (1, 2)}], ids=json.dumps
)
def test_unusable_bounds_are_named(bounds):
    @settings(suppress_health_check=list(HealthCheck))
    @given(strategies.games(**bounds))
    def drawn(game):
        pass

    with pytest.raises(InvalidArgument, match=r"no such bound: people|1 <= least <= most"):
        drawn()
