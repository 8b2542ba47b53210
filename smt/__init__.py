"""Encodings of questions about games for an SMT solver."""
