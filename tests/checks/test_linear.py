"""The one inference rule: multipliers that show a linear system to have no solution."""

from fractions import Fraction

import pytest
import z3
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alignproof.checks.linear import Rejected, above, refute, row, system
from alignproof.games.document import InputError, Node, parse
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.oracles.systems import Refutation, decide

X, Y = variable("x"), variable("y")
SMALL = settings(deadline=None, max_examples=150)


def verdict(made, multipliers):
    """None if the multipliers are accepted, else the code of the rejection."""
    try:
        refute(made, Node({name: str(value) for name, value in multipliers.items()}), "here")
    except Rejected as rejection:
        return rejection.code
    return None


def test_contradiction_of_two_inequalities():
    made = system([row("low", X - 2, ">="), row("high", 1 - X, ">=")])
    assert verdict(made, {"low": 1, "high": 1}) is None
    assert verdict(made, {"low": Fraction(1, 7), "high": Fraction(1, 7)}) is None
    assert verdict(made, {"low": 2, "high": 1}) == "not-refuted"


def test_nonnegative_variable_may_keep_a_negative_coefficient_but_not_a_positive_one():
    made = system([row("below", -1 - X, ">="), row("above", X - 1, ">=")])
    assert verdict(made, {"below": 1}) is None
    assert verdict(made, {"above": 1}) == "not-refuted"


def test_free_variable_must_cancel():
    rows = [row("below", -1 - X, ">="), row("above", X, ">=")]
    assert verdict(system(rows), {"below": 1}) is None
    assert verdict(system(rows, [X]), {"below": 1}) == "not-refuted"
    assert verdict(system(rows, [X]), {"below": 1, "above": 1}) is None


@pytest.mark.parametrize(("sense", "code"), [(">", None), (">=", "not-refuted"), ("=", "not-refuted")])
def test_constant_zero_needs_a_strict_row(sense, code):
    made = system([row("one", X, sense), row("two", -X, ">=")], [X])
    assert verdict(made, {"one": 1, "two": 1}) == code


def test_strict_row_with_multiplier_zero_does_not_count():
    made = system([row("strict", X, ">"), row("zero", X - X, ">=")])
    assert verdict(made, {"strict": 0, "zero": 1}) == "not-refuted"


def test_equality_takes_multipliers_of_any_sign():
    made = system([row("two", X - 2, "="), row("three", X - 3, "=")], [X])
    assert verdict(made, {"two": 1, "three": -1}) == "not-refuted"
    assert verdict(made, {"two": -1, "three": 1}) is None


@pytest.mark.parametrize("sense", [">=", ">"])
def test_inequality_takes_no_negative_multiplier(sense):
    assert verdict(system([row("one", X + 1, sense)]), {"one": -1}) == "negative-multiplier"


@pytest.mark.parametrize("made", [system([]), system([row("one", X, ">=")])])
def test_nothing_is_not_a_contradiction(made):
    assert verdict(made, {}) == "not-refuted"


def test_empty_system_has_no_row_to_name():
    assert verdict(system([]), {"payoff": 1}) == "unknown-row"


def test_constant_rows():
    assert verdict(system([row("false", as_polynomial(-1), ">=")]), {"false": 1}) is None
    assert verdict(system([row("false", as_polynomial(0), ">")]), {"false": 1}) is None
    assert verdict(system([row("true", as_polynomial(1), ">")]), {"true": 1}) == "not-refuted"
    assert verdict(system([row("false", as_polynomial(1), "=")]), {"false": -1}) is None


def test_monomials_are_variables_of_their_own():
    made = system([row("square", X * X - 1, ">="), row("line", 1 - X * Y, ">=")])
    assert verdict(made, {"square": 1, "line": 1}) == "not-refuted"


@pytest.mark.parametrize(("strict", "sense"), [(True, ">"), (False, ">=")])
def test_above_is_strict_on_demand(strict, sense):
    assert above("name", X, strict)[1].sense == sense


@pytest.mark.parametrize("text", ['{"one": 1}', '{"one": "1/0"}', '["1"]', '{"one": null}', '{"one": "0.5"}'])
def test_malformed_multipliers_are_input_errors(text):
    with pytest.raises(InputError):
        refute(system([row("one", X, ">=")]), parse(text.encode()), "here")


coefficients = st.integers(-2, 2).map(Fraction)


@st.composite
def systems(draw):
    names = draw(st.lists(st.sampled_from(["u", "v", "w"]), unique=True, min_size=1, max_size=3))
    rows = []
    for k in range(draw(st.integers(1, 4))):
        value = sum((draw(coefficients) * variable(n) for n in names), as_polynomial(draw(coefficients)))
        rows.append(row(f"r{k}", value, draw(st.sampled_from([">=", ">", "="]))))
    return system(rows, [variable(n) for n in draw(st.lists(st.sampled_from(names), unique=True))])


def has_solution(made):
    solver = z3.Solver()
    values = {m: z3.Real(str(m)) for r in made.rows.values() for m in r.value.terms if m}
    solver.add([value >= 0 for m, value in values.items() if m not in made.free])
    for r in made.rows.values():
        left = z3.Sum([z3.Q(c.numerator, c.denominator) * values.get(m, 1) for m, c in r.value.terms.items()] + [0])
        solver.add({">": left > 0, ">=": left >= 0, "=": left == 0}[r.sense])
    return solver.check() == z3.sat


@SMALL
@given(systems(), st.data())
@example(system([row("r0", as_polynomial(0), ">")]), None)
def test_whatever_is_accepted_refutes_a_system_without_solution(made, data):
    numbers = st.fractions(-2, 2, max_denominator=2)
    multipliers = {name: data.draw(numbers) if data else 1 for name in made.rows}
    if verdict(made, multipliers) is None:
        assert not has_solution(made)


@SMALL
@given(systems())
def test_every_system_without_solution_has_multipliers_and_no_other(made):
    """Motzkin's theorem, with the oracle's multipliers: accepted exactly if Z3 finds no solution."""
    found = decide(made)
    assert isinstance(found, Refutation) == (not has_solution(made))
    if isinstance(found, Refutation):
        assert verdict(made, found.multipliers) is None


@SMALL
@given(systems(), st.data())
def test_one_changed_multiplier_is_rejected_or_still_sound(made, data):
    found = decide(made)
    multipliers = dict(found.multipliers) if isinstance(found, Refutation) else dict.fromkeys(made.rows, Fraction(1))
    name = data.draw(st.sampled_from(sorted(made.rows)))
    multipliers[name] = multipliers.get(name, Fraction(0)) + data.draw(st.sampled_from([-1, Fraction(1, 2), 3]))
    if verdict(made, multipliers) is None:
        assert not has_solution(made)
