"""One small valid certificate of every kind and shape, built on demand and kept for the session."""

from dataclasses import replace
from fractions import Fraction
from functools import cache

from alignproof.checks.alignment import Error, separability_system, slack_system, user_system
from alignproof.counterexamples.mutants import indifferent_provider
from alignproof.counterexamples.tightness import Shape, instance, witness
from alignproof.counterexamples.violations import Instance, certify, certify_ratio
from alignproof.formats.certificates import (
    alignment_document,
    benchmark_claim,
    certificate,
    multipliers_document,
    play_claim,
    team_claim,
    value_certificate,
)
from alignproof.formats.documents import rule_document
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment
from alignproof.games.deviation import deviations
from alignproof.games.model import Atom, Components, Game, Provider, Table, User, common_ties, separable_parts
from alignproof.games.outcome import outcome
from alignproof.oracles import alignments, benchmarks
from alignproof.oracles import deviations as oracle
from alignproof.oracles.columns import Search
from alignproof.oracles.systems import decide
from alignproof.symbolic import proposition_a_2, theorem_3_1, theorem_5_2
from alignproof.symbolic.linear import identity_certificate, linear_system
from alignproof.symbolic.rules import anonymous_profile, revealing_rule, silent_profile
from alignproof.symbolic.statement import Size

ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)
STATES, WORDS = ("y0", "y1"), ("m0", "m1")
MATCH = ((ONE, ZERO), (ZERO, ONE))
MISS = ((ZERO, ONE), (ONE, ZERO))
FIRST, SECOND = ((ONE, ONE), (ZERO, ZERO)), ((ZERO, ZERO), (ONE, ONE))
NOTHING = ((ZERO, ZERO), (ZERO, ZERO))


def user(index, utility=MATCH, features=("-",)):
    return User(f"user {index}", features, ("left", "right")[: len(utility)], utility)


def pays(weight, *parts, constant=ZERO):
    """The payoff that weighs each user's part alike."""
    return Components((weight,) * len(parts), parts, constant)


def market(users, payoffs, protocol="P", first=HALF):
    """All providers see the state; a user with two features has a coin of her own."""
    names = [f"provider {j}" for j in range(len(payoffs))]
    providers = tuple(Provider(name, STATES, payoff) for name, payoff in zip(names, payoffs, strict=True))
    coins = [len(u.features) for u in users]
    prior = tuple(
        Atom(chance / max(coins), y, tuple(min(x, c - 1) for c in coins), (y,) * len(payoffs))
        for y, chance in enumerate((first, 1 - first))
        for x in range(max(coins))
    )
    ties = common_ties(users, len(payoffs), len(WORDS))
    return Game(tuple(users), providers, STATES, prior, WORDS, protocol, ties)


def revealing_profile(game):
    return anonymous_profile(game, tuple(revealing_rule(game, j) for j in range(len(game.providers))))


def leading_profile(game, play="anonymous"):
    """The first provider reveals what he sees, the others are silent."""
    first, *others = silent_profile(game, play).rules
    return replace(silent_profile(game, play), rules=((revealing_rule(game, 0),) * len(first), *others))


def opposed():
    """Two like users whom each provider wants to act differently: only ties broken apart would let him."""
    return market([user(0), user(1)], [pays(HALF, FIRST, SECOND), pays(HALF, SECOND, FIRST)])


def persuasion(protocol="P", users=1):
    """The provider wants action "right", which users take only if state y1 is likely enough."""
    people = [user(i) for i in range(users)]
    return market(people, [pays(ONE / users, *[SECOND] * users)], protocol, Fraction(2, 3))


def torn():
    """Two users with different tastes: if he could speak to each in private, the provider would earn more."""
    eager = ((ONE, ZERO), (ZERO, HALF))
    return market([user(0), user(1, eager)], [pays(HALF, FIRST, SECOND)], first=Fraction(1, 3))


def helpful(protocol, users, providers=1):
    """All providers want all users to match the state."""
    return market(users, [pays(ONE / len(users), *[MATCH] * len(users))] * providers, protocol)


