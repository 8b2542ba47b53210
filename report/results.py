"""The sections on results: statement, hypotheses, proof, rows, and what audit, mutants and the printed proof say."""

from alignproof.report.contents import Contents, Listing, about
from alignproof.report.elements import Safe, element
from alignproof.report.mathml import math_or_source, prose
from alignproof.report.tables import fold, listing, section, slug, table, tally, verdict
from alignproof.symbolic.statement import Claim, Statement


def results(contents: Contents) -> Safe:
    """Every result."""
    absent = [
        (name, command)
        for name, found, command in (
            ("which hypotheses are needed", contents.audit, "alignproof audit"),
            ("what the printed proofs' lines are worth", contents.lines, "alignproof audit --lines"),
            ("which mutants the proofs kill", contents.mutants, "make mutants"),
        )
        if found is None
    ]
    return section(
        "Results",
        element(
            "p", element("button", "Unfold everything", hidden=True, id="unfold", type="button", aria_pressed="false")
        ),
        *(element("p", f"Not here: {name}. ", element("code", command), " finds out.") for name, command in absent),
        *(_result(contents, result) for result in contents.results),
    )


def _result(contents: Contents, result: Statement | Claim) -> Safe:
    name = slug(result.result)
    return element(
        "article",
        element("h3", result.result, id=f"{name}-title"),
        element("p", result.title, ". ", element("span", result.source, class_="soft")),
        math_or_source(result.latex(), display=True),
        _hypotheses(result) if isinstance(result, Statement) else None,
        _proof(result),
        _rows(contents, result.result),
        _told(contents.audit, result.result, "Which hypotheses are needed", "verdict"),
        _told(contents.mutants, result.result, "Mutants of the statement", "fate"),
        _told(contents.lines, result.result, "The printed proof, line by line", "verdict"),
        id=name,
        aria_labelledby=f"{name}-title",
    )


def _hypotheses(statement: Statement) -> Safe:
    assumed = [h for h in statement.hypotheses if not h.derived]
    lines = [[h.name, prose(h.text), h.source] for h in assumed]
    shown = table(f"Hypotheses of {statement.result}", ("name", "says", "from"), lines)
    return fold(f"Hypotheses ({len(assumed)})", shown)


def _proof(result: Statement | Claim) -> Safe:
    steps = [
        element(
            "li",
            element("div", math_or_source(line.formula), class_="scroll"),
            element("div", prose(line.why), class_="why"),
        )
        for line in result.lines
    ]
    return fold(f"Proof ({len(steps)} step{'s' * (len(steps) != 1)})", element("ol", *steps, class_="proof"))


def _rows(contents: Contents, result: str) -> Safe:
    lines = [
        [element("a", row.result, href=f"#row-{number}"), verdict(row.verdict), row.scope, row.depth, row.trusts]
        for number, row in enumerate(contents.rows, 1)
        if about(row.result) == result
    ]
    if not lines:
        return element("p", "No row of this result was run.", class_="soft")
    shown = table(f"Rows about {result}", ("row", "verdict", "scope", "depth", "trusts"), lines)
    return fold(f"What was verified ({len(lines)} row{'s' * (len(lines) != 1)})", shown)


def _told(found: Listing | None, result: str, title: str, column: str) -> Safe | None:
    if found is None:
        return None
    own = found.about(result)
    if not own.rows:
        return None
    return fold(f"{title} ({tally(own, column)})", listing(f"{title}: {result}", own))


def elsewhere(contents: Contents) -> Safe:
    """What audit and printed proofs say of parts of the paper that are none of the results."""
    known = {result.result for result in contents.results}
    parts = []
    for found, title in (
        (contents.audit, "Hypotheses"),
        (contents.lines, "Lines of print"),
        (contents.mutants, "Mutants"),
    ):
        rows = tuple(row for row in found.rows if row[0] not in known) if found else ()
        if found and rows:
            left = Listing(found.columns, rows)
            parts.append(fold(f"{title} ({len(rows)})", listing(f"{title}, the rest of the paper", left)))
    return section(
        "The rest of the paper",
        element(
            "p",
            "What audit and line-by-line reading say was settled again for this page, from the certificates that they "
            "left. Mutants are as the command wrote them.",
        ),
        *parts,
    )
