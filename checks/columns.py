"""The program of signals without a list of them: what holds at every posterior holds for all signals together.

A *cut* bounds, for every signal, a weighted sum of what the deviator gains on it from the served users and of what it
is worth to each user, by prices of its masses: its chances, by the deviator's feature. Summed over a rule's signals
the masses are 1, and gains and worths are the rule's. Multipliers combine the cut with the rest of the program: users
pick as they do, and the deviator earns more than the target.

That a cut holds is shown by a tree, which fixes what some types do. At a leaf these do best by their actions; what
another type adds to the sum has a linear bound in the masses, shown for each of her actions where that is best as
well; and with these bounds the cut cannot be broken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice

from alignproof.checks.linear import NamedRow, Rejected, System, above, refute, row, system
from alignproof.checks.signals import Moves, Type, choice_row, obedience
from alignproof.games.algebra import ONE, ZERO, Number
from alignproof.games.deviation import Deviation, Served
from alignproof.games.document import Node
from alignproof.games.polynomial import Polynomial, combine, gather, variable

MOST_TREE_ROWS = 10_000_000
"""Most rows in all leaves of a tree, as if each had one for any two actions of its types."""


def check_columns(deviation: Deviation, served: Served, target: Fraction, evidence: Node) -> None:
    """No rule serves exactly ``served`` and earns more than ``target``. Raises Rejected.

    Evidence: the cut, with a price per feature of the deviator and a weight per user of the group in ``offers``;
    multipliers ``combined`` for :meth:`Cut.combined`; and a ``tree``, see :meth:`Cut.leaves` and :meth:`Cut.check`.
    """
    fields = evidence.fields(("prices", "gain", "offers", "combined", "tree"))
    prices = fields["prices"].rationals(len(deviation.game.providers[deviation.provider].features))
    offers = dict(zip(deviation.group, fields["offers"].rationals(len(deviation.group)), strict=True))
    cut = Cut(deviation, served, prices, fields["gain"].rational(), offers)
    refute(cut.combined(target), fields["combined"], f"cut at {evidence.path}")
    most = MOST_TREE_ROWS // max(1, sum(map(len, cut.added.values()))) ** 2
    leaves = list(islice(cut.leaves(fields["tree"], {}), most + 1))
    if len(leaves) > most:
        raise Rejected("too-large", f"{evidence.path}: a tree of more than {most} leaves")
    for acts, proof in leaves:
        cut.check(acts, proof)


@dataclass(frozen=True)
class Cut:
    """If exactly ``served`` are, ``gain`` times the gain plus ``offers`` times the users' worths is at most
    ``prices`` times the masses, for every signal."""

    deviation: Deviation
    served: Served
    prices: tuple[Fraction, ...]
    gain: Fraction
    offers: dict[int, Fraction]

    @cached_property
    def masses(self) -> list[Polynomial]:
        """A signal's masses."""
        return [variable(f"mass {x}") for x in range(len(self.prices))]

    def sum(self, by_source: Iterable[Fraction]) -> Polynomial:
        """The masses, each times the number for its feature."""
        return combine(by_source, self.masses)

    @cached_property
    def added(self) -> dict[Type, list[Polynomial]]:
        """What each action of a type of the group adds to the left side."""
        gains, found = self.deviation.gains(self.served)[1], dict[Type, list[Polynomial]]()
        for i, weight in self.offers.items():
            for x, table in enumerate(self.deviation.stakes[i]):
                brought = gains[i][x] if i in gains else [[ZERO] * len(self.prices)] * len(table)
                terms = zip(brought, table, strict=True)
                found[i, x] = [self.gain * self.sum(gain) + weight * self.sum(worth) for gain, worth in terms]
        return found

    @cached_property
    def obeyed(self) -> dict[tuple[Type, int], list[NamedRow]]:
        """The rows that a type does best by an action."""
        ties = not self.deviation.robust
        choices = [(of, a) for of, values in self.added.items() for a in range(len(values))]
        return {choice: list(obedience(self.deviation, dict([choice]), self.masses, ties)) for choice in choices}

    def combined(self, target: Fraction) -> System:
        """Some rule serves just these users, earns more than ``target`` and keeps to the cut, its signals summed up."""
        gain, offers = variable("gain"), {i: variable(f"offer {i}") for i in self.offers}
        left = gather([self.gain * gain, *(self.offers[i] * offer for i, offer in offers.items())])
        rows = [row("cut", sum(self.prices) - left, ">=")]
        rows.append(above("payoff", gain + (self.deviation.gains(self.served)[0] - target), True))
        if self.deviation.outside:
            rows += [choice_row(self.deviation, i, offer, i in self.served) for i, offer in offers.items()]
        return system(rows, [gain, *offers.values()])

    def leaves(self, tree: Node, acts: Moves) -> Iterator[tuple[Moves, Node]]:
        """A tree is ``{leaf: proof}`` or ``{type: [trees]}``: a type not in ``acts``, her user and features as text,
        and a tree for each of her actions. Yields what types do at each leaf, and its proof."""
        free = {f"{i} {x}": (i, x) for i, x in self.added if (i, x) not in acts}
        form, inside = tree.only_field(("leaf", *free))
        if form == "leaf":
            yield acts, inside
        else:
            for a, branch in enumerate(inside.items(len(self.added[free[form]]))):
                yield from self.leaves(branch, {**acts, free[form]: a})

    def check(self, acts: Moves, leaf: Node) -> None:
        """The cut holds at all posteriors at which types do best by ``acts``. Raises Rejected.

        A leaf has ``bounds``, by type: ``most``, by the deviator's feature, and for each action multipliers that
        refute that it is best and adds more. And it has multipliers, ``rest``, that refute that the cut is broken. If
        some type adds anything that neither acts nor has a bound, they must show that there are no such posteriors.
        """
        fields, free = leaf.fields(("bounds", "rest")), {f"{i} {x}": (i, x) for i, x in self.added.keys() - acts.keys()}
        left, bounds = [self.added[of][a] for of, a in acts.items()], fields["bounds"].fields((), free)
        for name, item in bounds.items():
            bound, values = item.fields(("most", "actions")), self.added[free[name]]
            left.append(self.sum(bound["most"].rationals(len(self.prices))))
            for a, proof in enumerate(bound["actions"].items(len(values))):
                refute(self.posteriors({**acts, free[name]: a}, values[a] - left[-1]), proof, f"bound at {proof.path}")
        missing = any(value.terms for name, of in free.items() if name not in bounds for value in self.added[of])
        excess = ONE if missing else gather(left) - self.sum(self.prices)
        refute(self.posteriors(acts, excess), fields["rest"], f"leaf at {leaf.path}")

    def posteriors(self, acts: Moves, excess: Number) -> System:
        """At some posterior types do best by ``acts``, and ``excess`` is more than 0."""
        rows = [named for choice in acts.items() for named in self.obeyed[choice]]
        return system([*rows, above("sent", gather(self.masses), True), above("excess", excess, True)])
