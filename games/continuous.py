"""Markets with continuous actions and states (Proposition A.2): polynomial utilities on boxes and a simplex."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alignproof.games.algebra import Number, total
from alignproof.games.document import Node
from alignproof.games.polynomial import Polynomial, polynomial_document, read_polynomial, variable


@dataclass(frozen=True)
class ContinuousMarket:
    """User i picks ``actions[i]`` in [0, 1]; the state is a point of the simplex over ``states``.

    ``utilities[i]`` is u_i, a polynomial in her action and the state; provider j's payoff is the sum over i of
    ``weights[j][i] * parts[j][i]``, plus ``constants[j]`` (Definition 2.13).
    """

    actions: tuple[str, ...]
    states: tuple[str, ...]
    utilities: tuple[Polynomial, ...]
    weights: tuple[tuple[Fraction, ...], ...]
    parts: tuple[tuple[Polynomial, ...], ...]
    constants: tuple[Fraction, ...]

    def payoff(self, provider: int) -> Polynomial:
        """Provider ``provider``'s payoff."""
        terms = zip(self.weights[provider], self.parts[provider], strict=True)
        return total(w * part for w, part in terms) + Polynomial({}) + self.constants[provider]

    def nonnegative(self) -> dict[str, Polynomial]:
        """Polynomials that are nonnegative on the domain: each action, one minus it, and each state coordinate."""
        named = {name: variable(name) for name in (*self.actions, *self.states)}
        return named | {f"1-{name}": 1 - variable(name) for name in self.actions}

    def zero(self) -> Polynomial:
        """The polynomial that vanishes on the domain: the coordinates of the state sum to 1."""
        return total(map(variable, self.states)) - 1

    def user_residual(self, user: int, w: Mapping[int, Sequence[Fraction]], constant: Fraction) -> Number:
        """Equation (2) as a polynomial: utility minus the combination of components."""
        return self.utilities[user] - (total(row[user] * self.parts[j][user] for j, row in w.items()) + constant)


def read_market(node: Node) -> ContinuousMarket:
    """A continuous market from its document. Raises InputError."""
    fields = node.fields(("actions", "states", "users", "providers"))
    actions, states = fields["actions"].names(), fields["states"].names()
    if set(actions) & set(states):
        raise node.fail("actions and states share a name")
    users = fields["users"].items(len(actions))
    providers = [item.fields(("weights", "parts", "constant")) for item in fields["providers"].items()]
    return ContinuousMarket(
        actions,
        states,
        tuple(read_polynomial(u, (a, *states)) for u, a in zip(users, actions, strict=True)),
        tuple(p["weights"].rationals(len(actions)) for p in providers),
        tuple(
            tuple(
                read_polynomial(part, (a, *states))
                for part, a in zip(p["parts"].items(len(actions)), actions, strict=True)
            )
            for p in providers
        ),
        tuple(p["constant"].rational() for p in providers),
    )


def market_document(market: ContinuousMarket) -> dict[str, Any]:
    """The document of a continuous market; :func:`read_market` is its inverse."""
    return {
        "actions": list(market.actions),
        "states": list(market.states),
        "users": [polynomial_document(u) for u in market.utilities],
        "providers": [
            {
                "weights": [str(w) for w in weights],
                "parts": [polynomial_document(part) for part in parts],
                "constant": str(constant),
            }
            for weights, parts, constant in zip(market.weights, market.parts, market.constants, strict=True)
        ],
    }
