"""Sweeps: statement x size x mutant x solver x seed, on one machine or on a cluster, with results that are kept."""
