"""The report as one HTML page: nothing is loaded from anywhere, and all of it can be read without scripts.

A content security policy admits the page's own style and script by their digests, and pictures that are in the page.
"""

from base64 import b64encode
from collections import Counter
from hashlib import sha256
from importlib.resources import files

from alignproof.report.contents import Contents, failures, in_order
from alignproof.report.counterexamples import counterexamples
from alignproof.report.elements import Safe, element
from alignproof.report.results import elsewhere, results
from alignproof.report.tables import (
    CATALOGUE,
    fold,
    group,
    listing,
    picture,
    section,
    slug,
    table,
    verdict,
    verdict_table,
)
from alignproof.verification.verdict import Row

TITLE = "alignproof: what is verified"

TRUSTED = {
    "kernel": "the checkers in checks/ and the definitions in games/, which use nothing but Python's standard library, "
    "and Python itself. Whatever is not UNKNOWN here was checked by them once more, in a process of its own, when this "
    "page was made.",
    "induction glue": "that the obligations, which the kernel checks one by one, make up an induction over all sizes, "
    "and that its lemmas say what the definitions say. They are held against the definitions at small sizes.",
    "agree": "two solvers gave the same answer to the same text. It is a second opinion: the kernel has a certificate "
    "of the same claim.",
}
"""What has to be believed, by the last word or words of a part of a row's ``trusts``."""


def html(contents: Contents) -> str:
    """The page."""
    style, script = (files("alignproof.report").joinpath(name).read_text("utf-8") for name in ("page.css", "page.js"))
    policy = f"default-src 'none'; img-src data:; style-src {_digest(style)}; script-src {_digest(script)}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", TITLE),
        element("style", Safe(style)),
    )
    parts = [
        _summary(contents),
        verdict_table(contents),
        _ledger(contents),
        results(contents),
        counterexamples(contents),
        _regions(contents),
        _tightness(contents),
        elsewhere(contents),
        _timings(contents),
    ]
    body = element(
        "body",
        element("a", "Skip to the content", class_="skip", href="#content"),
        element("header", element("h1", TITLE), element("p", _version(contents))),
        element("nav", element("ul", *map(_entry, SECTIONS)), aria_label="Sections"),
        element("main", *parts, id="content", tabindex="-1"),
        element("script", Safe(script)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


SECTIONS = (
    "Summary",
    "Verdicts",
    "What is trusted",
    "Results",
    CATALOGUE,
    "Regions",
    "Tightness",
    "The rest of the paper",
    "Timings",
)


def _entry(title: str) -> Safe:
    return element("li", element("a", title, href=f"#{slug(title)}"))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _version(contents: Contents) -> str:
    return f"Version {contents.version}; sources, Python and solvers: {contents.environment[:16]}"


def _summary(contents: Contents) -> Safe:
    rows, failed = contents.rows, failures(contents.rows)
    counts = Counter[str](row.verdict for row in rows)
    reached = (
        f"All {len(rows)} rows reached the verdict that is expected of them."
        if rows and not failed
        else f"{len(failed)} of {len(rows)} rows did not reach the verdict that is expected of them."
    )
    counted = element(
        "dl",
        *(element("div", element("dt", verdict(name)), element("dd", counts[name])) for name in in_order(counts)),
        class_="counts",
    )
    missing = contents.known - len(rows)
    return section(
        "Summary",
        element("p", element("strong", reached, class_="bad" if failed or not rows else "good")),
        element("ul", *map(_failure, failed)) if failed else None,
        counted,
        element("p", f"This version has {contents.known} rows; {missing} were not run.") if missing > 0 else None,
        element(
            "p",
            "PROVED, REFUTED and EXHAUSTED are claims with a certificate that a small checker, Python alone, accepts; "
            "UNKNOWN is everything else, and never a pass. Search is free, evidence is not: this page is no evidence, "
            "the certificates in it are. Save one and run ",
            element("code", "alignproof check FILE"),
            " or, with nothing but Python and this project's folder, ",
            element("code", "python -m alignproof.checks FILE"),
            ".",
        ),
    )


def _failure(row: Row) -> Safe:
    expected = f", expected {row.expected}" if row.expected != row.verdict else ""
    return element("li", f"{row.result} ({row.scope}): ", verdict(row.verdict), f"{expected}. {row.reason}")


def _ledger(contents: Contents) -> Safe:
    parts = Counter(part for row in contents.rows for part in _parts(row.trusts))
    lines = [[part, str(count), _belief(part)] for part, count in parts.most_common()]
    return section(
        "What is trusted", table("What must be believed, and for how many rows", ("trusted", "rows", "that is"), lines)
    )


def _parts(trusts: str) -> list[str]:
    return [part for some in trusts.split("; ") for part in some.split(" + ")]


def _belief(part: str) -> str:
    return next((text for end, text in TRUSTED.items() if part.endswith(end)), "nothing more is known of it here")


def _regions(contents: Contents) -> Safe:
    shown = [picture(p.svg, f"Region: {p.title}", p.title) for p in contents.pictures]
    return section(
        "Regions",
        element("p", "For which parameters the paper's constructions work."),
        listing("Exact regions", contents.regions)
        if contents.regions
        else element("p", "The inequalities are not here: ", element("code", "make regions"), " finds them."),
        element("div", *shown, class_="pictures") if shown else element("p", "There are no pictures."),
    )


def _tightness(contents: Contents) -> Safe:
    tight = [row for row in contents.rows if " is tight in " in row.result]
    full = [row for row in contents.rows if row.result.endswith(" is not vacuous")]
    headings = ("claim", "verdict", "scope")

    def lines(rows: list[Row]) -> list[list[str | Safe]]:
        return [[row.result, verdict(row.verdict), row.scope] for row in rows]

    return section(
        "Tightness",
        element(
            "p",
            "A bound is tight if some game meets it exactly: shortfall over slack is 1. A theorem is "
            "not vacuous if games satisfy all its hypotheses and have an equilibrium.",
        ),
        table("Bounds that are met", headings, lines(tight)),
        table("Hypotheses that can be met", headings, lines(full)),
    )


def _timings(contents: Contents) -> Safe:
    total: Counter[str] = Counter()
    for row in contents.rows:
        total[group(row)] += row.seconds  # type: ignore[assignment]
    most = max(total.values(), default=0)
    grouped = [[name, f"{seconds:.2f}", _meter(seconds, most)] for name, seconds in total.most_common()]
    slowest = sorted(contents.rows, key=lambda row: -row.seconds)[:10]
    return section(
        "Timings",
        element(
            "p",
            f"{sum(row.seconds for row in contents.rows):.1f} seconds in all, as measured when the rows were "
            "found; those of a row that was stored are of its replay.",
        ),
        table("Seconds by result", ("result", "seconds", "share"), grouped),
        fold(
            f"The {len(slowest)} rows that took longest",
            table(
                "Slowest rows",
                ("result", "scope", "seconds"),
                [[row.result, row.scope, f"{row.seconds:.2f}"] for row in slowest],
            ),
        ),
    )


def _meter(seconds: float, most: float) -> Safe:
    share = seconds / most if most else 0
    return element("meter", f"{100 * share:.0f} % of the most", value=f"{share:.3f}", min="0", max="1")
