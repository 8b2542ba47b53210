"""The indeterminate market says of every game what enumeration says of it; and its facts hold there."""

import random
from itertools import product as tuples

import pytest

from alignproof.checks.universal import hypotheses
from alignproof.checks.universal.market import Market, Setting, named
from alignproof.games.algebra import RATIONAL
from alignproof.games.outcome import chosen_acts, joint_distribution, outcome
from alignproof.games.rules import Profile
from tests import brute
from tests.checks.universal.certificates import size, theorem_3_1, theorem_4_3, theorem_4_4, theorem_4_4_spare
from tests.checks.universal.truth import broken, trial
from tests.checks.universal.twin import aligned, concrete, deployed, draw, profile, twin

MARKETS = [
    ("222222222", "P", "personalized", False, True),
    ("222222222", "P", "anonymous", False, False),
    ("122222222", "UP", "anonymous", False, False),
    ("122222122", "PU", "personalized", False, True),
    ("111222222", "UUP", "anonymous", False, False),
    ("121222222", "UPU", "personalized", False, True),
    ("122222222", "P", "personalized", True, True),
    ("111222112", "UP", "anonymous", True, False),
    ("133211132", "P", "personalized", False, False),
    ("311332111", "P", "anonymous", False, True),
    ("122222222", "U", "anonymous", False, True),
]
SEEDS = range(2)


def market(digits, protocol, play, entrant, blind):
    return Market(Setting(size(digits), protocol, play, entrant, blind))


def everything(made):
    """All facts that hold without hypotheses, and a deviation."""
    facts = list(hypotheses.model_facts(made))
    for i in made.members:
        facts += hypotheses.shared_facts(made, i)
    dominant = made.rule(made.game, made.size.provider_features, "dominant")
    facts += hypotheses.rule_facts(dominant, "dominant")
    j = made.size.providers - 1
    rules = (
        [dominant, *made.profile.rules[j][1:]]
        if made.setting.play == "personalized"
        else [dominant] * len(made.members)
    )
    made.run("dev", made.profile.deviate(j, tuple(rules)))
    for i in made.members:
        made.offer("dominant", i, j, dominant)
        facts += [*hypotheses.decision_facts(made, f"dev:{i}"), *hypotheses.decision_facts(made, f"dominant:{i}")]
    return j, dominant, facts


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("setting", MARKETS, ids=str)
def test_names_mean_what_enumeration_finds(setting, seed):
    rng = random.Random(f"{setting} {seed}")
    made = market(*setting)
    j, dominant, facts = everything(made)
    pair = twin(made, draw(made, rng), rng)
    worth = pair.worth()
    assert list(broken(facts, worth)) == []

    def of(family, *indices):
        return worth[made.names[named(family, *indices)].place]

    game, before = concrete(pair), profile(pair)
    rule = {cell: tuple(worth[chance.place] for chance in row) for cell, row in dominant.items()}
    new = [rule] * len(made.members) if setting[2] == "anonymous" else [rule, *before.rules[j][1:]]
    for run, now in (("ne", before), ("dev", before.deviate(j, tuple(new)))):
        _runs_agree(made, of, game, run, now)
    for i in made.members:
        only = Profile("anonymous", tuple((rule,) * len(made.members) for _ in game.providers))
        how = brute.choice(game, i, j, rule)
        assert of("value:dominant", i) == brute.value(game, i, j, rule, how)
        alone = brute.Equilibrium((), (j,) * len(made.members), (how,) * len(made.members))
        assert _table(made, of, "q:dominant", i) == brute.induced(game, only, alone, i)
    for i, p in tuples(made.members, range(made.size.team)):
        other, shared = deployed(pair, i, p)
        played = brute.users_play(other, shared)
        assert of(f"value:shared {p}", i) == played.values[i]
        assert _table(made, of, f"q:shared {p}", i) == brute.induced(other, shared, played, i)
        for x, z in tuples(range(made.size.user_features), range(made.size.values)):
            acts = tuple(of(f"acts:shared {p}", i, x, z, a) for a in range(made.size.actions))
            assert acts == brute.acts(other, i, shared.rules[0][i], played.choices[i], x, z)


def _table(made, of, family, i):
    return tuple(tuple(of(family, i, a, y) for y in range(made.size.states)) for a in range(made.size.actions))


def _runs_agree(made, of, game, run, now):
    played, reached = brute.users_play(game, now), outcome(RATIONAL, game, now)
    for k, payoff in enumerate(brute.payoffs(game, now, played)):
        assert of(f"payoff:{run}", k) == payoff == reached.payoffs[k]
    for actions, by_state in joint_distribution(RATIONAL, game, reached.users).items():
        assert tuple(of(f"Q:{run}", *actions, y) for y in range(made.size.states)) == tuple(by_state)
    for i, who in enumerate(reached.users):
        assert of(f"value:{run}", i) == played.values[i]
        assert _table(made, of, f"q:{run}", i) == brute.induced(game, now, played, i)
        for k, offered in enumerate(now.rules):
            how = brute.choice(game, i, k, offered[i])
            assert of(f"pick:{run}", i, k) == (played.picks[i] == k)
            assert of(f"offer:{run}", i, k) == brute.value(game, i, k, offered[i], how)
            for x, s in tuples(range(made.size.user_features), range(made.size.provider_features)):
                acts = tuple(of(f"acts:{run}", i, k, x, s, a) for a in range(made.size.actions))
                assert acts == brute.acts(game, i, offered[i], how, x, s)
        for x, seen in tuples(
            range(made.size.user_features), tuples(range(made.size.provider_features), repeat=made.size.providers)
        ):
            chosen = tuple(of(f"chosen:{run}", i, x, *seen, a) for a in range(made.size.actions))
            assert chosen == tuple(chosen_acts(RATIONAL, who, x, seen))


@pytest.mark.parametrize("play", ["personalized", "anonymous"])
@pytest.mark.parametrize("weak", [True, False])
def test_hypotheses_hold_where_they_should(weak, play):
    """Weights, common garblings and shares made by construction satisfy what the hypotheses say of them."""
    rng = random.Random(f"{weak} {play}")
    made = market("222222222", "P", play, True, True)
    facts = [f for i in made.members for f in hypotheses.shared_facts(made, i)]
    strong = ("strong alignment", "provider weights", "coverage")
    strong += ("strong alignment of the deviator", "provider weights of the deviator")
    for name, premise in hypotheses.PREMISES.items():
        if (name in strong) != weak or name in (
            "shares",
            "common given state",
            "common given state and user",
            "common given state and users",
        ):
            facts += premise(made)
    for _ in range(4):
        numbers = draw(made, rng)
        aligned(made, numbers, rng)
        assert list(broken(facts, twin(made, numbers, rng).worth())) == []


PROOFS = {
    "3.1": lambda: theorem_3_1("222222222"),
    "3.1 three users": lambda: theorem_3_1("321211111"),
    "3.1 three providers": lambda: theorem_3_1("132222122"),
    "5.1": lambda: theorem_3_1("122222222", entrant=True),
    "4.3": lambda: theorem_4_3("222222222"),
    "4.3 PP": lambda: theorem_4_3("221222222", "PU"),
    "4.4": lambda: theorem_4_4("222222222"),
    "4.4 spare": lambda: theorem_4_4_spare("222222122"),
    "4.4 UUP": lambda: theorem_4_4("221212221", "UUP"),
}


@pytest.mark.parametrize("which", PROOFS)
def test_what_a_proof_adds_holds_in_games(which):
    tried, wrong = trial(PROOFS[which](), random.Random(which), 60)
    assert tried >= 5
    assert wrong == []
