"""How far a guarantee would move with other questions and other respondents: bootstrap, in floating point.

The guarantee ``mean over questions of [max_a p_i(a|y) - range_a (p_i(a|y) - sum_j w_j v_j(a, y))]`` holds for any
weights w >= 0, so the weights of the point estimate are kept and the mean is taken anew: over questions drawn with
replacement, and over shares drawn from counts/n (multinomial). The range of a noisy residual is too large on average,
so that resampled guarantees lie low. Maxima over questions, as in the definitions, are not resampled: the largest value
of a sample says little about that of another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alignproof.experiments.scores import Array, stable_hash
from alignproof.experiments.worst_case import Scored

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """The guarantee at the point estimate, and its lower bound at a one-sided level when questions, respondents, or
    both are drawn anew (None without counts)."""

    point: float
    questions: float
    respondents: float | None
    both: float | None


def bootstrap(
    data: Scored,
    user: int,
    weights: Sequence[Fraction],
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> Interval:
    """Lower bounds for one group's guarantee at given weights. The draws depend on the seed and the names alone."""
    panel = data.panel
    rng = np.random.default_rng(stable_hash(seed, panel.partition, panel.group_names[user]))
    rates = np.array([float(w) for w in weights])
    predicted = [
        rates @ np.array([[float(x) for x in model[y]] for model in data.models]) for y in range(len(panel.questions))
    ]
    shares = [np.array([[float(x) for x in row]]) for row in data.users[user]]
    now = _by_question(shares, predicted)[:, 0]
    draws = rng.integers(len(now), size=(resamples, len(now)))
    redrawn = _redrawn(data, user, rng, resamples)
    respondents = both = None
    if redrawn is not None:
        values = _by_question(redrawn, predicted)
        respondents = _lower(values.mean(axis=0), level)
        both = _lower(np.take_along_axis(values.T, draws, axis=1).mean(axis=1), level)
    return Interval(float(now.mean()), _lower(now[draws].mean(axis=1), level), respondents, both)


def _by_question(shares: Sequence[Array], predicted: Sequence[Array]) -> Array:
    """``[y, resample]``: benchmark minus range, from ``shares[y][resample, a]``."""
    rows = []
    for drawn, fit in zip(shares, predicted, strict=True):
        residual = drawn - fit
        rows.append(drawn.max(axis=1) - (residual.max(axis=1) - residual.min(axis=1)))
    return np.array(rows)


def _redrawn(data: Scored, user: int, rng: np.random.Generator, resamples: int) -> list[Array] | None:
    counts = [answers.counts for answers in data.panel.groups[user]]
    if any(row is None for row in counts):
        return None
    drawn = []
    for row in counts:
        values = np.array(row, dtype=float)
        drawn.append(rng.multinomial(int(values.sum()), values / values.sum(), size=resamples) / values.sum())
    return drawn


def _lower(values: Array, level: float) -> float:
    return float(np.quantile(values, 1 - level))
