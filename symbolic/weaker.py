"""Hypotheses of the universal results that are weaker than the paper's, and the statements that assume them instead.

Each function turns a statement into a stronger one, and raises KeyError if it has no such hypothesis. They can be
applied one after another.
"""

from dataclasses import replace
from functools import partial

import sympy

from alignproof.symbolic import personalized
from alignproof.symbolic.expectations import EPS_PROVIDERS, symbol
from alignproof.symbolic.statement import Hypothesis, Index, Premise, Statement, World

USER, PROVIDERS = "for the user whom the conclusion is about", "for the provider who deviates"


def _narrowed(statement: Statement, name: str, text: str, kernel: str) -> Statement:
    """The hypothesis with the same premises, all that the proof uses, and less said of the game."""
    found = {h.name: h for h in statement.hypotheses}[name]
    return statement.replacing(name, replace(found, text=text, kernel=kernel, part_of=found.kernel))


def equation_2_for_one(statement: Statement) -> Statement:
    """Equation (2) of the user whom the conclusion is about."""
    return _narrowed(statement, "user alignment", f"equation (2) {USER}", "user alignment of user 0")


def equation_3_of_one(statement: Statement) -> Statement:
    """Equation (3) of the deviator."""
    return _narrowed(statement, "strong alignment", f"equation (3) {PROVIDERS}", "strong alignment of the deviator")


def signs_of_one(statement: Statement) -> Statement:
    """Nonnegative weights of the deviator."""
    return _narrowed(statement, "weights", f"lambda_{{j,i}} >= 0 {PROVIDERS}", "provider weights of the deviator")


def offers_to_one(statement: Statement) -> Statement:
    """An equilibrium in T's offers to one user."""
    text = "no provider of T gains by changing the rule that he offers to the user"
    return _narrowed(statement, "equilibrium", text, "equilibrium against offers to user 0")


def equilibrium_of_one(statement: Statement) -> Statement:
    """The deviator's rule is a best response."""
    return _narrowed(statement, "equilibrium", "the deviator's rule is a best response", "equilibrium of the deviator")


def gain_of_others(statement: Statement) -> Statement:
    """Delta_R(j) as the largest gain of the users other than the one whom the conclusion is about."""
    text = "no rule of the deviator is worth more to another user than her shared rule and Delta"
    return _narrowed(statement, "largest gain", text, "largest gain of other users")


def _rest(where: str, j: Index) -> sympy.Symbol:
    return symbol(f"rest_{where}", j)


def _separable_in_one(world: World) -> list[Premise]:
    def payoff(where: str, j: Index) -> sympy.Expr:
        return symbol("lambda", j, 1) * symbol(f"F_{where}", j, 1) + _rest(where, j)

    return [
        Premise(name, difference, factors=(f"ratio {j}",))
        for j in world.each_provider()
        for name, difference in (
            (f"dev payoff {j}", EPS_PROVIDERS + symbol("P_dev", j) - payoff("dev", j)),
            (f"ne payoff {j}", EPS_PROVIDERS - symbol("P_ne", j) + payoff("ne", j)),
        )
    ]


def _same_rest(world: World) -> list[Premise]:
    return [
        Premise(f"same rest {j}", _rest("dev", j) - _rest("ne", j), equal=True, multiplier=symbol("r", j))
        for j in world.each_provider()
    ]


IN_ONE = Hypothesis(
    "provider separability",
    "payoffs are a part for the user's action and any function of the other users' actions, up to eps_P",
    "equation (1), weaker",
    _separable_in_one,
    "separable payoffs in user 0",
    part_of="separable payoffs",
)
SAME_REST = Hypothesis(
    "others unaffected",
    "the deviation changes user i's outcome only, so not what the others bring",
    "Section 3, third step",
    _same_rest,
    derived=True,
)


def separable_in_one(statement: Statement) -> Statement:
    """Payoffs separable in the user's action; what else they depend on may be joint."""
    steps = partial(personalized.proof_of_3_1, rest_of=personalized.unknown)
    weaker = statement.replacing(IN_ONE.name, IN_ONE).replacing(SAME_REST.name, SAME_REST)
    return replace(weaker, argument=replace(statement.argument, steps=steps))


def as_it_is(statement: Statement) -> Statement:
    """The statement: it assumes no more than the weaker hypothesis, although the paper's reads otherwise."""
    return statement
