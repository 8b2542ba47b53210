"""Gambit's formats: the games that ship with pygambit, drawn games, bad files; equilibria as Gambit finds them."""

import re
from fractions import Fraction
from io import BytesIO
from itertools import product as tuples
from math import prod
from pathlib import Path

import pygambit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygambit.cli.common import render_profile_csv

from alignproof.games.document import InputError
from alignproof.interop.efg import efg, read_efg
from alignproof.interop.finite import (
    Branching,
    Event,
    InformationSet,
    NotPlayable,
    Outcome,
    Strategic,
    Tree,
    as_tree,
    checked_profile,
)
from alignproof.interop.nfg import nfg, profiles, read_nfg
from alignproof.interop.scanner import number

SETTINGS = settings(deadline=None, max_examples=60)
CORPUS = sorted(Path(pygambit.__file__).parent.joinpath("catalog_data").rglob("*.?fg"))
FORGETFUL = {"fig5_12", "fig10.7", "gilboa1997/fig1", "gilboa1997/fig2", "wichardt2008"}
"""Games without perfect recall."""


def named(path):
    return f"{path.parent.name}/{path.stem}"


def forgetful(path):
    return any(named(path).endswith(name) for name in FORGETFUL)


def read(path):
    return (read_nfg if path.suffix == ".nfg" else read_efg)(path.read_text())


def written(game):
    return nfg(game) if isinstance(game, Strategic) else efg(game)


def in_gambit(game):
    return (pygambit.read_nfg if isinstance(game, Strategic) else pygambit.read_efg)(BytesIO(written(game).encode()))


def uniform(game):
    return tuple((Fraction(1, width),) * width for width in game.widths)


def by_gambit(game, theirs, profile):
    """The payoffs of a profile according to Gambit."""
    numbers = iter([pygambit.Rational(str(p)) for part in profile for p in part])
    if isinstance(game, Strategic):
        data = [[next(numbers) for _ in own] for own in game.strategies]
        mixed = theirs.mixed_strategy_profile(data=data, rational=True)
    else:
        sets = [[len(game.sets[p].actions) for p in game.places if p[0] == i] for i in range(len(game.players))]
        data = [[[next(numbers) for _ in range(width)] for width in own] for own in sets]
        mixed = theirs.mixed_behavior_profile(data=data, rational=True)
    return tuple(Fraction(str(mixed.payoffs[player])) for player in theirs.players)


def pure_profiles(game):
    units = [[tuple(Fraction(int(k == s)) for s in range(width)) for k in range(width)] for width in game.widths]
    return tuples(*units)


def brute_regrets(game, profile):
    """All pure strategies of each player tried, one after the other."""
    owners = range(len(game.players)) if isinstance(game, Strategic) else [place[0] for place in game.places]
    found = []
    for player, now in enumerate(game.worth(profile)):
        replies = (
            tuple(new if owner == player else old for owner, old, new in zip(owners, profile, other, strict=True))
            for other in pure_profiles(game)
        )
        found.append(max(game.worth(reply)[player] for reply in replies) - now)
    return tuple(found)


def test_the_corpus_is_there():
    assert len(CORPUS) >= 40
    assert {path.suffix for path in CORPUS} == {".nfg", ".efg"}
    assert sum(map(forgetful, CORPUS)) == len(FORGETFUL)


@pytest.mark.parametrize("path", CORPUS, ids=named)
def test_what_is_written_is_what_was_read(path):
    game = read(path)
    assert (read_nfg if path.suffix == ".nfg" else read_efg)(written(game)) == game


def decimals_as_fractions(text):
    return re.sub(r"-?[0-9]*\.[0-9]+", lambda found: str(Fraction(found.group())), text)


@pytest.mark.parametrize("path", CORPUS, ids=named)
def test_gambit_reads_ours_as_the_original(path):
    game = read(path)
    theirs, ours = (pygambit.read_nfg if path.suffix == ".nfg" else pygambit.read_efg)(path), in_gambit(game)
    if isinstance(game, Tree):
        assert decimals_as_fractions(ours.to_efg()) == decimals_as_fractions(theirs.to_efg())
    assert (ours.title, [str(p) for p in ours.players]) == (theirs.title, [str(p) for p in theirs.players])
    if not forgetful(path):
        assert (
            by_gambit(game, theirs, uniform(game)) == by_gambit(game, ours, uniform(game)) == game.worth(uniform(game))
        )


def ours(game, found):
    """A profile of Gambit's, by way of the line that its programs print."""
    by_strategy = isinstance(game, Tree) and not hasattr(found, "as_strategy")
    word, *cells = render_profile_csv(found.as_behavior() if by_strategy else found, "NE", 6).strip().split(",")
    assert word == "NE"
    return checked_profile(game, [number(cell) for cell in cells])


