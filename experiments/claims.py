"""What the paper says of its data, asked of these data. Every verdict and number is computed from the parts.

The paper has eleven models, two waves apart and other questions, so a claim that does not hold here is not thereby
wrong there.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from alignproof.experiments.curves import (
    error_curve,
    everybody,
    settled,
    spread,
    subset_curve,
    transfer_curve,
    user_curve,
)
from alignproof.experiments.run import Part, Parts
from alignproof.experiments.scores import SCORES
from alignproof.experiments.weak import NNLS

HOLDS, PARTLY, DOES_NOT, NOT_ASKED = "holds", "partly", "does not", "cannot be asked"
MAIN, RELIGION = "POLIDEOLOGY", "RELIG"
LINEAR, LOG, BRIER = SCORES


@dataclass(frozen=True)
class Claim:
    """A claim, where the paper makes it, the figure that shows it here, the verdict and the numbers behind it."""

    figure: str
    claim: str
    source: str
    verdict: str
    numbers: str


def number(value: float) -> str:
    """Three digits; what is infinite says so, and so does infinity by infinity."""
    if not math.isfinite(value):
        return "infinite" if math.isinf(value) else "undefined"
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def main_partition(parts: Parts) -> str:
    """The partition of the paper's main text, or else the first."""
    names = partitions(parts)
    return MAIN if MAIN in names else names[0]


def partitions(parts: Parts) -> list[str]:
    """All partitions, in order."""
    return list(dict.fromkeys(name for name, _ in parts))


def claims(parts: Parts) -> list[Claim]:
    """Every claim of Section 6.2 and Appendix B that these tables can be asked about."""
    return [ask(parts) for ask in CLAIMS]


def _verdict(held: Sequence[bool]) -> str:
    if not held:
        return NOT_ASKED
    return HOLDS if all(held) else PARTLY if any(held) else DOES_NOT


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or "none"


def falls_with_more_providers(parts: Parts) -> Claim:
    """Figures 1 and 5."""
    curves = {name: error_curve(parts[name, LINEAR].weak.rmse[NNLS]).mean for name in partitions(parts)}
    falls = {name: bool((np.diff(curve) < 0).all()) for name, curve in curves.items()}
    main = curves[main_partition(parts)]
    missing = _listed(name for name, held in falls.items() if not held)
    numbers = (
        f"{main_partition(parts)}: {number(main[0])} at K = 1, {number(main[-1])} at K = {len(main)}; it falls at "
        f"every step in {sum(falls.values())} of {len(falls)} partitions (not in: {missing})"
    )
    return Claim("5", "Weak error falls with K", "6.2, Figures 1 and 5", _verdict(list(falls.values())), numbers)


def the_gap_decreases(parts: Parts) -> Claim:
    """Figure 1: each further provider brings less."""
    gains = -np.diff(error_curve(parts[main_partition(parts), LINEAR].weak.rmse[NNLS]).mean)
    smaller = [bool(later < earlier) for earlier, later in pairwise(gains)]
    numbers = f"the first further provider brings {number(gains[0])}, the last {number(gains[-1])}"
    return Claim("1", "Each further provider brings less than the one before", "6.2", _verdict(smaller), numbers)


def _against(parts: Parts, others: Sequence[str]) -> tuple[list[bool], str]:
    """NNLS against baselines, for every partition and K >= 2: is it lower? And what is not."""
    held, lost = [], []
    for name in partitions(parts):
        errors = parts[name, LINEAR].weak.rmse
        ours = error_curve(errors[NNLS]).mean
        for other in others:
            lower = ours[1:] < error_curve(errors[other]).mean[1:]
            held += [bool(item) for item in lower]
            if not lower.all():
                places = _listed(str(k) for k, item in enumerate(lower, 2) if not item)
                lost.append(f"{name} against {other} at K = {places}")
    return held, f"lower in {sum(held)} of {len(held)} comparisons (not in: {'; '.join(lost) or 'none'})"


