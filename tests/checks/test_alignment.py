"""Alignment shown to fail: the systems for "some weights fit" against Definitions 2.13 and 2.14 in Z3."""

from dataclasses import replace
from fractions import Fraction
from itertools import product as tuples

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.checks.alignment import (
    Error,
    check_not_aligned,
    exact_parts,
    separability_system,
    slack_system,
    strong_system,
    user_system,
)
from alignproof.checks.linear import Rejected, Row, System, refute
from alignproof.formats.certificates import decomposition_document, multipliers_document, team_claim
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.document import InputError, Node
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.oracles.systems import Refutation, decide
from tests.forged.truth import not_aligned
from tests.forged.valid import coupled
from tests.forged.valid import misaligned as two_kinds

FEW = settings(deadline=None, max_examples=40)
SIZES = {"users": (1, 2), "providers": (1, 2), "states": (1, 2), "actions": (2, 2), "features": (1, 1)}
ERRORS = st.builds(Error, st.sampled_from([Fraction(k, 8) for k in range(5)]), st.booleans())


def games(*payoffs):
    return strategies.games(**SIZES, protocols=("P",), messages=(1, 1), payoffs=payoffs)


def claim(game, form, error, **more):
    named = {form: {"eps": str(error.eps), "attained": error.attained, **more}}
    return team_claim(game, range(len(game.providers)), alignment=named)


def refuted(system):
    return isinstance(decide(system), Refutation)


@FEW
@given(games("components", "table"), ERRORS)
def test_strong_alignment_fails_exactly_if_a_provider_does_not_fit_or_no_provider_covers_a_user(game, error):
    team = range(len(game.providers))
    misfit = any(refuted(strong_system(game, j, error, None)) for j in team)
    users = range(len(game.users))
    uncovered = error.attained and any(all(refuted(strong_system(game, j, error, i)) for j in team) for i in users)
    assert (misfit or uncovered) == not_aligned(claim(game, "strong", error))


def holding(users, team):
    """All ways to say whose weight on each user is the largest."""
    return [dict(zip(users, holders, strict=True)) for holders in tuples(team, repeat=len(users))]


@FEW
@given(games("components", "table"), ERRORS, st.data())
def test_no_slack_is_smaller_if_none_is_whoever_has_the_weights_on_the_users(game, slack, data):
    """Exactly so for one provider; for several the system leaves out providers who have no user."""
    users = data.draw(st.lists(st.sampled_from(range(len(game.users))), min_size=1, unique=True))
    team = range(len(game.providers))
    out = [refuted(slack_system(game, holders, slack)) for holders in holding(users, team)]
    named = claim(game, "slack", slack, users=[game.users[i].name for i in users])
    if all(out):
        assert not_aligned(named)
    if len(team) == 1 and not slack.attained:
        assert not_aligned(named) == out[0]


def slack_certificate(game, users, eps, attained=False):
    """That no slack for all users is below ``eps``, with multipliers for each way to have them."""
    named = claim(game, "slack", Error(eps, attained), users=[game.users[i].name for i in users])
    team = range(len(game.providers))

    def tree(holders):
        if len(holders) < len(users):
            return {"held": [tree((*holders, j)) for j in team]}
        found = decide(slack_system(game, dict(zip(users, holders, strict=True)), Error(eps, attained)))
        return {"multipliers": multipliers_document(found.multipliers)}

    return Node(named["alignment"]), Node(tree(()))


def test_false_slacks_are_refused():
    game = two_kinds()
    kept, evidence = slack_certificate(game, [0], Fraction(1, 3))
    check_not_aligned(game, (0, 1), kept, evidence)
    check_not_aligned(game, (0,), kept, Node({"held": evidence.value["held"][:1]}))
    for change, code in (
        ({"eps": "334/1000"}, "not-refuted"),
        ({"users": ["user 1"]}, "not-refuted|unknown-row"),
        ({"users": []}, "cases-differ"),
        ({"attained": True}, "not-refuted"),
    ):
        with pytest.raises(Rejected, match=code):
            check_not_aligned(game, (0, 1), Node({"slack": kept.value["slack"] | change}), evidence)
    first, second = evidence.value["held"]
    none = {"multipliers": {}}
    wrong = {"multipliers": {**second["multipliers"], "error 0": "-1"}}
    for proofs in ([first], [none, second], [first, none], [first, second, second], [first, wrong]):
        with pytest.raises((Rejected, InputError)):
            check_not_aligned(game, (0, 1), kept, Node({"held": proofs}))
    for root in (first, none, {}, {"held": [{"held": [first, second]}] * 2}, {"held": [first, second], "users": "0"}):
        with pytest.raises((Rejected, InputError)):
            check_not_aligned(game, (0, 1), kept, Node(root))
    for wrong in ({"users": ["user 9"]}, {"users": "user 0"}, {"providers": []}, {"user": "user 0"}):
        with pytest.raises(InputError):
            check_not_aligned(game, (0, 1), Node({"slack": kept.value["slack"] | wrong}), evidence)


