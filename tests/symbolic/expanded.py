"""Polynomials by way of SymPy's own expansion: slow, for comparison."""

from fractions import Fraction

import sympy

from alignproof.games.polynomial import Polynomial


def expanded(expression):
    """The expanded expression as the kernel's kind of polynomial."""
    symbols = sorted(expression.free_symbols, key=str)
    terms = sympy.Poly(sympy.expand(expression), *(symbols or [sympy.Symbol("x")])).terms()
    found = {}
    for powers, c in terms:
        if c:
            monomial = tuple((str(s), power) for s, power in zip(symbols, powers, strict=False) if power)
            found[monomial] = Fraction(int(c.p), int(c.q))
    return Polynomial(found)
