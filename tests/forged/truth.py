"""Whether a certificate's claim is true, found without the kernel: by brute force, by Z3, on a grid of rules.

``False`` is certain. ``True`` of "no deviation earns more" only says that no rule on a grid and none that the oracle
comes up with does; all else is exact.
"""

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product as tuples
from random import Random

import z3

from alignproof.formats.documents import dump
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment, read_entrant
from alignproof.games.document import parse
from alignproof.games.files import read_game, read_profile
from alignproof.games.outcome import outcome
from alignproof.oracles.deviations import Best, Pays, best_deviation, equilibrium
from tests import brute

STEPS = (8, 6, 4, 3, 2, 1)
"""How finely the chances of the messages may be cut."""


def true(document):
    """Whether the claim is true."""
    return _true(document["kind"], json.dumps(document["claim"]))


@cache
def _true(kind, text):
    return CLAIMS[kind](json.loads(text))


def _node(value):
    return parse(dump(value).encode())


def _game(claim):
    return read_game(_node(claim["game"]))


def _played(claim):
    game = _game(claim)
    if "entrant" in claim:
        game = augment(game, read_entrant(_node(claim["entrant"]), game))
    return game, read_profile(_node(claim["profile"]), game)


def _rationals(values):
    return tuple(Fraction(v) for v in values)


def value(claim):
    game, profile = _played(claim)
    played = brute.users_play(game, profile)
    reached = played.values, brute.payoffs(game, profile, played)
    return reached == (_rationals(claim["values"]), _rationals(claim["payoffs"]))


def some_rule_pays(claim):
    """A claim of kind not-equilibrium is true if the oracle's deviation, evaluated by brute force, pays."""
    game, profile = _played(claim)
    answer = equilibrium(game, profile)
    return isinstance(answer, Pays) and _earns(game, profile, answer.provider, answer.rules) > _earned(
        game, profile, answer.provider
    )


def _earned(game, profile, provider):
    return brute.payoffs(game, profile, brute.users_play(game, profile))[provider]


def _earns(game, profile, provider, rules):
    return _earned(game, profile.deviate(provider, rules), provider)


def grid(game, provider, most=100):
    """Rules of ``provider`` whose chances are multiples of a fraction: all, as fine as ``most`` allows, or a sample."""
    cases = list(tuples(range(len(game.providers[provider].features)), game.prefixes("P")))
    size = max((d for d in STEPS if len(_distributions(game, d)) ** len(cases) <= most), default=0)
    chances = _distributions(game, size or 2)
    if size:
        rules = tuples(chances, repeat=len(cases))
    else:
        random = Random(0)
        rules = ([random.choice(chances) for _ in cases] for _ in range(most))
    return [dict(zip(cases, rule, strict=True)) for rule in rules]


def _distributions(game, size):
    cut = [Fraction(k, size) for k in range(size + 1)]
    return [p for p in tuples(cut, repeat=len(game.messages)) if sum(p) == 1]


def best_on_grid(game, profile, provider, robust, most=None):
    """The most that ``provider`` earns by a rule on the grid, to all users or in personalized play to one."""
    rules = grid(game, provider, most or (9 if robust else 36))
    offers = [offer for rule in rules for offer in _offers(profile, provider, rule)]
    return max(_payoff(game, profile.deviate(provider, offer), provider, robust) for offer in offers)


def _payoff(game, profile, provider, robust):
    """What a provider earns; if ``robust``, by the order of ties that is best for him, separately for each user."""
    payoff = outcome(RATIONAL, game, profile).payoffs[provider]
    if not robust:
        return payoff
    best = [
        max(outcome(RATIONAL, other, profile).payoffs[provider] for other in _reordered(game, provider, i))
        for i in range(len(game.users))
    ]
    return payoff + sum(one - payoff for one in best)


def _reordered(game, provider, user):
    """The game under orders in which the user may break her ties, with the deviator and with the others."""
    others = [j for j in range(len(game.providers)) if j != provider]
    picks = [(provider, *others), (*others, provider), (*reversed(others), provider)]
    actions = tuple(range(len(game.users[user].actions)))
    for pick, own, theirs in tuples(dict.fromkeys(picks), (actions, actions[::-1]), (actions, actions[::-1])):
        row = tuple(own if j == provider else theirs for j in range(len(game.providers)))
        ties = replace(
            game.ties, providers=_at(game.ties.providers, user, pick), actions=_at(game.ties.actions, user, row)
        )
        yield replace(game, ties=ties)


def _at(items, place, item):
    return (*items[:place], item, *items[place + 1 :])