def test_a_slack_for_all_users_is_larger_than_for_each():
    """Provider 0 is user 0's, provider 1 is user 1's: one of them has to do for the other, or both have to fit."""
    game = two_kinds()
    low = [slack_certificate(game, [i], Fraction(1, 3)) for i in (0, 1)]
    for users, (kept, evidence) in zip(([0], [1]), low, strict=True):
        assert kept.value["slack"]["users"] == [game.users[i].name for i in users]
        check_not_aligned(game, (0, 1), kept, evidence)
    kept, evidence = slack_certificate(game, [0, 1], Fraction(1, 3))
    check_not_aligned(game, (0, 1), kept, evidence)
    for node in ({"held": evidence.value["held"][:1] * 2}, low[0][1].value):
        with pytest.raises((Rejected, InputError)):
            check_not_aligned(game, (0, 1), Node({"slack": kept.value["slack"] | {"eps": "2/3"}}), Node(node))


def test_a_smaller_slack_that_some_weights_have_cannot_be_refuted():
    """With lambda = 3/8 on her, provider 0's error is 1/16: slack 1/3."""
    game = two_kinds()
    weights = StrongWeights({0: (Fraction(3, 8), Fraction(0))}, {0: Fraction(-1, 16)})
    (eps,) = weights.errors(game)
    assert weights.slack(0, (eps,), (Fraction(2),)) == Fraction(1, 3)
    above = Error(Fraction(1, 6) * variable("lambda 0"), True)
    assert not refuted(strong_system(game, 0, above, None))


@FEW
@given(games("table"), ERRORS)
def test_separability_fails_exactly_if_some_provider_does_not_fit(game, error):
    misfit = any(refuted(separability_system(game, j, error)) for j in range(len(game.providers)))
    assert misfit == not_aligned(claim(game, "separable", error))


@FEW
@given(games("components"), ERRORS)
def test_weak_alignment_with_a_decomposition_fails_exactly_if_some_user_does_not_fit(game, error):
    parts = {j: who.payoff for j, who in enumerate(game.providers)}
    misfit = any(refuted(user_system(game, parts, i, error, False)) for i in range(len(game.users)))
    assert misfit == not_aligned(claim(game, "weak", error, providers=decomposition_document(parts)))


@FEW
@given(games("components", "separable table"), ERRORS)
def test_weak_alignment_with_any_exact_decomposition_fails_exactly_if_some_user_does_not_fit(game, error):
    parts = exact_parts(game, tuple(range(len(game.providers))))
    misfit = any(refuted(user_system(game, parts, i, error, True)) for i in range(len(game.users)))
    assert misfit == not_aligned(claim(game, "weak", error))


@FEW
@given(games("components"), ERRORS, st.lists(st.sampled_from([Fraction(0), Fraction(1, 4)]), min_size=4, max_size=4))
def test_what_no_decomposition_can_do_a_shifted_one_cannot(game, error, shifts):
    """Moving functions of the state between components and rest gives nothing that "any decomposition" missed."""
    parts = exact_parts(game, tuple(range(len(game.providers))))
    shifted = {
        j: Components(
            components.weights,
            tuple(
                tuple(tuple(f + shifts[(i + y) % 4] for y, f in enumerate(row)) for row in rows)
                for i, rows in enumerate(components.parts)
            ),
            components.constant,
        )
        for j, components in parts.items()
    }
    for i in range(len(game.users)):
        if refuted(user_system(game, parts, i, error, True)):
            assert refuted(user_system(game, shifted, i, error, False))


def test_coupled_payoffs_have_no_exact_decomposition():
    with pytest.raises(Rejected, match="not-separable"):
        exact_parts(coupled(), (0,))


