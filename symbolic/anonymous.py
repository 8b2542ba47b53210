"""The proofs of Theorems 4.3 and 4.4 from the game's definitions at a fixed size (user 0 stands for all).

T's last provider deviates: run ``dev``. He covers user 0; whoever covers her can be taken to be the last.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import sympy

from alignproof.checks.universal.market import named
from alignproof.games.rules import Transcript
from alignproof.symbolic.derivation import (
    Document,
    Expression,
    Place,
    bound,
    induced,
    joint,
    lemma,
    marginal,
    proof,
    worth,
)
from alignproof.symbolic.expectations import (
    BENCHMARK,
    COVER,
    ERROR,
    GUARANTEED,
    LARGEST_GAIN,
    OTHERS,
    SHORTER_BENCHMARK,
)
from alignproof.symbolic.statement import Quantities

DEVIATION = "dev"

Decided = tuple[str, Transcript]
"""What is decided after a transcript: "act" or "say"."""


def deviator(where: Place) -> int:
    """T's last provider."""
    return where.size.team - 1


def quantities(where: Place, deployer: int) -> Quantities:
    """What the symbols of the bounds stand for."""
    d = deviator(where)
    benchmark = sympy.Symbol(named(f"value:shared {deployer}", 0))
    return {
        GUARANTEED: sympy.Symbol(named("value:ne", 0)),
        BENCHMARK: benchmark,
        SHORTER_BENCHMARK: benchmark,
        ERROR: sympy.Symbol("eps"),
        COVER: 1 / sympy.Symbol(named("cover", d)),
        OTHERS: sympy.Add(*(sympy.Symbol(named("lambda", d, i)) for i in range(1, where.size.users))),
        LARGEST_GAIN: sympy.Symbol("Delta"),
    }


def shorter(protocol: str) -> str:
    """The protocol of the benchmark: without the user's opening, if there is one."""
    return protocol[1:] if protocol.startswith("U") else protocol


def decided(protocol: str, messages: int, so_far: Transcript = ()) -> list[Decided]:
    """A user's decisions of one type in a conversation, in the order of backward induction."""
    if len(so_far) == len(protocol):
        return [("act", so_far)]
    after = [d for m in range(messages) for d in decided(protocol, messages, (*so_far, m))]
    return [*after, ("say", so_far)] if protocol[len(so_far)] == "U" else after


def spoken(protocol: str, messages: int) -> list[Transcript]:
    """The transcripts after which the provider speaks. Raises ValueError if he speaks more than once: what he says
    then depends on what his garbling must have been, a quotient."""
    if protocol.count("P") != 1:
        raise ValueError("the provider has to speak once")
    return list(product(range(messages), repeat=protocol.index("P")))


def shared_chance(where: Place, user: int, x: int, transcript: Transcript, m: int) -> Expression:
    """The chance that the deviator says m when he deploys the shared rule for ``user``."""
    d, values = deviator(where), range(where.size.values)
    return [(1, named("f", user, d, x, z), named("S", user, z, transcript, m)) for z in values]


def rule(where: Place, name: str, chances: dict[tuple[int, Transcript], list[Expression]]) -> Document:
    """A rule of the deviator."""
    rows = [[[list(map(str, monomial)) for monomial in cell] for cell in row] for row in chances.values()]
    how = proof(reduce=("sum f", "sum S", "sum say"))
    return {"rule": {"name": name, "provider": str(deviator(where)), "chances": rows, "sums": [how] * len(rows)}}


def branches(where: Place) -> Document:
    """The proof's rule in Theorem 4.4: whoever the user says she is, she gets the shared rule meant for that user."""
    size = where.size
    chances = {
        (x, t): [shared_chance(where, t[0] if t[0] < size.users else 0, x, t[1:], m) for m in range(size.messages)]
        for x in range(size.provider_features)
        for t in spoken(where.protocol, size.messages)
    }
    return rule(where, "branches", chances)


