"""Reading Gambit's text: tokens with their lines, and what is wrong with the first that does not fit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from alignproof.games.document import MAX_BYTES, MAX_DIGITS, InputError, shown

_TOKEN = re.compile(r'\s+|"(?:\\"|[^"])*+"|[{},]|[^\s{},"]+')
_NUMBER = re.compile(r"[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number, a brace, a comma or a text in quotes, and the line that it begins on."""

    text: str
    line: int

    def fail(self, reason: str) -> InputError:
        """The error to raise for a fault at this token."""
        return InputError(f"line {self.line}", reason)


def number(text: str) -> Fraction | None:
    """A whole number, a fraction or a decimal, exactly; None if it is none of these, or too long as a fraction."""
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    numerator, _, denominator = text.partition("/")
    if denominator:
        return Fraction(int(numerator), int(denominator)) if int(denominator) else None
    value = Fraction(text)
    return value if len(str(value)) <= MAX_DIGITS else None


def read_text(path: Path | str) -> str:
    """The text of a file. Raises InputError."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InputError("file", f"larger than {MAX_BYTES // 2**20} MiB")
        return data.decode("utf-8")
    except OSError as error:
        raise InputError("file", f"cannot be read: {error.strerror or type(error).__name__}") from None
    except UnicodeDecodeError as error:
        raise InputError("file", f"not UTF-8 text (byte {error.start})") from None


class Scanner:
    """The tokens of a text in order; each reader takes some or raises InputError with the line."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self.here = next(self._tokens)
        """The next token; an empty one at the end."""

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return not self.here.text

    def take(self) -> Token:
        """The next token, taken."""
        token = self.here
        if self.ended:
            raise token.fail("the file ends too soon")
        self.here = next(self._tokens)
        return token

    def word(self, *expected: str) -> str:
        """One of the words expected."""
        token = self.take()
        if token.text not in expected:
            raise token.fail(f"expected {' or '.join(expected)}, found {shown(token.text)}")
        return token.text

    def next_is(self, *texts: str) -> bool:
        """Whether the next token is one of these; quotes stand for any text in quotes."""
        return self.here.text in texts or ('"' in texts and self.here.text.startswith('"'))

    def label(self) -> str:
        """A text in quotes."""
        token = self.take()
        if not token.text.startswith('"'):
            raise token.fail(f"expected a text in quotes, found {shown(token.text)}")
        return token.text[1:-1].replace('\\"', '"')

    def whole(self, least: int, most: int) -> int:
        """A whole number within bounds."""
        token = self.take()
        if not re.fullmatch(r"[0-9]{1,9}", token.text) or not least <= int(token.text) <= most:
            raise token.fail(f"expected a whole number from {least} to {most}, found {shown(token.text)}")
        return int(token.text)

    def rational(self) -> Fraction:
        """A number, exactly as it is written; a comma may come before it."""
        token = self.take()
        if token.text == ",":
            token = self.take()
        value = number(token.text)
        if value is None:
            raise token.fail(f"expected a number, found {shown(token.text)}")
        return value

    def labels(self) -> tuple[str, ...]:
        """Texts in braces, at least one; nothing is ever looked up by them, so they need not differ."""
        self.word("{")
        found = [self.label()]
        while not self.next_is("}"):
            found.append(self.label())
        self.word("}")
        return tuple(found)

    def rationals(self, count: int) -> tuple[Fraction, ...]:
        """So many numbers in braces."""
        self.word("{")
        found = tuple(self.rational() for _ in range(count))
        self.word("}")
        return found

    def comment(self) -> str:
        """A text in quotes if there is one."""
        return self.label() if self.next_is('"') else ""


def _tokens(text: str) -> Iterator[Token]:
    at, line = 0, 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise InputError(f"line {line}", "this text in quotes does not end")
        if not found.group().isspace():
            yield Token(found.group(), line)
        line += found.group().count("\n")
        at = found.end()
    yield Token("", line)


def quoted(label: str) -> str:
    """A text in quotes, as :meth:`Scanner.label` reads it.

    Only quotes are escaped, so no text can end with a backslash: a space follows it.
    """
    escaped = label.replace('"', '\\"')
    return f'"{escaped} "' if escaped.endswith("\\") else f'"{escaped}"'


def braced(items: Iterator[str] | list[str], separator: str = " ") -> str:
    """Items in braces."""
    return "{ " + separator.join(items) + " }"
