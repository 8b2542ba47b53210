"""Ways to forge a certificate document. Each yields (where, forged document), the document itself untouched.

HARMFUL ones change what is claimed or how it is shown: the kernel may accept one only if its claim is true.
MALFORMED ones are no certificates, or show nothing at all: never acceptable.
"""

import json
from fractions import Fraction
from itertools import combinations

from alignproof.games.garbling import READINGS
from alignproof.strategies.documents import RATIONAL, at, drop, keys, places, put, rationals, shown


def _changed(change):
    def forge(document):
        for path, number in rationals(document):
            if change(number) != number:
                yield shown(path), put(document, path, str(change(number)))

    return forge


def _evidence(document):
    return [(p, v) for p, v in places(document) if p and p[0] == "evidence"]


def evidence_dropped(document):
    """Each part of the evidence left out."""
    for path, _ in _evidence(document):
        if path != ("evidence",):
            yield shown(path), drop(document, path)


def evidence_emptied(document):
    for path, value in _evidence(document):
        if isinstance(value, dict | list) and value:
            yield shown(path), put(document, path, type(value)())


def evidence_repeated(document):
    """Each item of an array twice."""
    for path, value in _evidence(document):
        for k in range(len(value) if isinstance(value, list) else 0):
            yield f"{shown(path)}[{k}]", put(document, path, [*value[: k + 1], *value[k:]])


def evidence_swapped(document):
    """Any two neighbours trade places: providers, users, groups, served sets, signals, rows, branches."""
    for path, value in _evidence(document):
        for one, two in combinations(keys(value)[:12], 2):
            if value[one] != value[two]:
                swapped = put(put(value, (one,), value[two]), (two,), value[one])
                yield f"{shown(path)}: {one} and {two}", put(document, path, swapped)


def claim_dropped(document):
    """Each part of the claim left out: premises, ties, atoms, players."""
    for path, _ in places(document["claim"]):
        if path:
            yield shown(path), drop(document, ("claim", *path))


def claim_swapped(document):
    """Any two neighbours in an array of the claim trade places."""
    for path, value in places(document["claim"]):
        for one, two in combinations(range(len(value) if isinstance(value, list) else 0), 2):
            swapped = list(value)
            swapped[one], swapped[two] = value[two], value[one]
            if swapped != value:
                yield f"{shown(path)}: {one} and {two}", put(document, ("claim", *path), swapped)


def names_confused(document):
    """Each name replaced by two others that the claim knows, in rotation."""
    known = list(dict.fromkeys(v for _, v in places(document["claim"]) if isinstance(v, str)))
    names = [name for name in known if not RATIONAL.fullmatch(name)][:12]
    named = [(p, v) for p, v in places(document) if isinstance(v, str) and not RATIONAL.fullmatch(v) and len(p) > 1]
    for k, (path, value) in enumerate(named):
        for name in (names[k % len(names)], names[(k + 1) % len(names)]) if names else ():
            if name != value:
                yield f"{shown(path)}: {name}", put(document, path, name)


def flags_turned(document):
    for path, value in places(document):
        if isinstance(value, bool):
            yield shown(path), put(document, path, not value)


def bounds_moved(document):
    """Every number that is claimed outright (not the game's), by a little."""
    claim = {key: item for key, item in document["claim"].items() if key not in ("game", "profile", "entrant")}
    for path, number in rationals(claim):
        for step in (Fraction(1, 1000), Fraction(-1, 1000), Fraction(-(10**9)), Fraction(10**9)):
            yield f"{shown(path)} by {step}", put(document, ("claim", *path), str(number + step))


def targets_moved(document):
    """A smaller bound on deviations with targets to match."""
    if document["kind"] == "deviation-bound":
        for k, target in enumerate(document["evidence"]["targets"]):
            for step in (Fraction(1, 1000), Fraction(1, 2), Fraction(10)):
                bound = str(Fraction(document["claim"]["bound"]) - step)
                forged = put(document, ("evidence", "targets", k), str(Fraction(target) - step))
                yield f"{k} by {step}", put(forged, ("claim", "bound"), bound)


def shortfalls_kept(document):
    """A bound that is met, with a larger shortfall or smaller errors, and factors to match."""
    if document["kind"] != "bound-met":
        return
    claim, ((form, alignment),) = document["claim"], document["claim"]["alignment"].items()
    low, high = Fraction(claim["at_most"]), Fraction(claim["at_least"])
    for key, value in (("at_least", high + Fraction(1, 1000)), ("at_most", low - Fraction(1, 1000))):
        width = value - low if key == "at_least" else high - value
        forged = put(document, ("claim", key), str(value))
        yield key, put(forged, ("claim", "factors"), _scaled(claim["factors"], width / (high - low)))
    smaller = put(document, ("claim", "alignment", form, "eps"), _scaled(alignment["eps"], Fraction(1, 2)))
    yield "eps", put(smaller, ("claim", "factors"), _scaled(claim["factors"], Fraction(2)))


