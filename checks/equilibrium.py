"""Equilibria (Definitions 2.6, 2.7), bounds on a provider's deviations, and deviations that pay.

What a provider can gain by deviating to any rule whatever is a question cut into linear systems. For every subset S of
a deviation's group, the *served* users, a system states: under some rule exactly the users in S pick him, and he earns
more than a target. If every system is refuted, no deviation earns more. The systems come from
:mod:`alignproof.checks.signals` or :mod:`alignproof.checks.menus`, which need separable payoffs.
:mod:`alignproof.checks.branches` asks the whole question at once, exactly, at tiny sizes, in two ways.

Ties are the game's own. A *robust* bound breaks every tie in the deviator's favour instead: strict rows become weak.
"""

from fractions import Fraction

from alignproof.checks.branches import branch_systems, check_pure
from alignproof.checks.columns import check_columns
from alignproof.checks.linear import Rejected, refute
from alignproof.checks.menus import menu_system
from alignproof.checks.signals import applies, exclusion_system, signal_system, signals
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import Deviation, Served, deviations
from alignproof.games.document import Node, shown
from alignproof.games.files import read_rules
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile


def check_equilibrium(game: Game, profile: Profile, robust: bool, evidence: Node) -> None:
    """No deviation of any provider pays; ``robust``: nor if users broke their ties in his favour then. Raises Rejected.

    ``evidence`` has an entry per provider and in it one per group, see :func:`check_deviation`.
    """
    for j, item in enumerate(evidence.items(len(game.providers))):
        parts = deviations(game, profile, j, robust)
        for part, proof in zip(parts, item.items(len(parts)), strict=True):
            check_deviation(part, part.earned(RATIONAL, part.now), proof)


def check_deviation_bound(parts: list[Deviation], bound: Fraction, evidence: Node) -> None:
    """The deviations ``parts`` of a provider earn at most ``bound``: evidence has a target a group. Raises Rejected."""
    fields = evidence.fields(("targets", "groups"))
    targets = fields["targets"].rationals(len(parts))
    payoff = outcome(RATIONAL, parts[0].game, parts[0].profile).payoffs[parts[0].provider]
    if payoff + sum(targets) - sum(part.earned(RATIONAL, part.now) for part in parts) > bound:
        raise Rejected("bound-exceeded", f"the targets add up to more than {shown(bound)}")
    for part, target, proof in zip(parts, targets, fields["groups"].items(len(parts)), strict=True):
        check_deviation(part, target, proof)


def check_deviation(deviation: Deviation, target: Fraction, evidence: Node) -> None:
    """No rule earns more than ``target`` from the group. Raises Rejected.

    Evidence: ``{served: {set: proof}}`` with a proof per set of served users, or ``{branches: [multipliers]}``, or
    ``{pure: weights}``.
    """
    form, proof = evidence.only_field(("served", "branches", "pure"))
    if form == "pure":
        check_pure(deviation, target, proof)
    elif form == "branches":
        systems = list(branch_systems(deviation, target))
        for k, (branch, item) in enumerate(zip(systems, proof.items(len(systems)), strict=True)):
            refute(branch, item, f"branch {k}")
    else:
        proofs = dict(proof.object())
        for served in deviation.served_sets():
            _check_served(deviation, served, target, proofs.pop(served_name(served), Node({}, evidence.path)))
        if proofs:
            raise Rejected("cases-differ", f"{evidence.path}: there are no such served sets as {shown(list(proofs))}")


def served_name(served: Served) -> str:
    """A set of served users as text."""
    return ",".join(map(str, served)) or "none"


def _check_served(deviation: Deviation, served: Served, target: Fraction, proof: Node) -> None:
    """A proof has ``signals`` (with ``excluded`` ones) or ``menus``: multipliers for that program's system; or
    ``columns``, see :mod:`alignproof.checks.columns`."""
    if "menus" in proof.object():
        refute(menu_system(deviation, served, target), proof.fields(("menus",))["menus"], f"menus at {proof.path}")
        return
    if not applies(deviation.game):
        raise Rejected("no-program", f"{proof.path}: signals need a protocol in which no provider speaks after a user")
    if "columns" in proof.object():
        check_columns(deviation, served, target, proof.fields(("columns",))["columns"])
        return
    fields, known = proof.fields(("signals", "excluded")), signals(deviation, served)
    excluded = fields["excluded"].fields((), known)
    for label, item in excluded.items():
        refute(exclusion_system(deviation, served, label, known[label]), item, f"exclusion at {item.path}")
    allowed = {label: signal for label, signal in known.items() if label not in excluded}
    refute(signal_system(deviation, served, allowed, target), fields["signals"], f"signals at {proof.path}")


def check_not_equilibrium(game: Game, profile: Profile, evidence: Node) -> None:
    """Some provider earns strictly more by the given rules, ties broken as the game states. Raises Rejected."""
    fields = evidence.fields(("provider", "rules"))
    j = fields["provider"].name_in(game.provider_names)
    deviant = profile.deviate(j, read_rules(fields["rules"], game, j, profile.play))
    before, after = (outcome(RATIONAL, game, played).payoffs[j] for played in (profile, deviant))
    if not after > before:
        raise Rejected("deviation-does-not-pay", f"provider {j} earns {shown(after)}, not above {shown(before)}")
