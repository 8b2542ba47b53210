"""Best deviations over all rules: a bound with its certificate, and a rule that pays where there is one.

Three programs are at hand (see :mod:`alignproof.checks.equilibrium`): signals where no provider speaks after a user,
menus for every protocol, branches at tiny sizes. Signals are listed where they are few, and otherwise found as they are
needed (:mod:`alignproof.oracles.columns`). A bound that fails to close is UNKNOWN unless an explicit rule,
evaluated exactly with the game's own ties, shows that the deviation pays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any

from alignproof.checks.alignment import Error, strong_system
from alignproof.checks.branches import branch_systems, check_pure
from alignproof.checks.equilibrium import served_name
from alignproof.checks.linear import Rejected, Row, System
from alignproof.checks.menus import entries, menu_system
from alignproof.checks.signals import (
    Signal,
    acts_on,
    applies,
    exclusion_system,
    obedience,
    sent,
    signal_system,
    signals,
)
from alignproof.formats.certificates import multipliers_document
from alignproof.formats.documents import dump, texts
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.deviation import Deviation, NotSeparable, Served, deviations
from alignproof.games.document import parse
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import gather
from alignproof.games.rules import Profile, Rule
from alignproof.oracles.columns import Search, Unsettled
from alignproof.oracles.systems import Point, Refutation, Solution, Unknown, at, decide, largest, without
from alignproof.symbolic.rules import constant_rule, revealing_rule

MOST_LISTED, MOST_LISTED_INSTEAD = 100, 1000
"""How many signals are listed at once: with more, columns take less time, or as much (benchmarks/columns.py). And how
many when columns give no answer."""

MARGINS = tuple(Fraction(1, 10**k) for k in (2, 4, 7))
"""How strictly users are made to obey when a rule must survive the game's own tie-breaking."""


@dataclass(frozen=True)
class Bounded:
    """No rule earns more than the target from the group: the evidence."""

    evidence: Any


@dataclass(frozen=True)
class Pays:
    """A deviation that pays: provider, one rule per user, and what the provider then earns."""

    provider: int
    rules: tuple[Rule, ...]
    payoff: Fraction


Answer = Bounded | Pays | Unknown

Searches = dict[Served, Search]
"""What columns were found so far, by the users served."""


@dataclass(frozen=True)
class Case:
    """One set of served users: the system at any target, and the part of the evidence that goes with it."""

    deviation: Deviation
    served: Served
    allowed: dict[str, Signal] | None
    excluded: dict[str, Any]

    def system(self, target: Fraction) -> System:
        """Some rule serves just these users and earns more than ``target``."""
        if self.allowed is None:
            return menu_system(self.deviation, self.served, target)
        return signal_system(self.deviation, self.served, self.allowed, target)

    def evidence(self, refutation: Refutation) -> dict[str, Any]:
        """The case's part of an equilibrium certificate."""
        multipliers = multipliers_document(refutation.multipliers)
        return {"menus": multipliers} if self.allowed is None else {"signals": multipliers, "excluded": self.excluded}


def few(deviation: Deviation, served: Served, most: int) -> bool:
    """Whether a case's program can be written down as a whole: menus, or a list of at most so many signals."""
    users = [deviation.game.users[i] for i in served]
    return not applies(deviation.game) or prod(len(u.actions) ** len(u.features) for u in users) <= most


def case_of(deviation: Deviation, served: Served, seconds: float) -> Case:
    """The program that applies, signals or menus; signals that no posterior makes best are excluded, if ties count."""
    if not applies(deviation.game):
        return Case(deviation, served, None, {})
    allowed, excluded = {}, {}
    for label, signal in signals(deviation, served).items():
        decided = None if deviation.robust else decide(exclusion_system(deviation, served, label, signal), seconds)
        if isinstance(decided, Refutation):
            excluded[label] = multipliers_document(decided.multipliers)
        else:
            allowed[label] = signal
    return Case(deviation, served, allowed, excluded)


def bounded(deviation: Deviation, target: Fraction, seconds: float = 60.0, searches: Searches | None = None) -> Answer:
    """Whether no rule earns more than ``target`` from the deviation's group; ``searches`` are carried on.

    ``Pays`` only if an explicit rule earns more than ``target`` under the game's own ties.
    """
    try:
        answer = _by_served_sets(deviation, target, seconds, {} if searches is None else searches)
    except NotSeparable as error:
        answer = Unknown(f"provider {error.args[0]}'s payoff is not separable")
    except Rejected as error:
        answer = Unknown(str(error))
    if not isinstance(answer, Unknown):
        return answer
    reasons = [answer.reason]
    for exactly in (_by_pure_rules, _by_branches):
        exact = exactly(deviation, target, seconds)
        if not isinstance(exact, Unknown):
            return exact
        reasons.append(exact.reason)
    return Unknown("; ".join(reasons))


