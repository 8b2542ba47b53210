"""What the fits say as a function of how many providers there are, and how many users.

A transfer factor may be infinite. A mean that meets one is infinite; beside it stand the mean of the finite ones, the
median, and how many were infinite out of how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alignproof.experiments.fits import sizes
from alignproof.experiments.scores import Array, Whole
from alignproof.experiments.strong import Strong, transfers

SPREAD = (0.1, 0.9)


@dataclass(frozen=True)
class Spread:
    """A set of numbers that may be infinite; ``low`` and ``high`` are the quantiles ``SPREAD``."""

    mean: float
    finite_mean: float
    median: float
    low: float
    high: float
    infinite: int
    count: int

    @property
    def share(self) -> float:
        """The share that is infinite."""
        return self.infinite / self.count


def spread(values: Array) -> Spread:
    """Summary of a non-empty array."""
    flat = np.sort(values.ravel())
    finite = flat[np.isfinite(flat)]
    low, high = (float(np.quantile(flat, q, method="lower")) for q in SPREAD)
    middle = len(flat) // 2
    median = flat[middle] if len(flat) % 2 else (flat[middle - 1] + flat[middle]) / 2
    return Spread(
        float(flat.mean()),
        float(finite.mean()) if len(finite) else float("inf"),
        float(median),
        low,
        high,
        len(flat) - len(finite),
        len(flat),
    )


@dataclass(frozen=True)
class ErrorCurve:
    """For each number of providers: mean error, standard error over folds, and the quantiles over subsets."""

    mean: Array
    standard_error: Array
    low: Array
    high: Array


def error_curve(errors: Array, groups: Sequence[int] | None = None) -> ErrorCurve:
    """``errors[S, i, f]``, averaged over groups (all, or some) and the subsets of each size from 1 on."""
    chosen = errors if groups is None else errors[:, list(groups)]
    mean, error, low, high = [], [], [], []
    for members in by_size(len(errors)):
        per_fold = chosen[members].mean(axis=(0, 1))
        per_subset = chosen[members].mean(axis=(1, 2))
        mean.append(per_fold.mean())
        error.append(per_fold.std(ddof=1) / np.sqrt(len(per_fold)))
        low.append(np.quantile(per_subset, SPREAD[0]))
        high.append(np.quantile(per_subset, SPREAD[1]))
    return ErrorCurve(*(np.array(part) for part in (mean, error, low, high)))


def by_size(subsets: int) -> list[Whole]:
    """The subsets of each size from 1 to all, out of 2^n of them."""
    size = sizes(subsets.bit_length() - 1)
    return [np.flatnonzero(size == count).astype(np.int64) for count in range(1, int(size.max()) + 1)]


def everybody(result: Strong) -> Array:
    """The transfer factors ``[T, f, i]`` for all users of the partition."""
    return transfers(result.weights[-1])


@dataclass(frozen=True)
class TransferCurve:
    """For each number of providers: over subsets and folds, the mean user's transfer factor and the worst user's."""

    mean_user: tuple[Spread, ...]
    worst_user: tuple[Spread, ...]


def transfer_curve(result: Strong) -> TransferCurve:
    """All subsets of each size, all folds."""
    factors = everybody(result)
    sets = by_size(len(factors))
    return TransferCurve(
        tuple(spread(factors[members].mean(axis=2)) for members in sets),
        tuple(spread(factors[members].max(axis=2)) for members in sets),
    )


@dataclass(frozen=True)
class SubsetCurve:
    """For each size of T, the worst user's transfer factor: best T, worst T, and the spread over all T.

    Each T's factor is the mean over folds, so infinite if it is in one fold.
    """

    best: Array
    best_sets: tuple[int, ...]
    worst: Array
    over_sets: tuple[Spread, ...]


def subset_curve(result: Strong) -> SubsetCurve:
    """All sets T."""
    factor = everybody(result).max(axis=2).mean(axis=1)
    sets = by_size(len(factor))
    return SubsetCurve(
        np.array([factor[members].min() for members in sets]),
        tuple(int(members[factor[members].argmin()]) for members in sets),
        np.array([factor[members].max() for members in sets]),
        tuple(spread(factor[members]) for members in sets),
    )


@dataclass(frozen=True)
class UserCurve:
    """For each number n of users from 2 on, all providers available, over sets of groups and folds.

    ``error`` is the mean over providers of the fit's error, ``worst_user`` the transfer factor, ``slack`` the product
    ``2 error / lambda*`` that Theorem 4.3 charges.
    """

    users: tuple[int, ...]
    error: Array
    worst_user: tuple[Spread, ...]
    slack: tuple[Spread, ...]


def user_curve(result: Strong) -> UserCurve:
    """All sets of at least two groups."""
    users = result.weights.shape[-1]
    size = sizes(users)
    counts = tuple(range(2, users + 1))
    error, worst, slack = [], [], []
    for count in counts:
        sets = np.flatnonzero(size == count)
        factors = np.array([_worst_inside(result.weights[chosen], int(chosen)) for chosen in sets])
        errors = result.rmse[sets].mean(axis=2)
        error.append(errors.mean())
        worst.append(spread(factors))
        slack.append(spread(2 * errors * factors))
    return UserCurve(counts, np.array(error), tuple(worst), tuple(slack))


def _worst_inside(weights: Array, chosen: int) -> Array:
    """The worst user's factor in each fold, with all providers, among the users that were chosen."""
    inside = [i for i in range(weights.shape[-1]) if chosen >> i & 1]
    worst: Array = transfers(weights[..., inside])[-1].max(axis=-1)
    return worst


def settled(curve: Sequence[Spread], within: float = 1.25) -> int:
    """The least number of providers from which on the median stays within a factor of its value with all of them."""
    limit = curve[-1].median * within
    above = [k for k, value in enumerate(curve, 1) if value.median > limit]
    return max(above, default=0) + 1
