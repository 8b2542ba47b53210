"""The program of signals without a list of them: what holds at every posterior holds for all signals together.

A *cut* is a linear function of a signal's masses (its chance, by the deviator's feature), of what the deviator gains
on it from the served users, and of what each user gets out of it, her offer. If it is at most 0 for every signal, it
is at most 0 in sum over a rule's signals. Then the masses are 1, the gains and offers are the rule's, and multipliers
combine the cut with what is left of the program: users pick as they do, and the deviator earns more than the target.

That a cut holds is shown by a tree, which fixes what some of the served types do. At a leaf every other type, on her
own, *splits* the masses into parts, one for each of her actions, at which this action is best, and so are the fixed
ones. A true signal is such a split, all parts but one being 0: a refutation covers all signals below the leaf.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import islice

from alignproof.checks.linear import Deferred, NamedRow, Rejected, System, above, refute, row, system
from alignproof.checks.signals import Acts, Type, choice_row, choices, obedience, preference
from alignproof.games.algebra import ONE
from alignproof.games.deviation import Deviation, Served
from alignproof.games.document import Node
from alignproof.games.polynomial import Polynomial, combine, gather, variable
from alignproof.games.response import Stakes

MOST_ROWS = 50_000_000
"""Most rows in all leaves of a tree, as if each had one for any two actions of served types."""


def check_columns(deviation: Deviation, served: Served, target: Fraction, evidence: Node) -> None:
    """No rule serves exactly ``served`` and earns more than ``target``. Raises Rejected.

    Evidence: the ``cut``'s coefficients of ``mass x``, ``gain`` and ``offer i``; ``combined``, multipliers for
    :meth:`Columns.combined`; and a ``tree``, see :meth:`Columns.leaves`, with multipliers for :meth:`Columns.split`.
    """
    columns, fields = Columns(deviation, served), evidence.fields(("cut", "combined", "tree"))
    names = [*(f"mass {x}" for x in columns.sources), "gain", *(f"offer {i}" for i in deviation.group)]
    coefficients = fields["cut"].fields((), names)
    cut = gather(item.rational() * variable(name) for name, item in coefficients.items())
    refute(columns.combined(target, cut), fields["combined"], f"cut at {evidence.path}")
    most = MOST_ROWS // max(1, sum(len(deviation.stakes[i][x]) for i, x in columns.types(served))) ** 2
    leaves = list(islice(columns.leaves(fields["tree"], {}), most + 1))
    if len(leaves) > most:
        raise Rejected("too-large", f"{evidence.path}: a tree of more than {most} leaves")
    for acts, proof in leaves:
        refute(columns.split(cut, acts), proof, f"split at {proof.path}")


@dataclass(frozen=True)
class Columns:
    """The rules of a deviation that serve exactly ``served``."""

    deviation: Deviation
    served: Served

    @cached_property
    def gains(self) -> tuple[Fraction, dict[int, Stakes]]:
        """The deviator's constant payoff, and what served users bring him."""
        return self.deviation.gains(self.served)

    @property
    def sources(self) -> range:
        """The deviator's features."""
        return range(len(self.deviation.game.providers[self.deviation.provider].features))

    def types(self, users: Served) -> list[Type]:
        """All types of these users."""
        return [(i, x) for i in users for x in range(len(self.deviation.stakes[i]))]

    def leaves(self, tree: Node, acts: Acts) -> Iterator[tuple[Acts, Node]]:
        """A tree is a leaf, ``{split: multipliers}``, or ``{type: [trees]}``: a served type not in ``acts``, her user
        and features as text, and a tree for each of her actions. Yields what is fixed at each leaf, and its proof."""
        free = {f"{i} {x}": (i, x) for i, x in self.types(self.served) if (i, x) not in acts}
        form, inside = tree.only_field(("split", *free))
        if form == "split":
            yield acts, inside
            return
        i, x = free[form]
        for a, branch in enumerate(inside.items(len(self.deviation.stakes[i][x]))):
            yield from self.leaves(branch, {**acts, (i, x): a})

    def combined(self, target: Fraction, cut: Polynomial) -> System:
        """Some rule serves just these users, earns more than ``target`` and keeps to the cut, its signals summed up."""
        group, gain = self.deviation.group, variable("gain")
        offers = {i: variable(f"offer {i}") for i in group}
        rows = [row(f"plausible {x}", ONE - variable(f"mass {x}"), "=") for x in self.sources]
        rows += [row("cut", -cut, ">="), above("payoff", gain + (self.gains[0] - target), True)]
        if self.deviation.outside:
            rows += [choice_row(self.deviation, i, offers[i], i in self.served) for i in group]
        return system(rows, [gain, *offers.values()])

    def split(self, cut: Polynomial, acts: Acts) -> System:
        """Some posterior breaks the cut: the types in ``acts`` do best by their actions, each other one splits it."""
        masses = [variable(f"mass {x}") for x in self.sources]
        rows = [above("sent", gather(masses), True)]
        rows += obedience(self.deviation, acts, masses, not self.deviation.robust)
        makers: dict[str, Callable[[], NamedRow]] = {}
        values: dict[str, list[Polynomial]] = {"gain": [], **{f"offer {i}": [] for i in self.deviation.group}}
        worths: list[Polynomial] = []
        for i, x in self.types(self.deviation.group):
            offer, table = values[f"offer {i}"], self.deviation.stakes[i][x]
            if i not in self.served:
                worths.append(variable(f"worth {i} {x}"))
                offer.append(worths[-1])
                spare = (worths[-1] - combine(by_source, masses) for by_source in table)
                rows += [row(f"worth {i} {x} {a}", value, ">=") for a, value in enumerate(spare)]
                continue
            parts = {acts[i, x]: masses} if (i, x) in acts else self._parts(i, x)
            offer += [combine(table[a], part) for a, part in parts.items()]
            values["gain"] += [combine(self.gains[1][i][x][a], part) for a, part in parts.items()]
            if (i, x) not in acts:
                sums = (mass - gather(part) for mass, *part in zip(masses, *parts.values(), strict=True))
                rows += [row(f"split {i} {x} {source}", rest, "=") for source, rest in enumerate(sums)]
                for a, part in parts.items():
                    for of, own, other in choices(self.deviation, {**acts, (i, x): a}):
                        name = f"obey {of[0]} {of[1]} {other} in {i} {x} {a}"
                        makers[name] = partial(preference, self.deviation, of, own, other, part, False)
        rows.append(above("cut", cut({name: gather(terms) for name, terms in values.items()}), True))
        first = system(rows, worths)
        return System(Deferred(first.rows, makers), first.free)

    def _parts(self, i: int, x: int) -> dict[int, list[Polynomial]]:
        """The masses of the parts, ``[a][source]``, into which a type splits a signal."""
        actions = range(len(self.deviation.stakes[i][x]))
        return {a: [variable(f"part {i} {x} {a} {source}") for source in self.sources] for a in actions}
