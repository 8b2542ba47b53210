"""The printed proofs, line by line: what the lines say, and what settles them."""
