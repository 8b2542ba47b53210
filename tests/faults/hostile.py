"""Small documents that would keep a careless kernel busy, one for each way that was found.

Each is well formed up to the point at which the work explodes. Most are a few kilobytes, all are below the size limit.
"""

from alignproof.checks.kernel import CERTIFICATE_FORMAT
from alignproof.games.files import GAME_FORMAT

SIZES = ("users", "providers", "team", "actions", "states", "messages", "user_features", "provider_features", "values")


def certificate(kind, claim, evidence):
    return {"format": CERTIFICATE_FORMAT, "kind": kind, "claim": claim, "evidence": evidence}


# Polynomials --------------------------------------------------------------------------------------------------------


def term(coefficient, **powers):
    return {"coefficient": coefficient, "powers": {name: str(power) for name, power in powers.items()}}


def identity(definitions, variables=("x",), conclusion=None):
    claim = {
        "variables": list(variables),
        "definitions": definitions,
        "nonnegative": {},
        "zero": {},
        "conclusions": {"it": conclusion or [term("0", x=1)]},
    }
    return certificate("identity", claim, {"it": {"products": [], "zero": {}}})


def tower_of_powers():
    """((x + 1)^10)^10, and so on."""
    tower = {"d0": [term("1", x=1), term("1")]}
    for k in range(1, 8):
        tower[f"d{k}"] = [term("1", **{f"d{k - 1}": 10})]
    return identity(tower)


def tower_of_monomials():
    """(x^100)^100, and so on: one term each, exponents with thousands of digits."""
    tower = {"d0": [term("1", x=1)]}
    for k in range(1, 5000):
        tower[f"d{k}"] = [term("1", **{f"d{k - 1}": 100})]
    return identity(tower)


def tower_of_constants():
    """A number of 999 digits, to the power 100, to the power 100, and so on."""
    tower = {"d0": [term("7" * 999)]}
    for k in range(1, 8):
        tower[f"d{k}"] = [term("1", **{f"d{k - 1}": 100})]
    return identity(tower)


def many_products():
    """Definitions each of which takes a hundred products just below the limit on one product."""
    names = [f"x{k}" for k in range(440)]
    base = {"s": [term("1", **{name: 1}) for name in names]}
    power = {f"p{k}": [term("1", s=2)] for k in range(500)}
    return identity(base | power, names, [term("0", x0=1)])


def tower_of_points():
    """A definition with a long number put in, again and again."""
    tower = {"d0": [term("1", x=100)]}
    tower |= {f"d{k}": {"of": "d0", "at": {"x": "7" * 990 + f"{k:04d}"}} for k in range(1, 2000)}
    return identity(tower)


# Games --------------------------------------------------------------------------------------------------------------


def game(users=1, providers=1, actions=2, features=1, states=("y",), protocol="P", messages=2, prior=None, table=None):
    acts, feats = [f"a{k}" for k in range(actions)], [f"f{k}" for k in range(features)]
    utility = [["0"] * len(states) for _ in acts]
    payoff = table or {"weights": ["0"] * users, "parts": [utility] * users, "constant": "0"}
    atom = {"probability": "1", "state": states[0], "users": [feats[0]] * users, "providers": ["-"] * providers}
    return {
        "format": GAME_FORMAT,
        "states": list(states),
        "users": [{"name": f"u{i}", "features": feats, "actions": acts, "utility": utility} for i in range(users)],
        "providers": [{"name": f"p{j}", "features": ["-"], "payoff": payoff} for j in range(providers)],
        "messages": [f"m{k}" for k in range(messages)],
        "protocol": protocol,
        "prior": prior or [atom],
    }


def silent(messages=1):
    return [{"feature": "-", "after": [], "send": {"m0": "1"}}]


def value(document, rules=None):
    n, k = len(document["users"]), len(document["providers"])
    profile = {"play": "anonymous", "rules": [silent() if rules is None else rules] * k}
    claim = {"game": document, "profile": profile, "values": ["0"] * n, "payoffs": ["0"] * k}
    return certificate("value", claim, {})


def primes(count, above):
    """Numbers without common factors, for denominators: distinct primes to a power."""
    found, candidate = [], above | 1
    while len(found) < count:
        if all(candidate % p for p in range(3, int(candidate**0.5) + 1, 2)):
            found.append(candidate)
        candidate += 2
    return found


