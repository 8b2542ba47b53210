"""A market in which each provider may only use a few rules: a finite game between the providers.

Users best respond as the definitions say (Definition 2.5), so a choice of rules settles all payoffs exactly.
An equilibrium of this game need not be one of the market, where providers may use any rule; the converse holds if the
rules are on the menus.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product as tuples
from math import prod

from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.document import Node
from alignproof.games.files import read_rule
from alignproof.games.model import Game, Play
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile, Rule
from alignproof.interop.finite import Strategic
from alignproof.symbolic.rules import constant_rule, revealing_rule

MOST_CHOICES = 100_000
Menu = Mapping[str, Rule]
"""Rules by name."""


class NoMenu(ValueError):
    """A menu that a provider of the game cannot have."""


def silent(game: Game, provider: int) -> Menu:
    """Always the first message."""
    return {"silent": constant_rule(game, provider)}


def revealing(game: Game, provider: int) -> Menu:
    """The provider names his feature. Raises NoMenu if there are too few messages."""
    try:
        return {"revealing": revealing_rule(game, provider)}
    except ValueError as error:
        raise NoMenu(str(error)) from None


def deterministic(game: Game, provider: int) -> Menu:
    """Every rule without chance, named by what it says in each case. Raises NoMenu if there are too many."""
    cases = [(x, after) for x in range(len(game.providers[provider].features)) for after in game.prefixes("P")]
    if len(game.messages) ** len(cases) > MOST_CHOICES:
        raise NoMenu(f"more than {MOST_CHOICES} deterministic rules")
    words = range(len(game.messages))
    return {
        " ".join(game.messages[m] for m in said): {
            case: tuple(ONE if m == word else ZERO for m in words) for case, word in zip(cases, said, strict=True)
        }
        for said in tuples(words, repeat=len(cases))
    }


NAMED: dict[str, Callable[[Game, int], Menu]] = {
    "silent": silent,
    "revealing": revealing,
    "deterministic": deterministic,
}
"""Menus by name."""


def own(game: Game, profile: Profile, provider: int) -> Menu:
    """What the provider does in a profile."""
    return {
        "own" if len(set(map(_key, profile.rules[provider]))) == 1 else f"own, user {name}": rule
        for name, rule in zip(game.user_names, profile.rules[provider], strict=True)
    }


def read_menus(node: Node, game: Game) -> list[Menu]:
    """A document ``{provider: {name: rule}}``, a menu for every provider. Raises InputError."""
    fields = node.fields(game.provider_names)
    menus: list[Menu] = []
    for provider in game.providers:
        rules = fields[provider.name].object()
        if not rules:
            raise fields[provider.name].fail("a menu has at least one rule")
        menus.append({name: read_rule(item, game, provider.features) for name, item in rules.items()})
    return menus


def joined(menus: Sequence[Menu]) -> Menu:
    """One menu of several; of equal rules the first stays."""
    found: dict[str, Rule] = {}
    seen: set[object] = set()
    for name, rule in (pair for menu in menus for pair in menu.items()):
        if _key(rule) not in seen:
            seen.add(_key(rule))
            found[name if name not in found else f"{name} ({len(found) + 1})"] = rule
    return found


def _key(rule: Rule) -> object:
    return frozenset(rule.items())


def strategic(game: Game, play: Play, menus: Sequence[Menu]) -> Strategic:
    """The game in which provider j chooses from ``menus[j]``: one rule for all users if play is anonymous, else one for
    each user. Raises NoMenu if there are too many choices."""
    users = len(game.users) if play == "personalized" else 1
    if prod(len(menu) ** users for menu in menus) > MOST_CHOICES:
        raise NoMenu(f"more than {MOST_CHOICES} choices of rules")
    offers = [list(tuples(menu.items(), repeat=users)) for menu in menus]
    payoffs = {}
    for at in tuples(*(range(len(some)) for some in offers)):
        rules = (tuple(rule for _, rule in some[k]) for some, k in zip(offers, at, strict=True))
        everyone = tuple(row * (len(game.users) // users) for row in rules)
        payoffs[at] = outcome(RATIONAL, game, Profile(play, everyone)).payoffs
    names = tuple(tuple(" | ".join(name for name, _ in offer) for offer in some) for some in offers)
    comment = f"Providers of a market choose from menus of rules, {play} play; users best respond."
    return Strategic(game.name or "market", game.provider_names, names, payoffs, comment)
