"""How small a market can be in which information is worth much: bounds on its size, at all sizes.

A user who gets at most eps uninformed gets at most eps times the number of actions, of states, of messages informed:
cut what she gets into a part for each of them. Uninformed, she could have had every part and more.
"""

from fractions import Fraction
from typing import Any

from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable
from alignproof.symbolic.identities import identity_claim, identity_proof
from alignproof.symbolic.induction import Fact, Obligation
from alignproof.symbolic.statement import Claim, Line

ONE = Fraction(1)

COUNTING = Claim(
    "Counting bound",
    "Information multiplies what a user gets at most by the number of actions, of states, of messages",
    "Section 2, utilities in [0, 1]",
    r"u_i^U(C; j) \le \min(|A|, |Y|, |M|)\, \max_a \mathbb{E}[u_i^U(a, y)] \quad (R = 1 \text{ for } |M|)",
    (
        Line(
            r"\mathbb{E}[u(a, y); a_i = a] \le \mathbb{E}[u(a, y)]",
            "the part of an action: uninformed, she could always take it",
        ),
        Line(r"\mathbb{E}[u(a, y); m] \le \mathbb{E}[u(a, y)]", "the part of a message, a her action on hearing it"),
        Line(
            r"\textstyle\sum_a \Pr[a_i = a \mid y]\, \Pr[y]\, u(a, y) \le \max_a \mathbb{E}[u(a, y)]",
            "the part of a state: a mean over what she does in it",
        ),
    ),
)

SINGLE = Claim(
    "One provider's exact weak alignment is strong",
    "If T is one provider, weak alignment without errors is strong alignment without errors",
    "Definitions 2.13 and 2.14",
    r"u_i^U = w_i F_i + c_i,\ w_i > 0 \Rightarrow u^P = \textstyle\sum_i \tfrac{\lambda_i}{w_i} u_i^U + c'",
    (
        Line(r"\lambda_i F_i = \tfrac{\lambda_i}{w_i} (u_i^U - c_i)", "coverage: w_i > 0, since T has nobody else"),
        Line(r"c' = c - \textstyle\sum_i \tfrac{\lambda_i}{w_i} c_i", "the sum over users"),
    ),
)

POINT = Claim(
    "One action and one state leave nothing to align",
    "With one action profile and one state every payoff is a combination of utilities",
    "Definition 2.14",
    r"u^P = \textstyle\sum_i u_i^U + c",
    (Line(r"c = u^P - \textstyle\sum_i u_i^U", "there is one equation, and c is free"),),
)


def _above(value: Polynomial) -> Fact:
    return Fact(value, ">=")


def _zero(value: Polynomial) -> Fact:
    return Fact(value, "=")


def counting() -> list[Obligation]:
    """What is to be shown for ``COUNTING``: each part is at most eps, so is a mean of such, and k parts are at most
    k eps."""
    eps, part, rest, total, following, k = map(variable, ("eps", "part", "rest", "total", "next", "k"))
    mean, weight, chance = map(variable, ("mean", "weight", "chance"))
    minus = as_polynomial(-1)
    return [
        Obligation(
            "a part is at most what she gets uninformed",
            (_above(rest), _above(eps - (part + rest))),
            _above(eps - part),
            ((ONE, (0,)), (ONE, (1,))),
        ),
        Obligation("no chances", (_zero(mean), _zero(weight)), _above(eps * weight - mean), (), ((0, minus), (1, eps))),
        Obligation(
            "a mean of parts is at most that",
            (_above(chance), _above(eps - part), _above(eps * weight - mean), _zero(following - mean - chance * part)),
            _above(eps * (weight + chance) - following),
            ((ONE, (0, 1)), (ONE, (2,))),
            ((3, minus),),
        ),
        Obligation("no parts", (_zero(total), _zero(k)), _above(k * eps - total), (), ((0, minus), (1, eps))),
        Obligation(
            "one part more",
            (_above(k * eps - total), _above(eps - part), _zero(following - total - part)),
            _above((k + 1) * eps - following),
            ((ONE, (0,)), (ONE, (1,))),
            ((2, minus),),
        ),
    ]