def _scaled(numbers, factor):
    return [str(Fraction(number) * factor) for number in numbers]


def everything_excluded(document):
    """A bound far too small, shown by excluding every signal, for no reason or for a wrong one."""
    if document["kind"] == "deviation-bound":
        low = put(document, ("claim", "bound"), "-10")
        low = put(low, ("evidence", "targets"), ["-10"] * len(low["evidence"]["targets"]))
        for reason in ({}, {"sent": "1"}, {"sent": "-1"}, {"payoff": "1"}):
            proof = {"signals": {"plausible 0": "-1"}, "excluded": {"0": reason, "1": reason}}
            groups = [{"served": dict.fromkeys(group["served"], proof)} for group in low["evidence"]["groups"]]
            yield str(reason), put(low, ("evidence", "groups"), groups)


def cuts_tightened(document):
    """A smaller bound on deviations by columns, with cuts that would show it, and trees that do not show them."""
    groups = document["evidence"].get("groups", []) if document["kind"] == "deviation-bound" else []
    if not groups or any("columns" not in proof for group in groups for proof in group["served"].values()):
        return
    for step in (Fraction(1, 1000), Fraction(1, 2)):
        low = put(document, ("claim", "bound"), str(Fraction(document["claim"]["bound"]) - step))
        targets = [str(Fraction(target) - step) for target in low["evidence"]["targets"]]
        low = put(low, ("evidence", "targets"), targets)
        for path, value in places(low["evidence"]):
            if path and path[-1] == "prices":
                low = put(low, ("evidence", *path), [str(Fraction(value[0]) - step), *value[1:]])
        yield f"by {step}", low
        lowest = low
        for path, value in places(low["evidence"]):
            if path and path[-1] == "most":
                lowest = put(lowest, ("evidence", *path), [str(Fraction(value[0]) - step), *value[1:]])
        yield f"by {step}, and all bounds", lowest
        yield from ((f"by {step}, {where}", forged) for where, forged in trees_changed(low))


def trees_changed(document):
    """Every tree and leaf of columns put in place of another or left without a proof, every bound lowered."""
    for path, value in _evidence(document):
        if path[-1] in ("leaf", "tree"):
            for rest in ({}, {"sent": "1"}, {"sent": "-1"}, {"excess": "1"}, {"excess": "0"}, {"obey 0 0 1": "1"}):
                leaf = {"bounds": {}, "rest": rest}
                yield f"{shown(path)}: {rest}", put(document, path, leaf if path[-1] == "leaf" else {"leaf": leaf})
        if path[-1] == "most":
            for step in (Fraction(1, 1000), Fraction(1, 2)):
                lower = [str(Fraction(u) - step) for u in value]
                yield f"{shown(path)} by {step}", put(document, path, lower)
                for proof in ({}, {"sent": "1"}, {"excess": "1"}):
                    bound = {"most": lower, "actions": [proof] * len(at(document, (*path[:-1], "actions")))}
                    yield f"{shown(path)} by {step}: {proof}", put(document, path[:-1], bound)
        if isinstance(value, list) and value and isinstance(value[0], dict) and {"leaf"} & set(value[0]):
            for k in range(len(value)):
                yield f"{shown(path)}: only {k}", put(document, path, [value[k]] * len(value))


def weights_loosened(document):
    """Every error conceded, but a weight negative, or no weights at all."""
    alignment = document["claim"].get("alignment", {})
    for form in alignment if document["kind"] == "aligned" else ():
        eps = ["10"] * len(alignment[form]["eps"])
        conceded = put(document, ("claim", "alignment", form, "eps"), eps)
        key = {"weak": "w", "strong": "lambda"}[form]
        rows = alignment[form]["weights"][key]
        place = ("claim", "alignment", form, "weights", key)
        yield "no weights", put(conceded, place, [["0"] * len(row) for row in rows])
        for path, _ in rationals(rows):
            yield f"{shown(path)} negative", put(conceded, (*place, *path), "-1")
        for i in range(len(rows[0])):
            yield f"user {i} uncovered", put(conceded, place, [[*row[:i], "0", *row[i + 1 :]] for row in rows])


def team_changed(document):
    """Every other set T of providers, and users repeated or added."""
    claim = document["claim"]
    if "game" not in claim:
        return
    providers = [p["name"] for p in claim["game"]["providers"]]
    users = [u["name"] for u in claim["game"]["users"]] + ["user 2"]
    for key, names in (("providers", providers), ("users", users)):
        if key in claim:
            for size in range(4):
                for chosen in combinations(names, size):
                    if list(chosen) != claim[key]:
                        yield f"{key}: {', '.join(chosen)}", put(document, ("claim", key), list(chosen))
    for name in users:
        if claim.get("user", name) != name:
            yield f"user: {name}", put(document, ("claim", "user"), name)


