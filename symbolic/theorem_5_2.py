"""Theorem 5.2: in the anonymous game under strong alignment, a new user can break the old users' guarantees.

The proof gives one game; the statement reads "a game instance G", and holds for it. For other shares beta and values o
of abstaining the proof is an identity (:func:`any_share`).
"""

from fractions import Fraction
from typing import Any

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.augment import Entrant
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.polynomial import variable
from alignproof.symbolic.identities import identity_claim, identity_proof
from alignproof.symbolic.statement import Claim, Line

CLAIM = Claim(
    "Theorem 5.2",
    "Anonymous game: a new user can break the old users' guarantees",
    "Section 5, Theorem 5.2",
    r"\exists\, G, f_{1:K}, \beta_{1:K}, u_{n+1}^U\ \exists\, \mathcal{I}_{NE}(G^+)\ \forall i \in N \cup \{n+1\}:"
    r"\ \mathbb{E}_{NE}[u_i^U] < u_i^U(C^*_{S,K}(i))",
    (
        Line(
            r"\hat u_1^P = \tfrac{1-\beta}{2} u_1^U + \beta\, \mathbb{1}[a_2 = \perp]",
            "the provider likes the new user to abstain",
        ),
        Line(r"o \ge \tfrac12", "an uninformed user abstains, which is worth o to her"),
        Line(
            r"\tfrac{1-\beta}{2}(p + o\,q) + \beta q \le \tfrac{1-\beta}{2} o + \beta \quad (p + q \le 1)",
            "both users match with chance p and abstain with chance q; silence is best if 2 beta >= (1 - beta)(1 - o)",
        ),
    ),
)

STATES = ("y1", "y2")
ACTIONS = (*STATES, "abstain")
ABSTAINING = Fraction(2, 3)
SHARE = Fraction(1, 2)


def _user(name: str, abstaining: Fraction) -> User:
    return User(name, ("-",), ACTIONS, ((ONE, ZERO), (ZERO, ONE), (abstaining, abstaining)))


def game(abstaining: Fraction = ABSTAINING) -> Game:
    """G: one user, who matches the state or abstains, and one provider, who sees it and earns half her utility."""
    user = _user("user 1", abstaining)
    payoff = Components((Fraction(1, 2),), (user.utility,), ZERO)
    prior = tuple(Atom(Fraction(1, 2), y, (0,), (y,)) for y in range(2))
    providers = (Provider("provider 1", STATES, payoff),)
    return Game((user,), providers, STATES, prior, STATES, "P", common_ties((user,), 1, 2), "Theorem 5.2")


def weights() -> StrongWeights:
    """The weights of exact strong alignment of G."""
    return StrongWeights({0: (Fraction(1, 2),)}, {0: ZERO})


def entrant(share: Fraction = SHARE, abstaining: Fraction = ABSTAINING) -> Entrant:
    """The new user: like the old one, except that the provider wants her to abstain (``share`` is beta)."""
    user = _user("user 2", abstaining)
    wish = ((ZERO, ZERO), (ZERO, ZERO), (ONE, ONE))
    ties = common_ties((_user("user 1", abstaining), user), 1, 2)
    return Entrant(user, ((ONE,), (ONE,)), (share,), (wish,), ties)


def any_share() -> tuple[dict[str, Any], dict[str, Any]]:
    """Claim and evidence of an identity: in G+ silence is best for the provider, and costs user 1 what she loses by
    abstaining, wherever 1/2 <= o <= 1 and 2 beta >= (1 - beta)(1 - o); the paper has o = 2/3 and beta = 1/2.

    ``match``, ``abstain`` and ``err`` are the chances of what both users do under some rule: they are alike in
    everything. The provider earns (1 - beta)/2 times user 1's utility and beta if user 2 abstains.
    """
    beta, o = variable("beta"), variable("o")
    match, abstain, err = chances = tuple(map(variable, ("match", "abstain", "err")))
    half = Fraction(1, 2) * (1 - beta)
    shares = {"beta": beta, "1 - beta": 1 - beta, "share": beta - half * (1 - o)}
    values = {"o": o, "o - 1/2": o - Fraction(1, 2), "1 - o": 1 - o}
    nonnegative = shares | values | dict(zip(("match", "abstain", "err"), chances, strict=True))
    nonnegative["half"] = half
    silent = half * o + beta
    conclusions = {
        "speaking does not pay": silent - (half * (match + o * abstain) + beta * abstain),
        "an uninformed user abstains": o - Fraction(1, 2),
        "she loses by that": 1 - o,
    }
    products = [("share", "match"), ("half", "o", "err"), ("beta", "err")]
    evidence = {
        "speaking does not pay": identity_proof(products, {"chances": -silent}),
        "an uninformed user abstains": identity_proof([("o - 1/2",)], {}),
        "she loses by that": identity_proof([("1 - o",)], {}),
    }
    return identity_claim(nonnegative, {"chances": match + abstain + err - 1}, conclusions), evidence
