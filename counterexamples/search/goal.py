"""What to search for: goals as data. A goal says what certified documents have to show, not how a market may look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from alignproof.formats.certificates import Document
from alignproof.games.document import InputError, Node, shown

Values = Mapping[str, Fraction]
"""The goal's parameters, by name."""


@dataclass(frozen=True)
class Goal:
    """A named goal. ``fault`` says why parameters make no sense (nothing, if they do); ``reached`` decides on the
    claims of valid certificates; ``equilibrium`` says whether ties matter, and with them ``robust``."""

    name: str
    asks: str
    defaults: Values
    fault: Callable[[Values], str]
    reached: Callable[[Values, Sequence[Document]], bool]
    equilibrium: bool = True


def _everyone_short(document: Document, form: str) -> bool:
    """All users fall short at an equilibrium of the anonymous game, under exact alignment of all providers, with common
    ties, and garblings that are common given a user's own features too."""
    claim = document["claim"]
    new = [claim["entrant"]["user"]["name"]] if "entrant" in claim else []
    return (
        document["kind"] == "bound-violated"
        and claim["profile"]["play"] == "anonymous"
        and claim["reading"] == "state and user"
        and _common_ties(claim)
        and claim["users"] == [user["name"] for user in claim["game"]["users"]] + new
        and claim["providers"] == [provider["name"] for provider in claim["game"]["providers"]]
        and _exact(claim["alignment"], form)
    )


def _common_ties(claim: Document) -> bool:
    """Whether all users break ties alike, whichever provider they ask (Definition 2.5), where they have the choice."""
    ties = claim["entrant"]["ties"] if "entrant" in claim else claim["game"].get("ties")
    if ties is None:
        return True
    by_kind = (ties["providers"], *([order for own in ties[kind] for order in own] for kind in ("actions", "messages")))
    return all(
        [option for option in one if option in other] == [option for option in other if option in one]
        for orders in by_kind
        for one, other in combinations(orders, 2)
    )


def _reached_4_1(values: Values, documents: Sequence[Document]) -> bool:
    (document,) = documents
    claim = document["claim"]
    within = Fraction(claim["at_most"]) <= values["eps"] and values["c"] <= Fraction(claim["at_least"])
    return within and "entrant" not in claim and _everyone_short(document, "weak")


def _reached_5_2(values: Values, documents: Sequence[Document]) -> bool:
    (document,) = documents
    return "entrant" in document["claim"] and _everyone_short(document, "strong")


def _reached_3_1(values: Values, documents: Sequence[Document]) -> bool:
    (document,) = documents
    claim = document["claim"]
    return (
        document["kind"] == "bound-violated"
        and claim["profile"]["play"] == "personalized"
        and claim["reading"] == "state"
        and "entrant" not in claim
        and _exact(claim["alignment"], "weak")
    )


def _reached_a_1(values: Values, documents: Sequence[Document]) -> bool:
    held, failed = documents
    if not _one_market(held, failed):
        return False
    strong = held["claim"]["alignment"].get("strong", {"eps": ["1"]})["eps"]
    error = failed["claim"]["alignment"].get("separable", {"eps": "0", "attained": False})
    return Fraction(strong[0]) <= values["eps"] and (Fraction(error["eps"]) > 0 or error["attained"])


def _reached_a_2(values: Values, documents: Sequence[Document]) -> bool:
    held, failed = documents
    if not _one_market(held, failed):
        return False
    error = failed["claim"]["alignment"].get("strong", {"eps": "-1"})
    return _exact(held["claim"]["alignment"], "weak") and Fraction(error["eps"]) >= values["eps"]


def _one_market(held: Document, failed: Document) -> bool:
    """Whether one alignment is shown and another one refuted, for the same providers of the same game."""
    kinds = (held["kind"], failed["kind"]) == ("aligned", "not-aligned")
    return kinds and all(held["claim"][key] == failed["claim"][key] for key in ("game", "providers"))


def _exact(alignment: Document, form: str) -> bool:
    """Whether alignment of this form is claimed, with all errors 0."""
    return all(Fraction(eps) == 0 for eps in alignment.get(form, {"eps": ["1"]})["eps"])


GOALS = {
    goal.name: goal
    for goal in (
        Goal(
            "thm4.1",
            "anonymous game, exact weak alignment, an equilibrium worth at most eps to every user, benchmarks >= c",
            {"eps": Fraction(1, 2), "c": Fraction(1)},
            lambda v: "" if 0 < v["eps"] < v["c"] <= 1 else "thm4.1 needs 0 < eps < c <= 1",
            _reached_4_1,
        ),
        Goal(
            "thm5.2",
            "anonymous game, exact strong alignment, a new user, an equilibrium below every user's benchmark",
            {},
            lambda v: "",
            _reached_5_2,
        ),
        Goal(
            "propA.2",
            "exact weak alignment, and no strong alignment with an error below eps",
            {"eps": Fraction(1, 2)},
            lambda v: "" if 0 < v["eps"] <= Fraction(1, 2) else "propA.2 needs 0 < eps <= 1/2",
            _reached_a_2,
            equilibrium=False,
        ),
        Goal(
            "propA.1-as-printed",
            "strong alignment with an error of at most eps, and payoffs not separable: none weak with eps_P = 0",
            {"eps": Fraction(1, 4)},
            lambda v: "" if 0 < v["eps"] < 1 else "propA.1-as-printed needs 0 < eps < 1",
            _reached_a_1,
            equilibrium=False,
        ),
        Goal(
            "thm3.1-literal-garbling",
            "personalized game, exact weak alignment, an equilibrium below a user's benchmark if garblings are common "
            "given the state alone",
            {},
            lambda v: "",
            _reached_3_1,
        ),
    )
}


@dataclass(frozen=True)
class Task:
    """A goal with its parameters; ``robust``: the equilibrium has to survive ties in every deviator's favour; ``talk``:
    some user has to learn something in it."""

    goal: Goal
    values: Values
    robust: bool = False
    talk: bool = False


def read_task(name: str, settings: Sequence[str], robust: bool = False, talk: bool = False) -> Task:
    """The task that the command line names, with settings ``name=value``. Raises InputError."""
    if name not in GOALS:
        raise InputError("TARGET", f"no goal is called {shown(name)!r}; known are {', '.join(GOALS)}")
    goal, values, given = GOALS[name], dict(GOALS[name].defaults), set[str]()
    for setting in settings:
        key, _, text = setting.partition("=")
        if key not in values:
            known = ", ".join(values) or "none"
            raise InputError("--param", f"{name} has no parameter {shown(key)!r}; it has: {known}")
        if key in given:
            raise InputError("--param", f"{key} is given twice")
        given.add(key)
        values[key] = Node(text, f"--param {key}").rational()
    if fault := goal.fault(values):
        raise InputError("--param", fault)
    if (robust or talk) and not goal.equilibrium:
        raise InputError("--robust" if robust else "--talk", f"{name} is not about an equilibrium")
    return Task(goal, values, robust, talk)
