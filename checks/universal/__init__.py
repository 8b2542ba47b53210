"""The kernel's second room: claims about all games of a size, from the definitions run on indeterminates."""
