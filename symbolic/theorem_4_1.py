"""Theorem 4.1: without personalization, weak alignment does not keep users from doing badly.

For given eps, c, D and M the proof's game is certified from the definitions. For all of them at once the proof is an
identity (:func:`any_size`) in the chances with which a user matches the state, abstains or errs. They are the same for
both users, who are alike in everything, ties included.
"""

from fractions import Fraction
from typing import Any

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.polynomial import variable
from alignproof.symbolic.identities import identity_claim, identity_proof
from alignproof.symbolic.statement import Claim, Line

CLAIM = Claim(
    "Theorem 4.1",
    "Anonymous game: weak alignment does not keep users from doing badly",
    "Section 4, Theorem 4.1",
    r"\forall \varepsilon > 0,\, c \in (\varepsilon, 1]\ \exists\, G, \mathcal{I}_{NE}\ \forall i:"
    r"\ \mathbb{E}_{NE}[u_i^U] \le \varepsilon,\ u_i^U(C^*_{S,K}(i)) \ge c",
    (
        Line(r"\varepsilon \ge c / M", "uninformed users abstain, since M > c / eps"),
        Line(
            r"\Pr_{\mathcal{I}_1}[a_1 = \cdot] = \Pr_{\mathcal{I}_2}[a_2 = \cdot]",
            "users alike in everything, ties included, act alike",
        ),
        Line(
            r"\tfrac{1}{D+1} \Pr[a_1 = y] + \tfrac{D}{D+1} \Pr[a_2 = \perp] \le \tfrac{D}{D+1}",
            "since D > 1, no rule earns more than silence",
        ),
        Line(r"u_i^U(C^*_{S,K}(i)) = c", "both providers see the state and could reveal it"),
    ),
)


def game(eps: Fraction, c: Fraction, d: Fraction, states: int) -> Game:
    """The proof's game: eps is what an uninformed user gets, c what an informed one gets, D > 1, M states.

    Users may match the state (worth c) or abstain (worth eps); each provider wants one user informed and, more so,
    the other one to abstain. Raises ValueError unless 0 < eps < c <= 1, D > 1 and M > c / eps.
    """
    if not (0 < eps < c <= 1 and d > 1 and states > c / eps):
        raise ValueError("the construction needs 0 < eps < c <= 1, D > 1 and M > c / eps")
    return family(eps, c, d, states)


def family(eps: Fraction, c: Fraction, d: Fraction, states: int) -> Game:
    """:func:`game`, whether or not the parameters are those for which it proves the theorem."""
    names = tuple(str(y + 1) for y in range(states))
    match = tuple(tuple(ONE if a == y else ZERO for y in range(states)) for a in range(states))
    nothing, abstain = (ZERO,) * states, (ONE,) * states
    utility = (*(tuple(c * hit for hit in row) for row in match), (eps,) * states)
    informs = (*match, nothing)
    silences = ((nothing,) * states) + (abstain,)
    users = tuple(User(f"user {i + 1}", ("-",), (*names, "abstain"), utility) for i in range(2))
    small, large = ONE / (d + 1), d / (d + 1)
    payoffs = (
        Components((small, large), (informs, silences), ZERO),
        Components((large, small), (silences, informs), ZERO),
    )
    providers = tuple(Provider(f"provider {j + 1}", names, payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(Fraction(1, states), y, (0, 0), (y, y)) for y in range(states))
    return Game(users, providers, names, prior, names, "P", common_ties(users, 2, states), "Theorem 4.1")


def weights(eps: Fraction, c: Fraction, market: Game) -> WeakWeights:
    """The weights of exact weak alignment: u_i = c * F_informs + eps * F_silences."""
    parts = {j: who.payoff for j, who in enumerate(market.providers) if isinstance(who.payoff, Components)}
    return WeakWeights(parts, {0: (c, eps), 1: (eps, c)}, (ZERO, ZERO))


def any_size() -> tuple[dict[str, Any], dict[str, Any]]:
    """Claim and evidence of an identity: silence is an equilibrium for all eps, c, D >= 1 and M >= c / eps.

    v is 1 / M, s is 1 / (D + 1). Conclusions: uninformed users abstain; a provider who deviates earns no more than
    D / (D + 1), what he has. (Strictness is in the hypotheses' strict forms; the value of the benchmark is c.)
    """
    eps, c, d, m, v, s = map(variable, ("eps", "c", "D", "M", "v", "s"))
    match, abstain, err = chances = tuple(map(variable, ("match", "abstain", "err")))
    nonnegative = {"M eps - c": m * eps - c, "D - 1": d - 1, "v": v, "s": s}
    nonnegative |= dict(zip(("match", "abstain", "err"), chances, strict=True))
    zero = {"v M = 1": v * m - 1, "s (D + 1) = 1": s * (d + 1) - 1, "chances": match + abstain + err - 1}
    conclusions = {
        "uninformed users abstain": eps - c * v,
        "deviating does not pay": s * d - (s * match + s * d * abstain),
    }
    evidence = {
        "uninformed users abstain": identity_proof([("v", "M eps - c")], {"v M = 1": -eps}),
        "deviating does not pay": identity_proof(
            [("s", "D - 1", "match"), ("s", "D - 1", "err"), ("s", "err")], {"chances": -(s * d)}
        ),
    }
    return identity_claim(nonnegative, zero, conclusions), evidence
