"""The three programs for deviations, against each other and against rules evaluated one by one."""

from dataclasses import replace
from fractions import Fraction
from itertools import product as tuples

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.checks.branches import branch_systems, check_pure
from alignproof.checks.linear import Rejected, refute
from alignproof.checks.menus import entries, menu_system
from alignproof.checks.signals import applies, exclusion_system, signal_system, signals
from alignproof.formats.certificates import certificate, multipliers_document, play_claim
from alignproof.formats.documents import dump
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import NotSeparable, deviations, precedes
from alignproof.games.document import Node, parse
from alignproof.games.model import Components, Table, common_ties
from alignproof.games.response import best_response, stakes
from alignproof.games.rules import Profile
from alignproof.oracles import deviations as oracle
from alignproof.oracles.systems import Refutation, decide
from alignproof.symbolic import theorem_4_1
from alignproof.symbolic.rules import silent_profile
from tests.checks import market

HALF = Fraction(1, 2)
FEW = settings(deadline=None, max_examples=25)
TINY = {"states": (1, 2), "actions": (2, 2), "features": (1, 2), "messages": (2, 2)}
SEPARABLE = ("components", "separable table")


def one_shot(**more):
    """One message by the provider to users without features of their own."""
    return strategies.markets(("anonymous",), protocols=("P",), payoffs=SEPARABLE, **TINY, **more).filter(_featureless)


def asked(**more):
    """One user without features asks before she is answered."""
    return strategies.markets(
        ("anonymous",), users=(1, 1), protocols=("UP",), payoffs=SEPARABLE, **TINY, **more
    ).filter(_featureless)


def _orders(size):
    return {tuple(range(size)), tuple(reversed(range(size)))}


def _featureless(market_and_profile):
    return all(len(user.features) == 1 for user in market_and_profile[0].users)


@pytest.mark.parametrize(
    ("protocol", "answer"),
    [
        *(("P", True), ("U", True), ("PU", True), ("UU", True), ("PPUU", True), ("UP", False), ("UUP", False)),
        *(("PUP", False), ("UPU", False), ("PPUUP", False)),
    ],
)
def test_signals_apply_if_no_provider_speaks_after_a_user(protocol, answer):
    game = replace(theorem_4_1.game(HALF, Fraction(1), Fraction(2), 3), protocol=protocol)
    assert applies(game) is answer
    spoke_after = any(p == "P" and "U" in protocol[:t] for t, p in enumerate(protocol))
    assert applies(game) is not spoke_after


@FEW
@given(one_shot(users=(1, 2), providers=(1, 1)))
def test_signals_are_exact_for_a_single_provider(case):
    part = market.only(*case)
    assert market.by_signals(part) == market.by_branches(part)


@FEW
@given(one_shot(users=(1, 1), providers=(2, 2)))
def test_signals_and_menus_bound_what_branches_find(case):
    part = market.only(*case)
    exact, bound = market.by_branches(part), market.by_signals(part)
    assert market.by_menus(part) >= bound >= exact


@FEW
@given(one_shot(users=(1, 2), providers=(1, 2)), st.integers(0, 1))
def test_no_rule_on_a_grid_earns_more_than_the_signals_allow(case, provider):
    part = market.only(*case, min(provider, len(case[0].providers) - 1))
    assert market.on_grid(part, 6) <= market.by_signals(part)


@FEW
@given(strategies.markets(("anonymous",), users=(1, 1), providers=(1, 2), protocols=("P",), payoffs=SEPARABLE, **TINY))
def test_the_same_with_features_of_the_users_own(case):
    part = market.only(*case)
    assert market.on_grid(part, 6) <= market.by_signals(part)


@FEW
@given(asked(providers=(1, 2)))
def test_menus_bound_what_branches_find_and_no_rule_on_a_grid_earns_more(case):
    part = market.only(*case)
    exact = market.by_branches(part)
    assert market.by_menus(part) >= exact >= market.on_grid(part, 2)


@FEW
@given(strategies.markets(("anonymous",), users=(1, 2), providers=(1, 2), protocols=("UP",), payoffs=SEPARABLE, **TINY))
def test_no_rule_on_a_grid_earns_more_than_the_menus_allow(case):
    part = market.only(*case)
    assert market.on_grid(part, 1) <= market.by_menus(part)


