"""Games, profiles and certificates written as JSON documents (reading them is the business of games and checks)."""
