"""From results to verdicts: what is run, what is expected, what is written down and replayed."""
