"""What the audit asks beyond dropping a hypothesis: weaker ones, those built into the model, and constructions.

A table: which hypothesis, what is assumed instead, and how that may be settled.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial

from alignproof.counterexamples import corners, dropped, garbling, outside, rounds, ties, turns
from alignproof.counterexamples.outside import Build, entered
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import alignment_document, team_claim, value_certificate
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.augment import augment
from alignproof.games.model import Game, Play, common_ties
from alignproof.games.outcome import outcome
from alignproof.symbolic import theorem_3_1, theorem_4_1, theorem_5_2, weaker
from alignproof.symbolic.rules import silent_profile
from alignproof.symbolic.statement import Statement
from alignproof.verification.attempts import Case
from alignproof.verification.conditions import NotShown
from alignproof.verification.gaps import gap_tasks
from alignproof.verification.rows import (
    benchmark_task,
    bound_task,
    claimed_task,
    deviation_task,
    equilibrium_task,
    shortfall_task,
    sizes,
    stated_task,
    value_task,
)
from alignproof.verification.tightness import tightness_tasks
from alignproof.verification.universal import WHERE, Place
from alignproof.verification.verdict import Task

Change = Callable[[Statement], Statement]

LETTER = "weakened to: common given the state"
ANY_INVERSE = "the slack is 0 whatever 1/lambda stands for"
SECTION_6 = "Theorem 3.1 with Section 6's slack eps_U for 2 eps_U"
NO_GAIN = "with Delta = 0, which then is any number"

WEAK: dict[str, Case] = {
    "weights": Case(dropped.negative_share, "a weight w < 0"),
    "equilibrium": Case(dropped.no_equilibrium),
    "provider separability": Case(dropped.payoff_apart),
    "user alignment": Case(dropped.utility_apart),
    "common garbling": Case(partial(garbling.literal_garbling, theorem_3_1.FACTORS), LETTER),
    "ties": Case(ties.ties_by_provider),
}


def _strong(protocol: str) -> dict[str, Case]:
    return {
        "weights": Case(partial(dropped.spite, protocol), "a weight lambda < 0"),
        "coverage": Case(partial(dropped.not_covered, protocol), ANY_INVERSE),
        "equilibrium": Case(partial(dropped.no_equilibrium_anonymous, protocol)),
        "strong alignment": Case(partial(dropped.unrelated, protocol)),
        "common garbling": Case(partial(garbling.literal_garbling_anonymous, protocol), LETTER),
    }


CASES: dict[str, dict[str, Case]] = {
    "Theorem 3.1": WEAK,
    "Theorem 4.3": _strong("P") | {"user dominance": Case(turns.too_short_to_reveal)},
    "Theorem 4.4": _strong("UP")
    | {
        "largest gain": Case(rounds.instance, NO_GAIN),
        "opening": Case(turns.provider_opens),
        "messages": Case(turns.too_few_openings),
    },
    "Theorem 4.4 with a spare message": _strong("UP")
    | {"spare message": Case(rounds.instance), "opening": Case(turns.provider_opens)},
    "Theorem 5.1": {name: replace(case, build=entered(case.build)) for name, case in WEAK.items()}
    | {"shares": Case(dropped.only_the_entrant, "beta = 1")},
}
"""Instances without a hypothesis, by result and hypothesis."""


@dataclass(frozen=True)
class Weakening:
    """Something weaker, ``to``, for a hypothesis, or for one that is built into the model.

    ``proof`` makes the stronger statement that may be proved, at the place ``where``. ``case`` is an instance of the
    hypotheses that ``assumed`` leaves. ``listed`` are rows that settle it, one way or the other, as ``needed`` says.
    ``tried``: why it is open.
    """

    hypothesis: str
    to: str
    proof: Change | None = None
    where: Place | None = None
    case: Case | None = None
    assumed: Change = weaker.as_it_is
    listed: Callable[[], tuple[Task, ...]] | None = None
    needed: bool = True
    tried: str = ""


def _dropping(name: str) -> Change:
    return lambda statement: statement.without(name)


@cache
def _rows() -> dict[str, tuple[Task, ...]]:
    """Rows of ``verify`` on gaps and tightness, by name up to a colon."""
    found: dict[str, tuple[Task, ...]] = {}
    for task in (*gap_tasks(), *tightness_tasks()):
        name = task.result.partition(":")[0]
        found[name] = (*found.get(name, ()), task)
    return found


def _listed(*names: str) -> Callable[[], tuple[Task, ...]]:
    return lambda: tuple(task for name in names for task in _rows()[name])


def _same(hypothesis: str, to: str, where: Place | None = None) -> Weakening:
    return Weakening(hypothesis, to, weaker.as_it_is, where)


def _everywhere(result: str, protocol: str | None, build: Callable[[Build], Build]) -> Iterator[Weakening]:
    """What is asked of all results. ``build`` makes an instance one of this result."""
    digits, word = WHERE[result][1]
    yield _same("two users or more", "one user", ("1" + digits[1:], word))
    yield _same("payoffs in [0, 1]", "any payoffs")
    yield _same("ties common to users", "an order for each")
    yield _same("common garbling", "given her own features instead of all users'")
    faint, own = build(partial(outside.faint_wish, protocol)), build(partial(outside.sceptic, protocol))
    trifle, some = build(partial(outside.trifling, protocol)), build(partial(outside.one_of_two, protocol))
    small = f"users are indifferent, and would be between actions worth {2 * outside.STEP} more or less"
    yield Weakening("exact best responses", "up to an error", case=Case(faint, small, outside.indifferent_users))
    rare = "the provider believes in the first state with chance 7/8"
    yield Weakening("common prior", "providers have their own", case=Case(own, rare, outside.by_belief))
    note = f"payoffs lie in [0, {outside.TRIFLE}]"
    yield Weakening("equilibrium", "up to an error", case=Case(trifle, note, outside.careless))
    who = "she is compared with what one provider of T can do"
    yield Weakening("benchmark of all of T", "of some of T", case=Case(some, who, compared=(0,)))
    yield Weakening(
        "the provider speaks once",
        "more often",
        tried="no proof: deploying a shared rule then takes conditional chances",
    )
    yield _same("players see their own features", "others' too, or any part of them")
    if result == "Theorem 4.3":
        yield Weakening("she asks before she sees her features", "after", listed=_asked_later)
    else:
        why = "no proof: some of her types may move and others stay; no instance was found by hand"
        yield Weakening("she asks before she sees her features", "after", tried=why)
    if protocol is not None:
        why = "no proof: that payoffs are convex in the deviator's rule is no fact of the kernel's; no instance"
        yield Weakening("equilibrium", "against rules without chance", tried=why)


def _weak(result: str, build: Callable[[Build], Build]) -> Iterator[Weakening]:
    """What is asked of the results on weak alignment."""
    digits, word = WHERE[result][2]
    yield Weakening("user alignment", "equation (2) of the user alone", weaker.equation_2_for_one)
    yield Weakening("provider separability", "in the user's action alone", weaker.separable_in_one)
    yield Weakening("equilibrium", "against T's offers to the user alone", weaker.offers_to_one, (digits, word))
    yield _same("weights", "of the user alone")
    left = _dropping("weights")
    minus, nothing = build(dropped.negative_share), build(dropped.weightless_share)
    yield Weakening("weights", "w < 0 also", case=Case(minus), assumed=left)
    yield Weakening("weights", "w > 0 also where lambda = 0", case=Case(nothing), assumed=left)
    for error, factor in (("eps_U", "2"), ("eps_P", "2 mu_i")):
        printed = [SECTION_6] if (result, error) == ("Theorem 3.1", "eps_U") else []
        rows = _listed(f"{result} is tight in {error}", *printed)
        yield Weakening(f"slack {factor} {error}", "any smaller", listed=rows)
    plain = Case(build(outside.coin_tosser), more=_deterministic)
    yield Weakening("equilibrium", "against rules without chance", case=plain, assumed=_dropping("equilibrium"))


def _deterministic(instance: Instance) -> tuple[Task, ...]:
    """What every deviation to a rule without chance brings about. Raises NotShown if one pays."""
    game = outside.played(instance)
    before = outcome(RATIONAL, game, instance.profile).payoffs
    tasks = []
    for j, profile in outside.deterministic(instance):
        reached = outcome(RATIONAL, game, profile)
        if reached.payoffs[j] > before[j]:
            raise NotShown("a rule without chance pays")
        wanted = value_certificate(game, profile, reached)
        tasks.append(claimed_task(f"a rule of {game.provider_names[j]}", sizes(game), wanted))
    return tuple(tasks)


def _likes_her(instance: Instance) -> tuple[Task, ...]:
    """Nothing is to be certified. Raises NotShown if a provider of T weighs the user negatively."""
    if any(row[instance.users[0]] < 0 for row in instance.weights.users.values()):
        raise NotShown("a provider weighs her negatively")
    return ()


def _strong_rows(result: str, protocol: str) -> Iterator[Weakening]:
    """What is asked of the results on strong alignment."""
    yield Weakening("strong alignment", "equation (3) of the deviator alone", weaker.equation_3_of_one)
    yield Weakening("weights", "of the deviator alone", weaker.signs_of_one)
    spite = Case(partial(dropped.spite_between_others, protocol), more=_likes_her)
    yield Weakening("weights", "on the user alone", case=spite, assumed=_dropping("weights"))
    yield _same("coverage", "of the user alone")
    yield Weakening("equilibrium", "of the deviator alone", weaker.equilibrium_of_one)
    rows = _listed(f"{result.removesuffix(' with a spare message')} is tight in eps")
    yield Weakening("slack 2 eps / lambda", "any smaller", listed=rows)


def _own(result: str) -> Iterator[Weakening]:
    """What is asked of one result."""
    if result == "Theorem 4.3":
        yield _same("user dominance", "a rule of the deviator alone")
        alone = "an optimal rule for one user there is always"
        case = Case(turns.too_short_to_reveal, alone)
        yield Weakening("user dominance", "for the user alone", case=case, assumed=_dropping("user dominance"))
    if result == "Theorem 4.4":
        yield Weakening("largest gain", "of the other users alone", weaker.gain_of_others)
        few = Case(turns.too_few_openings)
        yield Weakening("messages", "|M| >= n - 1", case=few, assumed=_dropping("messages"))
        yield Weakening("slack Delta_R(j)", "any smaller", listed=_full_delta)
    if result == "Theorem 4.4 with a spare message":
        just = Case(rounds.instance)
        yield Weakening("spare message", "one fewer", case=just, assumed=_dropping("spare message"))
    if result == "Theorem 5.1":
        yield _same("shares", "beta may be negative")
        equal = Case(dropped.only_the_entrant)
        yield Weakening("shares", "beta <= 1", case=equal, assumed=_dropping("shares"))
        spoiled = Case(entered(dropped.no_equilibrium), "what the old users leave of 1", outside.spoiled)
        yield Weakening("newcomer's part of a payoff", "old users' actions count in it", case=spoiled)


def weakenings(result: str) -> Iterator[Weakening]:
    """All that is asked of a universal result."""
    if result in ("Theorem 3.1", "Theorem 5.1"):
        build: Callable[[Build], Build] = entered if result == "Theorem 5.1" else lambda same: same
        yield from _weak(result, build)
        yield from _own(result)
        yield from _everywhere(result, None, build)
    else:
        protocol = "P" if result == "Theorem 4.3" else "UP"
        yield from _strong_rows(result, protocol)
        yield from _own(result)
        yield from _everywhere(result, protocol, lambda same: same)


def _asked_later() -> tuple[Task, ...]:
    """To hear what user 1 wants to hear is user-dominant, before features are seen; and still nobody says it."""
    what = "Theorem 4.3 if users see their features first"
    game, apart = outside.two_wishes(), outside.wishes_apart()
    weights = StrongWeights({0: (Fraction(1, 3), Fraction(2, 3))}, {0: ZERO})
    claim = team_claim(game, (0,), alignment=alignment_document(weights, (ZERO,)))
    both, first = outside.telling(game, lambda b, c: b & c, False), outside.telling(apart, lambda b, c: b, True)
    note = "the first provider earns the mean of all utilities"
    return (
        stated_task(f"{what}: equation (3)", sizes(game, "exact"), "PROVED", "aligned", claim),
        value_task(f"{what}: the dominant rule", "PROVED", game, both, ("1", "3/4"), "tells whether both bits are 1"),
        bound_task(f"{what}: no rule is worth more to user 2", *outside.devoted_to(1), "3/4", "he earns her utility"),
        benchmark_task(f"{what}: benchmark", game, (0,), "1", "PROVED", note="user 1"),
        equilibrium_task(f"{what}: equilibrium", apart, first),
        value_task(f"{what}: gets", "REFUTED", apart, first, ("3/4", "1", "1"), note),
    )


def _full_delta() -> tuple[Task, ...]:
    """User 1 loses 1/2, and 1/2 is Delta times the others' weight: one round is worth at least 3/4 to user 2."""
    game = rounds.one_round_less()
    second = value_task("one round", "PROVED", game, rounds.telling(game, 1), ("1/2", "3/4"), "T has one provider")
    return (*_rows()["Theorem 4.4 without Delta_R(j), if types use up the messages"], second)


