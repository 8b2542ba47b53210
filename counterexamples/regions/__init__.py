"""Exact regions: for which parameters of a family of games a claim holds, and for which it fails."""
