"""Alignment shown to fail: the systems for "some weights fit" against Definitions 2.13 and 2.14 in Z3."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.checks.alignment import Error, exact_parts, separability_system, strong_system, user_system
from alignproof.checks.linear import Rejected
from alignproof.formats.certificates import decomposition_document, team_claim
from alignproof.games.model import Components
from alignproof.oracles.systems import Refutation, decide
from tests.forged.truth import not_aligned
from tests.forged.valid import coupled

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