# Constructions: existence claims, whose parameters' conditions are hypotheses too.

EPS, C = Fraction(1, 2), ONE
"""Theorem 4.1's parameters in these rows, with D = 2 and three states where nothing else is said."""


def _silence_4_1(game: Game) -> Instance:
    """Nobody says anything in a game like that of Theorem 4.1."""
    silent = silent_profile(game, "anonymous")
    return Instance(game, silent, (0, 1), theorem_4_1.weights(EPS, C, game), theorem_3_1.FACTORS, (0, 1))


def _abstain_first(game: Game) -> Game:
    """Ties are broken for abstaining."""
    return replace(game, ties=common_ties(game.users, len(game.providers), len(game.messages), ("abstain",)))


def _works_4_1(note: str, game: Game) -> Callable[[], tuple[Task, ...]]:
    claim = "Theorem 4.1: both get at most eps, and their benchmark is at least c"
    return lambda: (shortfall_task(claim, _silence_4_1(game), str(EPS), str(C), note, "PROVED"),)


def _pays(what: str, note: str, game: Game, play: Play = "anonymous") -> Callable[[], tuple[Task, ...]]:
    return lambda: (deviation_task(what, sizes(game, note, play=play), game, silent_profile(game, play)),)


def _gets(what: str, note: str, game: Game, *values: str) -> Callable[[], tuple[Task, ...]]:
    return lambda: (value_task(what, "REFUTED", game, silent_profile(game, "anonymous"), values, note),)


