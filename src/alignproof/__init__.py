"""Formal verification of market alignment games."""

__version__ = "0.1.0"
