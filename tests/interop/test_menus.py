"""Markets with menus of rules as finite games: payoffs from the definitions, equilibria as Gambit finds them."""

import json
from fractions import Fraction
from io import BytesIO
from itertools import product as tuples

import pygambit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.formats.documents import rule_document
from alignproof.games.document import InputError, Node
from alignproof.games.rules import Profile
from alignproof.interop import menus
from alignproof.interop.finite import as_tree
from alignproof.interop.nfg import nfg, read_nfg
from alignproof.symbolic import theorem_4_1
from tests import brute

SETTINGS = settings(deadline=None, max_examples=20)


@SETTINGS
@given(
    strategies.games(states=(2, 2), actions=(2, 2), messages=(2, 2), providers=(2, 2), protocols=("P",)),
    st.sampled_from(["anonymous", "personalized"]),
    st.data(),
)
def test_payoffs_are_those_of_the_market(game, play, data):
    pools = [[*menus.silent(game, j).values(), data.draw(strategies.rules(game, j))] for j in range(2)]
    finite = menus.strategic(game, play, [{str(k): rule for k, rule in enumerate(pool)} for pool in pools])
    assert read_nfg(nfg(finite)) == finite
    users = len(game.users) if play == "personalized" else 1
    offers = [list(tuples(pool, repeat=users)) for pool in pools]
    assert finite.widths == [len(some) for some in offers]
    for at, payoffs in finite.payoffs.items():
        rows = (some[k] * (len(game.users) // users) for some, k in zip(offers, at, strict=True))
        profile = Profile(play, tuple(rows))
        assert payoffs == tuple(brute.payoffs(game, profile, brute.users_play(game, profile)))


def test_theorem_4_1_with_menus():
    """Silence on both sides is an equilibrium of the market, so of every menu that has it; Gambit agrees on all."""
    game = theorem_4_1.game(Fraction(1, 2), Fraction(1), Fraction(2), 3)
    chosen = [
        menus.joined([menus.silent(game, j), menus.revealing(game, j), menus.deterministic(game, j)]) for j in range(2)
    ]
    assert [len(menu) for menu in chosen] == [27, 27]
    finite = menus.strategic(game, "anonymous", chosen)
    ours = set()
    for at in finite.payoffs:
        pure = [tuple(Fraction(int(s == k)) for s in range(27)) for k in at]
        if not any(finite.regrets(pure)):
            ours.add(at)
    game_of_gambit = pygambit.read_nfg(BytesIO(nfg(finite).encode()))
    theirs = {
        tuple(
            next(k for k, label in enumerate(game_of_gambit.get_strategies(player)) if profile[player][label] == 1)
            for player in game_of_gambit.players
        )
        for profile in pygambit.nash.enumpure_solve(game_of_gambit).equilibria
    }
    assert (0, 0) in ours
    assert ours == theirs
    assert len(ours) < len(finite.payoffs)
    tree = as_tree(finite)
    silence = [tuple(Fraction(int(s == 0)) for s in range(27))] * 2
    assert tree.regrets(silence) == finite.regrets(silence) == (0, 0)


def small():
    return theorem_4_1.game(Fraction(1, 2), Fraction(1), Fraction(2), 3)


def test_menus_are_read_from_a_document():
    game = small()
    names = game.provider_names
    rule = rule_document(game, 0, menus.silent(game, 0)["silent"])
    document = {name: {"quiet": rule} for name in names}
    found = menus.read_menus(Node(document), game)
    assert found == [{"quiet": menus.silent(game, j)["silent"]} for j in range(len(names))]
    for wrong in ({names[0]: {"quiet": rule}}, document | {names[1]: {}}, document | {names[1]: {"quiet": rule[:-1]}}):
        with pytest.raises(InputError):
            menus.read_menus(Node(json.loads(json.dumps(wrong))), game)


def test_too_many_choices_are_refused():
    game = small()
    with pytest.raises(menus.NoMenu):
        menus.strategic(game, "personalized", [menus.deterministic(game, j) for j in range(2)])


def test_equal_names_stay_apart():
    game = small()
    first, second = {"rule": menus.silent(game, 0)["silent"]}, {"rule": menus.revealing(game, 0)["revealing"]}
    assert list(menus.joined([first, first, second])) == ["rule", "rule (2)"]
