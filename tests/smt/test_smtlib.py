"""SMT-LIB text: deterministic, in the standard's syntax, different monomials different symbols."""

import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.checks.linear import row, system
from alignproof.games.polynomial import variable
from alignproof.oracles.systems import Solution, decide
from alignproof.smt.discharge import discharge
from alignproof.smt.smtlib import linear_query, nonlinear, rational, symbol
from alignproof.smt.statements import sum_query
from alignproof.symbolic import theorem_4_4
from alignproof.symbolic.statement import Size

A, B = variable("a"), variable("b")
NAMES = st.text(st.sampled_from('ab|\\*^ %.é;"()1\n'), min_size=1, max_size=4)
MONOMIALS = st.dictionaries(NAMES, st.integers(1, 3), min_size=1, max_size=3).map(lambda d: tuple(sorted(d.items())))


def test_the_whole_text():
    form = system([row("a row", A * B * 2 - A * Fraction(1, 3), ">="), row("c", A - 1, "=")], [A])
    assert linear_query(form, ["Two\nlines"], "sat").text == (
        "; Two lines\n"
        "(set-info :smt-lib-version 2.6)\n"
        "(set-info :status sat)\n"
        "(set-logic QF_LRA)\n"
        "(declare-const |a| Real)\n"
        "(declare-const |a*b| Real)\n"
        "; a row\n"
        "(assert (>= (+ (* (- (/ 1 3)) |a|) (* 2 |a*b|)) 0))\n"
        "; c\n"
        "(assert (= (+ (- 1) |a|) 0))\n"
        "; nonnegative\n"
        "(assert (>= |a*b| 0))\n"
        "(check-sat)\n"
    )


def test_nonlinear_terms():
    assert nonlinear(A * A * B * Fraction(-1, 2) + B * A + 3) == "(+ 3 (* |a| |b|) (* (- (/ 1 2)) |a| |a| |b|))"


@pytest.mark.parametrize(("value", "expected"), [("0", "0"), ("7", "7"), ("-7", "(- 7)"), ("-2/3", "(- (/ 2 3))")])
def test_rationals(value, expected):
    assert rational(Fraction(value)) == expected


@settings(deadline=None)
@given(MONOMIALS, MONOMIALS)
def test_symbols_tell_monomials_apart(left, right):
    assert (symbol(left) == symbol(right)) == (left == right)
    assert set(symbol(left)[1:-1]).isdisjoint('|\\ \n;"')
    assert symbol(left).isascii()


AWKWARD = ["a|b", "a\\b", "a b", "a;b", "a*b", "a^2", "let", "assert", "Real", "0", "é", "(", '"']


@pytest.mark.parametrize("name", AWKWARD)
def test_solvers_read_any_name(name):
    form = system([row(f"odd; {name}\n)", variable(name) - 1, ">"), row("s", 1 - variable("z") - variable(name), ">=")])
    assert discharge(linear_query(form)).answer == "unsat"


def test_comments_stay_on_their_line_and_in_ascii():
    text = linear_query(system([row("é\n(assert false)\ud800", A, ">=")], [A]), ["λ\r\nμ"]).text
    assert text.isascii()
    assert "; \\xe9 (assert false)\\ud800\n" in text
    assert "; \\u03bb \\u03bc\n" in text


def test_a_name_that_solvers_refuse_is_unknown():
    """Their own functions cannot be redefined."""
    found = discharge(linear_query(system([row("r", -variable("and") - 1, ">=")])))
    assert found.answer == "unknown"
    assert not found.disagreement


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(st.lists(st.integers(-2, 2), min_size=3, max_size=3), st.sampled_from([">=", ">", "="])),
        min_size=1,
        max_size=5,
    )
)
def test_solvers_and_the_exact_program_agree(rows):
    form = system(
        [row(f"r{k}", A * x + B * y * Fraction(1, 2) + z, sense) for k, ((x, y, z), sense) in enumerate(rows)], [A]
    )
    expected = "sat" if isinstance(decide(form), Solution) else "unsat"
    assert discharge(linear_query(form)).answer == expected


PRINT = """
from alignproof.smt.statements import sum_query
from alignproof.symbolic import theorem_4_4
from alignproof.symbolic.statement import Size
print(sum_query(theorem_4_4.statement(), Size(3, 2)).text, end="")
"""


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_text_is_the_same_in_every_process(seed):
    environment = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", PRINT], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == sum_query(theorem_4_4.statement(), Size(3, 2)).text


def test_a_file_says_what_it_is_about():
    text = sum_query(theorem_4_4.statement(), Size(3, 2)).text
    for part in (
        "Theorem 4.4 at n = 3, |T| = 2",
        "Section 4, Theorem 4.4",
        r"\ge",
        "; no gain\n",
        "largest gain",
        ":status unsat",
    ):
        assert part in text
