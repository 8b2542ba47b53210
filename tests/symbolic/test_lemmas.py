"""What lemmas say of cells, points, transcripts and offers is what the definitions say; and no premise is idle."""

from dataclasses import replace
from fractions import Fraction
from itertools import product as tuples

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.games.algebra import RATIONAL, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import Entrant, augment
from alignproof.games.garbling import SharedRule, is_common, shared_value
from alignproof.games.model import Atom, Components, common_ties
from alignproof.games.outcome import chosen_acts, induced_distribution, joint_distribution, outcome
from alignproof.games.response import _Conversation, best_response, garbled, stakes
from alignproof.smt.smtlib import nonlinear, script
from alignproof.smt.smtlib import symbol as quoted
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4, theorem_4_4_spare, theorem_5_1
from alignproof.symbolic.expectations import symbol
from alignproof.symbolic.induction import AnyNumber
from alignproof.symbolic.lemmas import lemmas, marginals_suffice, open_premises
from alignproof.symbolic.statement import Hypothesis, Premise, polynomial
from alignproof.verification.universal import STATEMENTS, all_obligations
from alignproof.verification.verdict import Refused
from tests.symbolic.numbers import Numbers

MODERATE = settings(deadline=None, max_examples=40)
EVERY = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
WEAK = (theorem_3_1.statement(), theorem_5_1.statement())
STRONG = (theorem_4_3.statement(), theorem_4_4.statement(), theorem_4_4_spare.statement())


LEMMAS = {(s.result, found.name): {o.name: o for o in found.obligations} for s in STATEMENTS for found in lemmas(s)}


def lemma(name, statement=WEAK[0]):
    """The lemma's obligations, by name."""
    return LEMMAS[statement.result, name]


def worth(value, known, ranges=(), at=()):
    """What a polynomial is worth; a name that nobody gave a number is an error."""
    return Numbers(None, dict(ranges), known).value(value, at)


def holds(name, known, ranges, statement=WEAK[0], at=()):
    """The lemma's premises, summed up, and its goal hold for these numbers."""
    conclusion = lemma(name, statement)["conclusion"]
    for fact in (*conclusion.given, conclusion.goal):
        found = worth(fact.value, known, ranges, at)
        assert found == 0 if fact.sense == "=" else found >= 0


# Cells: equations (1) to (3).


def in_cell(statement, name):
    """The inequality that the average of equation ``name`` assumes in a cell, times its chance."""
    return lemma(f"average: {name}", statement)["step over c: in cell c"].given[1].value


def numbered(table, *names):
    """``name_index_..`` for every entry of a table by its indices."""
    return {"_".join([*names, *map(str, index)]): value for index, value in table.items()}


@st.composite
def weakly_weighted(draw):
    game = draw(strategies.games(users=(1, 3), providers=(1, 2), features=(1, 1)))
    n, states = len(game.users), len(game.states)
    unit = st.sampled_from([Fraction(k, 2) for k in range(4)])
    parts = {
        j: Components(
            draw(st.tuples(*[unit] * n)),
            tuple(draw(strategies.tables(len(user.actions), states)) for user in game.users),
            draw(strategies.values),
        )
        for j in range(len(game.providers))
    }
    ratios = {j: draw(unit) for j in parts}
    users = {j: (ratios[j] * who.weights[0], *[ZERO] * (n - 1)) for j, who in parts.items()}
    return game, WeakWeights(parts, users, draw(st.tuples(*[strategies.values] * n))), ratios


