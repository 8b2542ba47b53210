"""Statements as solver queries: second opinions that no certificate rests on."""
