"""Claims about all games of a size, and their proofs (certificate kind ``theorem``).

The claim: in every game of the setting, under the hypotheses, the conclusions (>= 0) hold at every profile. Premises
are made by running the definitions (:mod:`alignproof.checks.universal.market`). A proof is a list of steps; each adds
facts by a rule that cannot lead from truth to falsehood:

- ``rule``: a provider's rule, given by its chances. They must be nonnegative and sum up to 1.
- ``deviate``: a provider plays given rules instead of his own. In an equilibrium that does not pay.
- ``lemma``: a term is nonnegative (or zero) by an identity with signed multipliers.
- ``same``: two decisions by one order on scores that are shown to be equal take the same option.
- ``split``: a decision takes one of its options; every case has steps of its own, and ends the list.
- ``conclude``: the conclusions, each by an identity; ends the list.

An *identity* is ``value = sum of coefficient * product of facts + sum of multiplier * vanishing fact + rest``, where
rest has nonnegative coefficients and factors that are sums of products of nonnegative numbers. If the value is to be
zero, there are vanishing facts only. It is compared as polynomials, in a *view* that says which named numbers stay as
they are (``opaque``) and which facts are solved for one of their terms (``reduce``); a view is made at its first use,
and anew after a decision was identified. All this holds whatever the numbers are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

from alignproof.checks.linear import Rejected
from alignproof.checks.universal.hypotheses import (
    BLIND,
    DOMINANCE,
    EQUILIBRIA,
    GAINS,
    HYPOTHESES,
    PREMISES,
    Fact,
    decision_facts,
    model_facts,
    rule_facts,
    shared_facts,
)
from alignproof.checks.universal.market import Market, Setting, Size, named
from alignproof.checks.universal.terms import (
    Decision,
    Expanded,
    Term,
    TooLarge,
    View,
    combined,
    leaf,
    multiplied,
    plain,
)
from alignproof.games.algebra import Number, product, total
from alignproof.games.document import Node
from alignproof.games.model import PLAYS
from alignproof.games.rules import Rule

STEPS = ("rule", "deviate", "lemma", "same", "split", "conclude")
STATED = ("variables", "nonnegative", "zero")
LARGEST, MOST_POINTS = 6, 1_000_000
OWN = "own"


def read_setting(node: Node, blind_ties: bool) -> Setting:
    """A setting: ``{size, protocol, play, entrant}``. Raises InputError."""
    fields = node.fields(("size", "protocol", "play", "entrant"))
    numbers = {
        name: _whole(item, 1, LARGEST) for name, item in fields["size"].fields(Size.__dataclass_fields__).items()
    }
    size, protocol = Size(**numbers), fields["protocol"].text()
    if size.team > size.providers:
        raise fields["size"].fail("T has more members than there are providers")
    if not 1 <= len(protocol) <= LARGEST or not set(protocol) <= {"P", "U"}:
        raise fields["protocol"].fail(f"expected a word over P and U of at most {LARGEST} letters")
    play, entrant = PLAYS[fields["play"].name_in(PLAYS)], fields["entrant"].flag()
    users, ends = size.users + entrant, size.messages ** len(protocol)
    points = size.states * size.user_features**users * size.provider_features**size.providers * size.actions**users
    talks = users * size.providers * size.user_features * size.provider_features * size.actions * ends
    if points + talks > MOST_POINTS:
        raise Rejected("too-large", f"{fields['size'].path}: a market of more than {MOST_POINTS} points")
    return Setting(size, protocol, play, entrant, blind_ties)


def _whole(node: Node, least: int, most: int) -> int:
    number = node.rational()
    if number.denominator != 1 or not least <= number <= most:
        raise node.fail(f"expected a whole number from {least} to {most}")
    return number.numerator


@dataclass
class _State:
    """What is known at a place in a proof: facts, given rules, and terms that stand for others (``known``)."""

    market: Market
    hypotheses: frozenset[str]
    facts: dict[str, Fact]
    rules: dict[str, tuple[int, Rule]]
    known: dict[int, Expanded] = field(default_factory=dict)
    signed: set[int] = field(default_factory=set)
    views: dict[Any, View] = field(default_factory=dict)

    def branch(self) -> "_State":
        """A copy for one case of a split."""
        return _State(
            self.market, self.hypotheses, dict(self.facts), dict(self.rules), dict(self.known), set(self.signed)
        )

    def add(self, name: str, fact: Fact) -> None:
        """A new fact. Raises Rejected if the name is taken."""
        if name in self.facts:
            raise Rejected("name-taken", name)
        self.facts[name] = fact
        if not fact.equal:
            self.signed.add(fact.term.place)

    def identify(self, place: int, polynomial: Expanded) -> None:
        """From now on a term stands for a polynomial."""
        self.known[place] = polynomial
        self.views = {}

    def nonnegative(self, term: Term) -> bool:
        """Whether a term is known to be, or is a sum or product of terms that are."""
        seen, stack = set[int](), [term]
        while stack:
            term = stack.pop()
            if term.place not in self.signed and term.place not in seen:
                seen.add(term.place)
                if term.sign in "+*":
                    stack += [term.left, term.right]
                elif term.sign != "constant" or term.left < 0:
                    return False
        self.signed |= seen
        return True


def check_theorem(claim: Node, evidence: Node) -> None:
    """The hypotheses imply the conclusions in every game of the setting. Raises Rejected or InputError.

    Claim: ``{setting, hypotheses, shared, rules, conclusions}``: ``shared`` the users for whom there are shared rules,
    ``rules`` rules that the conclusions speak of, as in steps. ``variables``, ``nonnegative`` and ``zero`` may state
    further hypotheses: numbers of their own, and expressions, by name, in these and in the market's numbers. Evidence:
    ``{rules, steps}``, identities that show those rules to be rules, and the proof.
    """
    fields = claim.fields(("setting", "hypotheses", "shared", "rules", "conclusions"), STATED)
    hypotheses = frozenset(HYPOTHESES[item.name_in(HYPOTHESES)] for item in fields["hypotheses"].items())
    setting = read_setting(fields["setting"], BLIND in hypotheses)
    try:
        market = Market(setting)
        state = _State(market, hypotheses, {}, {})
        for name, fact in model_facts(market):
            state.add(name, fact)
        for item in fields["shared"].items():
            for name, fact in shared_facts(market, _whole(item, 0, len(market.members) - 1)):
                state.add(name, fact)
        if DOMINANCE in hypotheses:
            rule = market.rule(market.game, market.size.provider_features, "dominant")
            for name, fact in rule_facts(rule, "dominant"):
                state.add(name, fact)
            _offer(state, "dominant", market.size.team - 1, rule)
        for hypothesis in [h for h in PREMISES if h in hypotheses]:
            for name, fact in PREMISES[hypothesis](market):
                state.facts.setdefault(name, fact)
                state.signed.update([] if fact.equal else [fact.term.place])
        _speak_of(state, OWN, [market.names[named("offer:ne", i, market.size.team - 1)] for i in market.members])
        _stated(state, fields)
        proofs, rules = evidence.fields(("rules", "steps")), fields["rules"].items()
        for item, sums in zip(rules, proofs["rules"].items(len(rules)), strict=True):
            _rule(state, item.fields(("name", "provider", "chances")), sums)
        goals = {name: expression(item, market) for name, item in fields["conclusions"].object().items()}
        if not goals:
            raise Rejected("nothing-concluded", fields["conclusions"].path)
        _steps(state, goals, proofs["steps"])
    except (TooLarge, RecursionError) as error:
        raise Rejected("too-large", str(error)) from None


def _stated(state: _State, fields: Mapping[str, Node]) -> None:
    """The hypotheses that the claim itself states. Raises Rejected if a name is taken, or may be later."""
    for name in fields["variables"].names() if "variables" in fields else ():
        if name in state.market.names or ":" in name:
            raise Rejected("name-taken", name)
        state.market.names[name] = state.market.book.variable(f"stated {name}")
    for sense in STATED[1:]:
        for name, item in fields[sense].object().items() if sense in fields else ():
            state.add(name, Fact(expression(item, state.market)[0], sense == "zero"))


Expression = tuple[Term, Expanded]
"""A polynomial in named numbers: as a term, and with the named numbers as they are."""


def expression(node: Node, market: Market) -> Expression:
    """A list of ``[coefficient, name, ...]``. Raises InputError."""
    monomials: list[tuple[Number, list[Term]]] = []
    for item in node.items():
        parts = item.items()
        if not parts:
            raise item.fail("expected a coefficient")
        monomials.append((plain(parts[0].rational()), [_found(part, market.names) for part in parts[1:]]))
    term = total(product([coefficient, *factors]) for coefficient, factors in monomials)
    flat = [(c, {tuple(sorted(f.place for f in factors)): 1}) for c, factors in monomials]
    return market.book.term(term), combined(flat)


def _found(node: Node, names: Mapping[str, Any]) -> Any:
    if node.text() not in names:
        raise Rejected("unknown-name", f"{node.path}: {node.text()!r}")
    return names[node.text()]


def _steps(state: _State, goals: Mapping[str, Expression], steps: Node) -> None:
    items = [item.only_field(STEPS) for item in steps.items()]
    ends = [kind in ("split", "conclude") for kind, _ in items]
    if ends != [False] * (len(items) - 1) + [True]:
        raise Rejected("proof-is-open", f"{steps.path}: the last step, and only it, is to split or conclude")
    for kind, node in items:
        if kind == "rule":
            fields = node.fields(("name", "provider", "chances", "sums"))
            _rule(state, fields, fields["sums"])
        elif kind == "deviate":
            _deviate(state, node)
        elif kind == "lemma":
            _lemma(state, node)
        elif kind == "same":
            _same(state, node)
        elif kind == "split":
            _split(state, goals, node)
        else:
            proofs = node.fields(goals)
            for name, goal in goals.items():
                _identity(state, goal[0], False, proofs[name])


def _rule(state: _State, fields: Mapping[str, Node], sums: Node) -> None:
    market, name = state.market, fields["name"].text()
    provider = _whole(fields["provider"], 0, market.size.providers - 1)
    cells = [(x, t) for x in range(market.size.provider_features) for t in market.game.prefixes("P")]
    rows = zip(cells, fields["chances"].items(len(cells)), sums.items(len(cells)), strict=True)
    rule: dict[Any, Any] = {}
    for cell, row, proof in rows:
        chances = [expression(item, market)[0] for item in row.items(market.size.messages)]
        if not all(map(state.nonnegative, chances)):
            raise Rejected("not-a-rule", f"{row.path}: a chance may be negative")
        _identity(state, market.book.term(total(chances) - 1), True, proof)
        rule[cell] = tuple(chances)
    _offer(state, name, provider, rule)


def _offer(state: _State, name: str, provider: int, rule: Rule) -> None:
    market = state.market
    if name in state.rules or ":" in name or name == OWN or name.startswith("shared "):
        raise Rejected("name-taken", name)
    state.rules[name] = provider, rule
    for i in market.members:
        market.offer(name, i, provider, rule)
        for fact_name, fact in decision_facts(market, f"{name}:{i}"):
            state.add(fact_name, fact)
    if provider == market.size.team - 1 and name != "dominant":
        _speak_of(state, name, [market.names[named(f"value:{name}", i)] for i in market.members])


def _speak_of(state: _State, name: str, values: Sequence[Term]) -> None:
    """What the hypotheses on all rules of T's last provider say of one that is worth ``values`` to the users."""
    market, names = state.market, state.market.names
    for i, value in enumerate(values):
        if DOMINANCE in state.hypotheses:
            state.add(named(f"dominates {name}", i), Fact(names[named("value:dominant", i)] - value))
        if i in market.deployed and i < market.size.users and any(i >= GAINS[h] for h in {*GAINS} & state.hypotheses):
            best = names[named("value:shared 0", i)] + market.variable("Delta")
            state.add(named(f"gains {name}", i), Fact(best - value))


