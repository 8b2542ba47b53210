"""The algebra of lines of the printed proofs: claims and evidence of identities in the numbers that the lines speak of.

Where a line is about expectations under hypotheses, this is the last part of it only: from the lines before to it.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from alignproof.formats.documents import polynomial_document
from alignproof.games.polynomial import Polynomial, as_polynomial, variable
from alignproof.symbolic.expectations import symbol
from alignproof.symbolic.identities import Named, identity_claim
from alignproof.symbolic.induction import RULES, AnyNumber, Fact, Obligation, inductive
from alignproof.symbolic.proposition_a_2 import POINTS, SIMPLEX, definitions, domain
from alignproof.symbolic.statement import Premise, polynomial

Document = dict[str, Any]
Parts = tuple[Document, Document]
Term = tuple[int | Fraction, Sequence[str]]


def _proof(*terms: Term, zero: Mapping[str, Polynomial | int] | None = None) -> Document:
    """Products of hypotheses with coefficients, and multipliers of vanishing ones."""
    products = [{"coefficient": str(coefficient), "factors": list(factors)} for coefficient, factors in terms]
    multipliers = {name: polynomial_document(as_polynomial(value)) for name, value in (zero or {}).items()}
    return {"products": products, "zero": multipliers}


def _equal(
    name: str, value: Polynomial, zero: Mapping[str, Polynomial | int]
) -> tuple[dict[str, Polynomial], Document]:
    """That a value is zero, as two conclusions."""
    turned = {key: as_polynomial(multiplier) * -1 for key, multiplier in zero.items()}
    return {name: value, f"{name}, turned": -value}, {name: _proof(zero=zero), f"{name}, turned": _proof(zero=turned)}


def dividing() -> Parts:
    """From lambda D <= lambda N + 2 eps, lambda > 0 and s = 1 / lambda: D <= N + 2 eps / lambda."""
    dev, ne, eps, weight, s = map(variable, ("D", "N", "eps", "lambda", "s"))
    nonnegative = {"before": weight * ne + 2 * eps - weight * dev, "s": s}
    claim = identity_claim(nonnegative, {"s lambda = 1": s * weight - 1}, {"after": ne + 2 * eps * s - dev})
    return claim, {"after": _proof((1, ["s", "before"]), zero={"s lambda = 1": dev - ne})}


def dividing_in_augmented() -> Parts:
    """The same with both sides multiplied by 1 - beta, t = 1 / (1 - beta)."""
    dev, ne, eps, weight, s, beta, t = map(variable, ("D", "N", "eps", "lambda", "s", "beta", "t"))
    inner = weight * ne + 2 * eps - weight * dev
    zero = {"s lambda = 1": s * weight - 1, "t (1 - beta) = 1": t * (1 - beta) - 1}
    claim = identity_claim({"before": (1 - beta) * inner, "s": s, "t": t}, zero, {"after": ne + 2 * eps * s - dev})
    multipliers = {"s lambda = 1": dev - ne, "t (1 - beta) = 1": -s * inner}
    return claim, {"after": _proof((1, ["s", "t", "before"]), zero=multipliers)}


def adding_up(sign: int) -> Parts:
    """The three inequalities at the end of Theorem 3.1's proof add up to the bound, with equation (2)'s constant
    entering as + c_i (``sign`` 1, as printed) or - c_i (-1)."""
    names = ("weighted at dev", "weighted at ne", "eps_P", "eps_U", "mu", "benchmark", "u", "c")
    after, before, by_payoff, by_user, mu, benchmark, utility, constant = map(variable, names)
    nonnegative = {
        "weighted sum": before + 2 * by_payoff * mu - after,
        "equation (2) at dev": after - benchmark - sign * constant + by_user,
        "equation (2) at ne": utility + sign * constant + by_user - before,
    }
    bound = utility - benchmark + 2 * by_user + 2 * by_payoff * mu
    claim = identity_claim(nonnegative, {}, {"bound": bound})
    return claim, {"bound": _proof(*((1, [name]) for name in nonnegative))}


def payoffs_of_4_1() -> Parts:
    """1 / (D+1), D / (D+1) and their sum, Theorem 4.1's payoffs, and c, eps, its utilities, lie in [0, 1]."""
    d, s, c, eps = map(variable, ("D", "s", "c", "eps"))
    nonnegative = {"s": s, "D - 1": d - 1, "1 - c": 1 - c, "c - eps": c - eps, "eps": eps}
    one = "s (D + 1) = 1"
    conclusions = {"s <= 1": 1 - s, "s D <= 1": 1 - s * d, "s D >= 0": s * d, "eps <= 1": 1 - eps, "c >= 0": c}
    evidence = {
        "s <= 1": _proof((1, ["s", "D - 1"]), (1, ["s"]), zero={one: -1}),
        "s D <= 1": _proof((1, ["s"]), zero={one: -1}),
        "s D >= 0": _proof((1, ["s", "D - 1"]), (1, ["s"])),
        "eps <= 1": _proof((1, ["1 - c"]), (1, ["c - eps"])),
        "c >= 0": _proof((1, ["c - eps"]), (1, ["eps"])),
    }
    both, proofs = _equal("s + s D = 1", s + s * d - 1, {one: 1})
    return identity_claim(nonnegative, {one: s * (d + 1) - 1}, conclusions | both), evidence | proofs