def _offers(profile, provider, rule):
    kept = profile.rules[provider]
    if profile.play == "anonymous":
        return [(rule,) * len(kept)]
    return [tuple(rule if i == k else old for i, old in enumerate(kept)) for k in range(len(kept))]


def no_rule_pays(claim):
    game, profile = _played(claim)
    now = outcome(RATIONAL, game, profile).payoffs
    if not claim["robust"] and "UP" not in game.protocol and isinstance(equilibrium(game, profile), Pays):
        return False
    return all(best_on_grid(game, profile, j, claim["robust"]) <= payoff for j, payoff in enumerate(now))


def bounded(claim):
    game, profile = _played(claim)
    provider = game.provider_names.index(claim["provider"])
    found = best_deviation(game, profile, provider)
    if isinstance(found, Best) and found.payoff > Fraction(claim["bound"]):
        return False
    return best_on_grid(game, profile, provider, claim["robust"]) <= Fraction(claim["bound"])


def _team(claim, game):
    return sorted(game.provider_names.index(name) for name in claim["providers"])


def shared_optimum(game, user, team, reading):
    """The largest value of a garbling to strategies (Definition 2.12), by Z3's optimiser; the best of T deploys it."""
    return max(_deployed_optimum(game, user, team, reading, producer) for producer in team)


def _deployed_optimum(game, user, team, reading, producer):
    who = game.users[user]
    strategies = list(tuples(range(len(who.actions)), repeat=len(who.features)))
    solver, sent = z3.Optimize(), {}
    for j in team:
        for x in range(len(game.providers[j].features)):
            for s in strategies:
                sent[j, x, s] = z3.Real(f"{j}/{x}/{s}")
                solver.add(sent[j, x, s] >= 0)
            solver.add(z3.Sum([sent[j, x, s] for s in strategies]) == 1)
    for s, j, given in tuples(strategies, team[1:], {_given(atom, reading, user) for atom in game.prior}):
        mine, first = (_image(game, sent, k, s, given, reading, user) for k in (j, team[0]))
        solver.add(mine == first)
    worth = z3.Sum(
        [
            _real(atom.probability * who.utility[s[atom.user_features[user]]][atom.state])
            * sent[producer, atom.provider_features[producer], s]
            for atom in game.prior
            for s in strategies
        ]
    )
    best = solver.maximize(worth)
    if solver.check() != z3.sat:
        raise RuntimeError("no optimum found")
    return Fraction(str(solver.upper(best)))


def _given(atom, reading, user):
    if reading == "state":
        return (atom.state,)
    return (atom.state, atom.user_features[user] if reading == "state and user" else atom.user_features)


def _image(game, sent, j, s, given, reading, user):
    atoms = [atom for atom in game.prior if _given(atom, reading, user) == given]
    return z3.Sum([_real(atom.probability) * sent[j, atom.provider_features[j], s] for atom in atoms])


def _real(number):
    number = Fraction(number)
    return z3.Q(number.numerator, number.denominator)


def benchmark(claim):
    game = _game(claim)
    user = game.user_names.index(claim["user"])
    return shared_optimum(game, user, _team(claim, game), claim["reading"]) == Fraction(claim["value"])


def aligned(claim):
    """Definitions 2.13 and 2.14, residual by residual."""
    game = _game(claim)
    return _aligned_as(game, _team(claim, game), claim["alignment"])


def _aligned_as(game, team, alignment):
    ((form, node),) = alignment.items()
    weights, eps = node["weights"], _rationals(node["eps"])
    if form == "weak":
        return _weak(game, team, weights, eps)
    rows = {j: _rationals(row) for j, row in zip(team, weights["lambda"], strict=True)}
    constants = dict(zip(team, _rationals(weights["c"]), strict=True))
    fits = all(
        abs(brute.payoff_at(game, j, acts, y) - sum(w * u.utility[a][y] for w, u, a in _each(rows[j], game, acts)) - c)
        <= eps[0]
        for j, c in constants.items()
        for acts in game.action_profiles()
        for y in range(len(game.states))
    )
    covered = all(any(row[i] > 0 for row in rows.values()) for i in range(len(game.users)))
    return fits and covered and all(w >= 0 for row in rows.values() for w in row)


def _each(row, game, acts):
    return zip(row, game.users, acts, strict=True)