def test_rows_are_those_of_the_residuals_in_order():
    """The rows made on demand against the list of all of them."""
    game = coupled()
    error = Error(Fraction(1, 3), True)
    size = variable("error")
    systems = [
        (
            strong_system(game, 0, error, 1),
            StrongWeights({0: (variable("lambda 0"), variable("lambda 1"))}, {0: variable("c")}).residuals(game, 0),
        )
    ]
    game = separable()
    parts = exact_parts(game, (0,))
    plus = variable("c 0")
    extra = Components((), tuple(tuple((plus,) * len(game.states) for _ in u.actions) for u in game.users), Fraction(0))
    one = tuple(variable("w 0") for _ in game.users), tuple(as_polynomial(1) for _ in game.users)
    weights = WeakWeights({0: parts[0], 1: extra}, dict(enumerate(one)), (Fraction(0),) * len(game.users))
    systems.append((user_system(game, parts, 1, error, False), weights.user_residuals(game, 1)))
    for system, residuals in systems:
        expected = {}
        for k, residual in enumerate(residuals):
            expected |= {f"above {k}": Row(size + residual, ">="), f"below {k}": Row(size - residual, ">=")}
        listed = dict(system.rows)
        first = {name: listed.pop(name) for name in ("error", "covered")}
        assert listed == expected
        assert list(listed) == list(expected)
        assert len(system.rows) == len(expected) + 2
        assert first["error"].sense == ">="
        assert first["covered"].sense == ">"


@pytest.mark.parametrize("name", ["above 8", "above 08", "above -1", "above +1", "above  1", "beside 1", "above", "1",
                                  "above 1 ", "above ١", "above 1_0", "covered", "above " + "9" * 5000])  # fmt: skip
def test_there_are_no_other_rows(name):
    game = separable()
    system = strong_system(game, 0, Error(Fraction(1, 3), False), None)
    assert len(list(game.action_profiles())) * len(game.states) == 8
    assert "above 7" in system.rows
    assert name not in system.rows
    assert name not in list(system.rows)
    with pytest.raises(Rejected, match="unknown-row"):
        refute(system, Node({name: "1"}), "somebody")


@pytest.mark.parametrize(("multiplier", "code"), [("1/2", None), ("-1/2", "negative-multiplier"), ("1/3", "not-ref")])
def test_few_multipliers_refute_a_fit_in_a_game_with_many_points(multiplier, code):
    """Twelve users, so 4096 profiles: two rows are made, not all."""
    game = crowd()
    asked = []
    system = strong_system(game, 0, Error(Fraction(1, 4), False), None)
    rows = replace(system.rows, residual=lambda point: asked.append(point) or system.rows.residual(point))
    proof = Node({"error": "1", "above 0": multiplier, "below 8191": "1/2"})
    if code is None:
        refute(System(rows, system.free), proof, "provider 0")
    else:
        with pytest.raises(Rejected, match=code):
            refute(System(rows, system.free), proof, "provider 0")
    assert len(asked) <= 2


def separable():
    """Two users with two actions each, two states; a provider who likes the second action of both."""
    utility = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1, 2)))
    users = tuple(User(name, ("-",), ("a", "b"), utility) for name in ("Ann", "Bob"))
    part = ((Fraction(0), Fraction(1, 4)), (Fraction(1, 2), Fraction(1)))
    payoff = Components((Fraction(1, 2),) * 2, (part, part), Fraction(0))
    prior = tuple(Atom(Fraction(1, 2), y, (0, 0), (0,)) for y in range(2))
    ties = common_ties(users, 1, 2)
    return Game(users, (Provider("P", ("-",), payoff),), ("1", "2"), prior, ("x", "y"), "P", ties)


def crowd(users=12):
    """Users without a stake; a provider who gets 1 if all take the second action in the second state, by parts."""
    zero = Fraction(0)
    people = tuple(User(f"U{i}", ("-",), ("a", "b"), ((zero,) * 2,) * 2) for i in range(users))
    part = ((zero, zero), (zero, Fraction(1)))
    payoff = Components((Fraction(1, users),) * users, (part,) * users, zero)
    prior = tuple(Atom(Fraction(1, 2), y, (0,) * users, (0,)) for y in range(2))
    ties = common_ties(people, 1, 2)
    return Game(people, (Provider("P", ("-",), payoff),), ("1", "2"), prior, ("x", "y"), "P", ties)
