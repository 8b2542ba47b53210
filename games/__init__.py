"""Market games, exactly: the paper's Definitions 2.1-2.14, over any ordered arithmetic. Standard library only."""