def _weak(game, team, weights, eps):
    lam = {j: _rationals(p["weights"]) for j, p in zip(team, weights["providers"], strict=True)}
    part = {
        j: [[_rationals(row) for row in rows] for rows in p["parts"]]
        for j, p in zip(team, weights["providers"], strict=True)
    }
    constant = {j: Fraction(p["constant"]) for j, p in zip(team, weights["providers"], strict=True)}
    w = {j: _rationals(row) for j, row in zip(team, weights["w"], strict=True)}
    users, states = range(len(game.users)), range(len(game.states))
    separable = all(
        abs(
            brute.payoff_at(game, j, acts, y)
            - sum(lam[j][i] * part[j][i][a][y] for i, a in enumerate(acts))
            - constant[j]
        )
        <= eps[1]
        for j in team
        for acts in game.action_profiles()
        for y in states
    )
    fits = all(
        abs(row[y] - sum(w[j][i] * part[j][i][a][y] for j in team) - Fraction(weights["c"][i])) <= eps[0]
        for i in users
        for a, row in enumerate(game.users[i].utility)
        for y in states
    )
    signs = all(lam[j][i] >= 0 and w[j][i] >= 0 and (lam[j][i] > 0 or w[j][i] == 0) for j in team for i in users)
    parts = all(f >= 0 for rows in part.values() for table in rows for row in table for f in row)
    return separable and fits and signs and parts and all(any(w[j][i] > 0 for j in team) for i in users)


def not_aligned(claim):
    """No weights satisfy the definition with an error that small: Z3 says so."""
    game = _game(claim)
    team = _team(claim, game)
    ((form, node),) = claim["alignment"].items()
    solver, size = z3.Solver(), z3.Real("size")
    eps = _real(Fraction(node["eps"]))
    solver.add(size >= 0)
    if form != "slack":
        solver.add(size <= eps if node["attained"] else size < eps)
    FORMS[form](solver, size, game, team, node)
    answer = solver.check()
    if answer == z3.unknown:
        raise RuntimeError("Z3 does not know")
    return answer == z3.unsat


def _within(solver, size, value):
    solver.add(value <= size, -value <= size)


def _strong(solver, size, game, team, node):
    lam = {(j, i): z3.Real(f"lambda{j}/{i}") for j in team for i in range(len(game.users))}
    solver.add([weight >= 0 for weight in lam.values()])
    for j, acts, y in tuples(team, game.action_profiles(), range(len(game.states))):
        combination = z3.Sum([lam[j, i] * _real(game.users[i].utility[a][y]) for i, a in enumerate(acts)])
        _within(solver, size, _real(brute.payoff_at(game, j, acts, y)) - combination - z3.Real(f"c{j}"))
    if node["attained"]:
        solver.add([z3.Or([lam[j, i] > 0 for j in team]) for i in range(len(game.users))])


def _slack(solver, size, game, team, node):
    """For each of the users some lambda_{j,i} is so large that 2 size / lambda_{j,i} is below what is claimed, and all
    users are covered."""
    _strong(solver, size, game, team, node | {"attained": True})
    eps = _real(Fraction(node["eps"]))
    for name in node["users"]:
        i = [user.name for user in game.users].index(name)
        rates = [z3.Real(f"lambda{j}/{i}") for j in team]
        low = [2 * size <= eps * rate if node["attained"] else 2 * size < eps * rate for rate in rates]
        solver.add(z3.Or([z3.And(rate > 0, fits) for rate, fits in zip(rates, low, strict=True)]))


def _separable(solver, size, game, team, node):
    for j, acts, y in tuples(team, game.action_profiles(), range(len(game.states))):
        split = z3.Sum([z3.Real(f"part{j}/{i}/{a}/{y}") for i, a in enumerate(acts)])
        _within(solver, size, _real(brute.payoff_at(game, j, acts, y)) - split)


def _weakly(solver, size, game, team, node):
    if "providers" not in node and not all(brute.separable(game, j) for j in team):
        raise RuntimeError("a payoff is not separable")
    for i, user in enumerate(game.users):
        w = {j: z3.Real(f"w{j}/{i}") for j in team}
        solver.add([weight >= 0 for weight in w.values()])
        if node["attained"]:
            solver.add(z3.Or([weight > 0 for weight in w.values()]))
        for (a, row), y in tuples(enumerate(user.utility), range(len(game.states))):
            terms, offset = [], z3.Real(f"c{i}") if "providers" in node else z3.Real(f"c{i}/{y}")
            for place, j in enumerate(team):
                terms.append(w[j] * _real(_part(game, node, place, j, i, a, y)))
            _within(solver, size, _real(row[y]) - z3.Sum(terms) - offset)
        for place, j in enumerate(team):
            if "providers" in node and Fraction(node["providers"][place]["weights"][i]) <= 0:
                solver.add(w[j] == 0)


