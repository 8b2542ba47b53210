"""Instances from the certificates that were made of them."""

from collections.abc import Sequence

from alignproof.checks.alignment import check_aligned
from alignproof.checks.benchmark import read_reading, read_team
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.games.augment import augment, read_entrant
from alignproof.games.document import InputError, Node, parse, shown
from alignproof.games.files import read_game, read_profile
from alignproof.symbolic.rules import silent_profile
from alignproof.symbolic.theorem_3_1 import FACTORS


def instance_of(documents: Sequence[Document]) -> Instance:
    """The instance that certificates show, as the search writes them. Raises InputError or Rejected."""
    nodes = [parse(dump(document).encode()) for document in documents]
    return read_instance(nodes[0])


def read_instance(document: Node) -> Instance:
    """The instance in a certificate of kind ``bound-violated``, or the market in one of kind ``aligned`` that is about
    weak alignment (nobody falls short in it). Raises InputError or Rejected."""
    fields = document.object()
    kind = fields["kind"].text() if "kind" in fields else ""
    if kind == "bound-violated":
        return _violated(fields["claim"])
    if kind == "aligned":
        return _market(fields["claim"])
    raise InputError("$.kind", f"a certificate of kind bound-violated is needed to shrink, not {shown(kind)!r}")


def _violated(claim: Node) -> Instance:
    fields = claim.object()
    game = read_game(fields["game"])
    entrant = read_entrant(fields["entrant"], game) if "entrant" in fields else None
    played = game if entrant is None else augment(game, entrant)
    team = read_team(fields["providers"], game)
    weights, errors = check_aligned(game, team, fields["alignment"])
    return Instance(
        game,
        read_profile(fields["profile"], played),
        team,
        weights,
        fields["factors"].rationals(len(errors)),
        tuple(item.name_in(played.user_names) for item in fields["users"].items()),
        entrant,
        fields["robust"].flag(),
        read_reading(fields["reading"]),
    )


def _market(claim: Node) -> Instance:
    fields = claim.object()
    game = read_game(fields["game"])
    team = read_team(fields["providers"], game)
    weights, _ = check_aligned(game, team, fields["alignment"])
    return Instance(game, silent_profile(game, "anonymous"), team, weights, FACTORS, ())
