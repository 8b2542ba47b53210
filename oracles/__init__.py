"""Solvers that propose equilibria, dual values and other certificates."""