def weights_of_4_1() -> Parts:
    """Theorem 4.1's market is exactly weakly aligned at every cell: utilities combine components, payoffs are sums.

    ``match`` and ``abstain`` say what a user does in a cell (1 or 0); F of one provider is the first, of the other the
    second.
    """
    c, eps, s, d, m1, b2 = map(variable, ("c", "eps", "s", "D", "match 1", "abstain 2"))
    m2, b1 = map(variable, ("match 2", "abstain 1"))
    parts = {"F11": m1, "F12": b2, "F21": b1, "F22": m2}
    utilities = {"u1": c * m1 + eps * b1, "u2": c * m2 + eps * b2}
    payoffs = {"P1": s * m1 + s * d * b2, "P2": s * d * b1 + s * m2}
    zero = {name: variable(name) - value for name, value in (parts | utilities | payoffs).items()}
    f11, f12, f21, f22 = map(variable, parts)
    wanted: dict[str, tuple[Polynomial, dict[str, Polynomial | int]]] = {
        "u1": (c * f11 + eps * f21, {"F11": -c, "F21": -eps}),
        "u2": (eps * f12 + c * f22, {"F12": -eps, "F22": -c}),
        "P1": (s * f11 + s * d * f12, {"F11": -s, "F12": -(s * d)}),
        "P2": (s * d * f21 + s * f22, {"F21": -(s * d), "F22": -s}),
    }
    return _equalities(zero, {n: (variable(n) - value, {n: 1} | more) for n, (value, more) in wanted.items()})


def _equalities(zero: Named, goals: Mapping[str, tuple[Polynomial, Mapping[str, Polynomial | int]]]) -> Parts:
    """That values are zero, given that others are."""
    conclusions: dict[str, Polynomial] = {}
    evidence: Document = {}
    for name, (value, multipliers) in goals.items():
        both, proofs = _equal(name, value, multipliers)
        conclusions |= both
        evidence |= proofs
    return identity_claim({}, zero, conclusions), evidence


def earnings_of_4_1() -> Parts:
    """What provider 1 earns by deviating, as bounded in Theorem 4.1's proof, p the chance not to abstain."""
    d, s, p = map(variable, ("D", "s", "p"))
    match, abstain = variable("match"), variable("abstain")
    err = p - match
    nonnegative = {"s": s, "D - 1": d - 1, "p": p, "p - match": err}
    zero = {"p = 1 - abstain": p - 1 + abstain}
    earned = s * match + s * d * abstain
    bounded, silence = s * p + s * d * (1 - p), s * d
    conclusions: dict[str, Polynomial] = {"first": bounded - earned, "last": silence - ((p - d * p) * s + s * d)}
    evidence = {
        "first": _proof((1, ["s", "p - match"]), zero={"p = 1 - abstain": -(s * d)}),
        "last": _proof((1, ["s", "D - 1", "p"])),
    }
    both, proofs = _equal("middle", bounded - ((p - d * p) * s + s * d), {})
    return identity_claim(nonnegative, zero, conclusions | both), evidence | proofs