@MODERATE
@given(weakly_weighted())
def test_cells_of_weak_alignment_are_equations_1_and_2(drawn):
    game, weights, ratios = drawn
    team, users = weights.providers, range(len(game.users))
    cells = list(tuples(game.action_profiles(), range(len(game.states))))
    known = {"eps_P": Fraction(1, 3), "eps_U": Fraction(1, 5), "c": weights.constants[0]}
    known |= {f"Q_{k}": Fraction(1) for k in range(max(len(cells), 9))}
    known |= numbered({(j,): who.constant for j, who in team.items()}, "c_P") | numbered(
        {(j,): ratio for j, ratio in ratios.items()}, "r"
    )
    known |= numbered({(j, i + 1): team[j].weights[i] for j in team for i in users}, "lambda")
    ranges = {"i": range(2, len(game.users) + 1), "j": list(team)}
    for statement in WEAK:
        for j in team:
            payoff, parts = game.providers[j].payoff, team[j].parts
            at = {(j, k): payoff.value(actions, y) for k, (actions, y) in enumerate(cells)}
            mine = {(j, i + 1, k): parts[i][a[i]][y] for i in users for k, (a, y) in enumerate(cells)}
            here = known | numbered(at, "P") | numbered(mine, "F")
            for k, residual in enumerate(weights.separability_residuals(game, j)):
                place = {"j": j, "c": k}
                dev, ne = (worth(in_cell(statement, f"{run} payoff j"), here, ranges, place) for run in ("dev", "ne"))
                assert (dev, ne) == (known["eps_P"] + residual, known["eps_P"] - residual)
        own = list(tuples(range(len(game.users[0].actions)), range(len(game.states))))
        here = known | {f"u_{k}": game.users[0].utility[a][y] for k, (a, y) in enumerate(own)}
        here |= numbered({(j, k): team[j].parts[0][a][y] for j in team for k, (a, y) in enumerate(own)}, "F")
        for k, residual in enumerate(weights.user_residuals(game, 0)):
            dev, ne = (worth(in_cell(statement, f"user at {run}"), here, ranges, {"c": k}) for run in ("dev", "ne"))
            assert (dev, ne) == (known["eps_U"] - residual, known["eps_U"] + residual)


@MODERATE
@given(strategies.games(users=(1, 3), providers=(1, 1), features=(1, 1)), st.data())
def test_cells_of_strong_alignment_are_equation_3(game, data):
    users = range(len(game.users))
    rows = data.draw(st.tuples(*[strategies.values] * len(users)))
    weights = StrongWeights({0: rows}, {0: data.draw(strategies.values)})
    cells = list(tuples(game.action_profiles(), range(len(game.states))))
    payoff, eps = game.providers[0].payoff, Fraction(1, 3)
    known = {"eps": eps, "c": weights.constants[0]} | {f"Q_{k}": Fraction(1) for k in range(len(cells))}
    known |= {f"lambda_{i + 1}": rows[i] for i in users}
    known |= {f"P_{k}": payoff.value(a, y) for k, (a, y) in enumerate(cells)}
    known |= {f"u_{i + 1}_{k}": game.users[i].utility[a[i]][y] for i in users for k, (a, y) in enumerate(cells)}
    for statement in STRONG:
        for k, residual in enumerate(weights.residuals(game, 0)):
            ranges = {"i": range(2, len(users) + 1)}
            dev, ne = (worth(in_cell(statement, f"{run} payoff"), known, ranges, {"c": k}) for run in ("dev", "ne"))
            assert (dev, ne) == (eps + residual, eps - residual)


@MODERATE
@given(strategies.games(users=(1, 2), providers=(1, 2), features=(1, 1)), st.data())
def test_cells_of_the_payoff_in_g_plus(game, data):
    user = replace(data.draw(st.sampled_from(game.users)), name="new", features=("-",))
    wish = tuple(data.draw(strategies.tables(len(user.actions), len(game.states))) for _ in game.providers)
    shares = tuple(data.draw(st.sampled_from([Fraction(1, 3), Fraction(1, 2)])) for _ in game.providers)
    ties = common_ties((*game.users, user), len(game.providers), len(game.messages))
    played = augment(game, Entrant(user, ((Fraction(1),),) * len(game.prior), shares, wish, ties))
    (assumed,) = lemma("the payoff in G+: no gain j", WEAK[1])["conclusion"].given
    for j, (actions, y) in tuples(range(len(shares)), tuples(played.action_profiles(), range(len(game.states)))):
        before = game.providers[j].payoff.value(actions[:-1], y)
        known = {f"beta_{j}": shares[j], f"P_{j}_0": before, f"f_{j}_0": wish[j][actions[-1]][y]}
        for ne, dev in ((1, 0), (0, 1), (2, 3)):
            here = known | {"Q_ne_0": Fraction(ne), "Q_dev_0": Fraction(dev)}
            gained = worth(assumed.value, here, {"c": [0]}, {"j": j})
            assert gained == (ne - dev) * played.providers[j].payoff.value(actions, y)