def _entered_5_2(share: Fraction, abstaining: Fraction) -> Game:
    return augment(theorem_5_2.game(abstaining), theorem_5_2.entrant(share, abstaining))


def _nobody_loses() -> tuple[Task, ...]:
    """If abstaining is worth 1, silence gives both users their benchmark."""
    game, what = _entered_5_2(theorem_5_2.SHARE, ONE), "Theorem 5.2: she falls short"
    got = value_task(f"{what}: gets", "REFUTED", game, silent_profile(game, "anonymous"), ("1", "1"), "o = 1")
    return got, benchmark_task(f"{what}: of", game, (0,), "1", "REFUTED", note="o = 1")


def _half_fits() -> tuple[Task, ...]:
    """At an error of 1/2 the market of Proposition A.2 is strongly aligned."""
    game = corners.game()
    weights = StrongWeights(dict.fromkeys(range(2), (ONE, ONE)), dict.fromkeys(range(2), ZERO))
    claim = team_claim(game, (0, 1), alignment=alignment_document(weights, (corners.HALF,)))
    what = "Proposition A.2: not strongly aligned"
    return (stated_task(what, sizes(game, "eps = 1/2, lambda = 1"), "REFUTED", "aligned", claim),)


def _of_4_1() -> Iterator[Weakening]:
    what, pays = "Theorem 4.1: both are silent", "Theorem 4.1: silence is an equilibrium"

    def family(eps: Fraction, c: Fraction, d: Fraction, states: int) -> Game:
        return theorem_4_1.market((eps, eps), c, d / (d + 1), states)

    yield Weakening("D > 1", "D = 1", listed=_works_4_1("D=1", family(EPS, C, ONE, 3)), needed=False)
    yield Weakening("D > 1", "dropped", listed=_pays(pays, "D=1/2", family(EPS, C, EPS, 3)))
    equal = _abstain_first(family(EPS, C, Fraction(2), 2))
    note = "M=2=c/eps; ties are broken for abstaining"
    yield Weakening("M > c / eps", "M = c / eps", listed=_works_4_1(note, equal), needed=False)
    low = Fraction(1, 4)
    few = family(low, C, Fraction(2), 3)
    yield Weakening("M > c / eps", "dropped", listed=_gets(f"{what}, at most eps", "eps=1/4, M=3", few, "1/3", "1/3"))
    both = family(C, C, Fraction(2), 3)
    yield Weakening("eps < c", "eps = c", listed=_pays_nothing(both), needed=False)
    yield Weakening(
        "ties common to users", "an order for each", listed=_listed("Theorem 4.1 if ties depend on the user")
    )
    yield Weakening("R = 1", "more rounds", listed=_listed("Theorem 4.1 if users speak too"), needed=False)
    game = family(EPS, C, Fraction(2), 3)
    yield Weakening("anonymous game", "personalized", listed=_pays(pays, "D=2, M=3", game, "personalized"))