def noisy():
    """Two providers with different views of the state, which is correlated with the user's coin."""
    people = [user(0, features=("c0", "c1"))]
    providers = tuple(Provider(f"provider {j}", ("x0", "x1"), pays(HALF, MATCH)) for j in range(2))
    weights = {(0, 0, 0, 0): 3, (0, 0, 1, 0): 1, (0, 1, 0, 1): 1, (1, 1, 1, 1): 3, (1, 1, 0, 1): 1, (1, 0, 1, 1): 1}
    prior = tuple(Atom(Fraction(w, 10), y, (c,), (a, b)) for (y, c, a, b), w in weights.items())
    return Game(tuple(people), providers, STATES, prior, WORDS, "P", common_ties(people, 2, 2))


def misaligned():
    """Two providers who each care about one user, not quite as she does."""
    near = ((Fraction(3, 4), ZERO), (ZERO, HALF))
    return market([user(0), user(1)], [pays(HALF, near, NOTHING), pays(HALF, NOTHING, near, constant=HALF)])


def coupled():
    """The provider is paid if the users act alike: not separable."""
    alike = {(a, b): (ONE, ONE) if a == b else (ZERO, ZERO) for a in range(2) for b in range(2)}
    return market([user(0), user(1)], [Table(alike)])


def _values(game, profile):
    return value_certificate(game, profile, outcome(RATIONAL, game, profile))


def _stable(game, profile, robust=False, form=None):
    """An equilibrium certificate; ``form`` replaces the oracle's choice of program."""
    evidence = [
        [_bounded(part, form) for part in deviations(game, profile, j, robust)] for j in range(len(game.providers))
    ]
    return certificate("equilibrium", play_claim(game, profile, robust=robust), evidence)


def _led(game, robust=False, form=None, play="anonymous"):
    return _stable(game, leading_profile(game, play), robust, form)


def _bounded(part, form=None):
    answer = (form or oracle.bounded)(part, part.earned(RATIONAL, part.now), 10.0)
    if not isinstance(answer, oracle.Bounded):
        raise RuntimeError(answer)
    return answer.evidence


def _by_menus(part, target, seconds):
    cases = {oracle.served_name(s): oracle.Case(part, s, None, {}) for s in part.served_sets()}
    return oracle.Bounded({"served": {s: c.evidence(decide(c.system(target))) for s, c in cases.items()}})


def _by_columns(part, target, seconds):
    proofs = {oracle.served_name(s): {"columns": Search(part, s, seconds).bound(target)} for s in part.served_sets()}
    return oracle.Bounded({"served": proofs})


def _bound_by_columns(game, profile, robust=False):
    """The smallest bound, with evidence by columns."""
    best = oracle.best_deviation(game, profile, 0, robust)
    (part,), (target,) = deviations(game, profile, 0, robust), best.evidence["targets"]
    evidence = {"targets": [target], "groups": [_by_columns(part, Fraction(target), 10.0).evidence]}
    claim = play_claim(game, profile, robust=robust, provider="provider 0", bound=str(best.bound))
    return certificate("deviation-bound", claim, evidence)


def _bound(game, profile, robust=False):
    best = oracle.best_deviation(game, profile, 0, robust)
    claim = play_claim(game, profile, robust=robust, provider="provider 0", bound=str(best.bound))
    return certificate("deviation-bound", claim, best.evidence)


def _pays(game, profile):
    answer = oracle.equilibrium(game, profile)
    rules = [rule_document(game, answer.provider, rule) for rule in answer.rules]
    evidence = {
        "provider": game.provider_names[answer.provider],
        "rules": rules[0] if profile.play == "anonymous" else rules,
    }
    return certificate("not-equilibrium", play_claim(game, profile), evidence)


def _benchmark(game, team, reading):
    found = benchmarks.benchmark(game, 0, team, reading)
    return certificate("benchmark", benchmark_claim(game, 0, team, reading, found.value), found.evidence)


def _aligned(game, fit, eps):
    return certificate("aligned", team_claim(game, (0, 1), alignment=alignment_document(fit.weights, eps)), {})


def _aligned_strong():
    fit = alignments.smallest_strong(misaligned(), (0, 1))
    return _aligned(misaligned(), fit, (fit.eps,))


def _aligned_weak():
    game = misaligned()
    fit = alignments.smallest_weak(game, (0, 1), alignments.decomposition(game, (0, 1)))
    return _aligned(game, fit, (fit.eps_users, fit.eps_providers))


def _not_strong():
    fit = alignments.smallest_strong(misaligned(), (0, 1))
    return certificate("not-aligned", team_claim(misaligned(), (0, 1), alignment=fit.claim), fit.evidence)


