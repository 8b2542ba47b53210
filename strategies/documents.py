"""Places in a document, and the document with one of them changed; no document is changed itself."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Path = tuple[str | int, ...]
"""Keys and positions from the outside in."""

RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+)?")


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place in a document, from the outside in: path and value."""
    yield path, value
    for key in keys(value):
        yield from places(value[key], (*path, key))


def keys(value: Any) -> list[Any]:
    """The keys of an object or the positions of an array; of anything else, none."""
    return list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []


def rationals(document: Any) -> list[tuple[Path, Fraction]]:
    """The places of a document that look like a rational number, with the number."""
    return [(p, Fraction(v)) for p, v in places(document) if isinstance(v, str) and RATIONAL.fullmatch(v)]


def at(document: Any, path: Path) -> Any:
    """What is at a place."""
    for key in path:
        document = document[key]
    return document


def put(document: Any, path: Path, value: Any) -> Any:
    """The document with another value at a place."""
    if not path:
        return value
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = put(document[path[0]], path[1:], value) if path[1:] else value
    return copy


def drop(document: Any, path: Path) -> Any:
    """The document without a key or an item."""
    *above, last = path
    inside = at(document, tuple(above))
    if isinstance(inside, dict):
        return put(document, tuple(above), {key: item for key, item in inside.items() if key != last})
    return put(document, tuple(above), [item for k, item in enumerate(inside) if k != last])


def shown(path: Path) -> str:
    """A place as text."""
    return "/".join(map(str, path))
