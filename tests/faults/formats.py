"""The formats that are fuzzed: where files come from, how they are spoilt, what is read, and who judges it.

A reader says no by one of the exceptions in ``refusals``. What it accepts is judged by somebody else: a claim by
``tests.forged.truth`` (enumeration, Z3, a grid of rules) and ``tests.checks.universal.truth`` (concrete games), what
was read by writing it and reading that again, a distribution by adding it up.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pygambit

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.cli.gambit import _profiles
from alignproof.counterexamples.search.bounds import MOST, read_bounds
from alignproof.counterexamples.search.goal import GOALS, read_task
from alignproof.experiments.synthetic import write_synthetic
from alignproof.experiments.tables import read_tables
from alignproof.formats.documents import dump, game_document, profile_document
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, parse
from alignproof.games.files import read_game_file
from alignproof.games.outcome import outcome
from alignproof.interop.efg import efg, read_efg
from alignproof.interop.menus import read_menus
from alignproof.interop.nfg import nfg, read_nfg
from alignproof.verification.catalogue import KEPT
from alignproof.verification.mutation import _induction
from alignproof.verification.universal import STATEMENTS
from tests import brute
from tests.checks.universal.certificates import theorem_3_1, theorem_4_3, theorem_4_4
from tests.checks.universal.truth import refuted
from tests.documents import example
from tests.faults import mutations
from tests.forged import truth
from tests.forged.valid import BUILDERS, valid

ROOT = Path(__file__).parents[2]
LARGEST_SEED = 150_000
"""Bytes: larger certificates are left out, since each mutant takes seconds."""


class NotJudged(Exception):
    """Nobody there who could tell whether what was accepted is right; why."""


@dataclass(frozen=True)
class Format:
    """A format, tried ``share`` times in a hundred. ``seeds`` by name, ``spoil(random, seed, other)`` makes bytes,
    ``read`` reads them, ``judge(seed, bytes, what was read)`` says whether it may be accepted, and how that is known.
    It raises NotJudged."""

    seeds: Callable[[], dict]
    spoil: Callable
    read: Callable
    judge: Callable
    refusals: tuple
    share: int


# Certificates -------------------------------------------------------------------------------------------------------


@cache
def certificates():
    """A certificate of every kind and shape, by name."""
    found = {name: valid(name) for name in BUILDERS if name not in ("equilibrium-branches-UP", "identity-points")}
    found |= {f"catalogue {p.parent.name}/{p.stem}": json.loads(p.read_text()) for p in sorted(KEPT.rglob("*.json"))}
    found |= {"theorem 3.1": theorem_3_1("111111111"), "theorem 3.1 k": theorem_3_1("121222111")}
    found |= {"theorem 4.3": theorem_4_3("111212111"), "theorem 4.4": theorem_4_4("111211111", "UP")}
    found |= {f"obligations {k}": document for k, document in enumerate(obligations())}
    return {name: document for name, document in found.items() if len(json.dumps(document)) < LARGEST_SEED}


def obligations():
    """Certificates of kind obligations."""
    return [_induction(statement) for statement in STATEMENTS[:3]]


def checked(data):
    document = parse(data)
    check(document)
    return json.loads(data)


WEAK = {"equilibrium", "deviation-bound", "bound-violated", "bound-met"}
"""Kinds whose claims are refuted only by a rule on a grid, or one that the oracle finds."""


def claim_is_true(seed, data, document):
    """Whether an accepted claim is true, and who says so."""
    kind, claim = document["kind"], document["claim"]
    if kind == seed["kind"] and claim == seed["claim"]:
        return True, "the claim is the original's"
    if kind == "theorem":
        return not refuted(document, Random(0), 20), "theorem: in 20 games"
    if kind == "obligations":
        return all(map(truth.implied, claim["obligations"])), "obligations: Z3, or points"
    small_enough(claim)
    try:
        how = "no rule of a grid, nor the oracle's, pays more" if kind in WEAK else "enumeration or Z3"
        return truth.true(document), f"{kind}: {how}"
    except (RuntimeError, ValueError) as error:
        raise NotJudged(f"{kind}: {error}") from None


def small_enough(claim):
    """Raises NotJudged if enumeration would take too long."""
    game = claim.get("game")
    if game is None:
        return
    ends = len(game["messages"]) ** len(game["protocol"])
    acts = max(len(user["actions"]) for user in game["users"])
    if ends > 4 or acts**ends > 100 or len(game["users"]) > 3:
        raise NotJudged("the game is too large for enumeration")


# Games --------------------------------------------------------------------------------------------------------------


@cache
def games():
    found = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "examples").glob("*.json"))}
    found["every part of the format"] = example()
    for name, document in certificates().items():
        if "profile" in document["claim"] and "entrant" not in document["claim"]:
            found[name] = document["claim"]["game"] | {"profile": document["claim"]["profile"]}
    return {name: document for name, document in found.items() if "format" in document}


def game_as_written(seed, data, found):
    """What was read is written and read again; and it turns out as enumeration says."""
    game, profile = found
    document = game_document(game) | ({"profile": profile_document(game, profile)} if profile else {})
    if read_game_file(parse(dump(document).encode())) != found:
        return False, "written and read again"
    if profile is None:
        return True, "written and read again"
    small_enough({"game": json.loads(data)})
    played, reached = brute.users_play(game, profile), outcome(RATIONAL, game, profile)
    same = played.values == tuple(who.value for who in reached.users)
    return same and brute.payoffs(game, profile, played) == reached.payoffs, "written, read again and enumerated"


def menus():
    return {
        "menus": {
            "first": {"tell": example()["profile"]["rules"][0]},
            "second": {"-": example()["profile"]["rules"][1]},
        }
    }


def menus_sum_up(seed, data, found):
    return all(sum(p) == 1 <= len(p) for menu in found for rule in menu.values() for p in rule.values()), "adding up"


# Gambit -------------------------------------------------------------------------------------------------------------

FOLDER = Path(pygambit.__file__).parent / "catalog_data"


def gambits(suffix):
    return lambda: {p.stem: p.read_text() for p in sorted(FOLDER.rglob(f"*.{suffix}")) if p.stat().st_size < 20_000}


def text_as_written(read, write):
    def judge(seed, data, found):
        return read(write(found)) == found, "written and read again"

    return judge


def decoded(read):
    return lambda data: read(data.decode("utf-8"))


PENNIES = 'NFG 1 R "pennies" { "a" "b" } { 2 2 } 1 -1 -1 1 -1 1 1 -1'


def gambit_profiles(data):
    return _profiles(read_nfg(PENNIES), data.decode("utf-8"))


def profiles_sum_up(seed, data, found):
    return all(sum(part) == 1 and min(part) >= 0 for _, profile in found for part in profile), "adding up"


# Tables of survey answers -------------------------------------------------------------------------------------------


@cache
def tables():
    """Two questions of the made-up market: its three files as one text."""
    with tempfile.TemporaryDirectory() as folder:
        write_synthetic(Path(folder))
        kept = {}
        for stem in ("groups", "models"):
            lines = (Path(folder) / f"{stem}.csv").read_text().splitlines()
            kept[stem] = "\n".join([lines[0], *(row for row in lines[1:] if ",Q1," in row or ",Q2," in row)])
    return {"made up": SPLIT.join(kept.values())}


SPLIT = "\n=====\n"


def tables_read(data):
    parts = data.split(SPLIT.encode())
    with tempfile.TemporaryDirectory() as folder:
        for stem, part in zip(("groups", "models"), parts, strict=False):
            (Path(folder) / f"{stem}.csv").write_bytes(part)
        return read_tables(folder)


def shares_add_up(seed, data, found):
    own = [*found.group_answers.values(), *found.model_answers.values()]
    every = [answers.shares for mine in own for answers in mine.values()]
    return bool(every) and all(sum(shares) == 1 and min(shares) >= 0 for shares in every), "adding up"


# Settings of the command line ---------------------------------------------------------------------------------------


def settings():
    given = {name: " ".join(f"{k}={v}" for k, v in goal.defaults.items()) for name, goal in GOALS.items()}
    return {name: f"{name} {params}\n2,2,3,3,3" for name, params in given.items()}


def settings_read(data):
    """A goal with its parameters, and on another line bounds on sizes."""
    given, _, bounds = data.decode("utf-8").partition("\n")
    name, *params = given.split() or [""]
    return read_task(name, params), read_bounds(bounds)


def settings_fit(seed, data, found):
    task, bounds = found
    counts = [bounds.users, bounds.providers, bounds.actions, bounds.states, bounds.messages]
    return all(1 <= c <= MOST for c in counts) and all(isinstance(v, Fraction) for v in task.values.values()), "bounds"


# All of them --------------------------------------------------------------------------------------------------------


CLAIM = "here comes the claim"


def tree_or_bytes(random, seed, other):
    if random.random() < 0.92:
        if "claim" in seed and "claim" in other and random.random() < 0.4:
            claim = mutations.tree(random, seed["claim"], other["claim"]).decode("utf-8", "surrogatepass")
            whole = json.dumps(seed | {"claim": CLAIM})
            return whole.replace(json.dumps(CLAIM), claim).encode("utf-8", "surrogatepass")
        return mutations.tree(random, seed, other)
    return mutations.raw(random, json.dumps(seed).encode(), json.dumps(other).encode())


def tokens_or_bytes(random, seed, other):
    if random.random() < 0.85:
        return mutations.tokens(random, seed, other)
    return mutations.raw(random, seed.encode(), other.encode())


TEXT = (InputError, UnicodeDecodeError)  # a text comes decoded: the command line refuses what is not UTF-8

FORMATS = {
    "certificate": Format(
        certificates, tree_or_bytes, checked, claim_is_true, (Rejected, NotSeparable, InputError), 55
    ),
    "game": Format(games, tree_or_bytes, lambda data: read_game_file(parse(data)), game_as_written, (InputError,), 13),
    "menus": Format(
        menus,
        tree_or_bytes,
        lambda data: read_menus(parse(data), read_game_file(parse(json.dumps(example()).encode()))[0]),
        menus_sum_up,
        (InputError,),
        4,
    ),
    "nfg": Format(gambits("nfg"), tokens_or_bytes, decoded(read_nfg), text_as_written(read_nfg, nfg), TEXT, 8),
    "efg": Format(gambits("efg"), tokens_or_bytes, decoded(read_efg), text_as_written(read_efg, efg), TEXT, 8),
    "profiles": Format(
        lambda: {"pennies": "NE,1/2,1/2,1/2,1/2\n1,0,0,1\n"}, tokens_or_bytes, gambit_profiles, profiles_sum_up, TEXT, 3
    ),
    "tables": Format(tables, tokens_or_bytes, tables_read, shares_add_up, (InputError,), 6),
    "settings": Format(settings, tokens_or_bytes, settings_read, settings_fit, TEXT, 3),
}
"""By name."""