def _margin(part: Part, other: str) -> float:
    """How much more error a baseline makes with all providers, in percent."""
    errors = part.weak.rmse
    return float(100 * (errors[other][-1].mean() / errors[NNLS][-1].mean() - 1))


def beats_the_baselines(parts: Parts) -> Claim:
    """Figures 1 and 5: the paper's two baselines."""
    others = ("best single", "equal average")
    held, numbers = _against(parts, others)
    part = parts[main_partition(parts), LINEAR]
    more = ", ".join(f"{other} {_margin(part, other):.0f} % more" for other in others)
    return Claim(
        "5",
        "NNLS beats the best single provider and the equal average (K >= 2)",
        "6.2, Figures 1 and 5",
        _verdict(held),
        f"{numbers}; {main_partition(parts)}, all providers: {more}",
    )


def beats_fitted_baselines(parts: Parts) -> Claim:
    """Not in the paper: the same baselines with a slope and an intercept of their own."""
    others = ("best single, fitted", "average, fitted")
    held, numbers = _against(parts, others)
    part = parts[main_partition(parts), LINEAR]
    more = ", ".join(f"{other} {_margin(part, other):.0f} % more" for other in others)
    return Claim(
        "5",
        "NNLS also beats them if they are given a slope and an intercept",
        "not in the paper",
        _verdict(held),
        f"{numbers}; {main_partition(parts)}, all providers: {more}",
    )


def beats_no_model_at_all(parts: Parts) -> Claim:
    """Not in the paper: the uniform distribution and the intercept know nothing of the models."""
    firsts = {}
    for name in partitions(parts):
        errors = parts[name, LINEAR].weak.rmse
        lower = error_curve(errors[NNLS]).mean < error_curve(errors["uniform"]).mean
        firsts[name] = next((k for k in range(1, len(lower) + 1) if lower[k - 1 :].all()), 0)
    numbers = _listed(f"{name} from K = {k}" if k else f"{name} never" for name, k in firsts.items())
    held = [k == 1 for k in firsts.values()] + [k > 0 for k in firsts.values()]
    return Claim(
        "5", "NNLS beats the uniform distribution, on average over subsets", "not in the paper", _verdict(held), numbers
    )


def _group(part: Part, wanted: str) -> int | None:
    names = [name.casefold() for name in part.panel.group_names]
    return names.index(wanted.casefold()) if wanted.casefold() in names else None


def _hardest(figure: str, parts: Parts, partition: str, group: str, source: str) -> Claim:
    claim = f"{group} is the hardest group of {partition}"
    part = parts.get((partition, LINEAR))
    place = _group(part, group) if part else None
    if part is None or place is None:
        return Claim(figure, claim, source, NOT_ASKED, "these tables have no such group")
    errors = part.weak.rmse[NNLS]
    by_k = np.array([error_curve(errors, [i]).mean for i in range(errors.shape[1])])
    hardest = [bool(row) for row in by_k.argmax(axis=0) == place]
    names = part.panel.group_names
    last = by_k[:, -1]
    numbers = (
        f"hardest at {sum(hardest)} of {len(hardest)} values of K; with all providers {number(last[place])}, the "
        f"partition's mean is {number(last.mean())}, the hardest is {names[int(last.argmax())]} ({number(last.max())})"
    )
    return Claim(figure, claim, source, _verdict(hardest), numbers)


def very_conservative_is_hardest(parts: Parts) -> Claim:
    """Figures 1 and 6."""
    return _hardest("1", parts, MAIN, "Very conservative", "6.2, Appendix B")


def protestant_is_hardest(parts: Parts) -> Claim:
    """Figure 6, wave W29."""
    return _hardest("6-7", parts, RELIGION, "Protestant", "Appendix B (W29)")


def highest_bracket_is_hardest(parts: Parts) -> Claim:
    """Figure 7, wave W82."""
    return _hardest("6-7", parts, "INCOME", "$100,000 or more", "Appendix B (W82)")


