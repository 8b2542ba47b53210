"""A statement read at the depth of definitions: the kernel's claim about all games of a size, and its certificate."""

from dataclasses import asdict

import sympy

from alignproof.checks.universal.market import Size as MarketSize
from alignproof.formats.certificates import Document, certificate
from alignproof.symbolic.derivation import Place, bound, written
from alignproof.symbolic.statement import Statement, polynomial


def place(statement: Statement, size: MarketSize, protocol: str) -> Place:
    """Where a statement's proof takes place."""
    return Place(size, protocol, statement.argument.play, statement.argument.entrant)


def setting(where: Place) -> Document:
    """The part of a claim that says what is played."""
    size = {name: str(value) for name, value in asdict(where.size).items()}
    return {"size": size, "protocol": where.protocol, "play": where.play, "entrant": where.entrant}


def theorem_claim(statement: Statement, where: Place) -> Document:
    """The claim that the statement holds in every game of the place: for each provider of T who may deploy the rule."""
    conclusions = {bound(p): _conclusion(statement, where, p) for p in where.team}
    return {
        "setting": setting(where),
        "hypotheses": [h.kernel for h in statement.hypotheses if h.kernel],
        "shared": [str(i) for i in statement.argument.shared(where)],
        "rules": [],
        "conclusions": conclusions,
        **_stated(statement, where),
    }


def _stated(statement: Statement, where: Place) -> Document:
    """What the claim states itself: the hypotheses for which the kernel has no name."""
    own = [h.stated for h in statement.hypotheses if h.stated]
    found: Document = {
        "variables": list(dict.fromkeys(name for one in own for name in one.variables(where))),
        "nonnegative": {name: written(value) for one in own for name, value in one.nonnegative(where).items()},
        "zero": {name: written(value) for one in own for name, value in one.zero(where).items()},
    }
    return {kind: part for kind, part in found.items() if part}


def _conclusion(statement: Statement, where: Place, deployer: int) -> list[list[str]]:
    quantities = dict(statement.argument.quantities(where, deployer))
    return expression((statement.guaranteed - statement.bound).subs(quantities, simultaneous=True))


def expression(value: sympy.Expr) -> list[list[str]]:
    """A SymPy polynomial in named numbers as the kernel reads it."""
    terms = polynomial(value).terms
    return [[str(c), *(name for name, power in monomial for _ in range(power))] for monomial, c in terms.items()]


def theorem_certificate(statement: Statement, where: Place) -> Document:
    """The certificate that the statement holds in every game of the place."""
    evidence = {"rules": [], "steps": statement.argument.steps(where)}
    return certificate("theorem", theorem_claim(statement, where), evidence)