PLAYABLE = [path for path in CORPUS if not forgetful(path)]


@pytest.mark.parametrize("path", PLAYABLE, ids=named)
def test_pure_equilibria_that_gambit_finds_are_equilibria(path):
    game = read(path)
    found = [ours(game, mixed) for mixed in pygambit.nash.enumpure_solve(in_gambit(game)).equilibria]
    for profile in found:
        assert not any(game.regrets(profile))
    if isinstance(game, Strategic):
        assert set(found) == {profile for profile in pure_profiles(game) if not any(game.regrets(profile))}


@pytest.mark.parametrize("path", [path for path in PLAYABLE if len(read(path).players) == 2], ids=named)
def test_mixed_equilibria_of_two_players_are_equilibria(path):
    game = read(path)
    answers = []
    pygambit.nash.lcp_solve(in_gambit(game), rational=True, nash_callback=answers.append)
    found = [ours(game, mixed) for mixed in answers]
    assert found
    assert not any(any(game.regrets(profile)) for profile in found)


def test_the_75_equilibria_of_von_stengels_game():
    (path,) = (path for path in CORPUS if path.name == "6x6_game_with_75_eq.nfg")
    game = read(path)
    found = {ours(game, mixed) for mixed in pygambit.nash.enummixed_solve(in_gambit(game), rational=True).equilibria}
    assert len(found) == 75
    assert not any(any(game.regrets(profile)) for profile in found)


@pytest.mark.parametrize("path", PLAYABLE, ids=named)
def test_regrets_are_those_of_all_pure_strategies_tried(path):
    game = read(path)
    if prod(game.widths) <= 600:
        assert game.regrets(uniform(game)) == brute_regrets(game, uniform(game))


@pytest.mark.parametrize("path", [path for path in CORPUS if forgetful(path)], ids=named)
def test_games_without_perfect_recall_are_refused(path):
    game = read(path)
    with pytest.raises(NotPlayable, match="perfect recall"):
        game.regrets(uniform(game))


values = st.fractions(-3, 3, max_denominator=4)
labels = st.text(st.characters(codec="utf-8", exclude_characters="\\"), max_size=4)


@st.composite
def strategic_games(draw):
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    payoffs = {at: tuple(draw(values) for _ in sizes) for at in profiles(sizes)}
    names = [draw(st.lists(labels, min_size=size, max_size=size).map(tuple)) for size in sizes]
    players = tuple(f"player {i}" for i in range(len(sizes)))
    return Strategic(draw(labels), players, tuple(names), payoffs, draw(labels))


@st.composite
def trees(draw):
    """Trees in which nobody need recall anything; moves come from a pool, so that some sets have several nodes."""
    players = draw(st.integers(1, 2))
    pool = {(i, k): InformationSet(draw(labels), ("a", "b")) for i in range(players) for k in (1, 2)}
    pool[-1, 7] = Event(draw(labels), ("x", "y"), (Fraction(1, 3), Fraction(2, 3)))
    outcomes = {k: Outcome(draw(labels), tuple(draw(values) for _ in range(players))) for k in range(1, 4)}
    nodes = []
    open_places = 1
    while open_places:
        place = draw(st.sampled_from(sorted(pool))) if len(nodes) < 9 and draw(st.booleans()) else None
        nodes.append(Branching(draw(labels), place, draw(st.integers(0, 3))))
        open_places += 1 if place else -1
    used = {node.place for node in nodes}
    met = {node.outcome for node in nodes}
    return Tree(
        draw(labels),
        tuple(f"player {i}" for i in range(players)),
        tuple(nodes),
        {place: entry for place, entry in pool.items() if place in used},
        {k: outcome for k, outcome in outcomes.items() if k in met},
        draw(labels),
    )


def mixed(draw, game):
    parts = [draw(st.lists(st.integers(0, 3), min_size=w, max_size=w).filter(any)) for w in game.widths]
    return tuple(tuple(Fraction(x, sum(part)) for x in part) for part in parts)


@SETTINGS
@given(strategic_games(), st.data())
def test_strategic_games_round_trip_and_their_regrets(game, data):
    assert read_nfg(nfg(game)) == game
    profile = mixed(data.draw, game)
    assert game.regrets(profile) == brute_regrets(game, profile)
    tree = as_tree(game)
    assert read_efg(efg(tree)) == tree
    assert (tree.worth(profile), tree.regrets(profile)) == (game.worth(profile), game.regrets(profile))


