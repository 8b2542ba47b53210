"""Games whose payoffs are symbolic expressions in parameters."""