def hardest_groups_above_the_mean(parts: Parts) -> Claim:
    """Figures 6 and 7."""
    above = {}
    for name in partitions(parts):
        by_group = parts[name, LINEAR].weak.rmse[NNLS][-1].mean(axis=1)
        above[name] = float(100 * (by_group.max() / by_group.mean() - 1))
    numbers = _listed(f"{name} {value:.0f} %" for name, value in above.items())
    held = [5 <= value <= 20 for value in above.values()]
    return Claim(
        "6-7", "The hardest groups lie 5-20 % above the partition's mean", "Appendix B", _verdict(held), numbers
    )


def averaging_suffices_for_race_and_sex(parts: Parts) -> Claim:
    """Figure 5: with all providers the equal average comes within 5 % of NNLS."""
    claim = "For RACE and SEX the equal average approaches NNLS at large K"
    asked = [name for name in ("RACE", "SEX") if (name, LINEAR) in parts]
    if not asked:
        return Claim("5", claim, "Appendix B (W82)", NOT_ASKED, "these tables have neither")
    margins = {name: _margin(parts[name, LINEAR], "equal average") for name in asked}
    held = [value <= 5 for value in margins.values()]
    numbers = _listed(f"{name}: {value:.0f} % more error" for name, value in margins.items())
    return Claim("5", claim, "Appendix B (W82)", _verdict(held), numbers)


def single_providers_differ_widely(parts: Parts) -> Claim:
    """Section 6.2: from about 7 to more than 10^4 at K = 1."""
    part = parts[main_partition(parts), LINEAR]
    singles = _singles(part)
    factors = {name: spread(values) for name, values in singles.items()}
    best = min(factors.items(), key=lambda item: item[1].mean)
    infinite = {name: value for name, value in factors.items() if value.infinite}
    largest = max(np.max(values[np.isfinite(values)], initial=0.0) for values in singles.values())
    held = [5 <= best[1].mean <= 10, bool(infinite) or largest > 1e4]
    numbers = (
        f"best {number(best[1].mean)} ({best[0]}), largest finite {number(float(largest))}; infinite in some fold for "
        f"{len(infinite)} of {len(factors)} providers"
        + (f" ({_listed(f'{name} in {v.infinite} of {v.count}' for name, v in infinite.items())})" if infinite else "")
    )
    return Claim(
        "2",
        "Worst-user factors of single providers range from about 7 to more than 10^4",
        "6.2",
        _verdict(held),
        numbers,
    )


def _singles(part: Part) -> dict[str, np.ndarray]:
    """Each provider's worst-user factor in each fold."""
    worst = everybody(part.strong).max(axis=2)
    return {name: worst[1 << j] for j, name in enumerate(part.panel.model_names)}


def transfer_drops(parts: Parts) -> Claim:
    """Figure 2, top: the mean over subsets falls tenfold, and so do the sets that leave somebody uncovered.

    A mean that meets an infinite factor is infinite, and has not fallen.
    """
    curve = transfer_curve(parts[main_partition(parts), LINEAR].strong).worst_user
    few = curve[:3]
    held = [math.isfinite(value.mean) and few[0].mean >= 10 * value.mean for value in few[1:]]
    if few[0].infinite:
        held.append(few[-1].share <= few[0].share / 10)
    ratios = [few[0].median / value.median if math.isfinite(value.median) else math.nan for value in few[1:]]
    numbers = "; ".join(
        f"K = {k}: mean {number(value.mean)}, median {number(value.median)}, {100 * value.share:.1f} % infinite"
        for k, value in enumerate(few, 1)
    )
    numbers += f"; the median falls by a factor of {_listed(number(ratio) for ratio in ratios)}"
    return Claim(
        "2", "One or two more providers lower the factor by orders of magnitude", "6.2", _verdict(held), numbers
    )