def _aligned(game, weights):
    """The game in which every provider earns a combination of the users' utilities."""
    share = Fraction(1, 2 * sum(weights) or 1)
    utilities = tuple(user.utility for user in game.users)
    payoff = Components(tuple(w * share for w in weights[: len(game.users)]), utilities, Fraction(1, 4))
    return replace(game, providers=tuple(replace(p, payoff=payoff) for p in game.providers))


def _pure_evidence(game):
    payoff = game.providers[0].payoff
    return Node({"lambda": [[str(w) for w in payoff.weights]], "c": [str(payoff.constant)]}, "$")


ALIGNED = strategies.markets(
    ("anonymous",), users=(1, 2), providers=(1, 2), protocols=("P", "UP", "PU"), payoffs=("components",), **TINY
)
LAMBDAS = st.lists(st.integers(0, 2), min_size=2, max_size=2)


@FEW
@given(ALIGNED, LAMBDAS, st.booleans())
def test_pure_rules_are_exact_for_an_aligned_provider(case, weights, robust):
    """The best pure rule is accepted as a target, no less is, and no rule on a grid earns more."""
    game = _aligned(case[0], weights)
    part = market.only(game, case[1], robust=robust)
    best = max(market.payoff(game, case[1], 0, (rule,) * len(game.users)) for rule in market.rules(game, 0, 1))
    check_pure(part, best, _pure_evidence(game))
    with pytest.raises(Rejected, match="deviation-pays"):
        check_pure(part, best - Fraction(1, 1000), _pure_evidence(game))
    if len(market.rules(game, 0, 1)) <= 16:
        assert market.on_grid(part, 2) <= best


@FEW
@given(asked(providers=(1, 2)), LAMBDAS)
def test_pure_rules_earn_what_branches_find(case, weights):
    game = _aligned(case[0], weights)
    part = market.only(game, case[1])
    check_pure(part, market.by_branches(part), _pure_evidence(game))


@pytest.mark.parametrize("weights", [["1", "1"], ["-1/2", "1/2"], ["1/2", "0"]])
def test_pure_rules_need_the_deviators_own_weights(weights):
    game = _aligned(theorem_4_1.game(HALF, Fraction(1), Fraction(2), 3), [1, 1])
    evidence = Node({"lambda": [weights], "c": ["1/4"]}, "$")
    with pytest.raises(Rejected, match="not-aligned"):
        check_pure(market.only(game, silent_profile(game, "anonymous")), Fraction(1), evidence)


def test_too_many_pure_rules_are_refused():
    game = _aligned(theorem_4_1.game(HALF, Fraction(1), Fraction(2), 6), [1, 1])
    with pytest.raises(Rejected, match="too-large"):
        check_pure(market.only(game, silent_profile(game, "anonymous")), Fraction(1), _pure_evidence(game))


@FEW
@given(one_shot(users=(1, 2), providers=(1, 2)))
def test_robust_bounds_hold_under_every_order_of_ties(case):
    game, profile = case
    bound = market.by_signals(market.only(game, profile, robust=True))
    users = [[tuple(range(len(u.actions))), tuple(reversed(range(len(u.actions))))] for u in game.users]
    picks = [tuple(range(len(game.providers))), tuple(reversed(range(len(game.providers))))]
    for chosen, pick in tuples(tuples(*users), picks):
        ties = replace(
            game.ties,
            providers=(pick,) * len(game.users),
            actions=tuple((order,) * len(game.providers) for order in chosen),
        )
        assert market.on_grid(market.only(replace(game, ties=ties), profile), 2) <= bound


@FEW
@given(asked(providers=(1, 2)))
def test_robust_menus_hold_under_every_order_of_ties(case):
    game, profile = case
    bound = market.by_menus(market.only(game, profile, robust=True))
    for order, pick in tuples([(0, 1), (1, 0)], _orders(len(game.providers))):
        ties = replace(game.ties, providers=(pick,), actions=((order,) * len(game.providers),))
        assert market.on_grid(market.only(replace(game, ties=ties), profile), 1) <= bound


@FEW
@given(
    strategies.markets(("personalized",), users=(2, 2), providers=(1, 2), protocols=("P",), payoffs=SEPARABLE, **TINY)
)
def test_gains_of_personalized_deviations_add_up(case):
    """Whatever two users are offered at once, the bounds for one user at a time are not exceeded together."""
    game, profile = case
    parts = deviations(game, profile, 0, False)
    now = market.payoff(game, profile, 0, profile.rules[0])
    bound = now + sum(market.by_signals(part) - part.earned(RATIONAL, part.now) for part in parts)
    offers = market.rules(game, 0, 2)
    assert max(market.payoff(game, profile, 0, pair) for pair in tuples(offers, repeat=2)) <= bound