@settings(SETTINGS, max_examples=300)
@given(trees(), st.data())
def test_trees_round_trip_and_their_regrets(tree, data):
    assert read_efg(efg(tree)) == tree
    profile = mixed(data.draw, tree)
    try:
        regrets = tree.regrets(profile)
    except NotPlayable:
        return
    assert regrets == brute_regrets(tree, profile)


@SETTINGS
@given(strategic_games(), st.data())
def test_payoffs_are_those_of_gambit(game, data):
    plain = Strategic("g", game.players, tuple(tuple(map(str, range(len(s)))) for s in game.strategies), game.payoffs)
    profile = mixed(data.draw, plain)
    assert by_gambit(plain, in_gambit(plain), profile) == plain.worth(profile)


PENNIES = """NFG 1 R "pennies" { "one" "two" }
{ 2 2 }
1 -1  -1 1
-1 1  1 -1
"""


def test_all_ways_to_write_a_strategic_game():
    outcomes = """NFG 1 D "pennies" { "one" "two" } { { "1" "2" } { "1" "2" } } ""
{ { "won" 1, -1 } { "lost" -1.0, 10e-1 } } 1 2 2 1"""
    assert read_nfg(outcomes) == read_nfg(PENNIES)
    assert read_nfg(outcomes.replace("1 2 2 1", "0 2 2 1")).payoffs[0, 0] == (0, 0)
    assert read_nfg(PENNIES.replace("1 -1  -1", "1/3 -.5  -1")).payoffs[0, 0] == (Fraction(1, 3), Fraction(-1, 2))


def test_only_quotes_are_escaped():
    text = PENNIES.replace("pennies", r"a \"b\" $\neg$")
    assert read_nfg(text).title == r'a "b" $\neg$'
    assert f'"{pygambit.read_nfg(BytesIO(text.encode())).title}"' == f'"{read_nfg(text).title}"'
    ending = Strategic("a\\", ("one",), (("x",),), {(0,): (Fraction(1),)})
    assert read_nfg(nfg(ending)).title == "a\\ "


def test_numbers_are_not_rounded():
    tiny = PENNIES.replace("1 -1  -1", "0.1000000000000000000001 -1  -1")
    assert read_nfg(tiny).payoffs[0, 0][0] == Fraction(1, 10) + Fraction(1, 10**22)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("NFG", "EFG", 1, "expected NFG"),
        ("1 R", "2 R", 1, "expected 1"),
        ('"one" "two"', "", 1, "expected a text in quotes"),
        ("{ 2 2 }", "{ 2 0 }", 2, "expected a whole number from 1"),
        ("{ 2 2 }", "{ 2 }", 2, "expected a whole number"),
        ("{ 2 2 }", "{ 1001 1000 }", 2, "more than 1000000 profiles"),
        ("-1 1  1", "-1 x  1", 4, "expected a number, found x"),
        ("-1 1  1", "-1 1/0  1", 4, "expected a number"),
        ("-1 1  1", "-1 1e9999  1", 4, "expected a number"),
        ("-1 1  1", "-1 nan  1", 4, "expected a number"),
        ("-1 1  1", "1", 5, "the file ends too soon"),
        ("1 -1\n", "1 -1\n7", 5, "expected the end of the file"),
        ('"pennies"', '"pennies', 5, ""),
        ('"two"', '"two', 1, "does not end"),
    ],
)
def test_bad_strategic_games(old, new, line, says):
    text = PENNIES.replace(old, new, 1)
    assert text != PENNIES
    if line == 5 and not says:
        text, line, says = PENNIES + '"', 5, "does not end"
    with pytest.raises(InputError) as found:
        read_nfg(text)
    assert found.value.path == f"line {line}"
    assert says in found.value.reason


POKER = """EFG 2 R "poker" { "Fred" "Alice" }
c "" 1 "" { "Red" 1/2 "Black" 1/2 } 0
p "" 1 1 "" { "Raise" "Fold" } 0
p "" 2 1 "" { "Meet" "Pass" } 0
t "" 1 "Big" { 2, -2 }
t "" 2 "Win" { 1, -1 }
t "" 2
p "" 1 2 "" { "Raise" "Fold" } 0
p "" 2 1 0
t "" 3 "Lose Big" { -2, 2 }
t "" 2
t "" 4 "" { -1, 1 }
"""


