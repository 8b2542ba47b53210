"""Instances that break a claim, certified from the game's definition."""