def three_providers_are_enough(parts: Parts) -> Claim:
    """Figure 3: the mean set of three is within a factor of two of all providers."""
    curve = subset_curve(parts[main_partition(parts), LINEAR].strong)
    at = min(3, len(curve.over_sets)) - 1
    value, full = curve.over_sets[at], curve.over_sets[-1]
    held = [math.isfinite(full.mean) and value.mean <= 2 * full.mean]
    numbers = f"|T| = {at + 1}: mean {number(value.mean)}, median {number(value.median)}; all: {number(full.mean)}"
    return Claim("3", "By |T| = 3 the mean subset reaches reasonable transfer", "6.2", _verdict(held), numbers)


def a_good_single_provider_is_enough(parts: Parts) -> Claim:
    """Figure 3: the best single provider against all, and against the average single provider."""
    curve = subset_curve(parts[main_partition(parts), LINEAR].strong)
    best, mean, full = curve.best[0], curve.over_sets[0].mean, curve.over_sets[-1].mean
    held = [7 <= best <= 10, bool(best <= mean / 10 and math.isfinite(best))]
    numbers = (
        f"best {number(best)}, all together {number(full)}; mean {number(mean)}, mean of the finite "
        f"{number(curve.over_sets[0].finite_mean)}, median {number(curve.over_sets[0].median)}"
    )
    return Claim(
        "3",
        "The best single provider has a factor of 7-10, the average one orders of magnitude more",
        "6.2, Figure 3",
        _verdict(held),
        numbers,
    )


def strong_is_harder(parts: Parts) -> Claim:
    """Section 6.2: strong error 30-40 % above the weak error at the same K."""
    part = parts[main_partition(parts), LINEAR]
    ours = error_curve(part.weak.rmse[NNLS]).mean
    error = float(part.strong.rmse[-1].mean())
    percent = [100 * (error / value - 1) for value in ours]
    held = [30 <= value <= 40 for value in percent]
    numbers = (
        f"strong error {number(error)} (mean over providers; worst provider "
        f"{number(float(part.strong.rmse[-1].mean(axis=0).max()))}) against weak {number(ours[0])} at K = 1 to "
        f"{number(ours[-1])} at K = {len(ours)}: {percent[0]:+.0f} % to {percent[-1]:+.0f} %"
    )
    return Claim("2", "The strong error is 30-40 % above the weak one", "6.2", _verdict(held), numbers)


def more_users(parts: Parts) -> Claim:
    """Figure 2, bottom: error falls, the factor grows."""
    curve = user_curve(parts[main_partition(parts), LINEAR].strong)
    medians = [value.median for value in curve.worst_user]
    held = [bool(b < a) for a, b in pairwise(curve.error)] + [a < b for a, b in pairwise(medians)]
    numbers = (
        f"n = {curve.users[0]} to {curve.users[-1]}: error {number(curve.error[0])} to {number(curve.error[-1])}, "
        f"worst-user factor (median) {number(medians[0])} to {number(medians[-1])}"
    )
    return Claim("2", "More users: lower error, but a larger transfer factor", "6.2, Figure 2", _verdict(held), numbers)


def finer_segmentation(parts: Parts) -> Claim:
    """Section 6.2: the factor grows faster than the error falls, so the slack grows with n."""
    grows = {}
    for name in partitions(parts):
        curve = user_curve(parts[name, LINEAR].strong)
        if len(curve.users) > 1:
            grows[name] = [value.median for value in curve.slack]
    held = [all(a < b for a, b in pairwise(values)) for values in grows.values()]
    numbers = _listed(f"{name} {number(v[0])} to {number(v[-1])}" for name, v in grows.items())
    return Claim("2", "Finer segmentation does not help: 2 eps / lambda* grows with n", "6.2", _verdict(held), numbers)


def scores_agree(parts: Parts) -> Claim:
    """Figure 4: under every rule the weak error falls with K."""
    name = main_partition(parts)
    held, numbers = [], []
    for score in SCORES:
        curve = error_curve(parts[name, score].weak.rmse[NNLS]).mean
        held.append(bool((np.diff(curve) < 0).all()))
        numbers.append(f"{score} {number(curve[0])} to {number(curve[-1])}")
    return Claim(
        "4", "Under all three scores the weak error falls with K", "Appendix B", _verdict(held), _listed(numbers)
    )


