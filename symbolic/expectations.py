"""The symbols of results, named alike in every statement.

Those of a bound are named for print. At the level of expectations user 1 is the user i that a result speaks of (every
user is alike), and the others are 2..n; ``ne`` is the equilibrium, ``dev`` the proof's deviation.
"""

import sympy

from alignproof.symbolic.statement import Index, Quantities


def printed(text: str) -> sympy.Symbol:
    """A symbol for people: LaTeX is taken from its name."""
    return sympy.Symbol(text)


GUARANTEED = printed(r"\mathbb{E}_{NE}[u_i^U]")
BENCHMARK = printed("u_i^U(C^*_{S,T}(i))")
SHORTER_BENCHMARK = printed("u_i^U(C^*_{S,T,R-1}(i))")
ERROR, ERROR_USERS, ERROR_PROVIDERS = printed("varepsilon"), printed("varepsilon_U"), printed("varepsilon_P")
RATIOS = printed("mu_i")
COVER = printed("\\lambda_{j,i}")
OTHERS = printed("\\sum_{i' \\ne i} \\lambda_{j,i'}")
LARGEST_GAIN = printed("{\\Delta_R(j)}")


def symbol(name: str, *indices: Index) -> sympy.Symbol:
    """The real symbol ``name_index_...``."""
    return sympy.Symbol("_".join([name, *map(str, indices)]), real=True)


EPS, EPS_USERS, EPS_PROVIDERS = symbol("eps"), symbol("eps_U"), symbol("eps_P")


def value(where: str, user: Index) -> sympy.Symbol:
    """E[u_i^U] at ``where``."""
    return symbol(f"u_{where}", user)


BENCHMARK_VALUE = symbol("benchmark")

COMMON: Quantities = {
    GUARANTEED: value("ne", 1),
    BENCHMARK: BENCHMARK_VALUE,
    SHORTER_BENCHMARK: BENCHMARK_VALUE,
    ERROR: EPS,
    ERROR_USERS: EPS_USERS,
    ERROR_PROVIDERS: EPS_PROVIDERS,
}
"""What symbols stand for at the level of expectations, in every result."""