def test_what_came_up_before_may_be_left_out():
    game = read_efg(POKER)
    third = (Fraction(1, 3), Fraction(2, 3))
    assert not any(game.regrets(((1, 0), third, third[::-1])))
    assert game.worth(((1, 0), third, third[::-1])) == (Fraction(1, 3), Fraction(-1, 3))


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("EFG 2", "EFG 1", 1, "expected 2"),
        ('c ""', 'x ""', 2, "expected c or p or t"),
        ("1/2 }", "1/3 }", 2, "sum to 5/6"),
        ('"Red" 1/2 "Black" 1/2', '"Red" 3/2 "Black" -1/2', 2, "negative"),
        ('p "" 1 1', 'p "" 3 1', 3, "whole number from 1 to 2"),
        ('p "" 2 1 "" { "Meet" "Pass" }', 'p "" 2 1', 4, "first time"),
        ('p "" 2 1 0', 'p "" 2 1 "" { "Meet" } 0', 9, "otherwise"),
        ('t "" 2\n', 't "" 2 "Win" { 1, 0 }\n', 7, "otherwise"),
        ('t "" 2\n', 't "" 9\n', 7, "first time"),
        ("{ 2, -2 }", "{ 2 }", 5, "expected a number"),
        ('t "" 4 "" { -1, 1 }\n', "", 12, "too soon"),
        ("{ -1, 1 }\n", '{ -1, 1 }\nt "" 0\n', 13, "the tree is complete"),
        ('"Pass" } 0', '"Pass" } 0 "none" { 0, 0 }', 4, "outcome 0"),
    ],
)
def test_bad_trees(old, new, line, says):
    text = POKER.replace(old, new, 1)
    assert text != POKER
    with pytest.raises(InputError) as found:
        read_efg(text)
    assert found.value.path == f"line {line}"
    assert says in found.value.reason


@pytest.mark.parametrize("numbers", [(1, 0, 1), (1, 0, 1, 1), (2, -1, 1, 0), (1, 0, Fraction(1, 3), Fraction(1, 3))])
def test_profiles_that_are_none(numbers):
    with pytest.raises(NotPlayable):
        checked_profile(read_nfg(PENNIES), list(map(Fraction, numbers)))


def test_zeros_only_where_they_do_not_matter():
    """Whoever folds at once never gets to the second choice."""
    text = """EFG 2 R "stay or go" { "one" "two" }
p "" 1 1 "" { "go" "stay" } 0
t "" 1 "" { 1, 0 }
p "" 2 1 "" { "a" "b" } 0
t "" 2 "" { 0, 0 }
p "" 1 2 "" { "x" "y" } 0
t "" 3 "" { 2, 1 }
t "" 4 "" { 0, 3 }
"""
    game = read_efg(text)
    going = checked_profile(game, list(map(Fraction, (1, 0, 0, 0, 1, 0))))
    assert game.regrets(going) == (0, 0)
    assert game.regrets(checked_profile(game, list(map(Fraction, (1, 0, 0, 0, 0, 1))))) == (1, 0)
    for wrong in ((0, 1, 0, 0, 1, 0), (1, 0, 0, 0, 0, 0)):
        with pytest.raises(NotPlayable, match="in play"):
            checked_profile(game, list(map(Fraction, wrong)))


def test_an_almost_equilibrium_is_none():
    game = read_nfg(PENNIES)
    half, tiny = Fraction(1, 2), Fraction(1, 10**30)
    assert game.regrets(((half, half), (half, half))) == (0, 0)
    assert game.regrets(((half, half), (half + tiny, half - tiny))) == (2 * tiny, 0)


@SETTINGS
@given(st.binary(max_size=60) | st.text('NFGE12R{}",/. "ptc\n', max_size=60).map(str.encode))
def test_what_is_no_game_gets_a_line(data):
    text = data.decode("utf-8", errors="replace")
    for reader in (read_nfg, read_efg):
        with pytest.raises(InputError, match=r"line [0-9]+"):
            reader(text)


@settings(SETTINGS, max_examples=300)
@given(st.sampled_from(CORPUS), st.data())
def test_damaged_files_are_read_or_refused(path, data):
    """Tokens dropped, doubled or exchanged: a game whose profiles can be judged, or one error with its line."""
    pieces = re.split(r"(\s+)", path.read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        k = data.draw(st.integers(0, len(pieces) - 1))
        pieces[k : k + 1] = data.draw(
            st.sampled_from([[], [pieces[k]] * 2, ["0"], ["{"], ["}"], ['"'], ["-1/2"], ["7"]])
        )
    load = read_nfg if path.suffix == ".nfg" else read_efg
    fault = refused(load, "".join(pieces))
    if fault is not None:
        assert re.fullmatch("line [0-9]+", fault.path)
        return
    game = load("".join(pieces))
    if refused(game.regrets, uniform(game)) is None:
        assert min(game.regrets(uniform(game))) >= 0


def refused(act, given_it):
    """The error with which input is refused; None if it is not."""
    try:
        act(given_it)
    except (InputError, NotPlayable) as error:
        return error
    return None