def coprime_denominators():
    """A thousand probabilities with denominators of almost a thousand digits and no common factor."""
    states = [f"y{k}" for k in range(1500)]
    chances = [f"1/{p**180}" for p in primes(len(states), 10_000)]
    prior = [
        {"probability": chance, "state": state, "users": ["f0"], "providers": ["-"]}
        for chance, state in zip(chances, states, strict=True)
    ]
    return value(game(states=states, prior=prior))


def coprime_weights():
    """A payoff with such parts: its range is worked out before anything else."""
    parts = [[[f"1/{p**180}"], ["0"]] for p in primes(1500, 10_000)]
    document = game(users=len(parts))
    document["providers"][0]["payoff"] = {"weights": ["1"] * len(parts), "parts": parts, "constant": "0"}
    return value(document)


def coprime_multipliers():
    """Multipliers of a proof with such denominators."""
    document = game(actions=1500)
    rows = {f"above {k}": f"1/{p**180}" for k, p in enumerate(primes(1500, 10_000))}
    claim = {"game": document, "providers": ["p0"], "alignment": {"strong": {"eps": "1", "attained": False}}}
    return certificate("not-aligned", claim, {"provider": "p0", "multipliers": rows})


def long_conversation():
    """Users alone speak, so no rule has to be listed; there are a million ends, for each feature of each user."""
    return value(game(users=20, features=50, protocol="U" * 19), [])


def table(profiles, states):
    return {"table": [{"actions": [a, b], "values": ["0" if a != b else "1"] * states} for a, b in profiles]}


def joint_distribution():
    """Atoms times action profiles, both listed: a payoff that couples users."""
    acts, states = [f"a{k}" for k in range(150)], [f"y{k}" for k in range(40)]
    prior = [
        {"probability": "1/16000", "state": y, "users": [f"f{x}", f"f{z}"], "providers": ["-"]}
        for y in states
        for x in range(20)
        for z in range(20)
    ]
    coupled = table([(a, b) for a in acts for b in acts], len(states))
    return value(game(2, actions=150, features=20, states=states, prior=prior, table=coupled))


def many_names():
    """Every name is looked up in a list of names."""
    document = game(actions=20_000)
    document["ties"] = {"actions": [f"a{k}" for k in reversed(range(20_000))]}
    return value(document)


def equilibrium(document, evidence, rules=None, play="anonymous"):
    profile = {"play": play, "rules": [silent() if rules is None else rules] * len(document["providers"])}
    return certificate("equilibrium", {"game": document, "profile": profile, "robust": True}, evidence)


def many_served_sets():
    return equilibrium(game(users=30, providers=2), [[{"served": {}}]] * 2)


def many_menus():
    """Types times types times actions times actions."""
    document = game(features=100, actions=30)
    return equilibrium(document, [[{"served": {"0": {"menus": {"payoff": "1"}}}}]])


def many_signals():
    """A hundred thousand signals, and rows for each of them."""
    document = game(features=1, users=16)
    served = ",".join(map(str, range(16)))
    proof = {"signals": {"payoff": "1"}, "excluded": {}}
    return equilibrium(document, [[{"served": {served: proof}}]])


def many_branches():
    """As many branches as are allowed, each of which runs the game anew."""
    prior = [
        {"probability": "1/40", "state": f"y{k}", "users": [f"f{k % 6}"], "providers": ["x0" if k % 2 else "x1"]}
        for k in range(40)
    ]
    document = game(features=6, actions=4, states=[f"y{k}" for k in range(40)], prior=prior)
    document["providers"][0]["features"] = ["x0", "x1"]
    rules = [{"feature": x, "after": [], "send": {"m0": "1"}} for x in ("x0", "x1")]
    return equilibrium(document, [[{"branches": []}]], rules)


def many_pure_rules():
    """As many pure rules as are allowed, for many users."""
    document = game(users=50, providers=1, actions=5, features=20)
    features = [f"x{k}" for k in range(12)]
    document["providers"][0]["features"] = features
    document["prior"][0]["providers"] = ["x0"]
    rules = [{"feature": x, "after": [], "send": {"m0": "1"}} for x in features]
    weights = {"lambda": [["0"] * 50], "c": ["0"]}
    return equilibrium(document, [[{"pure": weights}]], rules)