def share(where: Place) -> Document:
    """The deviator deploys the shared rule for user 0."""
    size = where.size
    chances = {
        (x, t): [shared_chance(where, 0, x, t, m) for m in range(size.messages)]
        for x in range(size.provider_features)
        for t in spoken(where.protocol, size.messages)
    }
    return rule(where, "share", chances)


def serves(where: Place, given: str, user: int, deployer: int, opening: Transcript) -> Document:
    """The rule ``given`` is worth no less to ``user`` than her shared rule by ``deployer``: she may open with
    ``opening`` and do as she would under the shared rule."""
    size, short = where.size, shorter(where.protocol)
    here, there = decided(where.protocol, size.messages), decided(short, size.messages)
    products: Expression = []
    zero: list[tuple[str, Expression]] = []

    def follow(x: int, transcript: Transcript, weight: tuple[str, ...]) -> None:
        """At least as much as under the shared rule after ``transcript``, which she reaches with ``weight``."""
        if len(transcript) < len(short) and short[len(transcript)] == "P":
            for m in range(size.messages):
                follow(x, (*transcript, m), weight)
            return
        kind = "say" if len(transcript) < len(short) else "act"
        mine = x * len(here) + here.index((kind, (*opening, *transcript)))
        hers = x * len(there) + there.index((kind, transcript))
        for option in range(size.messages if kind == "say" else size.actions):
            taken = (*weight, named(f"taken:shared {deployer}:{user}", hers, option))
            products.append((1, *taken, named(f"best:{given}:{user}", mine, option)))
            if kind == "say":
                follow(x, (*transcript, option), taken)
            else:
                zero.extend(_garbled(where, user, deployer, x, transcript, option, taken))

    for x in range(size.user_features):
        if opening:
            first = x * len(here) + here.index(("say", ()))
            products.append((1, named(f"best:{given}:{user}", first, opening[0])))
        follow(x, (), ())
    value: Expression = [(1, named(f"value:{given}", user)), (-1, named(f"value:shared {deployer}", user))]
    how = proof(products, zero, reduce=(f"sum taken:shared {deployer}:{user}",))
    return lemma(named(f"serves:{deployer}", user), value, how)


def _garbled(
    where: Place, user: int, deployer: int, x: int, transcript: Transcript, action: int, weight: tuple[str, ...]
) -> Iterator[tuple[str, Expression]]:
    """Multipliers that turn the deviator's garbling into the deployer's, where the user acts on hearing m."""
    size, d = where.size, deviator(where)
    turn = shorter(where.protocol).index("P")
    heard, m = transcript[:turn], transcript[turn]
    for y, z in product(where.states, range(size.values)):
        factors = (named("u", user, action, y), named("S", user, z, heard, m), *weight)
        for j, sign in ((d, 1), (deployer, -1)):
            if j and d != deployer:
                yield named("common", user, j, y, x, z), [(sign, *factors)]


def outcome(where: Place, run: str) -> Iterator[Document]:
    """A run: distributions, marginals and values of all users."""
    for i in where.members:
        yield from induced(where, run, i)
    yield joint(where, run)
    for i in where.members:
        yield from marginal(where, run, i)
        yield worth(where, run, i)


def compared(where: Place, user: int, loss: str = "", kept: Sequence[str] = ()) -> Document:
    """After the deviation ``user`` has no less than before, up to ``loss``: who asks another provider still may, and
    what she asked the deviator was worth no more than what he offers now by the facts ``kept``."""
    d, size = deviator(where), where.size
    products: Expression = []
    for j in range(size.providers):
        picked = named("pick:ne", user, j)
        products.append((1, picked, named(f"best:pick:{DEVIATION}:{user}", 0, j)))
        products += [(1, picked, fact) for fact in (kept if j == d else (loss,)) if fact]
    value: Expression = [
        (1, named(f"value:{DEVIATION}", user)),
        (-1, named("value:ne", user)),
        *([(1, loss)] if loss else []),
    ]
    families = ("offer:ne", f"offer:{DEVIATION}", f"value:{DEVIATION}", "value:shared 0")
    how = proof(products, opaque=families, reduce=(f"sum taken:pick:ne:{user}",))
    return lemma(named("keeps", user), value, how)


