"""Strong Market Alignment: each provider's utility as a nonnegative combination of the users' (equation (2)).

For a set I of groups, each one user, ``u_j^P(a, y) = mean over I of v_j(a_i, y)``, and
``u_j^P ~ sum over I of lambda_{j,i} u_i(a_i, y) + c_j``, over action profiles in which each user's action is drawn from
her group's answers, ``a_i ~ p_i(.|y)``, independently. Only products of two of the variables matter, so each question
is reduced to its moments: over profiles that were drawn, or over all profiles exactly.

User i's coverage by a set T of providers is ``lambda_i* = max over T of lambda_{j,i}``; the transfer factor is its
inverse (Theorem 4.3), infinite where no provider of T covers her.
"""

from dataclasses import dataclass

import numpy as np

from alignproof.experiments.fits import halves, subset_fits
from alignproof.experiments.scores import Array, Observations, stable_hash

PROFILES = 200
"""Action profiles drawn for each question."""


@dataclass(frozen=True)
class Moments:
    """Means over profiles, by question y: ``u[y, i]``, ``v[y, j, i]`` (v_j at i's action), and of products
    ``uu[y, i, k]``, ``uv[y, i, j, k]`` (u_i times v_j at k's action), ``vv[y, j, i, k]``.
    """

    u: Array
    v: Array
    uu: Array
    uv: Array
    vv: Array

    def over(self, questions: np.ndarray) -> "Moments":
        """The means over some questions, which have equal weight; no more index y."""
        return Moments(*(part[questions].mean(axis=0) for part in (self.u, self.v, self.uu, self.uv, self.vv)))


@dataclass(frozen=True)
class Strong:
    """``weights[I, f, j, i]`` = lambda fitted without fold f, zero for i outside I; ``rmse[I, f, j]`` on fold f.

    ``overall[j, i]`` is lambda for all groups, fitted to all questions.
    """

    weights: Array
    rmse: Array
    overall: Array


def drawn_moments(data: Observations, seed: int, profiles: int = PROFILES) -> Moments:
    """Moments over profiles that are drawn; the draws for a question depend on nothing but its name and the seed."""
    u, v = [], []
    for y, question in enumerate(data.panel.questions):
        rows = data.question == y
        rng = np.random.default_rng(stable_hash(seed, data.panel.partition, *question.identity))
        limits = np.cumsum(data.users[:, rows], axis=1)
        limits[:, -1] = np.inf  # a sum may fall short of 1 by rounding
        actions = (rng.random((profiles, len(limits), 1)) >= limits[None]).sum(axis=2)
        u.append(np.take_along_axis(data.users[:, rows].T, actions, axis=0))
        v.append(data.providers[:, rows][:, actions].transpose(1, 0, 2))
    parts = [
        (a.mean(0), b.mean(0), a.T @ a / profiles, np.tensordot(a, b, (0, 0)) / profiles, _products(b) / profiles)
        for a, b in zip(u, v, strict=True)
    ]
    return Moments(*(np.stack(part) for part in zip(*parts, strict=True)))


def _products(v: Array) -> Array:
    products: Array = np.einsum("mji,mjk->jik", v, v)
    return products


def exact_moments(data: Observations) -> Moments:
    """Moments over all profiles, each with its probability."""
    parts = []
    for y in range(len(data.panel.questions)):
        p, q = data.users[:, data.question == y], data.providers[:, data.question == y]
        u, v = (p * p).sum(axis=1), q @ p.T
        uu, uv = np.outer(u, u), u[:, None, None] * v[None]
        vv = v[:, :, None] * v[:, None, :]
        i = np.arange(len(p))
        uu[i, i] = (p**3).sum(axis=1)
        uv[i, :, i] = (p * p) @ q.T
        vv[:, i, i] = (q * q) @ p.T
        parts.append((u, v, uu, uv, vv))
    return Moments(*(np.stack(part) for part in zip(*parts, strict=True)))


def strong(data: Observations, moments: Moments, every_set: bool) -> Strong:
    """All folds; all sets I of at least two groups if ``every_set``, else the whole partition alone."""
    folds, users, providers = int(data.fold.max()) + 1, len(data.users), len(data.providers)
    everyone = (1 << users) - 1
    weights = np.zeros((1 << users, folds, providers, users))
    rmse = np.full((1 << users, folds, providers), np.nan)
    halves = [(moments.over(data.fold != fold), moments.over(data.fold == fold)) for fold in range(folds)]
    for chosen in range(1, 1 << users) if every_set else (everyone,):
        index = np.array([i for i in range(users) if chosen >> i & 1])
        if len(index) == 1 and chosen != everyone:
            continue
        for fold, (train, test) in enumerate(halves):
            fitted = _fit(train, index)
            weights[chosen, fold][:, index] = fitted
            rmse[chosen, fold] = _error(train, test, index, fitted)
    return Strong(weights, rmse, _fit(moments.over(data.fold >= 0), np.arange(users)))


def _fit(train: Moments, index: np.ndarray) -> Array:
    """lambda[j, i] for the users in ``index``."""
    u, mean_v = train.u[index], train.v[:, index].mean(axis=1)
    gram = train.uu[np.ix_(index, index)] - np.outer(u, u)
    cross = train.uv[index][:, :, index].mean(axis=2) - np.outer(u, mean_v)
    fitted: Array = subset_fits(gram, cross)[-1].T
    return fitted


def _error(train: Moments, test: Moments, index: np.ndarray, fitted: Array) -> Array:
    """Each provider's root mean squared error on other questions."""
    intercept = train.v[:, index].mean(axis=1) - fitted @ train.u[index]
    target = test.v[:, index].mean(axis=1)
    square = test.vv[:, index][:, :, index].mean(axis=(1, 2))
    cross = test.uv[index][:, :, index].mean(axis=2)
    mean = fitted @ test.u[index]
    error: Array = (
        square
        - 2 * np.einsum("ji,ij->j", fitted, cross)
        - 2 * intercept * target
        + np.einsum("ji,ik,jk->j", fitted, test.uu[np.ix_(index, index)], fitted)
        + 2 * intercept * mean
        + intercept**2
    )
    root: Array = np.sqrt(np.maximum(error, 0))
    return root


def transfers(weights: Array) -> Array:
    """The transfer factors ``[T, ..., i]`` for every set T of providers, from ``weights[..., j, i]``.

    Infinite where lambda is 0 for all of T; so everywhere for the empty set.
    """
    providers = weights.shape[-2]
    coverage = np.zeros((1 << providers, *weights.shape[:-2], weights.shape[-1]))
    for j in range(providers):
        coverage[1 << j] = weights[..., j, :]
    for j in range(providers):
        without, with_it = halves(coverage, j)
        np.maximum(with_it, without, out=with_it)
    with np.errstate(divide="ignore"):
        return 1 / coverage