def _not_covered():
    game = market([user(0), user(1)], [pays(HALF, MATCH, NOTHING)] * 2)
    fit = alignments.smallest_strong(game, (0, 1))
    if fit.weights is not None:
        raise RuntimeError("every user is covered")
    return certificate("not-aligned", team_claim(game, (0, 1), alignment=fit.claim), fit.evidence)


def _no_smaller_slack():
    """Provider 0 alone has slack 1/3 for user 0, provider 1 has more."""
    below = Error(Fraction(1, 3), False)
    proofs = [decide(slack_system(misaligned(), {0: j}, below)).multipliers for j in range(2)]
    claim = {"slack": {"users": ["user 0"], "eps": "1/3", "attained": False}}
    evidence = {"held": [{"multipliers": multipliers_document(proof)} for proof in proofs]}
    return certificate("not-aligned", team_claim(misaligned(), (0, 1), alignment=claim), evidence)


def _not_separable():
    fault = decide(separability_system(coupled(), 0, Error(Fraction(1, 4), False)))
    evidence = {"provider": "provider 0", "multipliers": multipliers_document(fault.multipliers)}
    claim = {"separable": {"eps": "1/4", "attained": False}}
    return certificate("not-aligned", team_claim(coupled(), (0,), alignment=claim), evidence)


def _not_weak():
    game = misaligned()
    fit = alignments.smallest_weak(game, (0, 1), alignments.decomposition(game, (0, 1)))
    return certificate("not-aligned", team_claim(game, (0, 1), alignment=fit.claim), fit.evidence)


def _never_weak():
    game = market([user(0)], [pays(ONE, MISS)])
    parts = {0: Components((ONE,), separable_parts(game, 0)[0], ZERO)}
    fault = decide(user_system(game, parts, 0, Error(HALF, True), True))
    evidence = {"user": "user 0", "multipliers": multipliers_document(fault.multipliers)}
    claim = {"weak": {"eps": "1/2", "attained": True}}
    return certificate("not-aligned", team_claim(game, (0,), alignment=claim), evidence)


def _violated_by_entrant():
    game, entrant = theorem_5_2.game(), theorem_5_2.entrant()
    profile = silent_profile(augment(game, entrant), "anonymous")
    return certify(Instance(game, profile, (0,), theorem_5_2.weights(), (Fraction(2),), (0, 1), entrant))


def _met():
    """Both errors of weak alignment positive, and all of the slack lost."""
    return certify_ratio(witness("Theorem 3.1", Shape(1, 1, 3, 2, 2)))


def _met_strongly():
    """A user who loses all of her slack, and one who loses nothing."""
    return certify_ratio(instance("Theorem 4.3", Shape(2, 1, 3, 2, 2), (HALF / 6, ZERO), ONE, (0,)))


def _met_with_entrant():
    """A user who loses half of her slack, and an entrant."""
    return certify_ratio(witness("Theorem 5.1", Shape(1, 1, 2, 2, 2)))


def _linear_identity():
    statement, size = theorem_3_1.statement(), Size(1, 1)
    return identity_certificate(statement, size, decide(linear_system(statement, size)).multipliers)


def _square():
    """x (1 - x) >= 0 and y >= 1/4 on 0 <= x <= 1 where 2 y = 1 and z = x (1 - x): definitions, products and zeros."""
    x, y = {"x": "1"}, {"y": "1"}
    definitions = {
        "z": [{"coefficient": "1", "powers": x}, {"coefficient": "-1", "powers": {"x": "2"}}],
        "z at 0": {"of": "z", "at": {"x": "0"}},
    }
    claim = {
        "variables": ["x", "y"],
        "definitions": definitions,
        "nonnegative": {
            "low": [{"coefficient": "1", "powers": x}],
            "high": [{"coefficient": "1", "powers": {}}, {"coefficient": "-1", "powers": x}],
        },
        "zero": {"half": [{"coefficient": "2", "powers": y}, {"coefficient": "-1", "powers": {}}]},
        "conclusions": {
            "z": [{"coefficient": "1", "powers": {"z": "1"}}, {"coefficient": "-1", "powers": {"z at 0": "1"}}],
            "y": [{"coefficient": "1", "powers": {"x": "1", "y": "1"}}],
        },
    }
    evidence = {
        "z": {"products": [{"coefficient": "1", "factors": ["low", "high"]}], "zero": {}},
        "y": {
            "products": [{"coefficient": "1/2", "factors": ["low"]}],
            "zero": {"half": [{"coefficient": "1/2", "powers": x}]},
        },
    }
    return certificate("identity", claim, evidence)


