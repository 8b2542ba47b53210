"""Pictures of games: who knows what, what everybody wants and earns, what is said, and what it comes to."""