# Transcripts.


@MODERATE
@given(strategies.meetings(users=(1, 1), providers=(1, 1), messages=(1, 2)))
def test_conversations_do_at_every_transcript_what_the_lemmas_say(meeting):
    game, user, provider, rule = meeting
    for by_action in stakes(game, user, provider):
        talk = _Conversation(RATIONAL, game, user, provider, rule, by_action)
        reach = (Fraction(1),) * len(by_action[0])
        _conversation(game, talk, (), reach)


def _conversation(game, talk, transcript, reach):
    value, acts = talk.continuation(transcript, reach)
    options, sources = range(len(talk.by_action)), range(len(reach))
    ranges = {"s": sources, "a": options, "m": range(len(game.messages))}
    known = {f"r_{s}": reach[s] for s in sources}
    known |= {f"g_{s}_{a}": talk.by_action[a][s] for s in sources for a in options}
    assert [sum(acts[s]) for s in sources] == list(reach)
    assert value == sum(acts[s][a] * talk.by_action[a][s] for s in sources for a in options)
    if len(transcript) == len(game.protocol):
        (taken,) = (
            [Fraction(a == best) for a in options]
            for best in options
            if all(acts[s][a] == reach[s] * (a == best) for s in sources for a in options)
            and value == max(sum(g * r for g, r in zip(row, reach, strict=True)) for row in talk.by_action)
            and (any(reach) or best == game.ties.actions[talk.user][talk.provider][0])
        )
        known |= {f"d_{a}": taken[a] for a in options}
        ends = ("acts add up", "a value is an expected utility")
        for name in ends:
            holds_at_every_source(f"{name}: the end", known, ranges)
        return
    speaker = "provider" if game.protocol[len(transcript)] == "P" else "user"
    later = []
    for m in ranges["m"]:
        said = [talk.rule[s, transcript][m] if speaker == "provider" else Fraction(1) for s in sources]
        known |= {f"c_{s}_{m}": said[s] for s in sources}
        after = tuple(r * c for r, c in zip(reach, said, strict=True))
        later.append(talk.continuation((*transcript, m), after))
        _conversation(game, talk, (*transcript, m), after)
    known |= {f"W_{m}": worth for m, (worth, _) in enumerate(later)}
    known |= {f"A_{m}_{s}_{a}": table[s][a] for m, (_, table) in enumerate(later) for s in sources for a in options}
    if speaker == "user":
        picked = next(m for m, found in enumerate(later) if found == (value, acts))
        known |= {f"d_{m}": Fraction(m == picked) for m in ranges["m"]}
        assert value == max(worth for worth, _ in later)
    else:
        assert value == sum(worth for worth, _ in later)
        assert acts == tuple(tuple(sum(t[s][a] for _, t in later) for a in options) for s in sources)
    for name in ("acts add up", "a value is an expected utility"):
        holds_at_every_source(f"{name}: the {speaker} speaks", known, ranges)


def holds_at_every_source(name, known, ranges):
    for s in ranges["s"]:
        holds(name, known, ranges, at={"s": s})


# Points.


