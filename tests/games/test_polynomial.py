import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.formats.documents import polynomial_document
from alignproof.games.algebra import dot, product, total
from alignproof.games.document import InputError, Node, parse
from alignproof.games.polynomial import Polynomial, as_polynomial, combine, gather, read_polynomial, variable

MODERATE = settings(deadline=None, max_examples=100)
NAMES = ("t", "u", "v")
coefficients = st.sampled_from([Fraction(k, 2) for k in range(-3, 4) if k])
monomials = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 2)).map(lambda powers: tuple(sorted(powers.items())))
polynomials = st.dictionaries(monomials, coefficients, max_size=4).map(Polynomial)
points = st.fixed_dictionaries({name: st.sampled_from([Fraction(k, 3) for k in range(-4, 5)]) for name in NAMES})


def at(polynomial, point):
    """The value, from the terms."""
    value = Fraction(0)
    for monomial, coefficient in polynomial.terms.items():
        for name, power in monomial:
            coefficient *= point[name] ** power
        value += coefficient
    return value


@MODERATE
@given(polynomials, polynomials, points, coefficients)
def test_arithmetic_is_that_of_the_values(p, q, point, c):
    x, y = at(p, point), at(q, point)
    assert at(p + q, point) == x + y
    assert at(p - q, point) == x - y
    assert at(p * q, point) == x * y
    assert at(-p, point) == -x
    assert (at(p + c, point), at(c + p, point)) == (x + c, x + c)
    assert (at(p - c, point), at(c - p, point)) == (x - c, c - x)
    assert (at(p * c, point), at(c * p, point)) == (c * x, c * x)
    assert at(total([p, q, p]), point) == x + y + x
    assert at(product([p, q, p]), point) == x * y * x
    assert at(dot([p, q], [q, p]), point) == 2 * x * y
    assert at(gather([p, c, q]), point) == x + c + y
    assert at(combine([c, Fraction(-2)], [p, q]), point) == c * x - 2 * y


@MODERATE
@given(polynomials, polynomials, polynomials)
def test_equal_polynomials_have_equal_terms(p, q, r):
    zero = Polynomial({})
    assert p - p == zero
    assert p * (q + r) == p * q + p * r
    assert p * q == q * p
    assert p + zero == p == p * 1
    assert p * 0 == zero
    assert all(c != 0 for c in (p * q + r).terms.values())


@MODERATE
@given(polynomials, polynomials, points)
def test_substitution_is_evaluation_one_after_the_other(p, q, point):
    inner = {**point, "t": at(q, point)}
    assert p({"t": q})(point) == as_polynomial(at(p, inner))
    assert p({}) == p
    assert p(point) == as_polynomial(at(p, point))


@MODERATE
@given(polynomials)
def test_a_polynomial_survives_its_document(p):
    assert read_polynomial(parse(json.dumps(polynomial_document(p)).encode()), NAMES) == p


def test_constants():
    assert as_polynomial(0) == as_polynomial(Fraction(0)) == Polynomial({}) == gather([])
    assert as_polynomial(Fraction(1, 2)) == Polynomial({(): Fraction(1, 2)})
    assert variable("t") * variable("u") * variable("t") == Polynomial({(("t", 2), ("u", 1)): Fraction(1)})


def test_reading_adds_repeated_monomials_and_drops_zeros():
    term = {"coefficient": "1/2", "powers": {"u": "1", "t": "2"}}
    assert read_polynomial(Node([term, term]), NAMES) == Polynomial({(("t", 2), ("u", 1)): Fraction(1)})
    assert read_polynomial(Node([term, term | {"coefficient": "-1/2"}]), NAMES) == Polynomial({})
    assert read_polynomial(Node([{"coefficient": "0", "powers": {}}]), NAMES) == Polynomial({})


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        ({}, "$"),
        ([[]], "$[0]"),
        ([{"coefficient": "1"}], "$[0]"),
        ([{"coefficient": "1", "powers": {"z": "1"}}], "$[0].powers.z"),
        ([{"coefficient": "1", "powers": {"t": "0"}}], "$[0].powers"),
        ([{"coefficient": "1", "powers": {"t": "-1"}}], "$[0].powers"),
        ([{"coefficient": "1", "powers": {"t": "1/2"}}], "$[0].powers"),
        ([{"coefficient": "1", "powers": {"t": "101"}}], "$[0].powers"),
        ([{"coefficient": "1", "powers": {"t": 1}}], "$[0].powers.t"),
        ([{"coefficient": "x", "powers": {}}], "$[0].coefficient"),
        ([{"coefficient": "1", "powers": {}, "more": "1"}], "$[0].more"),
    ],
)
def test_an_unusable_polynomial_is_refused(terms, path):
    with pytest.raises(InputError) as error:
        read_polynomial(parse(json.dumps(terms).encode()), NAMES)
    assert error.value.path == path