def many_profiles():
    """4^30 action profiles, and a multiplier for one of the last."""
    document = game(users=30, actions=4)
    claim = {"game": document, "providers": ["p0"], "alignment": {"separable": {"eps": "1", "attained": False}}}
    return certificate("not-aligned", claim, {"provider": "p0", "multipliers": {f"above {4**29}": "1", "error": "1"}})


def many_strategies():
    """Sixty-five thousand strategies, a row of the system for each of them and each state."""
    states = [f"y{k}" for k in range(100)]
    prior = [
        {"probability": "1/100", "state": y, "users": [f"f{k % 16}"], "providers": ["-", "-"]}
        for k, y in enumerate(states)
    ]
    document = game(providers=2, actions=2, features=16, states=states, prior=prior)
    claim = {"game": document, "providers": ["p0", "p1"], "user": "u0", "reading": "state", "value": "0"}
    below = {"producer": "p0", "sources": ["z"], "garblings": [[["1"]], [["1"]]]}
    below["rule"] = [{"feature": "z", "send": {"m0": "1"}}]
    return certificate("benchmark", claim, {"at_least": below, "at_most": [{}, {}]})


# Claims about all games ---------------------------------------------------------------------------------------------


def theorem(hypotheses=(), protocol="P", steps=(), **sizes):
    size = {name: str(sizes.get(name, 1)) for name in SIZES}
    setting = {"size": size, "protocol": protocol, "play": "personalized", "entrant": False}
    claim = {"setting": setting, "hypotheses": list(hypotheses), "shared": [], "rules": [], "conclusions": {"it": []}}
    return certificate("theorem", claim, {"rules": [], "steps": list(steps) or [{"conclude": {"it": {}}}]})


def largest_market():
    return theorem(**dict.fromkeys(SIZES, 6), protocol="PUPUPU")


def long_talks():
    """A small market in which conversations are as long as they can be."""
    return theorem(protocol="PUPUPU", messages=6, provider_features=6, actions=6, user_features=6)


def many_users():
    return theorem(users=6, actions=6, states=6)


def many_prior_atoms():
    return theorem(users=4, user_features=6, provider_features=6, providers=3, states=6)


def many_rules():
    """Proof steps that run the market again and again."""
    rule = {"name": "", "provider": "0", "chances": [[[["1"]], []]] * 2, "sums": [{}] * 2}
    steps = [{"rule": rule | {"name": f"r{k}"}} for k in range(5000)]
    steps.append({"conclude": {"it": {}}})
    return theorem(users=3, actions=3, states=3, messages=2, provider_features=2, steps=steps)


def many_splits():
    """Cases of cases."""
    steps = [{"conclude": {"it": {}}}]
    for _ in range(11):
        steps = [{"split": {"decision": ["ne:0", "0"], "cases": [steps, steps]}}]
    return theorem(actions=2, steps=steps)


# The document itself ------------------------------------------------------------------------------------------------


def wide_and_deep():
    """Sixteen megabytes of brackets, forty levels deep, under long keys."""
    key = "k" * 40
    opening, closing = f'{{"{key}":' * 19, "}" * 19
    row = ",".join(["[]"] * 200_000)
    return f"{opening}[{','.join([f'[{row}]'] * 26)}]{closing}"


def long_names():
    name = "n" * 200
    document = game(actions=2)
    document["users"][0]["actions"] = [f"{name[:190]}{k}" for k in range(70_000)]
    return value(document)


def coefficients():
    """A polynomial of many terms with coprime denominators, all alike."""
    return identity({"d": [term(f"1/{p**180}", x=1) for p in primes(1500, 10_000)]})


HOSTILE = {
    build.__name__: build
    for build in (
        tower_of_powers,
        tower_of_monomials,
        tower_of_constants,
        tower_of_points,
        many_products,
        coefficients,
        coprime_denominators,
        coprime_weights,
        coprime_multipliers,
        long_conversation,
        joint_distribution,
        many_names,
        many_served_sets,
        many_menus,
        many_signals,
        many_branches,
        many_pure_rules,
        many_profiles,
        many_strategies,
        largest_market,
        long_talks,
        many_users,
        many_prior_atoms,
        many_rules,
        many_splits,
        wide_and_deep,
        long_names,
    )
}
"""By name, how to build each; a text stands as it is, all else is written as JSON."""