def served(where: Place, deployer: int, facts: Sequence[str]) -> Document:
    """After the deviation user 0 has at least her benchmark: the deviator offers it by ``facts``."""
    products: Expression = [(1, named(f"best:pick:{DEVIATION}:0", 0, deviator(where))), *((1, fact) for fact in facts)]
    value: Expression = [(1, named(f"value:{DEVIATION}", 0)), (-1, named(f"value:shared {deployer}", 0))]
    families = (f"offer:{DEVIATION}", f"value:{DEVIATION}", f"value:shared {deployer}", "value:share")
    return lemma(f"served:{deployer}", value, proof(products, opaque=families))


def no_gain(where: Place) -> Document:
    """sum_i lambda_{d,i} (value_ne - value_dev) + 2 eps >= 0."""
    d, size = deviator(where), where.size
    products: Expression = [(1, f"no gain {DEVIATION}")]
    zero: list[tuple[str, Expression]] = [
        ("mass:ne", [(-1, "eps"), (-1, named("c_P", d))]),
        (f"mass:{DEVIATION}", [(-1, "eps"), (1, named("c_P", d))]),
    ]
    for profile, y in product(where.profiles, where.states):
        products.append((1, named("Q:ne", *profile, y), named("combined below", d, *profile, y)))
        products.append((1, named(f"Q:{DEVIATION}", *profile, y), named("combined above", d, *profile, y)))
    value: Expression = [(2, "eps")]
    for i, (run, sign) in product(range(size.users), (("ne", 1), (DEVIATION, -1))):
        weight = named("lambda", d, i)
        value.append((sign, weight, named(f"value:{run}", i)))
        zero.append((named(f"worth:{run}", i), [(sign, weight)]))
        for a, y in where.cells:
            zero.append((named(f"marginal:{run}", i, a, y), [(-sign, weight, named("u", i, a, y))]))
    families = [f"{kind}:{run}" for kind in ("Q", "q", "value") for run in ("ne", DEVIATION)]
    return lemma("no gain", value, proof(products, zero, opaque=families))


def conclusion(where: Place, deployer: int) -> Document:
    """What the deviator does not gain, the others keep and user 0 would get add up to the bound."""
    d = deviator(where)
    cover, weights = named("cover", d), [named("lambda", d, i) for i in range(where.size.users)]
    products: Expression = [(1, cover, "no gain"), (1, f"served:{deployer}")]
    products += [(1, cover, weight, named("keeps", i)) for i, weight in enumerate(weights) if i]
    difference: Expression = [(-1, named("value:ne", 0)), (1, named(f"value:{DEVIATION}", 0))]
    families = ["value:ne", f"value:{DEVIATION}", f"value:shared {deployer}"]
    return proof(products, [(named("inverse", d), difference)], opaque=families)


def proof_of_4_3(where: Place) -> list[Document]:
    """The proof of Theorem 4.3: the deviation is to the user-dominant rule."""
    d = deviator(where)
    steps = [share(where)]
    steps.append({"deviate": {"run": DEVIATION, "provider": str(d), "rules": ["dominant"]}})
    for p in where.team:
        steps.append(serves(where, "share", 0, p, ()))
        steps.append(served(where, p, [named("dominates share", 0), named(f"serves:{p}", 0)]))
    steps += [compared(where, i, kept=[named("dominates own", i)]) for i in where.members if i]
    steps += [*outcome(where, "ne"), *outcome(where, DEVIATION), no_gain(where)]
    return [*steps, {"conclude": {bound(p): conclusion(where, p) for p in where.team}}]