def reading_changed(document):
    claim = document["claim"]
    if "reading" in claim:
        for other in READINGS:
            if other != claim["reading"]:
                yield other, put(document, ("claim", "reading"), other)


def play_changed(document):
    """Personalized for anonymous play and back, rules rewritten to fit."""
    profile = document["claim"].get("profile")
    if profile is None:
        return
    play = {"anonymous": "personalized", "personalized": "anonymous"}[profile["play"]]
    users = len(document["claim"]["game"]["users"]) + ("entrant" in document["claim"])
    rules = [[rule] * users if play == "personalized" else rule[0] for rule in profile["rules"]]
    yield "flag only", put(document, ("claim", "profile", "play"), play)
    yield "with rules", put(document, ("claim", "profile"), {"play": play, "rules": rules})


def protocol_changed(document):
    """Other protocols; with the rules as they are, and with rules that say at every turn what they said at first."""
    game = document["claim"].get("game")
    if game is None:
        return
    for word in ("P", "U", "PP", "PU", "UP"):
        if word != game["protocol"]:
            other = put(document, ("claim", "game", "protocol"), word)
            yield f"{word}, rules kept", other
            if "profile" in document["claim"]:
                yield f"{word}, rules rewritten", put(other, ("claim", "profile"), _respoken(other["claim"], word))


def _respoken(claim, word):
    return _on_rules(claim["profile"], lambda rule: _rule(rule, claim["game"]["messages"], word))


def _on_rules(profile, change):
    rules = [
        [change(rule) for rule in row] if profile["play"] == "personalized" else change(row) for row in profile["rules"]
    ]
    return profile | {"rules": rules}


def _rule(rule, messages, word):
    first = {case["feature"]: case["send"] for case in reversed(rule)}
    spoken = [()]
    cases = []
    for turn in word:
        if turn == "P":
            cases += [(feature, after, send) for feature, send in first.items() for after in spoken]
        spoken = [(*after, m) for after in spoken for m in messages]
    return [{"feature": f, "after": list(after), "send": send} for f, after, send in cases]


def rules_changed(document):
    """Profiles in which somebody says something else."""
    profile = document["claim"].get("profile")
    if profile is None:
        return
    messages = document["claim"]["game"]["messages"]
    for path, _ in places(profile):
        if path and path[-1] == "send":
            for message in messages:
                yield f"{shown(path)}: {message}", put(document, ("claim", "profile", *path), {message: "1"})
            half = dict.fromkeys(messages[:2], "1/2")
            yield f"{shown(path)}: half", put(document, ("claim", "profile", *path), half)


def ties_changed(document):
    """Every order of actions and providers turned around, for all or for a user."""
    game = document["claim"].get("game")
    if game is None:
        return
    providers, messages = [p["name"] for p in game["providers"]], game["messages"]
    users = game["users"] + ([document["claim"]["entrant"]["user"]] if "entrant" in document["claim"] else [])
    plain = {
        "providers": [providers] * len(users),
        "actions": [[u["actions"]] * len(providers) for u in users],
        "messages": [[messages] * len(providers)] * len(users),
    }
    place = ("claim", "entrant", "ties") if "entrant" in document["claim"] else ("claim", "game", "ties")
    for path, order in places(plain):
        if isinstance(order, list) and order and isinstance(order[0], str) and len(order) > 1:
            yield shown(path), put(document, place, put(plain, path, order[::-1]))
    yield "all actions", put(document, place, plain | {"actions": [[a[::-1] for a in row] for row in plain["actions"]]})


HARMFUL = {
    "plus-one": _changed(lambda q: q + 1),
    "minus-one": _changed(lambda q: q - 1),
    "negated": _changed(lambda q: -q),
    "zeroed": _changed(lambda q: Fraction(0)),
    "halved": _changed(lambda q: q / 2),
    "doubled": _changed(lambda q: 2 * q),
    "nudged": _changed(lambda q: q + Fraction(1, 10**6)),
    "complement": _changed(lambda q: 1 - q),
    "evidence-dropped": evidence_dropped,
    "evidence-emptied": evidence_emptied,
    "evidence-repeated": evidence_repeated,
    "evidence-swapped": evidence_swapped,
    "claim-dropped": claim_dropped,
    "claim-swapped": claim_swapped,
    "names-confused": names_confused,
    "flags-turned": flags_turned,
    "bounds-moved": bounds_moved,
    "targets-moved": targets_moved,
    "shortfalls-kept": shortfalls_kept,
    "everything-excluded": everything_excluded,
    "cuts-tightened": cuts_tightened,
    "weights-loosened": weights_loosened,
    "team-changed": team_changed,
    "reading-changed": reading_changed,
    "play-changed": play_changed,
    "protocol-changed": protocol_changed,
    "rules-changed": rules_changed,
    "ties-changed": ties_changed,
}