@FEW
@given(one_shot(users=(1, 1), providers=(1, 2)))
def test_robust_branches_agree_with_robust_signals(case):
    """Also where users do not care at all: both let the deviator break every tie."""
    part = market.only(*case, robust=True)
    try:
        exact = market.by_branches(part)
    except Rejected:
        return
    signalled = market.by_signals(part)
    assert signalled >= exact
    if len(part.game.providers) == 1:
        assert signalled == exact


@FEW
@given(one_shot(users=(1, 2), providers=(1, 1)), st.booleans())
def test_a_signal_is_excluded_exactly_if_it_is_nowhere_the_best_response(case, robust):
    part = market.only(*case, robust=robust)
    served = part.group
    sources = len(part.game.providers[0].features)
    grid = [p for p in tuples([Fraction(k, 12) for k in range(13)], repeat=sources) if any(p)]
    for label, signal in signals(part, served).items():
        found = decide(exclusion_system(part, served, label, signal))
        if isinstance(found, Refutation):
            assert not any(_obeyed(part, signal, chances) for chances in grid)
        else:
            chances = [found.point.get(((f"say {label} {x}", 1),), Fraction(0)) for x in range(sources)]
            assert any(chances)
            assert _obeyed(part, signal, chances)


def _obeyed(part, signal, chances):
    """Whether the signal is what all users do, at a message sent with these chances."""
    return all(
        _does(part, i, x, action, chances)
        for i, strategy in zip(part.group, signal, strict=True)
        for x, action in enumerate(strategy)
    )


def _does(part, user, x, action, chances):
    scores = [sum(u * p for u, p in zip(row, chances, strict=True)) for row in part.stakes[user][x]]
    best = [a for a, score in enumerate(scores) if score == max(scores)]
    order = part.game.ties.actions[user][part.provider]
    return action in best if part.robust else action == min(best, key=order.index)


@FEW
@given(asked(providers=(1, 1)), st.integers(2, 3))
def test_proportional_types_behave_alike(case, scale):
    """Merging types in menus: a user whose utility is scaled down answers every rule in the same way."""
    game, profile = case
    (user,) = game.users
    smaller = replace(user, utility=tuple(tuple(u / scale for u in row) for row in user.utility))
    at = [stakes(replace(game, users=(who,)), 0, 0) for who in (user, smaller)]
    for rule in [profile.rules[0][0], *market.rules(game, 0, 1)]:
        acts = [best_response(RATIONAL, game, 0, 0, rule, stakes_).acts for stakes_ in at]
        assert acts[0] == acts[1]


def _two_types(second):
    """A user and another like her but for utility and ties."""
    game = theorem_4_1.game(HALF, Fraction(1), Fraction(2), 3)
    first = game.users[0]
    return replace(game, users=(first, replace(first, name="other", **second)), protocol="UP", messages=game.messages)


@pytest.mark.parametrize(("factor", "shared"), [(Fraction(1, 3), 1), (Fraction(1), 1)])
def test_types_share_a_menu_entry_if_their_stakes_are_proportional(factor, shared):
    plain = theorem_4_1.game(HALF, Fraction(1), Fraction(2), 3).users[0]
    game = _two_types({"utility": tuple(tuple(factor * u for u in row) for row in plain.utility)})
    part = market.only(game, silent_profile(game, "anonymous"))
    assert len(set(entries(part, (0, 1)).values())) == shared
    assert len(set(entries(replace(part, robust=True), (0, 1)).values())) == 2


def test_types_do_not_share_an_entry_if_stakes_or_ties_differ():
    plain = theorem_4_1.game(HALF, Fraction(1), Fraction(2), 3).users[0]
    shifted = _two_types({"utility": tuple(tuple(u / 2 + Fraction(1, 4) for u in row) for row in plain.utility)})
    part = market.only(shifted, silent_profile(shifted, "anonymous"))
    assert len(set(entries(part, (0, 1)).values())) == 2
    game = _two_types({})
    for ties in (_own_actions(game), _own_messages(game)):
        tied = replace(game, ties=ties)
        part = market.only(tied, silent_profile(tied, "anonymous"))
        assert len(set(entries(part, (0, 1)).values())) == 2