def _deviate(state: _State, node: Node) -> None:
    fields, market = node.fields(("run", "provider", "rules")), state.market
    run, j = fields["run"].text(), _whole(fields["provider"], 0, market.size.providers - 1)
    items = fields["rules"].items(len(market.members) if market.setting.play == "personalized" else 1)
    rules = []
    for i, item in enumerate(items):
        known = {OWN: (j, market.profile.rules[j][i]), **state.rules}
        provider, rule = _found(item, known)
        if provider != j:
            raise Rejected("rule-of-another", item.path)
        rules.append(rule)
    offered = tuple(rules) * (len(market.members) // len(rules))
    market.run(run, market.profile.deviate(j, offered))
    for i in market.members:
        for name, fact in decision_facts(market, f"{run}:{i}"):
            state.add(name, fact)
    if any(EQUILIBRIA[h](market, j, offered) for h in {*EQUILIBRIA} & state.hypotheses):
        before, after = (market.names[named(f"payoff:{where}", j)] for where in ("ne", run))
        state.add(f"no gain {run}", Fact(before - after))


def _lemma(state: _State, node: Node) -> None:
    fields = node.fields(("name", "value", "equal", "proof"), ("solve",))
    (term, flat), equal = expression(fields["value"], state.market), fields["equal"].flag()
    _identity(state, term, equal, fields["proof"])
    solved = None
    if equal and "solve" in fields:
        place = _found(fields["solve"], state.market.names).place
        scale = flat.pop((place,), 0)
        if not scale or any(place in monomial for monomial in flat):
            raise fields["solve"].fail("the value is not linear in this")
        solved = place, combined([(plain(Fraction(-1) / scale), flat)])
    state.add(fields["name"].text(), Fact(term, equal, solved))


def _decision(state: _State, node: Node) -> Decision:
    group, number = node.items(2)
    decisions = _found(group, state.market.groups)
    return decisions[_whole(number, 0, len(decisions) - 1)]  # type: ignore[no-any-return]


def _same(state: _State, node: Node) -> None:
    fields = node.fields(("name", "decisions", "proofs"))
    first, second = (_decision(state, item) for item in fields["decisions"].items(2))
    if first.order != second.order or len(first.scores) != len(second.scores):
        raise Rejected("not-the-same", f"{node.path}: ties are broken by other orders")
    name, proofs = fields["name"].text(), fields["proofs"].items(len(first.scores))
    for option, (a, b, proof) in enumerate(zip(first.scores, second.scores, proofs, strict=True)):
        _identity(state, b - a, True, proof)
        state.add(named(name, option), Fact(b - a, True))
    for a, b in zip(first.taken, second.taken, strict=True):
        state.identify(b.place, state.known.get(a.place, leaf(a)))


def _split(state: _State, goals: Mapping[str, Expression], node: Node) -> None:
    fields = node.fields(("decision", "cases"))
    taken = _decision(state, fields["decision"]).taken
    for option, steps in enumerate(fields["cases"].items(len(taken))):
        case = state.branch()
        for k, indicator in enumerate(taken):
            case.identify(indicator.place, {(): 1} if k == option else {})
        _steps(case, goals, steps)


def _view(state: _State, node: Node | None) -> View:
    fields = node.fields((), ("opaque", "reduce")) if node else {}
    opaque, reduced = (
        tuple(item.text() for item in fields[part].items()) if part in fields else () for part in ("opaque", "reduce")
    )
    if (opaque, reduced) not in state.views:
        known = {t.place: leaf(t) for name, t in state.market.names.items() if name.rpartition(" ")[0] in opaque}
        facts = (fact for name, fact in state.facts.items() if name.rpartition(" ")[0] in reduced)
        known |= {fact.solved[0]: _put(state.known, fact.solved[1]) for fact in facts if fact.solved}
        known |= {place: _put(known, polynomial) for place, polynomial in state.known.items()}
        state.views[opaque, reduced] = View(known)
    return state.views[opaque, reduced]


def _put(known: Mapping[int, Expanded], polynomial: Expanded) -> Expanded:
    """The polynomial with what is known put in for linear monomials."""
    return combined((c, known.get(m[0], {m: 1}) if len(m) == 1 else {m: 1}) for m, c in polynomial.items())


def _factor(state: _State, node: Node) -> Term:
    """A fact's term, or a named number that is nonnegative."""
    if node.text() in state.facts:
        return state.facts[node.text()].term
    term: Term = _found(node, state.market.names)
    if not state.nonnegative(term):
        raise Rejected("sign-unknown", f"{node.path}: {node.text()!r}")
    return term


def _identity(state: _State, value: Term, equal: bool, proof: Node) -> None:
    fields = proof.fields((), ("view", "zero") if equal else ("view", "zero", "products"))
    view = _view(state, fields.get("view"))
    parts: list[tuple[Number, Expanded]] = [(1, view(value))]
    for item in fields["products"].items() if "products" in fields else ():
        coefficient, *factors = item.items() or [item]
        if (scale := coefficient.rational()) < 0:
            raise Rejected("negative-multiplier", item.path)
        parts.append((-plain(scale), reduce(multiplied, (view(_factor(state, f)) for f in factors), {(): 1})))
    for item in fields["zero"].items() if "zero" in fields else ():
        name, multiplier = item.items(2)
        fact = _found(name, state.facts)
        if not fact.equal:
            raise Rejected("not-zero", name.path)
        parts.append((-1, multiplied(view(expression(multiplier, state.market)[0]), view(fact.term))))
    rest = combined(parts)
    if equal and rest:
        raise Rejected("not-an-identity", f"{proof.path}: the two sides differ by {len(rest)} terms")
    terms = state.market.book.terms
    for monomial, coefficient in rest.items():
        if coefficient < 0 or not all(state.nonnegative(terms[place]) for place in monomial):
            raise Rejected("not-an-identity", f"{proof.path}: the rest may be negative")
