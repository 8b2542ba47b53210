"""Command line of alignproof."""
