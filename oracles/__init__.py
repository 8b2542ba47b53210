"""Exact optimisation over the game: untrusted; every answer comes with a certificate that the kernel checks."""
