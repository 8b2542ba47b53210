"""Gambit's extensive games, ``.efg``: the nodes of a tree, each before its children."""

from alignproof.games.algebra import ONE, total
from alignproof.games.document import shown
from alignproof.interop.finite import Branching, Event, InformationSet, Outcome, Place, Tree
from alignproof.interop.scanner import Scanner, Token, braced, quoted

MOST_NUMBER = 10**9 - 1
CHANCE = -1


class _Reader:
    """The parts of a tree as they come up; what comes up again has to be as before."""

    def __init__(self, text: str) -> None:
        self.scan = Scanner(text)
        self.sets: dict[Place, InformationSet | Event] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.players: tuple[str, ...] = ()

    def tree(self) -> Tree:
        scan = self.scan
        scan.word("EFG")
        scan.word("2")
        scan.word("R", "D")
        title, self.players = scan.label(), scan.labels()
        comment = scan.comment()
        nodes: list[Branching] = []
        open_places = 1
        while open_places:
            nodes.append(self.node())
            place = nodes[-1].place
            open_places += (len(self.sets[place].actions) if place is not None else 0) - 1
        if not scan.ended:
            raise scan.here.fail("expected the end of the file: the tree is complete")
        return Tree(title, self.players, tuple(nodes), self.sets, self.outcomes, comment)

    def node(self) -> Branching:
        kind, label = self.scan.word("c", "p", "t"), self.scan.label()
        place: Place | None = None
        if kind == "c":
            place = self.event()
        elif kind == "p":
            place = self.information_set()
        return Branching(label, place, self.outcome())

    def event(self) -> Place:
        at = self.scan.here
        place = CHANCE, self.scan.whole(1, MOST_NUMBER)
        if self.scan.next_is('"'):
            label = self.scan.label()
            self.scan.word("{")
            moves = [(self.scan.label(), self.scan.rational())]
            while not self.scan.next_is("}"):
                moves.append((self.scan.label(), self.scan.rational()))
            self.scan.word("}")
            actions, chances = zip(*moves, strict=True)
            if min(chances) < 0 or total(chances) != ONE:
                raise at.fail(f"the probabilities sum to {shown(total(chances))}, not 1, or one is negative")
            self.declare(at, place, Event(label, actions, chances))
        return self.declared(at, place)

    def information_set(self) -> Place:
        player = self.scan.whole(1, len(self.players)) - 1
        at = self.scan.here
        place = player, self.scan.whole(1, MOST_NUMBER)
        if self.scan.next_is('"'):
            label = self.scan.label()
            self.declare(at, place, InformationSet(label, self.scan.labels()))
        return self.declared(at, place)

    def declare(self, at: Token, place: Place, entry: InformationSet | Event) -> None:
        if self.sets.setdefault(place, entry) != entry:
            raise at.fail(f"number {place[1]} was described otherwise before")

    def declared(self, at: Token, place: Place) -> Place:
        if place not in self.sets:
            raise at.fail(f"number {place[1]} comes up for the first time, so its actions have to follow")
        return place

    def outcome(self) -> int:
        at = self.scan.here
        number = self.scan.whole(0, MOST_NUMBER)
        if self.scan.next_is('"') and not number:
            raise at.fail("outcome 0 is none and has no payoffs")
        if self.scan.next_is('"', "{"):
            label = self.scan.comment()
            outcome = Outcome(label, self.scan.rationals(len(self.players)))
            if self.outcomes.setdefault(number, outcome) != outcome:
                raise at.fail(f"outcome {number} was described otherwise before")
        if number and number not in self.outcomes:
            raise at.fail(f"outcome {number} comes up for the first time, so its payoffs have to follow")
        return number


def read_efg(text: str) -> Tree:
    """The game in a text. Raises InputError."""
    return _Reader(text).tree()


def efg(tree: Tree) -> str:
    """The text of a game; :func:`read_efg` is its inverse."""
    head = f"EFG 2 R {quoted(tree.title)} {braced(list(map(quoted, tree.players)))}"
    return "\n".join([head, quoted(tree.comment), "", *(_line(tree, node) for node in tree.nodes)]) + "\n"


def _line(tree: Tree, node: Branching) -> str:
    return f"{_place(tree, node)} {_outcome(tree, node.outcome)}"


def _place(tree: Tree, node: Branching) -> str:
    if node.place is None:
        return f"t {quoted(node.label)}"
    (player, number), entry = node.place, tree.sets[node.place]
    if isinstance(entry, Event):
        pairs = [f"{quoted(a)} {chance}" for a, chance in zip(entry.actions, entry.chances, strict=True)]
        return f"c {quoted(node.label)} {number} {quoted(entry.label)} {braced(pairs)}"
    return (
        f"p {quoted(node.label)} {player + 1} {number} {quoted(entry.label)} {braced(list(map(quoted, entry.actions)))}"
    )


def _outcome(tree: Tree, number: int) -> str:
    if not number:
        return "0"
    outcome = tree.outcomes[number]
    return f"{number} {quoted(outcome.label)} {braced(list(map(str, outcome.payoffs)), ', ')}"
