"""Pieces that the page's sections share: tables, what folds, certificates as links, and the table of verdicts."""

import gzip
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence

from alignproof.report.contents import Attachment, Contents, Listing, Settled, about, in_order
from alignproof.report.elements import Child, Safe, element
from alignproof.verification.verdict import Row

CATALOGUE = "Counterexamples"
OTHER = "Other"
PLAIN_BYTES = 65_536
"""Larger certificates are packed with gzip, so that the page stays small enough to be sent."""


def slug(text: str) -> str:
    """A text as an identifier within the page."""
    return "-".join(re.findall("[a-z0-9]+", text.lower())) or "nameless"


def group(row: Row) -> str:
    """What a row belongs to: one of the results, the catalogue, or neither."""
    return about(row.result) or (CATALOGUE if row.result.startswith("Catalogue: ") else OTHER)


def section(title: str, *children: Child) -> Safe:
    """A section under a heading of the second level."""
    name = slug(title)
    return element("section", element("h2", title, id=name), *children, aria_labelledby=name)


def fold(summary: str, *children: Child, open_: bool = False) -> Safe:
    """What unfolds."""
    return element("details", element("summary", summary), *children, open=open_)


def verdict(name: str) -> Safe:
    """A verdict in its colour; the word says the same."""
    return element("span", name, class_=f"verdict {slug(name.split(' ')[0])}")


def table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[Child]]) -> Safe:
    """A table whose rows are headed by their first cell, in a box that scrolls sideways."""
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = [
        element("tr", element("th", cells[0], scope="row"), *(element("td", cell) for cell in cells[1:]))
        for cells in rows
    ]
    whole = element("table", element("caption", caption), element("thead", head), element("tbody", *body))
    return element("div", whole, class_="wide", tabindex="0", role="group", aria_label=caption)


def listing(caption: str, found: Listing) -> Safe:
    """A list that another command wrote."""
    column = found.columns.index("verdict") if "verdict" in found.columns else -1
    rows = [[verdict(cell) if k == column else cell for k, cell in enumerate(row)] for row in found.rows]
    return table(caption, found.columns, rows)


def tally(found: Listing, column: str) -> str:
    """How often each value occurs in a column, up to a comma."""
    place = found.columns.index(column)
    counts = Counter(row[place].split(",")[0] for row in found.rows)
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())


def certificate(attachment: Attachment, name: str) -> Safe:
    """A link that saves a certificate under a name, byte for byte, packed if it is large."""
    large = len(attachment.data) > PLAIN_BYTES
    data = gzip.compress(attachment.data, mtime=0) if large else attachment.data
    kind, saved = ("gzip", f"{name}.gz") if large else ("json", name)
    target = f"data:application/{kind};base64,{b64encode(data).decode()}"
    size = f"{max(1, round(len(data) / 1024))} KB"
    return element(
        "span",
        element("a", saved, href=target, download=saved, class_="file"),
        " ",
        element("span", size, class_="size"),
    )


def picture(svg: bytes, described: str, caption: str | None = None) -> Safe:
    """A picture within the page: as an image, so that nothing in it can run, on a light card."""
    source = f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
    image = element("img", src=source, alt=described, loading="lazy")
    return element(
        "figure", element("div", image, class_="scroll"), element("figcaption", caption) if caption else None
    )


def verdict_table(contents: Contents) -> Safe:
    """The table of ``alignproof verify``, with filters that appear if scripts run."""
    rows = contents.rows
    form = element(
        "form",
        element("label", "Text", element("input", type="search", name="text", autocomplete="off")),
        _choice("Verdict", "verdict", in_order(row.verdict for row in rows)),
        _choice("Depth", "depth", in_order(row.depth for row in rows)),
        _choice("Result", "group", in_order(map(group, rows))),
        element("button", "Clear", type="reset"),
        id="filters",
        hidden=True,
        role="search",
        aria_label="Filter the verdicts",
    )
    whole = element(
        "table",
        element("caption", "Verdicts of alignproof verify, each with its certificate"),
        element("thead", element("tr", *(_heading(name) for name in HEADINGS), role="row"), role="rowgroup"),
        element("tbody", *(_row(k, item) for k, item in enumerate(contents.settled, 1)), role="rowgroup"),
        id="rows",
        class_="cards",
        role="table",
    )
    return section(
        "Verdicts",
        element(
            "p",
            "Depth says where a proof starts: at the game's definitions, at definitions written out by hand, or at "
            "inequalities between expectations. A certificate whose name ends in .gz is packed: ",
            element("code", "gunzip FILE.gz"),
            " comes first.",
        ),
        form,
        element("output", id="shown", for_="filters", aria_live="polite"),
        whole,
    )


HEADINGS = ("result", "verdict", "scope", "depth", "trusts", "seconds", "certificate")


def _heading(name: str) -> Safe:
    return element("th", name, scope="col", role="columnheader", class_="number" if name == "seconds" else None)


def _choice(label: str, name: str, values: Sequence[str]) -> Safe:
    options = [element("option", value, value=value) for value in values]
    return element("label", label, element("select", element("option", "all", value=""), *options, name=name))


def _row(number: int, item: Settled) -> Safe:
    row = item.row
    home = about(row.result)
    name = element("a", row.result, href=f"#{slug(home)}") if home else row.result
    wrong = element("span", row.reason or f"expected {row.expected}", class_="reason") if not row.reached else None
    held = certificate(item.certificate, item.certificate.name) if item.certificate else "none"
    cells = (
        ("verdict", verdict(row.verdict), wrong),
        ("scope", row.scope),
        ("depth", row.depth),
        ("trusts", row.trusts),
        ("seconds", f"{row.seconds:.2f}"),
        ("certificate", held),
    )
    return element(
        "tr",
        element("th", name, scope="row", role="rowheader"),
        *(
            element("td", *parts, role="cell", data_label=label, class_="number" if label == "seconds" else None)
            for label, *parts in cells
        ),
        id=f"row-{number}",
        role="row",
        data_verdict=row.verdict,
        data_depth=row.depth,
        data_group=group(row),
    )