def _own_actions(game):
    order = tuple(reversed(range(len(game.users[0].actions))))
    return replace(game.ties, actions=(game.ties.actions[0], (order,) * 2))


def _own_messages(game):
    order = tuple(reversed(range(len(game.messages))))
    return replace(game.ties, messages=(game.ties.messages[0], (order,) * 2))


def paper():
    """Theorem 4.1's game with eps = 1/2, c = 1, D = 2, M = 3."""
    return theorem_4_1.game(HALF, Fraction(1), Fraction(2), 3)


def stable(game, profile, robust):
    """Whether the oracle finds an equilibrium certificate that the kernel accepts."""
    answer = oracle.equilibrium(game, profile, robust, seconds=10)
    if not isinstance(answer, oracle.Bounded):
        return False
    document = certificate("equilibrium", play_claim(game, profile, robust=robust), answer.evidence)
    from alignproof.checks.kernel import check

    return check(parse(dump(document).encode())) == "equilibrium"


def test_theorem_4_1_under_the_common_order_the_supremum_is_two_thirds():
    game, profile = paper(), silent_profile(paper(), "anonymous")
    for provider in range(2):
        assert market.by_signals(market.only(game, profile, provider)) == Fraction(2, 3)
    assert stable(game, profile, robust=False)


def test_theorem_4_1_with_ties_in_the_deviators_favour_it_is_five_sixths():
    game, profile = paper(), silent_profile(paper(), "anonymous")
    for provider in range(2):
        assert market.by_signals(market.only(game, profile, provider, robust=True)) == Fraction(5, 6)


def test_theorem_4_1_with_ties_that_differ_by_user_a_deviation_pays_five_sixths():
    """User 1 prefers states, user 2 prefers to abstain."""
    game = paper()
    first, last = (0, 1, 2, 3), (3, 0, 1, 2)
    game = replace(game, ties=replace(game.ties, actions=((first,) * 2, (last,) * 2)))
    profile = silent_profile(game, "anonymous")
    assert market.by_signals(market.only(game, profile)) == Fraction(5, 6)
    answer = oracle.equilibrium(game, profile)
    assert isinstance(answer, oracle.Pays)
    assert market.payoff(game, profile, answer.provider, answer.rules) == answer.payoff > Fraction(2, 3)
    best = oracle.best_deviation(game, profile, 0)
    assert (best.bound, best.payoff) == (Fraction(5, 6), Fraction(5, 6))


def test_a_halving_rule_reaches_five_sixths_by_hand():
    """Each message leaves two states at even odds: user 1 picks a state, user 2 abstains."""
    game = paper()
    first, last = (0, 1, 2, 3), (3, 0, 1, 2)
    game = replace(game, ties=replace(game.ties, actions=((first,) * 2, (last,) * 2)))
    rule = {(y, ()): tuple(HALF if m != y else Fraction(0) for m in range(3)) for y in range(3)}
    assert market.payoff(game, silent_profile(game, "anonymous"), 0, (rule, rule)) == Fraction(5, 6)
    assert market.payoff(paper(), silent_profile(paper(), "anonymous"), 0, (rule, rule)) <= Fraction(2, 3)


def _zero_market(protocol, payoff):
    """A user to whom everything is worth nothing, and a provider who cares what she does."""
    game = paper()
    nothing = tuple((Fraction(0),) * 3 for _ in range(4))
    user = replace(game.users[0], utility=nothing)
    return replace(
        game,
        users=(user,),
        providers=(replace(game.providers[0], payoff=payoff),),
        prior=tuple(replace(a, user_features=(0,), provider_features=a.provider_features[:1]) for a in game.prior),
        protocol=protocol,
        messages=("m0", "m1"),
        ties=common_ties((user,), 1, 2),
    )


@pytest.mark.parametrize("protocol", ["P", "U", "UP"])
def test_a_user_to_whom_all_is_one_breaks_ties_for_the_deviator_if_the_bound_is_robust(protocol):
    """She takes her first action, worth 0 to the deviator; as a favour she would take the last one, worth 1."""
    wish = ((Fraction(0),) * 3,) * 3 + ((Fraction(1),) * 3,)
    game = _zero_market(protocol, Components((Fraction(1),), (wish,), Fraction(0)))
    profile = silent_profile(game, "anonymous")
    assert market.by_branches(market.only(game, profile)) == 0
    if "UP" not in protocol:
        robust = market.only(game, profile, robust=True)
        assert market.by_branches(robust) == 1 == market.by_signals(robust)