def proof_of_4_4(where: Place) -> list[Document]:
    """The proof of Theorem 4.4: the deviation asks who is there, then deploys her shared rule. Raises ValueError if
    that cannot be asked or answered."""
    if not where.protocol.startswith("U") or where.size.messages < where.size.users:
        raise ValueError("the user has to speak first, and |M| >= n")
    d = deviator(where)
    steps = [branches(where), {"deviate": {"run": DEVIATION, "provider": str(d), "rules": ["branches"]}}]
    steps += [serves(where, "branches", i, 0, (i,)) for i in where.members]
    steps += [serves(where, "branches", 0, p, (0,)) for p in where.team if p]
    if where.size.users > 1:
        gain: Expression = [(1, named("gains branches", 1)), (1, named("serves:0", 1))]
        values = ("value:branches", "value:shared 0")
        steps.append(lemma("Delta", [(1, "Delta")], proof(gain, opaque=values)))
    steps += [served(where, p, [named(f"serves:{p}", 0)]) for p in where.team]
    for i in where.members:
        kept = [named("serves:0", i), named("gains own", i)]
        steps += [compared(where, i, "Delta", kept)] if i else []
    steps += [*outcome(where, "ne"), *outcome(where, DEVIATION), no_gain(where)]
    return [*steps, {"conclude": {bound(p): conclusion(where, p) for p in where.team}}]


def proof_with_a_spare_message(where: Place) -> list[Document]:
    """Theorem 4.4 without Delta_R(j): the deviator keeps his rule but for one first message that no type of another
    user sends him, and answers that with user 0's shared rule. Raises ValueError if there may be no such message."""
    size, d = where.size, deviator(where)
    types = [(i, x) for i in where.members if i for x in range(size.user_features)]
    if not where.protocol.startswith("U") or len(types) >= size.messages:
        raise ValueError("the user has to speak first, and the other users' types must leave a message")
    here = decided(where.protocol, size.messages)
    opening = {(i, x): (d * size.user_features + x) * len(here) + here.index(("say", ())) for i, x in types}

    def cases(said: tuple[int, ...]) -> list[Document]:
        if len(said) == len(types):
            spare = min(set(range(size.messages)) - set(said))
            return _spared(where, spare, dict(zip(types, said, strict=True)), opening)
        i, x = types[len(said)]
        decision = [f"ne:{i}", str(opening[i, x])]
        return [{"split": {"decision": decision, "cases": [cases((*said, m)) for m in range(size.messages)]}}]

    return [*outcome(where, "ne"), *cases(())]


def _spared(
    where: Place, spare: int, said: dict[tuple[int, int], int], opening: dict[tuple[int, int], int]
) -> list[Document]:
    """The proof where the other users' types open with ``said``, so not with ``spare``."""
    size, d = where.size, deviator(where)

    def chance(x: int, t: Transcript, m: int) -> Expression:
        return shared_chance(where, 0, x, t[1:], m) if t[0] == spare else [(1, named("say", d, 0, x, t, m))]

    cells = product(range(size.provider_features), spoken(where.protocol, size.messages))
    chances = {(x, t): [chance(x, t, m) for m in range(size.messages)] for x, t in cells}
    steps = [rule(where, "spare", chances)]
    steps.append({"deviate": {"run": DEVIATION, "provider": str(d), "rules": ["spare"]}})
    for p in where.team:
        steps += [serves(where, "spare", 0, p, (spare,)), served(where, p, [named(f"serves:{p}", 0)])]
    here = decided(where.protocol, size.messages)
    for i in where.members[1:]:
        types = range(size.user_features)
        mine = {x: x * len(here) + here.index(("say", ())) for x in types}
        products: Expression = [(1, named(f"best:spare:{i}", mine[x], said[i, x])) for x in types]
        value: Expression = [(1, named("value:spare", i)), (-1, named("offer:ne", i, d))]
        scores = [f"score:{at}:{i}:{k[x]}" for x in types for at, k in (("spare", mine), ("ne", _of(opening, i)))]
        steps.append(lemma(named("still", i), value, proof(products, opaque=scores)))
        steps.append(compared(where, i, kept=[named("still", i)]))
    steps += [*outcome(where, DEVIATION), no_gain(where)]
    return [*steps, {"conclude": {bound(p): conclusion(where, p) for p in where.team}}]


def _of(opening: dict[tuple[int, int], int], user: int) -> dict[int, int]:
    return {x: k for (i, x), k in opening.items() if i == user}