def log_has_higher_factors(parts: Parts) -> Claim:
    """Figure 4: with all providers the log score has the highest factor."""
    held, numbers = [], []
    for name in partitions(parts):
        last = {score: transfer_curve(parts[name, score].strong).worst_user[-1].median for score in SCORES}
        held.append(last[LOG] > max(last[LINEAR], last[BRIER]))
        if name == main_partition(parts):
            numbers.append(f"{name}: " + _listed(f"{score} {number(value)}" for score, value in last.items()))
    numbers.append(f"log is highest in {sum(held)} of {len(held)} partitions")
    return Claim(
        "4", "The log score has the highest converged factors", "Appendix B", _verdict(held), "; ".join(numbers)
    )


def religion_needs_more_providers(parts: Parts) -> Claim:
    """Figure 8: from which K on the median factor stays within a quarter of its value with all providers."""
    claim = "RELIG needs K = 4-5 to settle, the others 2-3"
    at = {name: settled(transfer_curve(parts[name, LINEAR].strong).worst_user) for name in partitions(parts)}
    numbers = "within 25 % of all providers' value from: " + _listed(f"{name} K = {k}" for name, k in at.items())
    if RELIGION not in at:
        return Claim("8", claim, "Appendix B, Figure 8", NOT_ASKED, numbers)
    held = [at[RELIGION] in (4, 5), all(k <= 3 for name, k in at.items() if name != RELIGION)]
    return Claim("8", claim, "Appendix B, Figure 8", _verdict(held), numbers)


def religion_is_hardest_to_cover(parts: Parts) -> Claim:
    """Figure 9: the best single provider's factor."""
    claim = "RELIG is hardest to cover: its best single provider has a factor of 20-30"
    best = {name: float(subset_curve(parts[name, LINEAR].strong).best[0]) for name in partitions(parts)}
    numbers = "best single provider: " + _listed(f"{name} {number(value)}" for name, value in best.items())
    if RELIGION not in best:
        return Claim("9", claim, "Appendix B, Figure 9", NOT_ASKED, numbers)
    held = [20 <= best[RELIGION] <= 30, best[RELIGION] == max(best.values())]
    return Claim("9", claim, "Appendix B, Figure 9", _verdict(held), numbers)


def models_specialise(parts: Parts) -> Claim:
    """Figure 10: weights that are exactly zero."""
    part = parts[main_partition(parts), LINEAR]
    zero_w, zero_l = int((part.weak.weights == 0).sum()), int((part.strong.overall == 0).sum())
    best = {part.panel.model_names[j] for j in part.strong.overall.argmax(axis=0)}
    held = [zero_w > 0, len(best) > 1]
    numbers = (
        f"{zero_w} of {part.weak.weights.size} weights w and {zero_l} of {part.strong.overall.size} weights lambda "
        f"are 0; the groups' best cover comes from {len(best)} different models"
    )
    return Claim("10", "Models specialise in groups; weights are sparse", "6.2, Figure 10", _verdict(held), numbers)


CLAIMS: tuple[Callable[[Parts], Claim], ...] = (
    falls_with_more_providers,
    the_gap_decreases,
    beats_the_baselines,
    beats_fitted_baselines,
    beats_no_model_at_all,
    averaging_suffices_for_race_and_sex,
    very_conservative_is_hardest,
    protestant_is_hardest,
    highest_bracket_is_hardest,
    hardest_groups_above_the_mean,
    strong_is_harder,
    single_providers_differ_widely,
    transfer_drops,
    a_good_single_provider_is_enough,
    three_providers_are_enough,
    more_users,
    finer_segmentation,
    scores_agree,
    log_has_higher_factors,
    religion_needs_more_providers,
    religion_is_hardest_to_cover,
    models_specialise,
)
