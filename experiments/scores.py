"""Scoring rules: what an answer is worth to a provider (Appendix B), and the folds.

A user's utility is the linear score of her own group, ``u_i(a, y) = p_i(a|y)``. A provider's is ``v_j(a, y)``:
*linear* ``q_j(a|y)``; *Brier* ``1/2 + q_j(a|y) - ||q_j(.|y)||^2 / 2``; *log* ``log q_j(a|y)`` brought to [0, 1] by one
affine map for all providers.

The log of a share of 0 is not a number. A share of 0 stands for "never among the answers drawn", so it is raised to
half the smallest positive share that any model gives any option (``floor``; with 50 answers drawn, half an answer), and
the score is ``1 - log(q) / log(floor)``: 0 at the floor, 1 at q = 1. Shares are not renormalised.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from alignproof.experiments.tables import Answers, Panel, Question

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

FOLDS = 5


def linear(shares: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """The shares themselves."""
    return shares


def brier(shares: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Exact, in [0, 1]."""
    square = sum((share * share for share in shares), Fraction(0))
    return tuple(Fraction(1, 2) + share - square / 2 for share in shares)


def log(shares: tuple[Fraction, ...], floor: Fraction) -> tuple[float, ...]:
    """In [0, 1]; 0 where the share is at most ``floor``, which lies strictly between 0 and 1."""
    lowest = np.log(float(floor))
    return tuple(float(1 - np.log(float(max(share, floor))) / lowest) for share in shares)


def score_rules(
    floor: Fraction,
) -> dict[str, Callable[[tuple[Fraction, ...]], tuple[Fraction, ...] | tuple[float, ...]]]:
    """The three rules by name; ``floor`` is the log rule's."""
    return {"linear": linear, "log": lambda shares: log(shares, floor), "brier": brier}


SCORES = ("linear", "log", "brier")


@dataclass(frozen=True)
class Observations:
    """A panel under one scoring rule, one row for each option of each question.

    ``users[i, r] = u_i(a, y)`` and ``providers[j, r] = v_j(a, y)`` at row r; ``question[r]`` is the place of y in the
    panel, ``uniform[r]`` one over its number of options, ``fold[y]`` the fold that holds question y out.
    """

    panel: Panel
    users: Array
    providers: Array
    question: Whole
    uniform: Array
    fold: Whole


def observations(panel: Panel, score: str, floor: Fraction, seed: int, folds: int = FOLDS) -> Observations:
    """The panel's rows under one of ``SCORES``."""
    rule = score_rules(floor)[score]
    sizes = [len(question.options) for question in panel.questions]
    return Observations(
        panel,
        np.array([_row(mine, linear) for mine in panel.groups]),
        np.array([_row(mine, rule) for mine in panel.models]),
        np.repeat(np.arange(len(sizes)), sizes),
        np.repeat(1 / np.array(sizes, dtype=float), sizes),
        question_folds(panel.questions, seed, folds),
    )


def _row(
    answers: tuple[Answers, ...], rule: Callable[[tuple[Fraction, ...]], tuple[Fraction, ...] | tuple[float, ...]]
) -> list[float]:
    return [float(value) for mine in answers for value in rule(mine.shares)]


def question_folds(questions: tuple[Question, ...], seed: int, folds: int = FOLDS) -> Whole:
    """The fold of each question: dealt out in an order that only the seed and the questions' names decide."""
    if len(questions) < folds:
        raise ValueError(f"{len(questions)} questions cannot be dealt out into {folds} folds")
    order = sorted(range(len(questions)), key=lambda y: stable_hash(seed, *questions[y].identity))
    fold = np.empty(len(questions), dtype=np.int64)
    fold[order] = np.arange(len(questions)) % folds
    return fold


def stable_hash(*parts: object) -> int:
    """64 bits that depend on the parts alone."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:8], "big")
