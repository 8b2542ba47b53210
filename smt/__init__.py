"""Statements as solver queries: untrusted searchers and second opinions."""
