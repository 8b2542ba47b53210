"""Reading JSON that nobody vouches for: strict, bounded, and with the place of every fault.

Numbers are strings ``"p"`` or ``"p/q"``; JSON's own numbers, repeated keys, deep nesting and over-long text are
refused. So are fractions whose sum could be too long: all of a document's must fit over one denominator of
``MAX_COMMON_DIGITS``. Nothing is ever evaluated.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 40
MAX_DIGITS = 1000
MAX_NAMES = 10_000
MAX_COMMON_DIGITS = 6000
_RATIONAL = re.compile(r"-?[0-9]+(?:/([0-9]+))?")


class InputError(ValueError):
    """Unusable input: ``path`` is the JSON path of the fault, ``reason`` says what is wrong in one line."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _BareNumber:
    text: str


@dataclass(frozen=True)
class _Repeated:
    key: str


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a document together with its JSON path; each reader raises :class:`InputError` on a misfit."""

    value: Any
    path: str = "$"

    def fail(self, reason: str) -> InputError:
        """The error to raise for a fault at this place."""
        return InputError(self.path, reason)

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Node"]:
        """An object with exactly these keys, those of ``optional`` left out at will."""
        required, value = list(required), self.object()
        for key in required:
            if key not in value:
                raise self.fail(f"the key {key!r} is missing")
        for key in value:
            if key not in required and key not in optional:
                raise value[key].fail("unknown key")
        return value

    def object(self) -> dict[str, "Node"]:
        """An object with any keys."""
        if not isinstance(self.value, dict):
            raise self.fail(f"expected an object, found {_kind(self.value)}")
        return {key: Node(item, f"{self.path}.{shown(key)}") for key, item in self.value.items()}

    def only_field(self, names: Sequence[str]) -> tuple[str, "Node"]:
        """An object with a single key, one of ``names``: the key and its value."""
        fields = self.fields((), names)
        if len(fields) != 1:
            raise self.fail(f"expected one of {', '.join(names)}")
        return next(iter(fields.items()))

    def items(self, length: int | None = None) -> list["Node"]:
        """An array, of ``length`` items if given."""
        if not isinstance(self.value, list):
            raise self.fail(f"expected an array, found {_kind(self.value)}")
        if length is not None and len(self.value) != length:
            raise self.fail(f"expected {length} items, found {len(self.value)}")
        return [Node(item, f"{self.path}[{k}]") for k, item in enumerate(self.value)]

    def text(self) -> str:
        """A string of at most 200 printable characters."""
        if not isinstance(self.value, str):
            raise self.fail(f"expected a string, found {_kind(self.value)}")
        if len(self.value) > 200 or not self.value.isprintable():
            raise self.fail("expected at most 200 printable characters")
        return self.value

    def flag(self) -> bool:
        """``true`` or ``false``."""
        if not isinstance(self.value, bool):
            raise self.fail(f"expected true or false, found {_kind(self.value)}")
        return self.value

    def rational(self) -> Fraction:
        """An exact rational, written as a string ``"p"`` or ``"p/q"``."""
        if not isinstance(self.value, str):
            raise self.fail(f'expected a rational, a string "p/q", found {_kind(self.value)}')
        if len(self.value) > MAX_DIGITS:
            raise self.fail(f"the number has more than {MAX_DIGITS} digits")
        if not _RATIONAL.fullmatch(self.value):
            raise self.fail(f'expected a rational "p/q", found {shown(self.value)!r}')
        numerator, _, denominator = self.value.partition("/")
        if denominator and int(denominator) == 0:
            raise self.fail("the denominator is zero")
        return Fraction(int(numerator), int(denominator or 1))

    def rationals(self, length: int) -> tuple[Fraction, ...]:
        """An array of ``length`` rationals."""
        return tuple(item.rational() for item in self.items(length))

    def name_in(self, names: tuple[str, ...]) -> int:
        """A string that is one of ``names``: its place among them."""
        name = self.text()
        if name not in names:
            raise self.fail(f"{shown(name)!r} is none of {shown(', '.join(names))}")
        return names.index(name)

    def permutation(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """An array that lists each of ``names`` once: their places, in that order."""
        order = tuple(item.name_in(names) for item in self.items(len(names)))
        if len(set(order)) != len(order):
            raise self.fail("a name is repeated")
        return order

    def names(self) -> tuple[str, ...]:
        """A non-empty array of distinct, non-empty strings, at most ``MAX_NAMES``."""
        names: dict[str, None] = {}
        for item in self.items():
            if not (name := item.text()) or name in names:
                raise item.fail(f"the name {name!r} is repeated" if name else "the name is empty")
            names[name] = None
        if not 0 < len(names) <= MAX_NAMES:
            raise self.fail(f"expected from 1 to {MAX_NAMES} names")
        return tuple(names)


def load(path: Path | str) -> Node:
    """The JSON document in the file at ``path``; raises :class:`InputError` if it cannot be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or type(error).__name__}") from None
    if len(data) > MAX_BYTES:
        raise InputError("$", f"the file is larger than {MAX_BYTES // 2**20} MiB")
    return parse(data)


def parse(data: bytes) -> Node:
    """The JSON document in ``data``; raises :class:`InputError` if it is not strict, shallow UTF-8 JSON."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_BareNumber,
            parse_float=_BareNumber,
            parse_constant=_BareNumber,
        )
    except UnicodeDecodeError as error:
        raise InputError("$", f"not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise InputError("$", f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise InputError("$", f"nested deeper than {MAX_DEPTH} levels") from None
    root, denominators = Node(value), dict[str, None]()
    _inspect(root, 0, denominators)
    common = 1
    for denominator in denominators:
        common = lcm(common, int(denominator) or 1)
        if common >= 10**MAX_COMMON_DIGITS:
            raise InputError("$", f"the fractions have no common denominator of at most {MAX_COMMON_DIGITS} digits")
    return root


def _object(pairs: list[tuple[str, Any]]) -> "dict[str, Any] | _Repeated":
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key in fields:
            return _Repeated(key)
        fields[key] = value
    return fields


def _inspect(node: Node, depth: int, denominators: dict[str, None]) -> None:
    """Raises InputError at repeated keys and deep nesting; ``denominators`` gets those of all fractions."""
    if depth > MAX_DEPTH:
        raise node.fail(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(node.value, _Repeated):
        raise node.fail(f"the key {shown(node.value.key)!r} is repeated")
    if isinstance(node.value, str) and len(node.value) <= MAX_DIGITS and (found := _RATIONAL.fullmatch(node.value)):
        denominators[found[1] or "1"] = None
    nested = node.object().values() if isinstance(node.value, dict) else ()
    for child in nested or (node.items() if isinstance(node.value, list) else ()):
        _inspect(child, depth + 1, denominators)


def _kind(value: Any) -> str:
    if isinstance(value, _BareNumber):
        return f"the number {shown(value.text)}"
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return next(name for kind, name in kinds.items() if isinstance(value, kind))


def shown(value: object) -> str:
    """The value as printable text of at most 40 characters; Python refuses to print some numbers at all."""
    try:
        text = repr(str(value))[1:-1]
    except ValueError:
        return "a number with thousands of digits"
    return text if len(text) <= 40 else f"{text[:37]}..."