def _settled(
    deviation: Deviation, served: Served, target: Fraction, seconds: float, searches: Searches
) -> tuple[Case, Any]:
    """A case, and the proof that it allows no more than ``target``, or None. Raises Unsettled."""
    try:
        if not few(deviation, served, MOST_LISTED):
            search = _search(deviation, served, seconds, searches)
            evidence = search.bound(target)
            return _found(search), None if evidence is None else {"columns": evidence}
    except Unsettled:
        if not few(deviation, served, MOST_LISTED_INSTEAD):
            raise
    case = case_of(deviation, served, seconds)
    decided = decide(case.system(target), seconds)
    return case, case.evidence(decided) if isinstance(decided, Refutation) else None


def _search(deviation: Deviation, served: Served, seconds: float, searches: Searches) -> Search:
    if served not in searches:
        searches[served] = Search(deviation, served, seconds)
    searches[served].allow(seconds)
    return searches[served]


def _found(search: Search) -> Case:
    """The case with the signals found so far."""
    return Case(search.tables.deviation, search.tables.served, dict(search.found), {})


def _by_served_sets(deviation: Deviation, target: Fraction, seconds: float, searches: Searches) -> Answer:
    proofs: dict[str, Any] = {}
    open_cases: list[str] = []
    for served in deviation.served_sets():
        try:
            case, proof = _settled(deviation, served, target, seconds, searches)
        except Unsettled as error:
            open_cases.append(f"serving users {served_name(served)}: {error}")
            continue
        if proof is not None:
            proofs[served_name(served)] = proof
            continue
        payoff, rule = max(((_payoff(deviation, r), r) for r in _candidates(case, seconds)), key=lambda tried: tried[0])
        if payoff > _total(deviation, target):
            return Pays(deviation.provider, _rules(deviation, rule), payoff)
        open_cases.append(_gap(case, target, seconds))
    return Unknown("; ".join(open_cases)) if open_cases else Bounded({"served": proofs})


def _gap(case: Case, target: Fraction, seconds: float) -> str:
    """What is left open when neither a bound nor a rule settles a case."""
    system = case.system(target)
    best = largest(without(system, "payoff"), system.rows["payoff"].value, seconds)
    bound = "not known" if best is None else str(_total(case.deviation, best.value + target))
    bound = bound if few(case.deviation, case.served, MOST_LISTED) else f"at least {bound}"
    name, ties = case.deviation.game.provider_names[case.deviation.provider], " with ties his way"
    users = f"serving users {served_name(case.served)}{ties if case.deviation.robust else ''}"
    return f"the bound for {name} {users} is {bound}, no rule found earns more than {_total(case.deviation, target)}"


def _by_branches(deviation: Deviation, target: Fraction, seconds: float) -> Answer:
    proofs = []
    try:
        for system in branch_systems(deviation, target):
            decided = decide(system, seconds)
            if isinstance(decided, Solution):
                rule = _realised(deviation, decided.point)
                payoff = _payoff(deviation, rule)
                if payoff > _total(deviation, target):
                    return Pays(deviation.provider, _rules(deviation, rule), payoff)
                return Unknown("users break ties against the deviator" if deviation.robust else "a branch is undecided")
            if not isinstance(decided, Refutation):
                return Unknown(decided.reason)
            proofs.append(multipliers_document(decided.multipliers))
    except Rejected as error:
        return Unknown(str(error))
    return Bounded({"branches": proofs})


def _by_pure_rules(deviation: Deviation, target: Fraction, seconds: float) -> Answer:
    """Pure rules, if the deviator earns a combination of the users' utilities."""
    game, j = deviation.game, deviation.provider
    fit = decide(strong_system(game, j, Error(ZERO, True), None), seconds)
    if not isinstance(fit, Solution):
        return Unknown("the deviator is not strongly aligned with error 0")
    weights = [at(fit.point, f"lambda {i}") for i in range(len(game.users))]
    evidence = {"lambda": [texts(tuple(weights))], "c": [str(at(fit.point, "c"))]}
    try:
        check_pure(deviation, target, parse(dump(evidence).encode()))
    except Rejected as error:
        return Unknown(str(error))
    return Bounded({"pure": evidence})


