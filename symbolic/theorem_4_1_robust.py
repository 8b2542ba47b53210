"""Theorem 4.1 whatever the ties, with the smallest market there is: ceil(c / eps) states, actions and messages.

Two users want to match the state. Each provider wants one of them to match, and the other to miss, equally much. Users
who face the same rules get the same, whoever they are and however they break ties. So what a provider earns is the same
at *every* profile, and every profile is an equilibrium: silence too.
"""

from fractions import Fraction
from math import ceil
from typing import Any

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.polynomial import variable
from alignproof.symbolic.identities import identity_claim, identity_proof
from alignproof.symbolic.statement import Claim, Line

CLAIM = Claim(
    "Theorem 4.1 whatever the ties",
    "Anonymous game: weak alignment does not keep users from doing badly, however ties are broken",
    "after Section 4, Theorem 4.1",
    r"\forall \varepsilon > 0,\, c \in (\varepsilon, 1]\ \exists\, G\ \forall \text{ties}\ \exists\, \mathcal{I}_{NE}"
    r"\ \forall i:\ \mathbb{E}_{NE}[u_i^U] \le \varepsilon,\ u_i^U(C^*_{S,K}(i)) \ge c,"
    r"\quad n = k = 2,\ |A| = |Y| = |M| = \lceil c / \varepsilon \rceil",
    (
        Line(
            r"u_i^U = c\,\mathbb{1}[a_i = y] = 2c\,\mathbb{1}[a_i = y] + c\,\mathbb{1}[a_i \ne y] - c",
            "user i matches; provider i likes that, the other one likes her to miss: exact weak alignment",
        ),
        Line(
            r"\mathbb{E}[u_1^U] = \mathbb{E}[u_2^U] \text{ at every profile}",
            "each user could do as the other one does, since they face the same rules",
        ),
        Line(
            r"u_j^P = \tfrac12 \Pr[a_j = y] + \tfrac12 (1 - \Pr[a_{3-j} = y]) = \tfrac12",
            "so no deviation changes what a provider earns",
        ),
        Line(r"c / M \le \varepsilon", "in silence a user matches one state in M"),
        Line(r"u_i^U(C^*_{S,K}(i)) = c", "both providers see the state and could reveal it"),
    ),
)


def states_needed(eps: Fraction, c: Fraction) -> int:
    """ceil(c / eps), the fewest states, actions and messages."""
    return ceil(c / eps)


def game(eps: Fraction, c: Fraction, states: int | None = None) -> Game:
    """The market for eps and c, with as many states as are needed, or more. Raises ValueError unless 0 < eps < c <= 1
    and there are at least c / eps states."""
    count = states_needed(eps, c) if eps > 0 and states is None else (states or 0)
    if not (0 < eps < c <= 1 and count * eps >= c):
        raise ValueError("the construction needs 0 < eps < c <= 1 and at least c / eps states")
    return market(c, count)


def market(c: Fraction, count: int) -> Game:
    """Two users who get c if they match one of ``count`` states, and two providers."""
    names = tuple(str(y + 1) for y in range(count))
    match = tuple(tuple(ONE if a == y else ZERO for y in range(count)) for a in range(count))
    miss = tuple(tuple(ONE - hit for hit in row) for row in match)
    utility = tuple(tuple(c * hit for hit in row) for row in match)
    users = tuple(User(f"user {i + 1}", ("-",), names, utility) for i in range(2))
    half = Fraction(1, 2)
    payoffs = Components((half, half), (match, miss), ZERO), Components((half, half), (miss, match), ZERO)
    providers = tuple(Provider(f"provider {j + 1}", names, payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(Fraction(1, count), y, (0, 0), (y, y)) for y in range(count))
    return Game(users, providers, names, prior, names, "P", common_ties(users, 2, count), CLAIM.result)


def weights(c: Fraction, built: Game) -> WeakWeights:
    """The weights of exact weak alignment: u_i = 2c * match + c * miss - c."""
    parts = {j: who.payoff for j, who in enumerate(built.providers) if isinstance(who.payoff, Components)}
    return WeakWeights(parts, {0: (2 * c, c), 1: (c, 2 * c)}, (-c, -c))


def any_size() -> tuple[dict[str, Any], dict[str, Any]]:
    """Claim and evidence of an identity: for all eps, c and M >= c / eps, whatever the profile, the protocol and ties.

    ``p1`` and ``p2`` are the chances that users match at some profile, ``c p1`` and ``c p2`` what they get; v is 1 / M,
    s is 1 / (2c). Hypotheses on them: "user 1 could do as user 2 does" (she faces the same rules and gets as much from
    doing the same, and does at least as well), and the other way round. Conclusions: what a provider earns is 1/2, from
    both sides; uninformed users get at most eps; equation (2), from both sides, at any action and state.
    """
    names = ("eps", "c", "M", "v", "s", "p1", "p2", "match", "miss")
    eps, c, m, v, s, p1, p2, match, miss = map(variable, names)
    half = Fraction(1, 2)
    nonnegative = {"M eps - c": m * eps - c, "v": v, "s": s}
    nonnegative |= {
        "user 1 could do as user 2 does": c * p1 - c * p2,
        "user 2 could do as user 1 does": c * p2 - c * p1,
    }
    zero = {"v M = 1": v * m - 1, "2 s c = 1": 2 * s * c - 1, "match + miss = 1": match + miss - 1}
    conclusions = {"an uninformed user gets at most eps": eps - c * v}
    evidence = {"an uninformed user gets at most eps": identity_proof([("v", "M eps - c")], {"v M = 1": -eps})}
    for j, (own, other) in enumerate(((p1, p2), (p2, p1)), start=1):
        earned = half * own + half * (1 - other)
        for sign, name, user in ((1, "at most", 3 - j), (-1, "at least", j)):
            key, lead = f"provider {j} earns {name} 1/2", sign * half * (other - own)
            conclusions[key] = sign * (half - earned)
            evidence[key] = identity_proof(
                [("s", f"user {user} could do as user {3 - user} does")], {"2 s c = 1": -lead}
            )
    residual = c * match - (2 * c * match + c * miss - c)
    for sign, name in ((1, "at least"), (-1, "at most")):
        conclusions[f"utility is {name} the combination"] = sign * residual
        evidence[f"utility is {name} the combination"] = identity_proof([], {"match + miss = 1": -sign * c})
    return identity_claim(nonnegative, zero, conclusions), evidence