def _typed():
    """A helpful market in which the user asks first and there are two users with different tastes."""
    softer = ((ONE, Fraction(1, 4)), (HALF, ONE))
    return helpful("UP", [user(0), user(1, softer)])


BUILDERS = {
    "value": lambda: _values(opposed(), silent_profile(opposed(), "anonymous")),
    "value-typed-UP": lambda: _values(_typed(), revealing_profile(_typed())),
    "equilibrium-excluded": lambda: _stable(opposed(), silent_profile(opposed(), "anonymous")),
    "equilibrium-personalized": lambda: _led(helpful("P", [user(0), user(1)], 2), play="personalized"),
    "equilibrium-robust": lambda: _led(helpful("PU", [user(0)], 2), True),
    "equilibrium-menus": lambda: _led(_typed()),
    "equilibrium-menus-robust": lambda: _led(helpful("UP", [user(0)], 2), True),
    "equilibrium-menus-on-P": lambda: _led(helpful("P", [user(0)], 2), form=_by_menus),
    "equilibrium-branches": lambda: _led(helpful("P", [user(0)], 2), form=oracle._by_branches),
    "equilibrium-branches-robust": lambda: _led(helpful("P", [user(0)]), True, form=oracle._by_branches),
    "equilibrium-branches-UP": lambda: _led(helpful("UP", [user(0)]), form=oracle._by_branches),
    "equilibrium-pure": lambda: _led(helpful("P", [user(0), user(1)], 2), form=oracle._by_pure_rules),
    "equilibrium-pure-robust": lambda: _led(helpful("UP", [user(0)]), True, form=oracle._by_pure_rules),
    "equilibrium-pure-personalized": lambda: _led(
        helpful("P", [user(0), user(1)]), form=oracle._by_pure_rules, play="personalized"
    ),
    "not-equilibrium": lambda: _pays(persuasion(), silent_profile(persuasion(), "anonymous")),
    "not-equilibrium-personalized": lambda: _pays(
        persuasion(users=2), silent_profile(persuasion(users=2), "personalized")
    ),
    "bound": lambda: _bound(persuasion(), silent_profile(persuasion(), "anonymous")),
    "bound-personalized": lambda: _bound(persuasion(users=2), silent_profile(persuasion(users=2), "personalized")),
    "bound-columns": lambda: _bound_by_columns(torn(), silent_profile(torn(), "anonymous")),
    "bound-columns-robust": lambda: _bound_by_columns(opposed(), silent_profile(opposed(), "anonymous"), True),
    "equilibrium-columns": lambda: _stable(opposed(), silent_profile(opposed(), "anonymous"), form=_by_columns),
    "bound-robust-UP": lambda: _bound(persuasion("UP"), silent_profile(persuasion("UP"), "anonymous"), True),
    "benchmark-alone": lambda: _benchmark(noisy(), (0,), "state"),
    "benchmark-state": lambda: _benchmark(noisy(), (0, 1), "state"),
    "benchmark-users": lambda: _benchmark(noisy(), (0, 1), "state and users"),
    "aligned-weak": _aligned_weak,
    "aligned-strong": _aligned_strong,
    "not-aligned-strong": _not_strong,
    "not-aligned-uncovered": _not_covered,
    "not-aligned-slack": _no_smaller_slack,
    "not-aligned-separable": _not_separable,
    "not-aligned-weak": _not_weak,
    "not-aligned-weak-ever": _never_weak,
    "violated": lambda: certify(indifferent_provider(2, Fraction(1, 4), (HALF, HALF))),
    "violated-by-entrant": _violated_by_entrant,
    "met": _met,
    "met-strongly": _met_strongly,
    "met-with-entrant": _met_with_entrant,
    "identity": _square,
    "identity-linear": _linear_identity,
    "identity-points": lambda: certificate("identity", *proposition_a_2.not_strong_claim()),
}
"""How to build each certificate, by a name that begins with its kind."""


@cache
def valid(name):
    """The certificate document of that name."""
    return BUILDERS[name]()