def _pays_nothing(game: Game) -> Callable[[], tuple[Task, ...]]:
    """With eps = c the words of the theorem hold, and say nothing: nobody falls short."""
    what = "Theorem 4.1: both get at most eps, and their benchmark is at least c"

    def rows() -> tuple[Task, ...]:
        profile = silent_profile(game, "anonymous")
        values = value_task(f"{what}: get", "PROVED", game, profile, ("1", "1"), "eps=c=1")
        stable = equilibrium_task(f"{what}: equilibrium", game, profile)
        return values, stable, benchmark_task(f"{what}: benchmark", game, (0, 1), "1", "PROVED", note="eps=c=1")

    return rows


def _of_5_2() -> Iterator[Weakening]:
    pays = "Theorem 5.2: silence is an equilibrium"
    share, value = theorem_5_2.SHARE, theorem_5_2.ABSTAINING
    small, low = _entered_5_2(Fraction(1, 10), value), _entered_5_2(share, Fraction(1, 3))
    yield Weakening("2 beta >= (1 - beta)(1 - o)", "dropped", listed=_pays(pays, "beta=1/10, o=2/3", small))
    yield Weakening("o >= 1/2", "dropped", listed=_pays(pays, "beta=1/2, o=1/3", low))
    yield Weakening("o < 1", "dropped", listed=_nobody_loses)
    game = _entered_5_2(share, value)
    yield Weakening("anonymous game", "personalized", listed=_pays(pays, "beta=1/2, o=2/3", game, "personalized"))
    yield Weakening("common ties", "any ties", listed=_listed("Theorem 5.2 whatever the ties"), needed=False)
    yield Weakening("for some G", "for every G", listed=_listed("Theorem 5.2 read as 'for every G'"))


CONSTRUCTIONS: dict[str, Callable[[], Iterator[Weakening]]] = {
    "Theorem 4.1": _of_4_1,
    "Theorem 5.2": _of_5_2,
    "Proposition A.1": lambda: iter(
        [Weakening("the error is in equation (1)", "in (2), as printed", listed=_listed("Proposition A.1 as printed"))]
    ),
    "Proposition A.2": lambda: iter(
        [
            Weakening("eps < 1/2", "eps = 1/2", listed=_half_fits),
            Weakening(
                "continuous actions and states",
                "two of each",
                listed=_listed("Proposition A.2 with two actions and states"),
                needed=False,
            ),
        ]
    ),
}
"""What is asked of the results that say that there is a game."""
