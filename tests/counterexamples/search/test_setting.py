"""What is drawn is a game: a prior, ties as asked for, and profiles of which it is known whether they inform."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from alignproof.counterexamples.search.market import Size, draw_gap, draw_told
from alignproof.counterexamples.search.profiles import drawn, informs, replying, telling
from alignproof.counterexamples.search.setting import Shape, draw_game, shapes
from alignproof.counterexamples.search.target import Target
from alignproof.formats.certificates import play_claim
from alignproof.formats.documents import dump, game_document
from alignproof.games.algebra import RATIONAL
from alignproof.games.document import parse
from alignproof.games.files import read_game
from alignproof.games.model import common_ties
from alignproof.games.outcome import outcome
from alignproof.symbolic import theorem_3_1, theorem_4_3
from alignproof.symbolic.rules import silent_profile

QUARTER = Fraction(1, 4)


def target(protocol="P", ties="common", statement=None):
    return Target(statement or theorem_4_3.statement(), frozenset(), protocol, ties, "state and user", "anonymous")


def test_shapes_grow():
    cells = [shape.cells for shape in shapes()]
    assert cells == sorted(cells)
    assert len(set(shapes())) == len(cells)


@pytest.mark.parametrize("seed", range(10))
def test_the_kernel_reads_what_is_drawn(seed):
    random = Random(seed)
    for shape in random.sample(shapes(), 10):
        game = draw_game(random, target("UP", random.choice(["common", "by-user", "by-provider"])), shape)
        assert sum(atom.probability for atom in game.prior) == 1
        assert read_game(parse(dump(game_document(game)).encode())) == game


def test_ties_are_as_asked_for():
    random, shape, kinds = Random(0), Shape(2, 2, 3, 2, 2, 1, 2, 2), Counter()
    for kind in ("common", "by-user", "by-provider"):
        for _ in range(20):
            game = draw_game(random, target(ties=kind), shape)
            blind = all(len(set(orders)) == 1 for orders in game.ties.actions)
            kinds[kind] += not blind
            assert (game.ties == common_ties(game.users, 2, 2)) or kind != "common"
    assert not kinds["common"]
    assert not kinds["by-user"]
    assert kinds["by-provider"] > 10


def test_silence_does_not_inform_and_telling_does():
    random = Random(1)
    game = draw_game(random, target(), Shape(1, 1, 2, 2, 2, 1, 2, 2))
    while len(set(zip(*game.users[0].utility, strict=True))) == 1 or not _informs(game, telling(game, [(0, 1)])):
        game = draw_game(random, target(), Shape(1, 1, 2, 2, 2, 1, 2, 2))
    assert not _informs(game, silent_profile(game, "anonymous"))
    assert not _informs(game, telling(game, [(1, 1)]))


def _informs(game, profile):
    return informs(play_claim(game, profile))


def test_replies_are_not_dominated():
    for seed in range(10):
        random = Random(seed)
        game = draw_game(random, target(), Shape(2, 1, 2, 3, 2, 1, 3, 3))
        found = list(replying(random, game, 0, 10))
        assert found
        for one in found:
            assert tuple(who.value for who in outcome(RATIONAL, game, one.profile).users) == one.values
            assert not any(all(a > b for a, b in zip(other.values, one.values, strict=True)) for other in found)


def test_silence_is_drawn_first_and_then_other_profiles():
    random = Random(3)
    game = draw_game(random, target(statement=theorem_3_1.statement()), Shape(2, 2, 2, 2, 2, 1, 2, 2))
    first, *others = (candidate.profile for candidate in drawn(random, game, "personalized", 20))
    assert first == silent_profile(game, "personalized")
    assert sum(profile != first for profile in others) > 10
    assert any(rules[0] != rules[1] for profile in others for rules in profile.rules)


def test_whoever_is_told_gets_no_more_than_the_gap_allows():
    random, size = Random(0), Size(2, 2, 4, 4)
    found = 0
    for _ in range(40):
        told = draw_told(random, size)
        table = draw_gap(random, (QUARTER,) * 4, 4, 2 * QUARTER, 4 * QUARTER, told)
        if table is None:
            continue
        found += 1
        for said in told:
            worth = sum(
                max(sum(QUARTER * row[y] for y in range(4) if said[y] == m) for row in table) for m in set(said)
            )
            assert worth <= 2 * QUARTER
    assert found
