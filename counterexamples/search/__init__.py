"""Markets that a goal asks for, searched for from small to large; what is found counts only once certified."""
