"""Whether a proof that the kernel accepts tells the truth: all it adds is tried on concrete games."""

from random import Random
from unittest.mock import patch

from alignproof.checks.universal import theorem
from alignproof.checks.universal.theorem import check_theorem
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from tests.checks.universal.twin import CHANCES, ONE, ZERO, aligned, common, draw, twin

NOT_FOR_ALL = ("no gain ", "dominates ")
"""What the hypotheses on all rules say of the rules in a proof: games where it fails are passed over."""


def broken(facts, worth):
    """The facts that do not hold."""
    for name, fact in facts:
        value = worth[fact.term.place]
        if value < 0 or (fact.equal and value != 0):
            yield name, value
        if fact.solved is not None and worth[fact.solved[0]] != polynomial(fact.solved[1], worth):
            yield f"solved {name}", value


def polynomial(expanded, worth):
    """What a polynomial is worth."""
    total = 0
    for monomial, coefficient in expanded.items():
        for place in monomial:
            coefficient = coefficient * worth[place]
        total += coefficient
    return total


def kept(document):
    """An accepted proof's states, with all their facts, and its conclusions."""
    with patch.object(theorem, "_steps", wraps=theorem._steps) as steps:
        fields = parse(dump(document).encode()).fields(document)
        check_theorem(fields["claim"], fields["evidence"])
    return [call.args[0] for call in steps.call_args_list], steps.call_args.args[1]


def claimed(document):
    """A claim's conclusions and what it assumes, whatever its proof."""
    with patch.object(theorem, "_steps") as steps:
        fields = parse(dump(document).encode()).fields(document)
        check_theorem(fields["claim"], fields["evidence"])
    return steps.call_args.args[:2]


def satisfied(document):
    """Whether all that a claim assumes holds where utilities and payoffs are 0, and weights 1."""
    state, _ = claimed(document)
    numbers = draw(state.market, Random(0))
    for name in numbers:
        family = name.split(" ")[0]
        if family not in (*CHANCES, "phi"):
            numbers[name] = {"lambda": ONE, "w": ONE, "r": ONE, "cover": ONE, "beta": ONE / 2, "s": 2 * ONE}.get(
                family, ZERO
            )
    common(state.market, numbers)
    return not list(broken(state.facts.items(), twin(state.market, numbers, Random(0)).worth()))


def refuted(document, rng, games):
    """Whether a claim fails in one of some random games. Hypotheses that speak of all rules are taken to hold."""
    state, goals = claimed(document)
    for _ in range(games):
        numbers = draw(state.market, rng)
        if state.hypotheses:
            aligned(state.market, numbers, rng)
        worth = twin(state.market, numbers, rng).worth()
        if not list(broken(state.facts.items(), worth)) and min(worth[term.place] for term, _ in goals.values()) < 0:
            return True
    return False


def trial(document, rng, games):
    """Try an accepted proof on random games: how many of them satisfy the hypotheses, and what fails there."""
    states, goals = kept(document)
    made, tried, wrong = states[0].market, 0, []
    for _ in range(games):
        numbers = draw(made, rng)
        aligned(made, numbers, rng)
        pair = twin(made, numbers, rng)
        worth, facts = pair.worth(), states[0].facts.items()
        if "Delta" in made.names:
            numbers["Delta"] += max(-worth[fact.term.place] for name, fact in facts if name.startswith("gains "))
            worth = pair.worth()
        if all(worth[fact.term.place] >= 0 for name, fact in facts if name.startswith(NOT_FOR_ALL)):
            tried += 1
            for state in states:
                if all(worth[place] == polynomial(stands, worth) for place, stands in state.known.items()):
                    wrong += broken(state.facts.items(), worth)
            wrong += [name for name, (term, _) in goals.items() if worth[term.place] < 0]
            wrong += [name for name, (term, flat) in goals.items() if worth[term.place] != polynomial(flat, worth)]
    return tried, wrong
