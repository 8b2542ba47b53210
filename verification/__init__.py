"""Claims about games and the procedures that verify them."""