def at_points(game, who, user):
    """Numbers of points w, features x, sources, providers l and actions a, as the lemmas name them."""
    known, ranges = {}, {"w": range(len(game.prior)), "l": range(len(game.providers))}
    options = range(len(game.users[user].actions))
    known |= {f"pick_{j}": Fraction(bool(picked)) for j, picked in enumerate(who.picks)}
    known |= {f"v_{j}": response.value for j, response in enumerate(who.responses)}
    for w, atom in enumerate(game.prior):
        x = atom.user_features[user]
        for a in options:
            known[f"g_{w}_{a}"] = atom.probability * game.users[user].utility[a][atom.state]
            for j, s in enumerate(atom.provider_features):
                known[f"A_{j}_{w}_{a}"] = who.responses[j].acts[x][s][a]
    return known, ranges | {"a": options}


@MODERATE
@given(strategies.markets(users=(1, 2), providers=(1, 2), messages=(1, 2), protocols=("P", "UP", "PU")))
def test_choices_and_points(market):
    game, profile = market
    reached = outcome(RATIONAL, game, profile)
    for i, who in enumerate(reached.users):
        known, ranges = at_points(game, who, i)
        holds("a value is an expected utility: the choice of a provider", known, ranges)
        assert who.value == sum(known[f"pick_{j}"] * known[f"v_{j}"] for j in ranges["l"])
        for w, atom in enumerate(game.prior):
            here = {name: value for name, value in known.items() if name.startswith("pick")}
            here |= {f"A_{j}_{a}": known[f"A_{j}_{w}_{a}"] for j in ranges["l"] for a in ranges["a"]}
            holds("acts add up: the choice of a provider", here, ranges)
            chosen = chosen_acts(RATIONAL, who, atom.user_features[i], atom.provider_features)
            assert list(chosen) == [
                sum(here[f"pick_{j}"] * here[f"A_{j}_{a}"] for j in ranges["l"]) for a in ranges["a"]
            ]
        for j, response in enumerate(who.responses):
            _by_features(game, i, j, response, known, ranges)


def _by_features(game, i, j, response, known, ranges):
    """Sums over features and sources are sums over points."""
    kinds = range(len(game.users[i].features)), range(len(game.providers[j].features))
    here = {name: value for name, value in known.items() if name.startswith("g_")}
    for x, s in tuples(*kinds):
        here |= {f"A_{x}_{s}_{a}": response.acts[x][s][a] for a in ranges["a"]}
        for w, atom in enumerate(game.prior):
            here[f"e_{w}_{x}_{s}"] = Fraction((atom.user_features[i], atom.provider_features[j]) == (x, s))
    name = "a value is an expected utility: from features to points"
    holds(name, here, ranges | {"x": kinds[0], "s": kinds[1]})
    by_points = sum(known[f"A_{j}_{w}_{a}"] * known[f"g_{w}_{a}"] for w in ranges["w"] for a in ranges["a"])
    at = stakes(game, i, j)
    assert response.value == by_points
    assert by_points == sum(response.acts[x][s][a] * at[x][a][s] for x, s in tuples(*kinds) for a in ranges["a"])


@MODERATE
@given(strategies.markets(users=(2, 3), providers=(1, 2), messages=(1, 2), protocols=("P", "UP")))
def test_marginals(market):
    game, profile = market
    users = outcome(RATIONAL, game, profile).users
    joint = joint_distribution(RATIONAL, game, users)
    for i, who in enumerate(users):
        induced = induced_distribution(RATIONAL, game, who, i)
        for a, y in tuples(range(len(game.users[i].actions)), range(len(game.states))):
            assert induced[a][y] == sum(row[y] for actions, row in joint.items() if actions[i] == a)
    assert sum(map(sum, joint.values())) == 1
    for atom in game.prior:
        average = Fraction(2, 3)
        for i, who in enumerate(users):
            acts = chosen_acts(RATIONAL, who, atom.user_features[i], atom.provider_features)
            known = {"E": average} | {f"A_{a}": chance for a, chance in enumerate(acts)}
            holds("marginals: one more user", known, {"a": range(len(acts))})