def single() -> list[Obligation]:
    """What is to be shown for ``SINGLE``, r_i being 1 / w_i: equation (3) for one user's terms, then their sum."""
    u, w, f, c, r, weight = map(variable, ("u", "w", "F", "c_i", "r", "lambda"))
    term, other, total, same = map(variable, ("term", "its_combination", "total", "combination"))
    one = as_polynomial(1)
    return [
        Obligation(
            "one user's terms",
            (_zero(u - w * f - c), _zero(r * w - 1)),
            _zero(weight * f - weight * r * (u - c)),
            (),
            ((0, -(weight * r)), (1, -(weight * f))),
        ),
        Obligation(
            "one user more",
            (_zero(total - same), _zero(term - other)),
            _zero((total + term) - (same + other)),
            (),
            ((0, one), (1, one)),
        ),
    ]


def point() -> list[Obligation]:
    """What is to be shown for ``POINT``."""
    payoff, total, c = map(variable, ("P", "total", "c"))
    fits = _zero(c - (payoff - total))
    return [Obligation("equation (3)", (fits,), _zero(payoff - (total + c)), (), ((0, as_polynomial(-1)),))]


def counting_at(actions: int, states: int, messages: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Claim and evidence of an identity: ``COUNTING`` at a size, for every rule of one message and every answer.

    ``x a y`` is Pr[y] u(a, y); ``say y m`` the chance of a message in a state, ``do m a`` that of an action on hearing
    it; eps is at least what each action is worth uninformed.
    """
    acts, ys, ms = range(actions), range(states), range(messages)
    eps = variable("eps")
    x = {(a, y): variable(f"x {a} {y}") for a in acts for y in ys}
    say = {(y, m): variable(f"say {y} {m}") for y in ys for m in ms}
    do = {(m, a): variable(f"do {m} {a}") for m in ms for a in acts}
    nonnegative: dict[str, Polynomial] = {}
    for name, group in (("x", x), ("say", say), ("do", do)):
        nonnegative |= {f"{name} {p} {q}": value for (p, q), value in group.items()}
    nonnegative |= {f"uninformed {a}": eps - gather(x[a, y] for y in ys) for a in acts}
    zero = {f"says {y}": gather(say[y, m] for m in ms) - 1 for y in ys}
    zero |= {f"does {m}": gather(do[m, a] for a in acts) - 1 for m in ms}
    gets = gather(say[y, m] * do[m, a] * x[a, y] for y in ys for m in ms for a in acts)
    conclusions = {"actions": actions * eps - gets, "states": states * eps - gets, "messages": messages * eps - gets}
    every = [(y, m, a) for y in ys for m in ms for a in acts]
    by_message: list[tuple[str, ...]] = [(f"do {m} {a}", f"uninformed {a}") for m in ms for a in acts]
    by_message += [(f"do {m} {a}", f"say {y} {other}", f"x {a} {y}") for y, m, a in every for other in ms if other != m]
    by_state: list[tuple[str, ...]] = [(f"say {y} {m}", f"do {m} {a}", f"uninformed {a}") for y, m, a in every]
    by_state += [(f"say {y} {m}", f"do {m} {a}", f"x {a} {other}") for y, m, a in every for other in ys if other != y]
    by_action: list[tuple[str, ...]] = [(f"uninformed {a}",) for a in acts]
    by_action += [
        (f"say {y} {m}", f"do {m} {a}", f"x {other} {y}") for y, m, a in every for other in acts if other != a
    ]
    done = {y: gather(x[a, y] for a in acts) for y in ys}
    told = {m: gather(say[y, m] for y in ys) for m in ms}
    zeros: dict[str, dict[str, Polynomial]] = {
        "messages": {f"says {y}": -gather(do[m, a] * x[a, y] for m in ms for a in acts) for y in ys}
        | {f"does {m}": -eps for m in ms},
        "states": {f"says {y}": -eps for y in ys} | {f"does {m}": -(eps * told[m]) for m in ms},
        "actions": {f"says {y}": -done[y] for y in ys}
        | {f"does {m}": -gather(say[y, m] * done[y] for y in ys) for m in ms},
    }
    products = {"actions": by_action, "states": by_state, "messages": by_message}
    evidence = {name: identity_proof(products[name], zeros[name]) for name in conclusions}
    return identity_claim(nonnegative, zero, conclusions), evidence