def strictly_4_3() -> Parts:
    """lambda g + S - eps = lambda (g - 2 eps / lambda) + S + eps: the strict inequality of Theorem 4.3's display holds
    since g, her gain, exceeds 2 eps / lambda and lambda > 0."""
    gain, rest, eps, weight, s = map(variable, ("g", "S", "eps", "lambda", "s"))
    difference = weight * gain + rest - eps - (weight * (gain - 2 * eps * s) + rest + eps)
    return _equalities({"s lambda = 1": s * weight - 1}, {"display": (difference, {"s lambda = 1": 2 * eps})})


def strictly_4_4() -> Parts:
    """lambda delta - Delta L - 2 eps = 0, the end of Theorem 4.4's display, where L is the others' weight."""
    weight, s, delta, others, eps = map(variable, ("lambda", "s", "Delta", "L", "eps"))
    slack = (delta * others + 2 * eps) * s
    value = weight * slack - delta * others - 2 * eps
    return _equalities(
        {"s lambda = 1": s * weight - 1}, {"display": (value, {"s lambda = 1": delta * others + 2 * eps})}
    )


def earnings_of_5_2() -> Parts:
    """What Theorem 5.2's provider earns if each user abstains with chance 1 - p, however they act together: the bound
    of the proof, and by how much it is below 2/3."""
    p, match, abstain = map(variable, ("p", "match", "abstain 1"))
    other = variable("abstain 2")
    nonnegative = {"p": p, "p - match": p - match}
    zero = {"p = 1 - abstain 1": p - 1 + abstain, "p = 1 - abstain 2": p - 1 + other}
    earned = Fraction(1, 4) * match + Fraction(1, 6) * abstain + Fraction(1, 2) * other
    bounded = Fraction(1, 4) * p + Fraction(2, 3) * (1 - p)
    conclusions = {"bound": bounded - earned, "below 2/3": Fraction(2, 3) - bounded - Fraction(5, 12) * p}
    multipliers = {
        "p = 1 - abstain 1": as_polynomial(Fraction(-1, 6)),
        "p = 1 - abstain 2": as_polynomial(Fraction(-1, 2)),
    }
    evidence = {"bound": _proof((Fraction(1, 4), ["p - match"]), zero=multipliers), "below 2/3": _proof()}
    return identity_claim(nonnegative, zero, conclusions), evidence


def payoff_of_5_2() -> Parts:
    """(1 - beta) u_1^P + beta f_1 at beta = 1/2 is as printed: 1/4, 1/6 and 1/2; and at most 1/4 if both act."""
    match, abstain, other = map(variable, ("match", "abstain 1", "abstain 2"))
    blend = Fraction(1, 2) * (Fraction(1, 2) * match + Fraction(1, 3) * abstain) + Fraction(1, 2) * other
    printed = Fraction(1, 4) * match + Fraction(1, 6) * abstain + Fraction(1, 2) * other
    both, proofs = _equal("payoff", blend - printed, {})
    zero = {"user 1 acts": abstain, "user 2 acts": other}
    multipliers = {"user 1 acts": as_polynomial(Fraction(-1, 6)), "user 2 acts": as_polynomial(Fraction(-1, 2))}
    quarter = {"both act": Fraction(1, 4) - printed}
    bounded = {"both act": _proof((Fraction(1, 4), ["1 - match"]), zero=multipliers)}
    return identity_claim({"1 - match": 1 - match}, zero, both | quarter), proofs | bounded


def range_of_augmented() -> Parts:
    """(1 - beta) P + beta f lies in [0, 1] if P, f and beta do."""
    payoff, wish, beta = map(variable, ("P", "f", "beta"))
    nonnegative = {"P": payoff, "f": wish, "beta": beta}
    nonnegative |= {f"1 - {name}": 1 - value for name, value in nonnegative.items()}
    blend = (1 - beta) * payoff + beta * wish
    evidence = {
        ">= 0": _proof((1, ["1 - beta", "P"]), (1, ["beta", "f"])),
        "<= 1": _proof((1, ["1 - beta", "1 - P"]), (1, ["beta", "1 - f"])),
    }
    return identity_claim(nonnegative, {}, {">= 0": blend, "<= 1": 1 - blend}), evidence


