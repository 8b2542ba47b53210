"""Statements become polynomials without being expanded in SymPy; the result is the same."""

import pytest
import sympy

from alignproof.checks.linear import above, row
from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1
from alignproof.symbolic.linear import NEGATED, linear_system
from alignproof.symbolic.statement import Size, polynomial
from tests.symbolic.expanded import expanded

STATEMENTS = [module.statement() for module in (theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1)]
SIZES = [Size(1, 1), Size(1, 3), Size(3, 1), Size(2, 2), Size(4, 3)]


def expanded_rows(statement, size):
    """The rows of the linear form, by way of ``sympy.expand``."""
    premises = statement.premises(size)
    values = {premise.name: premise.value for premise in premises}
    rows = []
    for premise in premises:
        known = all(name in values for name in premise.factors)
        factor = (
            premise.multiplier if premise.equal else sympy.Mul(*(values[name] for name in premise.factors if known))
        )
        rows.append(row(premise.name, expanded(factor * premise.value), "=" if premise.equal else ">="))
    return dict([*rows, above(NEGATED, -expanded(statement.conclusion(size)), True)])


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
def test_the_linear_form_is_what_sympy_expands_to(statement, size):
    for mutant in [statement, *(statement.without(hypothesis.name) for hypothesis in statement.hypotheses)]:
        assert linear_system(mutant, size).rows == expanded_rows(mutant, size)


X, Y = sympy.symbols("x y")


@pytest.mark.parametrize(
    "expression",
    [
        sympy.Integer(0),
        sympy.Rational(-2, 3),
        X,
        X - X,
        (X + 1) * (X - 1) - X**2,
        (X + Y / 2) ** 3 * (1 - Y),
        -X * (Y + 2) * sympy.Rational(3, 7) + Y,
    ],
    ids=str,
)
def test_a_polynomial_need_not_be_expanded(expression):
    assert polynomial(expression) == expanded(expression)


def test_a_polynomial_has_no_zero_terms():
    assert polynomial((X + Y) * (X - Y) + Y**2) == variable("x") * variable("x")
    assert polynomial(X * (Y - Y)) == as_polynomial(0) == Polynomial({}) == gather([])


@pytest.mark.parametrize(
    "expression", [1 / X, sympy.sqrt(X), X**Y, sympy.pi * X, sympy.Float(0.5), sympy.exp(X), sympy.oo]
)
def test_nothing_else_is_a_polynomial(expression):
    with pytest.raises(ValueError, match="not a polynomial"):
        polynomial(expression)
