"""For test suites: what a certificate is worth is what it claims, so tests name both."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alignproof.checks.kernel import KINDS, check
from alignproof.checks.linear import Rejected
from alignproof.formats.documents import dump
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, load, parse, shown


def assert_certified(document: Mapping[str, Any] | Path | str, kind: str | None = None, **claim: Any) -> str:
    """Assert that the kernel accepts a certificate, and that it claims what the test is about; return its kind.

    ``document`` is the certificate or the name of its file. ``kind`` is the kind it has to be of, and each further
    argument a part of the claim that it has to make, as in the document: ``bound="2/3"``, ``game=game_document(game)``.
    A certificate may be valid and say something else.

    Raises AssertionError, with the kernel's reason or with what is claimed instead, and ValueError for a ``kind`` that
    there is not.
    """
    __tracebackhide__ = True  # pytest then points at the test
    if kind is not None and kind not in KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
    try:
        node = load(document) if isinstance(document, Path | str) else parse(dump(document).encode())
        found = check(node)
    except (Rejected, NotSeparable) as error:
        raise AssertionError(f"the certificate is INVALID, {error}") from None
    except InputError as error:
        raise AssertionError(f"the certificate is unusable, {error}") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise AssertionError(f"the certificate is no JSON document: {error}") from None
    if kind not in (None, found):
        raise AssertionError(f"the certificate is valid, but of kind {found!r}, not {kind!r}")
    made = node.value["claim"]
    for part, wanted in claim.items():
        if part not in made:
            raise AssertionError(f"the certificate is valid, but claims nothing about {part!r}")
        if made[part] != wanted:
            raise AssertionError(
                f"the certificate is valid, but its {part!r} is {shown(made[part])}, not {shown(wanted)}"
            )
    return found