def _leaving_market():
    """The second provider reveals all, the deviator knows nothing; in state 1 the user is indifferent."""
    game = paper()
    user = replace(
        game.users[0],
        actions=("guess", "first", "second"),
        utility=tuple(tuple(map(Fraction, row)) for row in ((1, 0, 0), (0, 1, 0), (0, 1, 1))),
    )
    wish = ((Fraction(0),) * 3, (Fraction(0),) * 3, (Fraction(0), Fraction(1), Fraction(0)))
    payoff = Components((Fraction(1),), (wish,), Fraction(0))
    blind = replace(game.providers[0], features=("-",), payoff=payoff)
    game = replace(
        game,
        users=(user,),
        providers=(blind, replace(game.providers[1], payoff=payoff)),
        prior=tuple(replace(a, user_features=(0,), provider_features=(0, a.state)) for a in game.prior),
        ties=common_ties((user,), 2, 3),
    )
    silent = silent_profile(game, "anonymous")
    naming = {(y, ()): tuple(Fraction(m == y) for m in range(3)) for y in range(3)}
    return game, Profile("anonymous", (silent.rules[0], (naming,)))


def test_robust_bounds_break_ties_with_other_providers_in_the_deviators_favour_too():
    game, profile = _leaving_market()
    assert market.by_signals(market.only(game, profile)) == 0
    assert market.by_signals(market.only(game, profile, robust=True)) == Fraction(1, 3)
    turned = replace(game.ties, actions=(((0, 2, 1),) * 2,))
    assert market.on_grid(market.only(replace(game, ties=turned), profile), 1) == Fraction(1, 3)


def test_coupled_payoffs_have_no_program_where_two_users_hear():
    alike = {(a, b): (Fraction(a == b),) * 3 for a in range(4) for b in range(4)}
    game = paper()
    game = replace(
        game, providers=tuple(replace(p, payoff=Table(alike)) for p in game.providers), messages=("m0", "m1")
    )
    small = replace(game, messages=("m0",))
    part = market.only(small, silent_profile(small, "anonymous"))
    with pytest.raises(NotSeparable):
        part.gains((0,))
    with pytest.raises(Rejected, match="not-linear"):
        list(branch_systems(part, Fraction(0)))


def test_too_many_branches_are_refused():
    game = replace(paper(), protocol="UP")
    with pytest.raises(Rejected, match="too-large"):
        list(branch_systems(market.only(game, silent_profile(game, "anonymous")), Fraction(0)))


def test_too_many_signals_are_refused():
    game = paper()
    many = tuple(map(str, range(400)))
    crowd = tuple(replace(u, actions=many, utility=((Fraction(0),) * 3,) * 400) for u in game.users)
    part = replace(market.only(game, silent_profile(game, "anonymous")), game=replace(game, users=crowd))
    with pytest.raises(Rejected, match="too-large"):
        signals(part, (0, 1))


@FEW
@given(one_shot(users=(1, 2), providers=(1, 2)))
def test_a_bound_below_the_supremum_is_not_refuted(case):
    """The systems are satisfiable below the supremum, so nothing can refute them; at it they are refuted."""
    part = market.only(*case)
    best = market.by_signals(part)
    below = best - Fraction(1, 100)
    verdicts = {}
    for target in (best, below):
        systems = [signal_system(part, s, market.allowed(part, s), target) for s in part.served_sets()]
        verdicts[target] = [decide(system) for system in systems]
        for system, found in zip(systems, verdicts[target], strict=True):
            if isinstance(found, Refutation):
                refute(system, Node(multipliers_document(found.multipliers)), "system")
    assert all(isinstance(found, Refutation) for found in verdicts[best])
    assert not all(isinstance(found, Refutation) for found in verdicts[below])


@pytest.mark.parametrize(("order", "first", "second", "answer"), [((2, 0, 1), 2, 1, True), ((2, 0, 1), 1, 0, False)])
def test_precedes(order, first, second, answer):
    assert precedes(order, first, second) is answer


def test_menus_hold_for_protocols_of_signals_too():
    game, profile = paper(), silent_profile(paper(), "anonymous")
    part = market.only(game, profile)
    assert market.by_menus(part) >= market.by_signals(part)
    assert menu_system(part, (0,), Fraction(0)).rows.keys() >= {"payoff", "choice 0", "choice 1"}