def _part(game, node, place, j, i, a, y):
    """Provider j's component for user i; up to a function of the state, how his payoff varies with her action."""
    if "providers" in node:
        return Fraction(node["providers"][place]["parts"][i][a][y])
    acts = [0] * len(game.users)
    acts[i] = a
    return brute.payoff_at(game, j, tuple(acts), y)


FORMS = {"strong": _strong, "slack": _slack, "separable": _separable, "weak": _weakly}


def violated(claim):
    """Aligned as claimed, in equilibrium, and every user named is further below her benchmark than her slack."""
    return _falls_short(claim, lambda difference, slack: difference > slack)


def met(claim):
    """The same, by as much as her slack."""
    return _falls_short(claim, lambda difference, slack: difference == slack)


def _falls_short(claim, compare):
    game = _game(claim)
    played, profile = _played(claim)
    team = _team(claim, game)
    if not (_aligned_as(game, team, claim["alignment"]) and no_rule_pays(claim)):
        return False
    values = brute.users_play(played, profile).values
    users = [played.user_names.index(name) for name in claim["users"]]
    at_most, at_least = Fraction(claim["at_most"]), Fraction(claim["at_least"])
    return bool(users) and all(
        values[i] <= at_most
        and compare(at_least - at_most, _slack(claim, game, team, i))
        and shared_optimum(played, i, team, claim["reading"]) >= at_least
        for i in users
    )


def _slack(claim, game, team, user):
    ((form, node),) = claim["alignment"].items()
    eps, factors = _rationals(node["eps"]), _rationals(claim["factors"])
    if not any(eps):
        return 0
    if user >= len(game.users):
        raise ValueError("an inexact alignment says nothing of the entrant")
    if form == "strong":
        return factors[0] * eps[0] / max(Fraction(row[user]) for row in node["weights"]["lambda"])
    ratios = [
        Fraction(w[user]) / Fraction(p["weights"][user])
        for w, p in zip(node["weights"]["w"], node["weights"]["providers"], strict=True)
        if Fraction(w[user]) > 0
    ]
    return factors[0] * eps[0] + factors[1] * eps[1] * sum(ratios)


def implied(claim):
    """An identity's conclusions hold wherever its hypotheses do, says Z3; if it cannot tell, at random points."""
    solver = z3.Solver()
    solver.set("timeout", 1000)
    names = {name: z3.Real(name) for name in claim["variables"]}
    solver.add([_evaluated(claim, item, names) >= 0 for item in claim["nonnegative"].values()])
    solver.add([_evaluated(claim, item, names) == 0 for item in claim["zero"].values()])
    solver.add(z3.Or([_evaluated(claim, item, names) < 0 for item in claim["conclusions"].values()]))
    answer = solver.check()
    if answer == z3.unknown:
        return not _counterexample(claim, Random(0))
    return answer == z3.unsat


def _counterexample(claim, random, tries=2000):
    for _ in range(tries):
        point = {name: Fraction(random.randint(-4, 8), 4) for name in claim["variables"]}
        signs = {
            part: [_evaluated(claim, p, point) for p in claim[part].values()]
            for part in ("nonnegative", "zero", "conclusions")
        }
        if min(signs["nonnegative"], default=0) >= 0 and not any(signs["zero"]) and min(signs["conclusions"]) < 0:
            return True
    return False


def _evaluated(claim, polynomial, point):
    """A polynomial at a point, where names may be variables or definitions."""
    return sum((_term(claim, term, point) for term in polynomial), Fraction(0) if _exact(point) else z3.RealVal(0))


def _exact(point):
    return all(isinstance(v, Fraction) for v in point.values())


def _term(claim, term, point):
    value = Fraction(term["coefficient"]) if _exact(point) else _real(Fraction(term["coefficient"]))
    for name, power in term["powers"].items():
        for _ in range(int(power)):
            value = value * _named(claim, name, point)
    return value


def _named(claim, name, point):
    if name in point:
        return point[name]
    item = claim["definitions"][name]
    if isinstance(item, list):
        return _evaluated(claim, item, point)
    put = {v: Fraction(c) if _exact(point) else _real(Fraction(c)) for v, c in item["at"].items()}
    return _named(claim, item["of"], point | put)


CLAIMS = {
    "value": value,
    "equilibrium": no_rule_pays,
    "not-equilibrium": some_rule_pays,
    "deviation-bound": bounded,
    "benchmark": benchmark,
    "aligned": aligned,
    "not-aligned": not_aligned,
    "bound-violated": violated,
    "bound-met": met,
    "identity": implied,
}
