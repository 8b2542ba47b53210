"""Files written whole or not at all."""

import csv
import os
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8, and the folders that it is in.

    It is written under another name and then renamed: an interruption, a full disk or another writer leave what was
    there before, or all of the new, never a part. Raises OSError that names the file.
    """
    draft = path.with_name(f".{path.name[:100]}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content.encode() if isinstance(content, str) else content)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV."""
    text = StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    return text.getvalue()