def _rules(deviation: Deviation, rule: Rule) -> tuple[Rule, ...]:
    """The deviator's rules for all users when he offers ``rule`` to the group."""
    kept = deviation.profile.rules[deviation.provider]
    return tuple(rule if i in deviation.group else old for i, old in enumerate(kept))


def _payoff(deviation: Deviation, rule: Rule) -> Fraction:
    deviant = deviation.profile.deviate(deviation.provider, _rules(deviation, rule))
    return Fraction(outcome(RATIONAL, deviation.game, deviant).payoffs[deviation.provider])


def _total(deviation: Deviation, target: Fraction) -> Fraction:
    """The payoff at which the group's part reaches ``target`` and all else stays."""
    now = outcome(RATIONAL, deviation.game, deviation.profile).payoffs[deviation.provider]
    return Fraction(now - deviation.earned(RATIONAL, deviation.now) + target)


def _candidates(case: Case, seconds: float) -> Iterator[Rule]:
    """Rules to try: plain ones, the case's optimum, and near it with users made to obey strictly."""
    yield from _plain_rules(case.deviation)
    for margin in (ZERO, *MARGINS):
        system = case.system(ZERO)
        rows = dict(without(system, "payoff").rows) | (_strict_rows(case, system, margin) if margin else {})
        best = largest(System(rows, system.free), system.rows["payoff"].value, seconds)
        if best is not None:
            rule = _menu_rule(case, best.point) if case.allowed is None else _signal_rule(case, best.point)
            if rule is not None:
                yield rule


def _plain_rules(deviation: Deviation) -> Iterator[Rule]:
    """Silence, revelation if the alphabet allows it, and what the others say if the deviator can say it too."""
    game, j = deviation.game, deviation.provider
    yield constant_rule(game, j)
    if len(game.providers[j].features) <= len(game.messages):
        yield revealing_rule(game, j)
    for k, rules in enumerate(deviation.profile.rules):
        if k != j and len(game.providers[k].features) == len(game.providers[j].features):
            yield rules[deviation.group[0]]


def _strict_rows(case: Case, system: System, margin: Fraction) -> dict[str, Row]:
    """Being picked, and being obeyed in proportion to a signal's mass, by a margin wherever a tie would be lost."""
    rows = {
        name: Row(row.value - margin, ">=")
        for name, row in system.rows.items()
        if row.sense == ">" and name != "payoff"
    }
    for label, signal in (case.allowed or {}).items():
        chances = sent(case.deviation, label)
        for name, row in obedience(case.deviation, acts_on(case.served, signal), chances, True):
            if row.sense == ">":
                rows[f"{name} on {label}"] = Row(row.value - margin * gather(chances), ">=")
    return rows


def _signal_rule(case: Case, point: Point) -> Rule | None:
    """The rule that sends each signal as its own sequence of messages; None if there are too few messages."""
    game, provider = case.deviation.game, case.deviation.provider
    chances = {
        label: [at(point, f"say {label} {x}") for x in range(len(game.providers[provider].features))]
        for label in case.allowed or {}
    }
    used = [label for label, row in chances.items() if any(row)]
    length, alphabet = game.protocol.count("P"), len(game.messages)
    if len(used) > alphabet**length:
        return None
    words = {label: _word(k, length, alphabet) for k, label in enumerate(used)}
    mass = {
        (x, word[:t]): sum((chances[other][x] for other, w in words.items() if w[:t] == word[:t]), ZERO)
        for x in range(len(game.providers[provider].features))
        for word in words.values()
        for t in range(length + 1)
    }
    return {
        (x, prefix): _split([mass.get((x, (*prefix, m)), ZERO) for m in range(alphabet)])
        for x in range(len(game.providers[provider].features))
        for prefix in game.prefixes("P")
    }


