"""Finite games in other programs' formats: Gambit's ``.nfg`` and ``.efg``, exact, both ways."""
