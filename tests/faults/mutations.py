"""Ways to spoil a file: changes of a JSON tree, of the tokens of a text, and of bytes. Each draws from a Random."""

import json
import re
from fractions import Fraction

from alignproof.strategies.documents import RATIONAL, at, drop, keys, put

GIANTS = ["9" * 1000, "9" * 1001, "1/" + "7" * 997, "-" + "3" * 900 + "/" + "7" * 90, "1" + "0" * 500]
MISSPELT = [
    "",
    "1/0",
    "0/1",
    "-0",
    "+1",
    " 1",
    "1 ",
    "1/-2",
    "1.5",
    "1e9",
    "0x1",
    "１",
    "١/٢",
    "NaN",
    "inf",
    "1//2",
    "007",
]
STRANGE = [
    "\x00",
    "\ufeff",
    "\u202e",
    "a" * 201,
    "\ud800",
    "\n",
    "0",
    "none",
    "P",
    "UP",
    "U" * 20,
    "PU" * 9,
    "own",
    "favour",
]
DEEP = "nested too deep to be written as it is"
BARE = [0, 1, -1, 0.5, 10**400, True, False, None, [], {}, [[]], {"": ""}]
COMMON = ["state", "state and user", "state and users", "personalized", "anonymous"]


def descended(random, document):
    """A place in a document: a few steps down, at random."""
    path = ()
    while (inside := keys(document)) and (not path or random.random() < 0.85):
        path += (random.choice(inside),)
        document = document[path[-1]]
    return path


def leaf(random, document):
    """A place at which nothing is further inside."""
    path = ()
    while inside := keys(document):
        path += (random.choice(inside),)
        document = document[path[-1]]
    return path


def near(random, value):
    """A number close to another, or related to it."""
    steps = [
        value + Fraction(random.choice((-1, 1)), random.choice((1, 2, 3, 1000))),
        -value,
        2 * value,
        value / 2,
        1 - value,
        1 / value if value else value + 1,
        Fraction(0),
        Fraction(1),
        value + random.choice((-1, 1)) * 10**9,
        Fraction(random.randint(-5, 5), random.randint(1, 5)),
    ]
    return str(random.choice(steps))


def number_changed(random, document, other):
    for _ in range(20):
        path = leaf(random, document)
        value = at(document, path)
        if isinstance(value, str) and RATIONAL.fullmatch(value) and len(value) < 300 and not value.endswith("/0"):
            return put(document, path, near(random, Fraction(value)))
    return document


def number_spoilt(random, document, other):
    return put(document, leaf(random, document), random.choice(GIANTS + MISSPELT))


def name_changed(random, document, other):
    """A text replaced by another text of the document."""
    path, source = leaf(random, document), leaf(random, document)
    return put(document, path, at(document, source))


def name_strange(random, document, other):
    return put(document, leaf(random, document), random.choice(STRANGE + COMMON))


def type_changed(random, document, other):
    return put(document, descended(random, document), random.choice(BARE))


def dropped(random, document, other):
    path = descended(random, document)
    return drop(document, path) if path else document


def repeated(random, document, other):
    path = descended(random, document)
    inside = at(document, path[:-1])
    if not path or not isinstance(inside, list):
        return document
    return put(document, path[:-1], [*inside[: path[-1] + 1], *inside[path[-1] :]])


def swapped(random, document, other):
    path = descended(random, document)
    inside = keys(at(document, path))
    if len(inside) < 2:
        return document
    one, two = random.sample(inside, 2)
    values = at(document, path)
    return put(document, path, put(put(values, (one,), values[two]), (two,), values[one]))


def renamed(random, document, other):
    """A key under another name."""
    path = descended(random, document)
    inside = at(document, path)
    if not isinstance(inside, dict) or not inside:
        return document
    key = random.choice(list(inside))
    names = [*STRANGE, *(k for k in inside if k != key), f"{key}x"]
    new = random.choice(names)
    return put(document, path, {new if name == key else name: item for name, item in inside.items()})