# Shared rules: the same whoever deploys them.


@st.composite
def shared_markets(draw):
    """A game in which provider 0 sees z and provider 1 sees z and a bit of his own, and a rule that both can deploy."""
    game = draw(strategies.games(users=(1, 1), providers=(2, 2), states=(1, 2), messages=(1, 2), ties=("common",)))
    game = replace(game, protocol=draw(st.sampled_from(["P", "UP", "PU", "UPU"])), messages=("m0", "m1"))
    game = replace(game, ties=common_ties(game.users, 2, 2))
    first, second = game.providers
    game = replace(
        game, providers=(replace(first, features=("0", "1")), replace(second, features=("00", "01", "10", "11")))
    )
    kinds = (len(game.states), len(game.users[0].features), 2, 2)
    points = list(tuples(*map(range, kinds)))
    weights = draw(st.lists(st.integers(0, 3), min_size=len(points), max_size=len(points)))
    weights = weights if any(weights) else [1] * len(points)
    prior = tuple(
        Atom(Fraction(k, sum(weights)), y, (x,), (z, 2 * z + bit))
        for k, (y, x, z, bit) in zip(weights, points, strict=True)
        if k
    )
    game = replace(game, prior=prior)
    seen = draw(strategies.garblings(2, 2))
    garblings = {0: seen, 1: (seen[0], seen[0], seen[1], seen[1])}
    return game, SharedRule(garblings, draw(strategies.rules(game, 0, sources=2)))


@MODERATE
@given(shared_markets())
def test_the_same_outcome_whoever_deploys(drawn):
    game, shared = drawn
    assert is_common(game, shared, "state and users", 0)
    values, expectations = [], []
    part = game.users[0].utility
    for j in (0, 1):
        values.append(shared_value(RATIONAL, game, 0, j, shared))
        at = garbled(stakes(game, 0, j), shared.garblings[j])
        response = best_response(RATIONAL, game, 0, j, shared.rule, at)
        expectations.append(_same_outcome(game, shared, response, j, part))
    assert values[0] == values[1]
    assert expectations[0] == expectations[1] == values[0]


def _same_outcome(game, shared, response, j, part):
    """The lemmas' sums over s (state and user's features), points w, values z and actions, for the deployer j."""
    options, kinds = range(len(part)), list(tuples(range(len(game.states)), range(len(game.users[0].features))))
    points = range(len(game.providers[j].features))
    ranges = {"s": range(len(kinds)), "w": points, "z": range(2), "m": [0], "a": options}
    known = {f"phi_{s}_{w}": ZERO for s in ranges["s"] for w in points}
    for atom in game.prior:
        s = kinds.index((atom.state, atom.user_features[0]))
        known[f"phi_{s}_{atom.provider_features[j]}"] += atom.probability
    known |= {f"f_{s}_{w}_{z}": shared.garblings[j][w][z] for s in ranges["s"] for w in points for z in range(2)}
    for s, z in tuples(ranges["s"], range(2)):
        masses = (atom for atom in game.prior if (atom.state, atom.user_features[0]) == kinds[s])
        known[f"G_{s}_{z}"] = sum(
            (a.probability * shared.garblings[0][a.provider_features[0]][z] for a in masses), ZERO
        )
    # What she does on hearing z's part is S_z_m d_s_m_a summed over m; her acts are that sum, so one m stands for all.
    for s, (y, _) in enumerate(kinds):
        known |= {f"g_{s}_{a}": part[a][y] for a in options}
    total = ZERO
    for z, a in tuples(range(2), options):
        here = known | {f"S_{v}_0": Fraction(v == z) for v in range(2)}
        here |= {f"d_{s}_0_{b}": response.acts[x][z][b] * (b == a) for s, (_, x) in enumerate(kinds) for b in options}
        holds("average: whoever deviates j", here, ranges)
        goal = lemma("average: whoever deviates j")["conclusion"].goal.value
        (deployed,) = (m for m in goal.terms if "f_s_w_z" in m[0][0])
        total += worth(type(goal)({deployed: Fraction(1)}), here, ranges)
    return total


