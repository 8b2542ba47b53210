"""The symbols of results at the level of expectations, named alike in every statement.

User 1 is the user i that a result speaks of (every user is alike); the others are 2..n. ``ne`` is the equilibrium,
``dev`` the proof's deviation.
"""

import sympy

from alignproof.symbolic.statement import Size

BENCHMARK = sympy.Symbol("benchmark", real=True)
EPS, EPS_USERS, EPS_PROVIDERS = sympy.symbols("eps eps_U eps_P", real=True)


def symbol(name: str, *indices: object) -> sympy.Symbol:
    """The real symbol ``name_index_...``."""
    return sympy.Symbol("_".join([name, *map(str, indices)]), real=True)


def others(size: Size) -> range:
    """The other users."""
    return range(2, size.users + 1)


def providers(size: Size) -> range:
    """T's providers."""
    return range(1, size.providers + 1)


def value(where: str, user: int) -> sympy.Symbol:
    """E[u_i^U] at ``where``."""
    return symbol(f"u_{where}", user)


def printed(text: str) -> sympy.Symbol:
    """A symbol for people: LaTeX is taken from its name."""
    return sympy.Symbol(text)
