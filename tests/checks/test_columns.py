"""Proofs by columns: they show what listing all signals shows, and nothing else."""

from fractions import Fraction
from itertools import product as tuples

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.checks import columns as checker
from alignproof.checks.columns import Cut, check_columns
from alignproof.checks.linear import Rejected
from alignproof.checks.signals import acts_on, exclusion_system, signal_system, signals
from alignproof.games.algebra import dot
from alignproof.games.deviation import deviations
from alignproof.games.document import InputError, Node
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.oracles.columns import Search
from alignproof.strategies.documents import put, rationals
from alignproof.symbolic.rules import silent_profile
from tests.checks import market
from tests.evidence import reread

ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)


def torn(robust=False):
    """Two users with different tastes and one provider: without a branch the tree shows less."""
    tastes = (((ONE, ZERO), (ZERO, ONE)), ((ONE, ZERO), (ZERO, HALF)))
    users = tuple(User(f"U{i}", ("-",), ("a", "b"), taste) for i, taste in enumerate(tastes))
    wish = ((ONE, ONE), (ZERO, ZERO))
    payoff = Components((HALF, HALF), (wish, wish[::-1]), ZERO)
    chances = Fraction(1, 3), Fraction(2, 3)
    prior = tuple(Atom(chance, y, (0, 0), (y,)) for y, chance in enumerate(chances))
    game = Game(
        users, (Provider("P", ("0", "1"), payoff),), ("y0", "y1"), prior, ("m", "n"), "P", common_ties(users, 1, 2)
    )
    return market.only(game, silent_profile(game, "anonymous"), robust=robust)


def opposed(robust=False):
    """Two like users whom the provider wants to act differently."""
    match, wish = ((ONE, ZERO), (ZERO, ONE)), ((ONE, ONE), (ZERO, ZERO))
    users = tuple(User(f"U{i}", ("-",), ("a", "b"), match) for i in range(2))
    payoff = Components((HALF, HALF), (wish, wish[::-1]), ZERO)
    prior = tuple(Atom(HALF, y, (0, 0), (y,)) for y in range(2))
    game = Game(
        users, (Provider("P", ("0", "1"), payoff),), ("y0", "y1"), prior, ("m", "n"), "P", common_ties(users, 1, 2)
    )
    return market.only(game, silent_profile(game, "anonymous"), robust=robust)


def rejects(part, served, target, evidence):
    """The code of the kernel's refusal; None if it accepts."""
    try:
        check_columns(part, served, target, Node(reread(evidence).value))
    except Rejected as rejected:
        return rejected.code
    except InputError:
        return "unusable"
    return None


def proof():
    return Search(torn(), (0, 1), 10.0).bound(HALF)


def test_torn_users_are_worth_a_half():
    assert market.by_signals(torn()) == HALF
    assert rejects(torn(), (0, 1), HALF, proof()) is None
    assert rejects(torn(), (0, 1), HALF - Fraction(1, 10**12), proof()) == "not-refuted"


def test_one_leaf_is_not_enough():
    """The relaxation at the root is persuasion in private, which earns more."""
    evidence = proof()
    assert "leaf" not in evidence["tree"]
    for leaf in evidence["tree"]["0 0"]:
        assert rejects(torn(), (0, 1), HALF, evidence | {"tree": leaf}) is not None


def test_ties_exclude_only_where_they_count():
    """Two like users never part, except if ties are broken in the deviator's favour."""
    part = opposed()
    evidence = Search(part, (0, 1), 10.0).bound(HALF)
    assert rejects(part, (0, 1), HALF, evidence) is None
    favoured = opposed(robust=True)
    assert rejects(favoured, (0, 1), HALF, evidence) == "not-refuted"
    assert Search(favoured, (0, 1), 10.0).bound(HALF) is None


BOUNDS = {"users": (1, 2), "actions": (2, 3), "features": (1, 2), "states": (1, 3), "messages": (2, 2)}
PLAYS = ("anonymous", "personalized")
SEPARABLE = ("components", "separable table")
MARKETS = strategies.markets(PLAYS, protocols=("P",), payoffs=SEPARABLE, providers=(1, 3), **BOUNDS)


@settings(deadline=None, max_examples=12)
@given(MARKETS, st.booleans(), st.data())
def test_altered_evidence_shows_nothing_false(market_and_profile, robust, data):
    """Evidence for the supremum, with a lower target and whatever numbers are changed: never accepted."""
    part, served, best = drawn(market_and_profile, robust, data)
    evidence = Search(part, served, 60.0).bound(best)
    assert rejects(part, served, best, evidence) is None
    lower = best - data.draw(st.sampled_from((Fraction(1, 10**9), Fraction(1, 100), HALF)))
    paths = [path for path, _ in rationals(evidence)]
    for path in data.draw(st.lists(st.sampled_from(paths), max_size=4, unique=True)):
        step = data.draw(st.sampled_from(("0", "1", "-1", "1/2", "-1/2", "1000", "1/1000000")))
        evidence = put(evidence, path, step)
    assert rejects(part, served, lower, evidence) is not None