def transplanted(random, document, other):
    """A part of another document: if there is one, from the same place."""
    path = descended(random, document)
    try:
        part = at(other, path)
    except (KeyError, IndexError, TypeError):
        part = at(other, descended(random, other))
    return put(document, path, part)


def moved(random, document, other):
    """A part of the document somewhere else in it."""
    return put(document, descended(random, document), at(document, descended(random, document)))


def nested(random, document, other):
    path = descended(random, document)
    value = at(document, path)
    for _ in range(random.choice((1, 2, 45))):
        value = [value]
    return put(document, path, random.choice((value, value, DEEP)))


def flag_turned(random, document, other):
    for _ in range(30):
        path = leaf(random, document)
        if isinstance(at(document, path), bool):
            return put(document, path, not at(document, path))
    return document


TREE = [number_changed] * 8 + [swapped, dropped, repeated, moved, transplanted, name_changed] * 2
TREE += [number_spoilt, name_strange, type_changed, renamed, nested, flag_turned]
"""The ways to change a tree, as often as they are tried."""


def tree(random, document, other):
    """One to three changes of a tree, as text; now and then with a key that stands twice."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        document = random.choice(TREE)(random, document, other)
    text = json.dumps(document)
    if random.random() < 0.03:
        text = re.sub(r'"(\w+)": ("[^"]*"|\[)', r'"\1": "0", "\1": \2', text, count=1)
    text = text.replace(json.dumps(DEEP), "[" * 5000 + "]" * 5000)
    return text.encode("utf-8", "surrogatepass")


TOKEN = re.compile(r'"[^"]*"|[\w.+/-]+|\s+|[^\w\s]')
WORDS = [
    "1e999",
    "1e-999",
    "-1",
    "1/0",
    "9" * 1001,
    "99999999",
    "{",
    "}",
    '"',
    '""',
    ",",
    "0",
    ".5",
    "1e9999",
    "\x00",
    "NFG",
    "EFG",
]


def tokens(random, text, other):
    """One to three changes of a text's tokens."""
    parts, others = TOKEN.findall(text), TOKEN.findall(other)
    for _ in range(random.choice((1, 1, 2, 3))):
        k = random.randrange(len(parts)) if parts else 0
        match random.randrange(8):
            case 0:
                parts[k : k + 1] = []
            case 1:
                parts[k:k] = parts[k : k + random.randint(1, 5)]
            case 2 if parts:
                m = random.randrange(len(parts))
                parts[k], parts[m] = parts[m], parts[k]
            case 3:
                parts[k : k + 1] = [random.choice(WORDS)]
            case 4 if others:
                m = random.randrange(len(others))
                parts[k : k + 1] = others[m : m + random.randint(1, 9)]
            case 5 if parts:
                numbers = [m for m, part in enumerate(parts) if re.fullmatch(r"-?[0-9]+", part)]
                if numbers:
                    parts[random.choice(numbers)] = str(random.choice((0, 1, 2, 3, -1, 7, 1000, 10**9)))
            case 6:
                parts[k:k] = [random.choice(WORDS)]
            case _:
                parts[k : k + random.randint(1, 20)] = []
    return "".join(parts).encode("utf-8", "surrogatepass")


def raw(random, data, other):
    """A change that knows nothing of the format."""
    k = random.randrange(len(data) + 1)
    match random.randrange(10):
        case 0:
            return data[:k]
        case 1:
            return data[k:]
        case 2 if data:
            flipped = bytearray(data)
            for _ in range(random.randint(1, 8)):
                flipped[random.randrange(len(data))] ^= 1 << random.randrange(8)
            return bytes(flipped)
        case 3:
            return data[:k] + random.randbytes(random.randint(1, 8)) + data[k:]
        case 4:
            return b"\xef\xbb\xbf" + data
        case 5:
            return data[:k] + b"\x00" + data[k:]
        case 6:
            return data[:k] + rb"\ud800" + data[k:]
        case 7:
            return data[:k] + other[random.randrange(len(other) + 1) :]
        case 8:
            return data.decode("utf-8", "replace").encode(random.choice(("utf-16", "utf-32", "utf-7")))
        case _:
            return data[:k] + data[k : k + 50] * random.randint(2, 20) + data[k:]