def _word(number: int, length: int, alphabet: int) -> tuple[int, ...]:
    """``number`` in base ``alphabet``, with ``length`` digits."""
    return tuple(number // alphabet**t % alphabet for t in reversed(range(length)))


def _split(masses: list[Fraction]) -> tuple[Fraction, ...]:
    """Masses as a distribution; the first message if there is no mass."""
    whole = sum(masses, ZERO)
    if whole == 0:
        return tuple(ONE if m == 0 else ZERO for m in range(len(masses)))
    return tuple(mass / whole for mass in masses)


def _menu_rule(case: Case, point: Point) -> Rule | None:
    """The rule that reads a type off the last user message before a provider's, and answers with an action.

    None if the alphabet is too small.
    """
    game, provider = case.deviation.game, case.deviation.provider
    menu = list(dict.fromkeys(entries(case.deviation, case.served).values()))
    alphabet, turn = len(game.messages), game.protocol.index("UP")
    sizes = [len(game.users[i].actions) for i, _ in menu]
    if not menu or len(menu) > alphabet or max(sizes) > alphabet:
        return None

    def answer(x: int, prefix: tuple[int, ...]) -> tuple[Fraction, ...]:
        if len(prefix) != turn + 1:
            return _split([ZERO] * alphabet)
        entry = min(prefix[turn], len(menu) - 1)
        actions = [at(point, f"act {menu[entry]} {a} {x}") for a in range(sizes[entry])]
        return _split(actions + [ZERO] * (alphabet - len(actions)))

    features = range(len(game.providers[provider].features))
    return {(x, prefix): answer(x, prefix) for x in features for prefix in game.prefixes("P")}


def _realised(deviation: Deviation, point: Point) -> Rule:
    """The rule with a given realisation plan: chances are ratios of reach."""
    game = deviation.game

    def reach(x: int, transcript: tuple[int, ...]) -> Fraction:
        spoken = [t for t in range(len(transcript)) if game.protocol[t] == "P"]
        steps = sorted((f"{x}:{'.'.join(map(str, transcript[: t + 1]))}", 1) for t in spoken)
        return point.get(tuple(steps), ZERO)

    return {
        (x, prefix): _split([reach(x, (*prefix, m)) for m in range(len(game.messages))])
        for x in range(len(game.providers[deviation.provider].features))
        for prefix in game.prefixes("P")
    }


def equilibrium(game: Game, profile: Profile, robust: bool = False, seconds: float = 60.0) -> Answer:
    """Whether no deviation of any provider pays; the evidence is that of an equilibrium certificate."""
    evidence, unknown = [], []
    for j in range(len(game.providers)):
        answers = _answers(game, profile, j, robust, seconds)
        for answer in answers:
            if isinstance(answer, Pays):
                return answer
        unknown += [answer.reason for answer in answers if isinstance(answer, Unknown)]
        evidence.append([answer.evidence for answer in answers if isinstance(answer, Bounded)])
    return Unknown("; ".join(dict.fromkeys(unknown))) if unknown else Bounded(evidence)


def _answers(game: Game, profile: Profile, provider: int, robust: bool, seconds: float) -> list[Answer]:
    """An answer per group of users, or a single one where a plain rule pays or the groups cannot be told apart."""
    try:
        parts = deviations(game, profile, provider, robust)
        answers = [bounded(part, part.earned(RATIONAL, part.now), seconds) for part in parts]
    except NotSeparable as error:
        answers = [Unknown(f"provider {error.args[0]}'s payoff is not separable")]
    if all(isinstance(answer, Bounded) for answer in answers):
        return answers
    plain = _plain_deviation(game, profile, provider)
    return answers if plain is None or any(isinstance(answer, Pays) for answer in answers) else [plain]


def _plain_deviation(game: Game, profile: Profile, provider: int) -> Pays | None:
    """The best deviation to a plain rule, for one user or for all, if it pays; whatever the payoff's form."""
    everyone = tuple(range(len(game.users)))
    groups = [everyone] if profile.play == "anonymous" else [*((i,) for i in everyone), everyone]
    changes = [Deviation(game, profile, provider, group, False) for group in groups]
    tried = [(_payoff(change, rule), _rules(change, rule)) for change in changes for rule in _plain_rules(change)]
    payoff, rules = max(tried, key=lambda pair: pair[0])
    now = outcome(RATIONAL, game, profile).payoffs[provider]
    return Pays(provider, rules, payoff) if payoff > now else None


@dataclass(frozen=True)
class Best:
    """The best deviation of a provider: nothing earns more than ``bound``; ``rules`` earn ``payoff`` if they pay."""

    bound: Fraction
    evidence: Any
    payoff: Fraction
    rules: tuple[Rule, ...] | None


def best_deviation(
    game: Game, profile: Profile, provider: int, robust: bool = False, seconds: float = 60.0
) -> Best | Unknown:
    """The supremum of what ``provider`` can earn, as far as the programs reach, and a rule if one pays.

    The bound is exact for R = 1 with enough messages, except where users' choices among providers force ties.
    """
    try:
        parts = deviations(game, profile, provider, robust)
        searches: list[Searches] = [{} for _ in parts]
        suprema = [_supremum(part, seconds, known) for part, known in zip(parts, searches, strict=True)]
    except (NotSeparable, Rejected) as error:
        return Unknown(f"{type(error).__name__}: {error}")
    except Unsettled as error:
        return Unknown(str(error))
    proofs, paying, gain = [], [], ZERO
    for part, (target, case), known in zip(parts, suprema, searches, strict=True):
        answer = bounded(part, target, seconds, known)
        if not isinstance(answer, Bounded):
            return Unknown("the bound could not be certified")
        proofs.append(answer.evidence)
        share = Fraction(part.earned(RATIONAL, part.now))
        gain += target - share
        if target > share:
            paying.append(_best_rules(part, case, seconds))
    evidence = {"targets": [str(target) for target, _ in suprema], "groups": proofs}
    now = Fraction(outcome(RATIONAL, game, profile).payoffs[provider])
    merged = _merged(profile.rules[provider], [rules for rules in paying if rules is not None])
    payoff = Fraction(outcome(RATIONAL, game, profile.deviate(provider, merged)).payoffs[provider])
    return Best(now + gain, evidence, payoff, merged if payoff > now else None)


def _best_rules(deviation: Deviation, case: Case, seconds: float) -> tuple[Rule, ...] | None:
    """The deviator's rules for all users with one for the group that pays: the best for a case, or any; None if no such
    rule is found."""
    now = outcome(RATIONAL, deviation.game, deviation.profile).payoffs[deviation.provider]
    payoff, rule = max(((_payoff(deviation, r), r) for r in _candidates(case, seconds)), key=lambda tried: tried[0])
    if payoff > now:
        return _rules(deviation, rule)
    answer = bounded(replace(deviation, robust=False), Fraction(deviation.earned(RATIONAL, deviation.now)), seconds)
    return answer.rules if isinstance(answer, Pays) else None


def _merged(kept: tuple[Rule, ...], changes: Iterable[tuple[Rule, ...]]) -> tuple[Rule, ...]:
    """All users' rules with every change in place; the changes concern different users."""
    rules = list(kept)
    for change in changes:
        for i, rule in enumerate(change):
            if rule is not kept[i]:
                rules[i] = rule
    return tuple(rules)


def _supremum(deviation: Deviation, seconds: float, searches: Searches) -> tuple[Fraction, Case]:
    """The largest closure value over the served sets that some rule can bring about, and its case. Raises Unsettled."""
    best: tuple[Fraction, Case] | None = None
    for served in sorted(deviation.served_sets(), key=len, reverse=True):
        value, case = _most(deviation, served, None if best is None else best[0], seconds, searches)
        if value is not None and (best is None or value > best[0]):
            best = value, case
    if best is None:
        raise Unsettled("no set of users is served by any rule")
    return best


def _most(
    deviation: Deviation, served: Served, floor: Fraction | None, seconds: float, searches: Searches
) -> tuple[Fraction | None, Case]:
    """A case's closure value, or None if no rule serves just these users or it is at most ``floor``; and the case.
    Raises Unsettled."""
    listed = few(deviation, served, MOST_LISTED)
    try:
        if listed:
            case = case_of(deviation, served, seconds)
            return _largest(case, seconds), case
    except Unsettled:
        if not applies(deviation.game):
            raise
    try:
        search = _search(deviation, served, seconds, searches)
        return search.supremum(floor), _found(search)
    except Unsettled:
        if listed or not few(deviation, served, MOST_LISTED_INSTEAD):
            raise
    case = case_of(deviation, served, seconds)
    return _largest(case, seconds), case


def _largest(case: Case, seconds: float) -> Fraction | None:
    """A listed case's closure value; None if no rule serves just these users. Raises Unsettled."""
    system = case.system(ZERO)
    rest = without(system, "payoff")
    if isinstance(decide(rest, seconds), Refutation):
        return None
    found = largest(rest, system.rows["payoff"].value, seconds)
    if found is None:
        raise Unsettled("the largest payoff was not found in time")
    return found.value