MISSPELT = ("", "1.0", "1e0", "+1", " 1", "1/-2", "0x1", "١", "1/2/3", "inf", "nan", "9" * 4001, "1\n", "½")


def _numbers(document):
    """The rationals: names may look like numbers too."""
    return [(p, q) for p, q in rationals(document) if not {"states", "actions", "features"} & set(p[-2:])]


def zero_denominators(document):
    for path, number in _numbers(document):
        yield shown(path), put(document, path, f"{number.numerator}/0")


def numbers_bare(document):
    """JSON numbers, whole or floating, where rationals are strings."""
    for k, (path, number) in enumerate(_numbers(document)):
        yield shown(path), put(document, path, (float(number), number.numerator, float("nan"))[k % 3])


def numbers_misspelt(document):
    """What is not a rational, in rotation."""
    for k, (path, _) in enumerate(_numbers(document)):
        yield shown(path), put(document, path, MISSPELT[k % len(MISSPELT)])


def types_wrong(document):
    """Every string a boolean, null, array or object; every array an object and every object an array."""
    for path, value in places(document):
        if isinstance(value, str):
            other = [True, None, [value], {"x": value}][sum(map(ord, shown(path))) % 4]
            yield f"{shown(path)}: {other}", put(document, path, other)
        if isinstance(value, dict) and path:
            yield f"{shown(path)}: array", put(document, path, list(value.values()))
        if isinstance(value, list):
            yield f"{shown(path)}: object", put(document, path, {str(k): item for k, item in enumerate(value)})
        if isinstance(value, bool):
            yield f"{shown(path)}: string", put(document, path, str(value).lower())


def keys_unknown(document):
    """A key that means nothing added to each object: rows, signals and hypotheses that do not exist, among others."""
    for path, value in places(document):
        if isinstance(value, dict) and not _free_names(document, path):
            yield shown(path), put(document, path, value | {"no such thing": "1"})


def _free_names(document, path):
    """Whether the object's keys are names of the author's own choice."""
    sections = {"definitions", "nonnegative", "zero", "conclusions"}
    return document["kind"] == "identity" and len(path) == 2 and path[1] in sections


def headers_wrong(document):
    for key in ("format", "kind", "claim", "evidence"):
        yield f"no {key}", drop(document, (key,))
    for text in ("", "alignproof-certificate/2", "alignproof-game/1", "alignproof-certificate/1 "):
        yield f"format {text!r}", put(document, ("format",), text)
    for kind in ("valid", "", "Equilibrium", "aligned ", *(k for k in KINDS if k != document["kind"])):
        yield f"kind {kind!r}", put(document, ("kind",), kind)


KINDS = (
    "value",
    "equilibrium",
    "not-equilibrium",
    "deviation-bound",
    "benchmark",
    "aligned",
    "not-aligned",
    "bound-violated",
    "bound-met",
    "identity",
)


def multipliers_emptied(document):
    """Each object of multipliers left without any."""
    for path, value in _evidence(document):
        if isinstance(value, dict) and value and path[-1] not in ("send", "powers") and _all_rational(value):
            yield shown(path), put(document, path, {})


def multipliers_doubly_negated(document):
    """Each object of multipliers with all of them negated."""
    for path, value in _evidence(document):
        if isinstance(value, dict) and value and path[-1] not in ("send", "powers") and _all_rational(value):
            yield shown(path), put(document, path, {key: str(-Fraction(item)) for key, item in value.items()})


def _all_rational(value):
    return all(isinstance(item, str) and RATIONAL.fullmatch(item) for item in value.values())


MALFORMED = {
    "zero-denominators": zero_denominators,
    "numbers-bare": numbers_bare,
    "numbers-misspelt": numbers_misspelt,
    "types-wrong": types_wrong,
    "keys-unknown": keys_unknown,
    "headers-wrong": headers_wrong,
    "multipliers-emptied": multipliers_emptied,
    "multipliers-negated": multipliers_doubly_negated,
}


def with_repeated_keys(document):
    """Texts of the document in which one key of one object stands twice, with the same value or another."""
    for path, value in places(document):
        for key in value if isinstance(value, dict) else ():
            yield f"{shown(path)}: {key} again", _text(document, path, key, value[key])
            yield f"{shown(path)}: {key} empty first", _text(document, path, key, "")


def _text(document, path, key, first):
    marker = "\x00"
    doubled = put(document, path, {marker: first, **at(document, path)})
    return json.dumps(doubled).replace(json.dumps(marker), json.dumps(key), 1)