@MODERATE
@given(shared_markets(), st.integers(0, 1), st.integers(0, 3))
def test_the_same_scores_whoever_deploys(drawn, heard, action):
    game, shared = drawn
    action %= len(game.users[0].actions)
    for x in range(len(game.users[0].features)):
        scores = []
        for j in (0, 1):
            at = garbled(stakes(game, 0, j), shared.garblings[j])[x][action]
            scores.append(sum(at[z] * (z == heard) for z in range(2)))
        assert scores[0] == scores[1]


# Users who hear what they heard, and the choice among offers.


@MODERATE
@given(st.data())
def test_others_do_as_before_the_new_user_too(data):
    bounds = {"users": (2, 2), "providers": (1, 2), "messages": (1, 2), "protocols": ("P", "UP")}
    game, profile = data.draw(strategies.markets(plays=("personalized",), **bounds))
    new = replace(game.users[1], name="new")
    ties = common_ties((*game.users, new), len(game.providers), len(game.messages))
    chances = tuple(data.draw(strategies.distributions(len(new.features))) for _ in game.prior)
    nothing = tuple(((ZERO,) * len(game.states),) * len(new.actions) for _ in game.providers)
    shares = (Fraction(1, 2),) * len(game.providers)
    played = augment(game, Entrant(new, chances, shares, nothing, ties))
    rules = tuple((*row, data.draw(strategies.rules(played, j))) for j, row in enumerate(profile.rules))
    before = replace(profile, rules=rules)
    j = data.draw(st.integers(0, len(rules) - 1))
    after = before.deviate(j, (data.draw(strategies.rules(played, j)), *rules[j][1:]))
    ne, dev = (outcome(RATIONAL, played, who).users for who in (before, after))
    for i in (1, 2):
        known, ranges = {}, {"w": range(len(played.prior)), "a": range(len(played.users[i].actions))}
        for w, atom in enumerate(played.prior):
            known[f"phi_{w}"] = atom.probability
            for run, users in (("ne", ne), ("dev", dev)):
                acts = chosen_acts(RATIONAL, users[i], atom.user_features[i], atom.provider_features)
                known |= {f"acts_{run}_{w}_{a}": chance for a, chance in enumerate(acts)}
            known |= {f"g_{w}_{a}": played.users[i].utility[a][atom.state] for a in ranges["a"]}
        for name in ("same part j i", "new user j"):
            holds(f"unaffected: {name}", known, ranges, WEAK[1])


@MODERATE
@given(st.data())
def test_she_asks_the_best_of_all(data):
    bounds = {"users": (2, 2), "providers": (1, 3), "messages": (1, 2), "protocols": ("P", "UP")}
    game, before = data.draw(strategies.markets(plays=("anonymous",), **bounds))
    j = data.draw(st.integers(0, len(game.providers) - 1))
    after = before.deviate(j, (data.draw(strategies.rules(game, j)),) * 2)
    ne, dev = (outcome(RATIONAL, game, who).users[1] for who in (before, after))
    change = [new.value - old.value for new, old in zip(dev.responses, ne.responses, strict=True)]
    assert all(value == 0 for k, value in enumerate(change) if k != j)
    known = {"u_dev_2": dev.value, "Delta": max(ZERO, -change[j])}
    for k, (new, old) in enumerate(zip(dev.responses, ne.responses, strict=True)):
        known |= {f"pick_{k}": Fraction(bool(ne.picks[k])), f"v_dev_{k}": new.value, f"v_ne_{k}": old.value}
    ranges, at = {"l": range(len(game.providers))}, {"i": 2}
    holds("best of all: loss i", known, ranges, STRONG[1], at)
    assert ne.value == sum(known[f"pick_{k}"] * known[f"v_ne_{k}"] for k in ranges["l"])
    if change[j] >= 0:
        holds("best of all: no worse i", known, ranges, STRONG[0], at)