def intersections() -> Parts:
    """If f_1(z | a, b) = f_2(z | b, c) for all values of independent a, b and c, f_1 does not depend on a."""
    first, other, second = map(variable, ("f1(a,b)", "f1(a',b)", "f2(b,c)"))
    zero = {"at a": first - second, "at a'": other - second}
    return _equalities(zero, {"no a": (first - other, {"at a": 1, "at a'": -1})})


def shared_features() -> Parts:
    """The providers' common feature, f_j the identity: the chance of z and y is that of y and x_j = z (two values)."""
    here, there, one, none = map(variable, ("phi(y,z)", "phi(y,other)", "f(z|z)", "f(z|other)"))
    zero = {"f(z|z) = 1": one - 1, "f(z|other) = 0": none}
    image = here * one + there * none
    return _equalities(zero, {"image": (image - here, {"f(z|z) = 1": here, "f(z|other) = 0": there})})


def remembering() -> Parts:
    """A provider who speaks twice can deploy a shared rule, though his rule does not remember the garbling (two values,
    two second messages): c, the chance of his first message, and d_m, the conditional chance of the second, bring about
    the mixture f_0 s_0 t_0m + f_1 s_1 t_1m, and where c > 0 the d_m add up to 1 (Kuhn's theorem)."""
    c = variable("c")
    f, s = ([variable(f"{name}{z}") for z in range(2)] for name in "fs")
    second = [variable(f"d{m}") for m in range(2)]
    t = [[variable(f"t{z}{m}") for m in range(2)] for z in range(2)]
    mixed = [f[0] * s[0] * t[0][m] + f[1] * s[1] * t[1][m] for m in range(2)]
    zero = {"c": c - (f[0] * s[0] + f[1] * s[1])}
    zero |= {f"d{m}": c * second[m] - mixed[m] for m in range(2)}
    zero |= {f"t{z}": t[z][0] + t[z][1] - 1 for z in range(2)}
    total: dict[str, Polynomial | int] = {"d0": 1, "d1": 1, "c": -1, "t0": f[0] * s[0], "t1": f[1] * s[1]}
    goals: dict[str, tuple[Polynomial, Mapping[str, Polynomial | int]]] = {
        f"message {m}": (c * second[m] - mixed[m], {f"d{m}": 1}) for m in range(2)
    }
    return _equalities(zero, goals | {"a distribution": (c * (second[0] + second[1] - 1), total)})


def no_best_action() -> Parts:
    """If actions are the open interval (0, 1) and u(a, y) = a, then (1 + a) / 2 is an action and better than a, by
    (1 - a) / 2 > 0."""
    a = variable("a")
    better, half = Fraction(1, 2) * (1 + a), Fraction(1, 2)
    both, proofs = _equal("better by (1 - a) / 2", better - a - half * (1 - a), {})
    conclusions = {"positive": better, "below 1": 1 - better}
    evidence = {"positive": _proof((half, ["a"]), (half, [])), "below 1": _proof((half, ["1 - a"]))}
    return identity_claim({"a": a, "1 - a": 1 - a}, {}, both | conclusions), proofs | evidence


def root_mean_square() -> Parts:
    """Residuals a and b of one set of weights, each at most e in absolute value: their mean square is at most e^2."""
    share, a, b, e = map(variable, ("p", "a", "b", "e"))
    nonnegative = {"p": share, "1 - p": 1 - share, "e - a": e - a, "e + a": e + a, "e - b": e - b, "e + b": e + b}
    claim = identity_claim(nonnegative, {}, {"mean": e * e - share * a * a - (1 - share) * b * b})
    return claim, {"mean": _proof((1, ["p", "e - a", "e + a"]), (1, ["1 - p", "e - b", "e + b"]))}


