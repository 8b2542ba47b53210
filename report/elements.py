"""HTML put together from elements: whatever is not an element already is text, and escaped."""

from html import escape
from unicodedata import category

VOID = {"br", "hr", "img", "input", "link", "meta", "mspace", "wbr"}
"""Elements without an end tag (``mspace`` is one of MathML, which HTML closes by a slash)."""


HIDDEN = {"Cc", "Cf", "Cn", "Cs"}
"""Categories of characters that are controls, formats such as a change of direction, or none at all."""


class Safe(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = Safe | str | int | None
"""What may stand within an element; None stands for nothing."""


def element(tag: str, /, *children: Child, **attributes: str | bool | None) -> Safe:
    """An element. ``class_`` and ``for_`` stand for attributes whose names are taken, ``data_x`` for ``data-x``; an
    attribute that is True has no value, and one that is False or None is left out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    if tag in VOID:
        return Safe(f"<{tag}{said}/>" if tag == "mspace" else f"<{tag}{said}>")
    return Safe(f"<{tag}{said}>{together(*children)}</{tag}>")


def together(*children: Child) -> Safe:
    """Elements and texts one after the other."""
    return Safe("".join(child if isinstance(child, Safe) else _text(child) for child in children if child is not None))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{_text(value)}"'


def _text(value: object) -> str:
    return escape(visible(str(value)), quote=True)


def visible(text: str) -> str:
    """A text with a sign for each character that no page may have, or that is not seen and changes what is."""
    return "".join("\ufffd" if category(c) in HIDDEN and c not in "\n\t" else c for c in text)
