"""How far a guarantee would move with other questions, respondents and answers of models: bootstrap, in floating point.

The guarantee ``mean over questions of [max_a p_i(a|y) - range_a (p_i(a|y) - sum_j w_j v_j(a, y))]`` holds for any
weights w >= 0, so the weights of the point estimate are kept and the mean is taken anew: over questions drawn with
replacement, over groups' shares drawn from counts/n (multinomial), and over models' shares drawn so from their
samples. The range of a noisy residual is too large on average, so that resampled guarantees lie low. Maxima over
questions, as in the definitions, are not resampled: the largest value of a sample says little about that of another.

The weights were chosen on the same data. On demand they are chosen anew in every draw (``refits``): then each draw has
the guarantee that is best for it, and their spread is that of the whole procedure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alignproof.experiments.scores import Array, stable_hash
from alignproof.experiments.tables import Answers
from alignproof.experiments.worst_case import Scored
from alignproof.oracles.cutting_planes import NotSolved

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """The guarantee at the point estimate, and its lower bound at a one-sided level when questions, respondents, both,
    models' answers, or all three are drawn anew, the last also with weights fitted anew (None without counts)."""

    point: float
    questions: float
    respondents: float | None
    both: float | None
    models: float | None
    everything: float | None
    refitted: float | None


def bootstrap(
    data: Scored,
    user: int,
    weights: Sequence[Fraction],
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    refits: int = 0,
) -> Interval:
    """Lower bounds for one group's guarantee at given weights. The draws depend on the seed and the names alone.

    Models' answers are drawn anew if scores are the shares themselves (the linear score). Raises NotSolved.
    """
    panel = data.panel
    rng = np.random.default_rng(stable_hash(seed, panel.partition, panel.group_names[user]))
    rates = np.array([float(w) for w in weights])
    scores = [[np.array([[float(x) for x in row]]) for row in model] for model in data.models]
    shares = [np.array([[float(x) for x in row]]) for row in data.users[user]]
    now = _by_question(shares, _predicted(rates, scores))[:, 0]
    draws = rng.integers(len(now), size=(resamples, len(now)))

    def lower(values: Array | None) -> float | None:
        return None if values is None else float(np.quantile(values, 1 - level))

    def mixed(values: Array) -> Array:
        chosen: Array = np.take_along_axis(values.T, draws, axis=1).mean(axis=1)
        return chosen

    others = _redrawn(panel.groups[user], rng, resamples)
    linear = all(
        a.shares == v for mine, of in zip(panel.models, data.models, strict=True) for a, v in zip(mine, of, strict=True)
    )
    answers = [_redrawn(mine, rng, resamples) for mine in panel.models] if linear else [None]
    models = [one for one in answers if one is not None]
    respondents = both = sampled = everything = refitted = None
    if others is not None:
        values = _by_question(others, _predicted(rates, scores))
        respondents, both = values.mean(axis=0), mixed(values)
    if len(models) == len(answers):
        sampled = _by_question(shares, _predicted(rates, models)).mean(axis=0)
        if others is not None:
            everything = mixed(_by_question(others, _predicted(rates, models)))
            if refits:
                refitted = np.array([_refitted(others, models, draws[k], k) for k in range(min(refits, resamples))])
    questions = float(np.quantile(now[draws].mean(axis=1), 1 - level))
    bounds = (lower(values) for values in (respondents, both, sampled, everything, refitted))
    return Interval(float(now.mean()), questions, *bounds)


def _predicted(rates: Array, models: Sequence[Sequence[Array]]) -> list[Array]:
    """``[y][resample, a]``: the weighted sum of the models."""
    return [sum((w * v for w, v in zip(rates, each, strict=True)), np.zeros(1)) for each in zip(*models, strict=True)]


def _by_question(shares: Sequence[Array], predicted: Sequence[Array]) -> Array:
    """``[y, resample]``: benchmark minus range, from ``[y][resample, a]``; one resample stands for all."""
    rows = []
    for drawn, fit in zip(shares, predicted, strict=True):
        residual = drawn - fit
        rows.append(drawn.max(axis=1) - (residual.max(axis=1) - residual.min(axis=1)))
    return np.array(rows)


def _redrawn(answers: Sequence[Answers], rng: np.random.Generator, resamples: int) -> list[Array] | None:
    """``[y][resample, a]``: shares drawn from the counts, if there are counts."""
    drawn = []
    for one in answers:
        if one.counts is None:
            return None
        values = np.array(one.counts, dtype=float)
        drawn.append(rng.multinomial(int(values.sum()), values / values.sum(), size=resamples) / values.sum())
    return drawn


def _refitted(shares: Sequence[Array], models: Sequence[Sequence[Array]], questions: Array, resample: int) -> float:
    """The guarantee of one resample with the weights that are best for it, as a linear program.

    Variables: w; then per question drawn the highest and the lowest residual. Raises NotSolved.
    """
    import highspy

    chosen, times = np.unique(questions, return_counts=True)
    part = times / times.sum()
    count = len(models)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    for _ in range(count):
        solver.addCol(0.0, 0.0, highspy.kHighsInf, 0, [], [])
    for share in part:
        for cost in (share, -share):
            solver.addCol(cost, -highspy.kHighsInf, highspy.kHighsInf, 0, [], [])
    for place, y in enumerate(chosen):
        values = np.array([model[y][resample] for model in models])
        for a, u in enumerate(shares[y][resample]):
            high, low = count + 2 * place, count + 2 * place + 1
            rates = np.append(values[:, a], 1.0)
            solver.addRow(u, highspy.kHighsInf, count + 1, np.append(np.arange(count), high).astype(np.int32), rates)
            solver.addRow(-highspy.kHighsInf, u, count + 1, np.append(np.arange(count), low).astype(np.int32), rates)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise NotSolved("weights of a resample")
    best = sum(share * float(shares[y][resample].max()) for share, y in zip(part, chosen, strict=True))
    return float(best - solver.getInfo().objective_function_value)