def market_of_a_2() -> Parts:
    """What the proof of Proposition A.2 says of its market: F <= 1/2, u_i = a_i / 4, u_1^P = (a_1 + a_2) y_1 / 2."""
    bounds, simplex = domain()
    half = Fraction(1, 2)
    conclusions: dict[str, Polynomial] = {}
    evidence: Document = {}
    for j in (1, 2):
        for i in (1, 2):
            name = f"F{j}{i} <= 1/2"
            conclusions[name] = half - variable(f"F{j}{i}")
            terms: list[Term] = [(half, [f"1-a{i}", f"y{j}"]), (half, [f"y{3 - j}"])]
            evidence[name] = _proof(*terms, zero={SIMPLEX: as_polynomial(-half)})
    for i in (1, 2):
        quarter = Fraction(1, 4) * variable(f"a{i}")
        both, proofs = _equal(f"u{i} = a{i}/4", variable(f"u{i}") - quarter, {SIMPLEX: quarter})
        conclusions |= both
        evidence |= proofs
    both, proofs = _equal("P1", variable("P1") - half * (variable("a1") + variable("a2")) * variable("y1"), {})
    conclusions, evidence = conclusions | both, evidence | proofs
    claim = identity_claim(bounds, {SIMPLEX: simplex}, conclusions)
    defined = {name: polynomial_document(value) for name, value in definitions().items()}
    return claim | {"variables": ["a1", "a2", "y1", "y2"], "definitions": defined}, evidence


def points_of_a_2() -> Parts:
    """At a = (1, 1) and the states (0, 1) and (1, 0): utilities 1/4 in both, the first payoff 0 and 1."""
    defined: Document = {name: polynomial_document(value) for name, value in definitions().items()}
    values = {"u1": (Fraction(1, 4),) * 2, "u2": (Fraction(1, 4),) * 2, "P1": (Fraction(0), Fraction(1))}
    conclusions: dict[str, Polynomial] = {}
    evidence: Document = {}
    for k, (label, point) in enumerate(POINTS.items()):
        for name, at in values.items():
            defined[f"{name} at {label}"] = {"of": name, "at": dict(point)}
            both, proofs = _equal(f"{name} at {label}", variable(f"{name} at {label}") - at[k], {})
            conclusions |= both
            evidence |= proofs
    claim = identity_claim({}, {}, conclusions)
    return claim | {"variables": ["a1", "a2", "y1", "y2"], "definitions": defined}, evidence


def newcomer_summed_out() -> list[Obligation]:
    """A garbling has the same image in G+ as in G, given what a condition says of the points w: the newcomer's features
    x have chances e_w_x that add up to 1, phi_w is a point's chance and f_w that of a value of the garbling."""
    world = AnyNumber()
    point, feature, value = symbol("phi", "w"), symbol("e", "w", "x"), symbol("f", "w")
    premises = [Premise("one w", world.over("x", feature) - 1, equal=True, multiplier=point * value)]
    goal = world.over("w", world.over("x", point * feature * value)) - world.over("w", point * value)
    return [*RULES, *inductive(world, premises, Fact(polynomial(goal), "="))]


def alike_users() -> list[Obligation]:
    """Users with the same utility and features, who hear the same rules, score every action alike: s is a point of the
    prior, c_s its chance times that of what is said, u1_s and u2_s what the action is worth to them."""
    world = AnyNumber()
    chance, one, other = symbol("c", "s"), symbol("u1", "s"), symbol("u2", "s")
    premises = [Premise("alike s", one - other, equal=True, multiplier=chance)]
    goal = world.over("s", chance * one) - world.over("s", chance * other)
    return [*RULES, *inductive(world, premises, Fact(polynomial(goal), "="))]


ALGEBRA: dict[str, Callable[[], Parts]] = {
    "Theorem 3.1, dividing by lambda": dividing,
    "Theorem 3.1, adding up with + c_i": lambda: adding_up(1),
    "Theorem 3.1, adding up with - c_i": lambda: adding_up(-1),
    "Theorem 4.1, ranges": payoffs_of_4_1,
    "Theorem 4.1, alignment": weights_of_4_1,
    "Theorem 4.1, earnings": earnings_of_4_1,
    "Theorem 4.3, strictness": strictly_4_3,
    "Theorem 4.4, strictness": strictly_4_4,
    "Theorem 5.1, dividing by (1 - beta) lambda": dividing_in_augmented,
    "Theorem 5.2, earnings": earnings_of_5_2,
    "Theorem 5.2, payoff in G+": payoff_of_5_2,
    "Section 5, range of payoffs": range_of_augmented,
    "Section 2, intersections": intersections,
    "Section 2, the shared feature": shared_features,
    "Section 2, remembering a garbling": remembering,
    "Section 2, no best action": no_best_action,
    "Section 6, root mean square": root_mean_square,
    "Proposition A.2, the market": market_of_a_2,
    "Proposition A.2, two points": points_of_a_2,
}
"""Identities by name."""
