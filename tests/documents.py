"""A game file that uses every part of the format, and ways to spoil it."""

import copy
import json

from hypothesis import strategies as st

from alignproof.games.document import parse
from alignproof.games.files import read_game_file

DOCUMENT = {
    "format": "alignproof-game/1",
    "name": "example",
    "states": ["dry", "wet"],
    "users": [
        {"name": "Ann", "features": ["-"], "actions": ["go", "stay"], "utility": [["1", "0"], ["1/4", "3/4"]]},
        {"name": "Bob", "features": ["old", "new"], "actions": ["stay", "go"], "utility": [["1/2", "1/2"], ["1", "0"]]},
    ],
    "providers": [
        {
            "name": "first",
            "features": ["sun", "rain"],
            "payoff": {
                "weights": ["1/2", "1/4"],
                "parts": [[["1", "0"], ["0", "1"]], [["1", "1"], ["0", "1/2"]]],
                "constant": "1/4",
            },
        },
        {
            "name": "second",
            "features": ["-"],
            "payoff": {
                "table": [
                    {"actions": ["go", "stay"], "values": ["0", "1"]},
                    {"actions": ["go", "go"], "values": ["1", "1"]},
                    {"actions": ["stay", "stay"], "values": ["1/2", "1/3"]},
                    {"actions": ["stay", "go"], "values": ["0", "0"]},
                ]
            },
        },
    ],
    "messages": ["yes", "no"],
    "protocol": "UP",
    "prior": [
        {"probability": "1/2", "state": "dry", "users": ["-", "old"], "providers": ["sun", "-"]},
        {"probability": "1/2", "state": "wet", "users": ["-", "new"], "providers": ["rain", "-"]},
    ],
    "ties": {
        "providers": ["second", "first"],
        "actions": [[["go", "stay"], ["stay", "go"]], [["stay", "go"], ["stay", "go"]]],
        "messages": ["no", "yes"],
    },
    "profile": {
        "play": "anonymous",
        "rules": [
            [
                {"feature": "sun", "after": ["yes"], "send": {"yes": "1"}},
                {"feature": "sun", "after": ["no"], "send": {"yes": "1/2", "no": "1/2"}},
                {"feature": "rain", "after": ["yes"], "send": {"no": "1"}},
                {"feature": "rain", "after": ["no"], "send": {"yes": "0", "no": "1"}},
            ],
            [
                {"feature": "-", "after": ["yes"], "send": {"no": "1"}},
                {"feature": "-", "after": ["no"], "send": {"no": "1"}},
            ],
        ],
    },
}


def example():
    return copy.deepcopy(DOCUMENT)


def read(document):
    return read_game_file(parse(json.dumps(document).encode()))


class DELETE:
    """Marks a place to be deleted."""


def put(document, path, value):
    """Set the place at ``path``, a tuple of keys and positions; delete it if ``value`` is DELETE."""
    for step in path[:-1]:
        document = document[step]
    if value is DELETE:
        del document[path[-1]]
    elif isinstance(document, list) and path[-1] == len(document):
        document.append(copy.deepcopy(value))
    else:
        document[path[-1]] = copy.deepcopy(value)


def places(value, path=()):
    """Every place in a document."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from places(child, (*path, step))


def at(document, path):
    for step in path:
        document = document[step]
    return document


PLACES = list(places(DOCUMENT))
JUNK = st.one_of(
    st.sampled_from([None, True, 0, 0.5, "", "1/2", "1", "0", "-1/2", "1/0", "go", "-", "P", "personalized", [], {}]),
    st.recursive(
        st.one_of(st.none(), st.text(max_size=5), st.integers(), st.floats()),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    ),
    st.sampled_from(PLACES).map(lambda path: copy.deepcopy(at(DOCUMENT, path))),
)


@st.composite
def mutated(draw):
    """The example with a few of its nodes deleted, replaced, inserted or swapped."""
    document = example()
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([place for place in places(document) if place]))
        parent = at(document, path[:-1])
        match draw(st.sampled_from(["delete", "replace", "insert", "swap"])):
            case "delete":
                del parent[path[-1]]
            case "replace":
                parent[path[-1]] = draw(JUNK)
            case "insert" if isinstance(parent, list):
                parent.insert(path[-1], draw(JUNK))
            case "insert":
                parent[draw(st.text(max_size=3))] = draw(JUNK)
            case "swap":
                other = draw(st.sampled_from(list(parent) if isinstance(parent, dict) else range(len(parent))))
                parent[path[-1]], parent[other] = parent[other], parent[path[-1]]
        if not document:
            break
    return document