@settings(deadline=None, max_examples=12)
@given(MARKETS, st.booleans(), st.data())
def test_cuts_hold_at_every_posterior_on_a_grid(market_and_profile, robust, data):
    part, served, best = drawn(market_and_profile, robust, data)
    evidence = Search(part, served, 60.0).bound(best)
    prices, offers = ([Fraction(u) for u in evidence[key]] for key in ("prices", "offers"))
    gains = part.gains(served)[1]
    for masses in tuples((ZERO, Fraction(1, 3), HALF, ONE), repeat=len(prices)):
        left = ZERO
        for i, weight in zip(part.group, offers, strict=True):
            for x, table in enumerate(part.stakes[i]):
                worths = [dot(by_source, masses) for by_source in table]
                order = part.game.ties.actions[i][part.provider]
                ties = [a for a in order if worths[a] == max(worths)]
                left += weight * max(worths)
                if i in served:
                    replies = [dot(gains[i][x][a], masses) for a in ties]
                    left += Fraction(evidence["gain"]) * (max(replies) if robust else replies[0])
        assert left <= dot(prices, masses)


def drawn(market_and_profile, robust, data):
    """A deviation, a set of users that some rule serves, and the most that such rules earn, signals listed."""
    game, profile = market_and_profile
    provider = data.draw(st.integers(0, len(game.providers) - 1))
    part = data.draw(st.sampled_from(deviations(game, profile, provider, robust)))
    values = {}
    for served in part.served_sets():
        known = signals(part, served) if robust else market.allowed(part, served)
        values[served] = market.supremum(signal_system(part, served, known, ZERO))
    served = data.draw(st.sampled_from([served for served, value in values.items() if value is not None]))
    return part, served, values[served]


def test_malformed_trees_are_refused():
    part, good = torn(), proof()
    assert list(good["tree"]) == ["0 0"]
    one, two = good["tree"]["0 0"]
    empty = {"leaf": {"bounds": {}, "rest": {}}}
    for tree in (
        {},
        {"0 0": [empty, two]},
        {"0 0": [one, empty]},
        {"0 0": []},
        {"0 0": [one]},
        {"0 0": [one, two, two]},
        {"0 1": [one, two]},
        {"2 0": [one, two]},
        {"0 0": [one, {"0 0": [one, two]}]},
        {"0 0": [two, one]},
        {"0 0": [one, one]},
        {"0 0": [one, two], "leaf": one["leaf"]},
        {"leaf": {"bounds": {}, "rest": {}}},
        {"leaf": {"bounds": {}, "rest": {"excess": "1"}}},
        {"leaf": {"bounds": {}, "rest": {"sent": "1"}}},
        {"leaf": {"bounds": {}, "rest": {"sent": "-1"}}},
        {"leaf": {"bounds": {"0 0": {"most": ["0", "0"], "actions": []}}, "rest": {"excess": "1"}}},
        {"leaf": {"bounds": {"0 0": {"most": ["0"], "actions": [{}, {}]}}, "rest": {"excess": "1"}}},
    ):
        assert rejects(part, (0, 1), HALF, good | {"tree": tree}) is not None, tree


def test_bound_on_a_type_that_is_fixed_is_refused():
    """Otherwise what she adds could be given away twice."""
    good = proof()
    for a, leaf in enumerate(good["tree"]["0 0"]):
        bound = {"most": ["-9", "-9"], "actions": [{"excess": "1"}, {"excess": "1"}]}
        forged = put(good, ("tree", "0 0", a, "leaf", "bounds", "0 0"), bound)
        assert rejects(torn(), (0, 1), HALF, forged) == "unusable"
        assert "0 0" not in leaf["leaf"]["bounds"]


@pytest.mark.parametrize("key", ["prices", "gain", "offers", "combined", "tree"])
def test_no_part_can_be_left_out(key):
    good = proof()
    assert rejects(torn(), (0, 1), HALF, {k: v for k, v in good.items() if k != key}) == "unusable"


def test_cut_that_proves_too_much_is_not_believed():
    """A cut without weights is true, and combines to nothing; one with a negative weight of the gain neither."""
    empty = {"bounds": {}, "rest": {"excess": "1"}}
    for gain in ("0", "-1"):
        for combined in ({"cut": "1"}, {"cut": "1", "payoff": gain}, {"payoff": "1"}, {}):
            forged = {"prices": ["0", "0"], "gain": gain, "offers": ["0", "0"], "combined": combined}
            assert rejects(torn(), (0, 1), ZERO, forged | {"tree": {"leaf": empty}}) is not None


def test_too_large_tree_is_refused_before_any_leaf_is_looked_at(monkeypatch):
    monkeypatch.setattr(checker, "MOST_TREE_ROWS", 4**2)
    monkeypatch.setattr(Cut, "check", lambda *_: pytest.fail("a leaf was looked at"))
    assert rejects(torn(), (0, 1), HALF, proof()) == "too-large"
    monkeypatch.undo()
    monkeypatch.setattr(checker, "MOST_TREE_ROWS", 2 * 4**2)
    assert rejects(torn(), (0, 1), HALF, proof()) is None


def test_a_full_tree_is_the_list_of_signals():
    """Each leaf of a full tree is a signal; its system without the cut is that of its exclusion."""
    part = opposed()
    cut = Cut(part, (0, 1), (ZERO, ZERO), ONE, {0: ZERO, 1: ZERO})
    full = {"0 0": [{"1 0": [{"leaf": {"a": a, "b": b}} for b in range(2)]} for a in range(2)]}
    leaves = {tuple(acts.items()): leaf.value for acts, leaf in cut.leaves(Node(full), {})}
    assert len(leaves) == len(signals(part, (0, 1)))
    for label, signal in signals(part, (0, 1)).items():
        acts = acts_on((0, 1), signal)
        assert tuple(acts.items()) in leaves
        ours = dict(cut.posteriors(acts, ZERO).rows)
        theirs = exclusion_system(part, (0, 1), label, signal).rows
        assert ours.keys() - {"excess"} == theirs.keys()
