"""The trusted kernel: certificate kinds and their checkers, from the game's definition. Standard library only."""
