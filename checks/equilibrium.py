"""Equilibria (Definitions 2.6, 2.7), bounds on a provider's deviations, and deviations that pay."""

from fractions import Fraction

from alignproof.checks.deviation import Deviation, Served, deviations, share
from alignproof.checks.linear import Rejected, read_multipliers, refute, satisfy
from alignproof.checks.menus import menu_system
from alignproof.checks.plans import assignments, plan_system
from alignproof.checks.signals import applies, exclusion_system, name, signal_system, signals
from alignproof.games.algebra import RATIONAL
from alignproof.games.document import Node
from alignproof.games.files import read_rule
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile


def check_equilibrium(game: Game, profile: Profile, robust: bool, evidence: Node) -> None:
    """No deviation of any provider pays; ``robust``: whichever way users break their ties.

    ``evidence`` has one entry per provider, as in :func:`check_deviations`. Raises Rejected.
    """
    for j, item in enumerate(evidence.items(len(game.providers))):
        parts = deviations(game, profile, j, robust)
        check_deviations(parts, [share(part) for part in parts], item)


def check_deviation_bound(game: Game, profile: Profile, provider: int, bound: Fraction, robust: bool, node: Node) -> None:
    """No deviation of ``provider`` earns more than ``bound``.

    The evidence gives ``targets``, a bound per group of users, and ``groups`` as in :func:`check_deviations`. Shares
    of all groups and what no group changes add up to the payoff. Raises Rejected.
    """
    fields = node.fields(("targets", "groups"))
    parts = deviations(game, profile, provider, robust)
    targets = list(fields["targets"].rationals(len(parts)))
    payoff = outcome(RATIONAL, game, profile).payoffs[provider]
    unchanged = payoff - sum(share(part) for part in parts)
    if sum(targets) + unchanged > bound:
        raise Rejected("bound-exceeded", f"the targets of provider {provider} add up to more than {bound}")
    check_deviations(parts, targets, fields["groups"])


def check_deviations(parts: list[Deviation], targets: list[Fraction], evidence: Node) -> None:
    """In each group of users no deviation earns more than the group's target: one entry per group, and in it one per
    set of served users. Raises Rejected."""
    for deviation, target, item in zip(parts, targets, evidence.items(len(parts)), strict=True):
        entries = item.object()
        expected = {served_name(served): served for served in deviation.served_sets()}
        if entries.keys() != expected.keys():
            raise Rejected("sets-differ", f"{item.path}: expected the served sets {sorted(expected)}")
        for label, served in expected.items():
            _check_served(deviation, served, target, entries[label])


def served_name(served: Served) -> str:
    """A set of served users as text."""
    return ",".join(map(str, served)) or "none"


def _check_served(deviation: Deviation, served: Served, target: Fraction, node: Node) -> None:
    program = node.object().get("program", node).text()
    if program == "signals":
        _check_signals(deviation, served, target, node)
    elif program == "menus":
        refute(
            menu_system(deviation, served, target),
            read_multipliers(node.fields(("program", "multipliers"))["multipliers"]),
            f"menus at {node.path}",
        )
    elif program == "plans":
        _check_plans(deviation, served, target, node)
    else:
        raise Rejected("unknown-program", f"{node.path}: {program!r}")


def _check_signals(deviation: Deviation, served: Served, target: Fraction, node: Node) -> None:
    if not applies(deviation.game):
        raise Rejected("program-does-not-apply", f"{node.path}: a user speaks before a provider")
    fields = node.fields(("program", "multipliers"), ("excluded",))
    excluded = fields["excluded"].object() if "excluded" in fields else {}
    known = {name(signal): signal for signal in signals(deviation, served)}
    for label, item in excluded.items():
        if label not in known:
            raise Rejected("unknown-signal", f"{item.path}")
        exclusion = exclusion_system(deviation, served, known[label])
        refute(exclusion, read_multipliers(item), f"exclusion at {item.path}")
    refute(
        signal_system(deviation, served, frozenset(excluded), target),
        read_multipliers(fields["multipliers"]),
        f"signals at {node.path}",
    )


def _check_plans(deviation: Deviation, served: Served, target: Fraction, node: Node) -> None:
    cases = list(assignments(deviation, served))
    items = node.fields(("program", "assignments"))["assignments"].items(len(cases))
    for assignment, item in zip(cases, items, strict=True):
        refute(plan_system(deviation, served, assignment, target), read_multipliers(item), f"plans at {item.path}")


def check_not_equilibrium(game: Game, profile: Profile, evidence: Node) -> None:
    """Some provider earns strictly more with the given rules, users breaking ties as the game states. Raises Rejected."""
    fields = evidence.fields(("provider", "rules"))
    j = fields["provider"].name_in(tuple(p.name for p in game.providers))
    if profile.play == "anonymous":
        rules = (read_rule(fields["rules"], game, j),) * len(game.users)
    else:
        rules = tuple(read_rule(item, game, j) for item in fields["rules"].items(len(game.users)))
    before = outcome(RATIONAL, game, profile).payoffs[j]
    after = outcome(RATIONAL, game, profile.deviate(j, rules)).payoffs[j]
    if not after > before:
        raise Rejected("deviation-does-not-pay", f"provider {j} earns {after}, and {before} at the profile")


def check_not_robust(game: Game, profile: Profile, evidence: Node) -> None:
    """Some provider earns strictly more by a rule of signals that users obey if they break ties in his favour.

    The evidence names the provider, the served users, and the chance of each signal given each feature. Raises
    Rejected, also when there are more signals than messages.
    """
    fields = evidence.fields(("provider", "served", "signals"))
    j = fields["provider"].name_in(tuple(p.name for p in game.providers))
    if not applies(game):
        raise Rejected("program-does-not-apply", "a user speaks before a provider")
    users = tuple(user.name for user in game.users)
    served = tuple(sorted(item.name_in(users) for item in fields["served"].items()))
    deviation = next((d for d in deviations(game, profile, j, robust=True) if set(served) <= set(d.group)), None)
    if deviation is None or served not in list(deviation.served_sets()):
        raise Rejected("unknown-served-set", f"{fields['served'].path}")
    point = _signal_point(deviation, served, fields["signals"])
    satisfy(signal_system(deviation, served, frozenset(), share(deviation)), point, "signals")


def _signal_point(deviation: Deviation, served: Served, node: Node) -> dict[object, Fraction]:
    features = len(deviation.game.providers[deviation.provider].features)
    known = {name(signal) for signal in signals(deviation, served)}
    point: dict[object, Fraction] = {}
    entries = node.object()
    if len(entries) > len(deviation.game.messages) ** deviation.game.protocol.count("P"):
        raise Rejected("too-many-signals", f"{node.path}: more signals than messages")
    for label, item in entries.items():
        if label not in known:
            raise Rejected("unknown-signal", f"{item.path}")
        chances = item.rationals(features)
        point |= {("say", label, x): p for x, p in enumerate(chances)}
        for i in deviation.group:
            if i not in served:
                for x_user, rows in enumerate(deviation.stakes[i]):
                    worth = [sum((u * p for u, p in zip(row, chances, strict=True)), Fraction(0)) for row in rows]
                    point["worth", i, label, x_user] = max(worth)
    return point
