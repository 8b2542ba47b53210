"""Search for games that refute a claim, and their reduction to small ones."""