# No premise is idle, and none is missing.


def satisfiable(given, goal):
    """Whether facts about real numbers can hold where the goal does not."""
    facts = [*((fact.sense, fact.value) for fact in given), (f"not {goal.sense}", goal.value)]
    names = sorted({name for _, value in facts for monomial in value.terms for name, _ in monomial})
    rows = [(sense, f"({sense} {nonlinear(value)} 0)") for sense, value in facts[:-1]]
    rows.append(("the goal fails", f"(not ({goal.sense} {nonlinear(goal.value)} 0))"))
    solver = z3.SolverFor("QF_NRA")
    solver.from_string(script("QF_NRA", [], [quoted(((name, 1),)) for name in names], rows, "sat").text)
    return solver.check() == z3.sat


ALL = {(found.name, found.obligations[0].name): found for s in STATEMENTS for found in lemmas(s)}


@pytest.mark.parametrize("found", [*ALL.values(), marginals_suffice()], ids=lambda found: found.name)
def test_no_premise_of_a_lemma_is_idle(found):
    for obligation in found.obligations:
        assert not satisfiable(obligation.given, obligation.goal), obligation.name
        for fact in obligation.given:
            rest = [other for other in obligation.given if other != fact]
            assert satisfiable(rest, obligation.goal), f"{obligation.name} without {fact}"


@EVERY
def test_every_step_is_shown(statement):
    assert open_premises(statement) == set()
    world = AnyNumber()
    premises = {p.name: polynomial(p.value) for p in statement.premises(world)}
    for found in lemmas(statement):
        assert set(found.establishes) <= set(premises)
        if "switch" in found.establishes:
            assert premises["switch"] in [obligation.goal.value for obligation in found.obligations]


OPEN = [
    (theorem_3_1, "ties", {"whoever deviates j"}),
    (theorem_3_1, "common garbling", {"whoever deviates j", "switch"}),
    (theorem_5_1, "ties", {"whoever deviates j"}),
    (theorem_5_1, "common garbling", {"whoever deviates j", "switch"}),
    (theorem_4_3, "common garbling", {"switch"}),
    (theorem_4_4, "common garbling", {"switch"}),
    (theorem_4_4, "messages", {"loss i"}),
    (theorem_4_4, "opening", {"loss i"}),
    (theorem_4_4_spare, "common garbling", {"switch"}),
    (theorem_4_4_spare, "opening", {"no worse i"}),
]


@pytest.mark.parametrize(("module", "hypothesis", "left"), OPEN)
def test_without_a_hypothesis_about_the_game_steps_are_open(module, hypothesis, left):
    statement = module.statement().without(hypothesis)
    assert open_premises(statement) == left
    with pytest.raises(Refused, match="no lemma shows"):
        all_obligations(statement)


@EVERY
@pytest.mark.parametrize("kernel", [None, "errors", "strong alignment", "goodwill"])
def test_a_premise_of_ones_own_is_open(statement, kernel):
    """Whatever hypothesis it comes from, unless that is about weights or the equilibrium."""
    own = Hypothesis("goodwill", "", "", lambda world: [Premise("goodwill", symbol("p"))], kernel)
    assert open_premises(replace(statement, hypotheses=(*statement.hypotheses, own))) == {"goodwill"}


@EVERY
def test_hypotheses_that_need_no_lemma_are_the_papers_own(statement):
    """They are stated as they are in the kernel, and there the definitions say what they say of a game."""
    exempt = {
        p.name
        for h in statement.hypotheses
        for p in h.premises(AnyNumber())
        if not h.derived and p.name not in {name for found in lemmas(statement) for name in found.establishes}
    }
    assert exempt <= {"ratio j", "ratio", "inverse", "weight i", "no gain", "no gain j", "inverse j", "inverse sign j"}
