"""Pictures of games: what they say is what the game says, and the same game gives the same bytes."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

from alignproof.counterexamples.ties import ties_by_provider
from alignproof.counterexamples.turns import branches, provider_opens
from alignproof.games.algebra import RATIONAL, dot
from alignproof.games.model import User
from alignproof.games.outcome import outcome
from alignproof.pictures.figure import write
from alignproof.pictures.game import _where_best, game_figure
from alignproof.symbolic import proposition_a_1, theorem_4_1


def words(figure, tmp_path):
    vector, _ = write(figure, tmp_path / "game")
    return vector.read_text("utf-8")


def test_everybody_and_everything_that_is_said_is_on_it(tmp_path):
    game, profile = branches()
    text = words(game_figure(game, profile, {"has a clue": Fraction(5, 6)}), tmp_path)
    for name in (*game.user_names, *game.provider_names, *game.states, "not 2", "3 after 1", "5/6"):
        assert f">{name}<" in text


def test_values_are_those_of_the_game(tmp_path):
    instance = provider_opens()
    text = words(game_figure(instance.game, instance.profile), tmp_path)
    reached = outcome(RATIONAL, instance.game, instance.profile)
    for value in (*(who.value for who in reached.users), *reached.payoffs):
        assert f">{value}<" in text


def test_silence_is_said_in_words(tmp_path):
    instance = ties_by_provider()
    assert "nobody says anything" in words(game_figure(instance.game, instance.profile), tmp_path)


def test_a_payoff_that_is_a_table_and_no_profile(tmp_path):
    text = words(game_figure(proposition_a_1.game()), tmp_path)
    assert "left, right" in text
    assert "no profile" in text


def test_the_same_game_gives_the_same_bytes(tmp_path):
    game, profile = branches()
    once = [path.read_bytes() for path in write(game_figure(game, profile), tmp_path / "a")]
    again = [path.read_bytes() for path in write(game_figure(game, profile), tmp_path / "b")]
    assert once == again


def test_large_games_are_cut_and_say_so(tmp_path):
    game = theorem_4_1.game(Fraction(1, 20), Fraction(1), Fraction(2), 21)
    text = words(game_figure(game), tmp_path)
    assert "(cut)" in text
    assert "and 9 more" in text


def test_regions_of_best_actions_cover_the_triangle():
    """Every posterior of a grid is in a region of one of its best actions: inside the polygon that was drawn."""
    user = branches()[0].users[0]
    safe = (Fraction(1, 2),) * 3
    for one in (user, replace(user, actions=(*user.actions, "safe"), utility=(*user.utility, safe))):
        regions = {a: _where_best(one, a) for a in range(len(one.actions))}
        for a, b in product(range(13), repeat=2):
            if a + b <= 12:
                at = (Fraction(a, 12), Fraction(b, 12), Fraction(12 - a - b, 12))
                worth = [dot(at, row) for row in one.utility]
                best = {k for k, value in enumerate(worth) if value == max(worth)}
                assert {k for k, region in regions.items() if inside(region, at)} == best


def test_an_action_that_is_never_alone_best_has_no_region():
    half = Fraction(1, 2)
    rows = ((Fraction(1), Fraction(0), half), (Fraction(1), Fraction(0), half), (Fraction(0), Fraction(0), Fraction(0)))
    user = User("user", ("-",), ("a", "b", "c"), rows)
    assert _where_best(user, 0)
    assert not _where_best(user, 1)
    assert not _where_best(user, 2)


def inside(region, at):
    """Whether a point of the triangle is in a convex polygon: on the same side of all edges, or on an edge."""
    if not region:
        return False
    flat = [(p[0], p[1]) for p in region]
    turns = []
    for (x, y), (u, v) in zip(flat, [*flat[1:], flat[0]], strict=True):
        turns.append((u - x) * (at[1] - y) - (v - y) * (at[0] - x))
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)
