"""The paper's results, one file each: hypotheses, bound, conclusion, source, and the games of its proof."""
