"""The program of signals without a list of them: what holds at every posterior holds for all signals together.

A *cut* bounds, for every signal, a weighted sum of what the deviator gains on it from the served users and of what it
is worth to each user, by prices of its masses: its chances, by the deviator's feature. Summed over a rule's signals
the masses are 1, and gains and worths are the rule's. Multipliers combine the cut with the rest of the program: users
pick as they do, and the deviator earns more than the target.

That a cut holds is shown by a tree, which fixes what some of the served types do. At a leaf these do best by their
actions; what another type adds to the sum has a linear bound in the masses, shown for each of her actions where that
is best as well; and with these bounds the cut cannot be broken.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice

from alignproof.checks.linear import NamedRow, Rejected, System, above, refute, row, system
from alignproof.checks.signals import Acts, Type, choice_row, obedience
from alignproof.games.deviation import Deviation, Served
from alignproof.games.document import Node
from alignproof.games.polynomial import Polynomial, combine, gather, variable

MOST_ROWS = 10_000_000
"""Most rows in all leaves of a tree, as if each had one for any two actions of served types."""


def check_columns(deviation: Deviation, served: Served, target: Fraction, evidence: Node) -> None:
    """No rule serves exactly ``served`` and earns more than ``target``. Raises Rejected.

    Evidence: the cut, with a price per feature of the deviator and a weight per user of the group in ``offers``;
    multipliers ``combined`` for :meth:`Cut.combined`; and a ``tree``, see :meth:`Cut.leaves`.
    """
    fields = evidence.fields(("prices", "gain", "offers", "combined", "tree"))
    prices = fields["prices"].rationals(len(deviation.game.providers[deviation.provider].features))
    offers = dict(zip(deviation.group, fields["offers"].rationals(len(deviation.group)), strict=True))
    cut = Cut(deviation, served, prices, fields["gain"].rational(), offers)
    refute(cut.combined(target), fields["combined"], f"cut at {evidence.path}")
    most = MOST_ROWS // max(1, sum(map(len, cut.added.values()))) ** 2
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
    def added(self) -> dict[Type, list[list[Fraction]]]:
        """``[a][x]``: what a served type's action adds to the left side, by the deviator's feature."""
        gains = self.deviation.gains(self.served)[1]
        return {
            (i, x): [
                [self.gain * g + self.offers[i] * u for g, u in zip(*rows, strict=True)]
                for rows in zip(gains[i][x], table, strict=True)
            ]
            for i in self.served
            for x, table in enumerate(self.deviation.stakes[i])
        }

    @property
    def masses(self) -> list[Polynomial]:
        """A signal's masses."""
        return [variable(f"mass {x}") for x in range(len(self.prices))]

    def combined(self, target: Fraction) -> System:
        """Some rule serves just these users, earns more than ``target`` and keeps to the cut, its signals summed up."""
        gain, offers = variable("gain"), {i: variable(f"offer {i}") for i in self.offers}
        left = gather([self.gain * gain, *(self.offers[i] * offer for i, offer in offers.items())])
        rows = [row("cut", sum(self.prices) - left, ">=")]
        rows.append(above("payoff", gain + (self.deviation.gains(self.served)[0] - target), True))
        if self.deviation.outside:
            rows += [choice_row(self.deviation, i, offer, i in self.served) for i, offer in offers.items()]
        return system(rows, [gain, *offers.values()])

    def leaves(self, tree: Node, acts: Acts) -> Iterator[tuple[Acts, Node]]:
        """A tree is ``{leaf: proof}`` or ``{type: [trees]}``: a served type not in ``acts``, her user and features as
        text, and a tree for each of her actions. Yields what types do at each leaf, and its proof."""
        free = {f"{i} {x}": (i, x) for i, x in self.added if (i, x) not in acts}
        form, inside = tree.only_field(("leaf", *free))
        if form == "leaf":
            yield acts, inside
        else:
            for a, branch in enumerate(inside.items(len(self.added[free[form]]))):
                yield from self.leaves(branch, {**acts, free[form]: a})

    def posteriors(
        self, acts: Acts, excess: Polynomial, rows: Iterable[NamedRow] = (), free: Iterable[Polynomial] = ()
    ) -> System:
        """At some posterior types do best by ``acts``, and ``excess`` is more than 0."""
        obeyed = obedience(self.deviation, acts, self.masses, not self.deviation.robust)
        ends = above("sent", gather(self.masses), True), above("excess", excess, True)
        return system([*obeyed, *rows, *ends], free)

    def beyond(self, acts: Acts, of: Type, action: int, bound: Iterable[Fraction]) -> System:
        """A type also does best by ``action``, and this adds more than ``bound`` times the masses."""
        over = [add - most for add, most in zip(self.added[of][action], bound, strict=True)]
        return self.posteriors({**acts, of: action}, combine(over, self.masses))

    def broken(self, acts: Acts, bounds: Mapping[Type, Iterable[Fraction]]) -> System:
        """The cut is broken. A served type that neither acts nor has a bound may add anything."""
        left = [combine(by, self.masses) for by in (*(self.added[t][a] for t, a in acts.items()), *bounds.values())]
        free = [variable(f"any {i} {x}") for i, x in self.added if (i, x) not in acts and (i, x) not in bounds]
        left, rows = left + free, list[NamedRow]()
        for i in self.offers.keys() - self.served:
            for x, table in enumerate(self.deviation.stakes[i]):
                worth = variable(f"worth {i} {x}")
                free, left = [*free, worth], [*left, self.offers[i] * worth]
                spare = (worth - combine(by_source, self.masses) for by_source in table)
                rows += [row(f"worth {i} {x} {a}", value, ">=") for a, value in enumerate(spare)]
        return self.posteriors(acts, gather(left) - combine(self.prices, self.masses), rows, free)

    def check(self, acts: Acts, leaf: Node) -> None:
        """The cut holds at all posteriors at which types do best by ``acts``. Raises Rejected.

        A leaf has ``bounds``, by type: ``most``, by the deviator's feature, and multipliers per action for
        :meth:`beyond`; and as ``rest`` multipliers for :meth:`broken`.
        """
        fields, free = leaf.fields(("bounds", "rest")), {f"{i} {x}": (i, x) for i, x in self.added.keys() - acts.keys()}
        bounds: dict[Type, tuple[Fraction, ...]] = {}
        for name, item in fields["bounds"].fields((), free).items():
            bound, of = item.fields(("most", "actions")), free[name]
            bounds[of] = bound["most"].rationals(len(self.prices))
            for a, proof in enumerate(bound["actions"].items(len(self.added[of]))):
                refute(self.beyond(acts, of, a, bounds[of]), proof, f"bound at {proof.path}")
        refute(self.broken(acts, bounds), fields["rest"], f"leaf at {leaf.path}")
