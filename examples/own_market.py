"""A market of one's own, in code: a doctor, two drug makers, and what each of them can gain by talking differently.

The doctor wants the right drug; maker A earns when she prescribes A, whatever the illness. Is it an equilibrium that
both makers tell her nothing? If not, who deviates, and how? The answer is written as a certificate that
``python -m alignproof.checks deviation.json`` checks with nothing but the standard library.
"""

from fractions import Fraction
from pathlib import Path

from alignproof.counterexamples.deviations import deviation_certificate
from alignproof.formats.documents import dump
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.oracles.deviations import Pays, equilibrium
from alignproof.symbolic.rules import silent_profile

ILLNESSES, DRUGS = ("flu", "cold"), ("drug A", "drug B")
RIGHT = ((ONE, ZERO), (ZERO, ONE))


def market() -> Game:
    """Flu has probability 1/3 and needs drug A; both makers see the illness, the doctor does not."""
    doctor = User("doctor", ("-",), DRUGS, RIGHT)
    sells_a = Components((ONE,), (((ONE, ONE), (ZERO, ZERO)),), ZERO)
    sells_b = Components((ONE,), (((ZERO, ZERO), (ONE, ONE)),), ZERO)
    makers = (Provider("maker of A", ILLNESSES, sells_a), Provider("maker of B", ILLNESSES, sells_b))
    prior = (Atom(Fraction(1, 3), 0, (0,), (0, 0)), Atom(Fraction(2, 3), 1, (0,), (1, 1)))
    return Game((doctor,), makers, ILLNESSES, prior, ("hint A", "hint B"), "P", common_ties((doctor,), 2, 2))


def main() -> None:
    """Ask, print the answer, and write the certificate."""
    game = market()
    profile = silent_profile(game, "anonymous")
    answer = equilibrium(game, profile)
    if isinstance(answer, Pays):
        deviator = game.provider_names[answer.provider]
        print(f"silence is no equilibrium: {deviator} can earn {answer.payoff}")
        Path("deviation.json").write_text(dump(deviation_certificate(game, profile, answer)), encoding="utf-8")
    else:
        print(f"no deviation that pays was found: {type(answer).__name__}")


if __name__ == "__main__":
    main()
