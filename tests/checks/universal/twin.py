"""A concrete game for an indeterminate market: every indeterminate gets a rational, every opaque order an order.

Nothing of the kernel's reading of proofs is used: a term is worth what its sums and products are worth, a decision
takes the first option of the largest score, and the game is put together by hand from the numbers' documented names.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples

from alignproof.games.model import Atom, Game, Provider, Table, Ties, User
from alignproof.games.rules import Profile

CHANCES = ("say", "f", "S", "enters", "dominant")
ZERO, ONE = Fraction(0), Fraction(1)


def draw(market, rng):
    """Numbers for all indeterminates: distributions where chances are meant, and small numbers else."""
    decided = {taken for group in market.groups.values() for decision in group for taken in decision.taken}
    names = [name for name, term in market.names.items() if term.sign == "variable" and term not in decided]
    numbers = {name: Fraction(rng.randint(-2, 4), 2) for name in names}
    rows = {}
    for name in names:
        family = name.split(" ")[0]
        if family in CHANCES:
            rows.setdefault(name.rpartition(",")[0], []).append(name)
        elif family == "phi":
            rows.setdefault(family, []).append(name)
    for family, row in rows.items():
        numbers.update(zip(row, distribution(len(row), 4 if family == "phi" else 2, rng), strict=True))
    return numbers


def distribution(length, most, rng):
    """Chances that sum up to 1, at most ``most`` of them positive: much depends on what is known and said."""
    weights = [0] * length
    for _ in range(rng.randint(1, most)):
        weights[rng.randrange(length)] += 1
    return [Fraction(w, sum(weights)) for w in weights]


def aligned(market, numbers, rng):
    """Change payoffs and utilities so that all hypotheses on weights hold, garblings to common ones, and the rest.

    Payoffs are weakly aligned, or strongly if the market has no numbers ``w``.
    """
    size = market.size
    users, team = range(size.users), range(size.team)
    acts, states = range(size.actions), range(size.states)
    for name in ("eps", "eps_U", "eps_P"):
        numbers[name] = Fraction(rng.choice((0, 0, 1, 2)), 4)
    for j in range(size.providers):
        numbers[f"beta {j}"] = Fraction(rng.randint(1, 3), 4)
        numbers[f"s {j}"] = 1 / (1 - numbers[f"beta {j}"])
    for j in team:
        numbers[f"r {j}"] = Fraction(rng.randint(0, 2), 2)
        for i in users:
            numbers[f"lambda {j},{i}"] = Fraction(rng.randint(0, 2))
    weak = "w 0,0" in market.names
    if weak:
        for j in team:
            numbers[f"w {j},0"] = numbers[f"r {j}"] * numbers[f"lambda {j},0"]
        for i, a, y in tuples(users, acts, states):
            parts = sum(numbers[f"w {j},{i}"] * numbers[f"F {j},{i},{a},{y}"] for j in team)
            numbers[f"u {i},{a},{y}"] = parts + numbers[f"c_U {i}"] + rng.randint(-1, 1) * numbers["eps_U"]
    elif "c_P 0" in market.names:
        d = size.team - 1
        numbers[f"lambda {d},0"] = Fraction(rng.randint(1, 3))
        numbers[f"cover {d}"] = 1 / numbers[f"lambda {d},0"]
    for j in team if "c_P 0" in market.names else ():
        for profile, y in tuples(tuples(acts, repeat=size.users), states):
            value = numbers[f"c_P {j}"] + rng.randint(-1, 1) * numbers["eps_P" if weak else "eps"]
            for i, a in enumerate(profile):
                part = numbers[f"F {j},{i},{a},{y}" if weak else f"u {i},{a},{y}"]
                value += numbers[f"lambda {j},{i}"] * part
            numbers[",".join([f"P {j}", *map(str, profile), str(y)])] = value
            if weak:
                others = (
                    numbers[f"lambda {j},{i}"] * numbers[f"F {j},{i},{a},{y}"] for i, a in [*enumerate(profile)][1:]
                )
                rest = sum(others, numbers[f"c_P {j}"])
                numbers[",".join([f"rest {j}", *map(str, profile[1:]), str(y)])] = rest
    if market.deployed:
        common(market, numbers)
    revealing(market, numbers)


def common(market, numbers):
    """Exchangeable providers with one garbling for all; an entrant's features are independent of everything."""
    size = market.size
    points = [name for name in numbers if name.startswith("phi ")]
    for name in points:
        known, seen = name.rsplit(",", size.providers)[0], name.rsplit(",", size.providers)[1:]
        numbers.setdefault(f"mass {known}:{sorted(seen)}", [])
        numbers[f"mass {known}:{sorted(seen)}"].append(name)
    for key in [key for key in numbers if key.startswith("mass ")]:
        alike = numbers.pop(key)
        mean = sum(numbers[name] for name in alike) / len(alike)
        numbers.update(dict.fromkeys(alike, mean))
    for i, j, x, z in tuples(market.deployed, range(size.team), range(size.provider_features), range(size.values)):
        numbers[f"f {i},{j},{x},{z}"] = numbers[f"f {i},0,{x},{z}"]
    for name in [name for name in numbers if name.startswith("enters ")]:
        numbers[name] = numbers[f"enters 0,{name.rpartition(',')[2]}"]


def revealing(market, numbers):
    """The dominant rule says what the provider sees, as far as there are words."""
    for name in numbers:
        if name.startswith("dominant "):
            x, _, m = name.removeprefix("dominant ").split(",")
            numbers[name] = Fraction(m == str(min(int(x), market.size.messages - 1)))


@dataclass(frozen=True)
class Twin:
    """A market with its numbers, and an order for every opaque one (drawn when first asked for)."""

    market: object
    numbers: dict
    orders: dict

    def order(self, key, length, rng):
        """The order that ``key`` stands for."""
        return self.orders.setdefault(key, tuple(rng.sample(range(length), length)))

    def worth(self):
        """What every term is worth, by place."""
        decided = {}
        for decision in self.market.decisions.log:
            for option, taken in enumerate(decision.taken):
                decided[taken.place] = decision, option
        values = []
        for term in self.market.book.terms:
            if term.sign == "+":
                values.append(values[term.left.place] + values[term.right.place])
            elif term.sign == "*":
                values.append(values[term.left.place] * values[term.right.place])
            elif term.sign == "constant":
                values.append(term.left)
            elif term.place in decided:
                decision, option = decided[term.place]
                scores = [values[score.place] for score in decision.scores]
                first = next(k for k in self.orders[decision.order] if scores[k] == max(scores))
                values.append(Fraction(option == first))
            else:
                values.append(self.numbers[term.left])
        return values


def twin(market, numbers, rng):
    """A twin of a market, with orders."""
    made, setting = Twin(market, numbers, {}), market.setting
    for i in market.members:
        made.order(("pick", i), market.size.providers, rng)
        for j in range(1 if setting.blind_ties else market.size.providers):
            made.order(("act", i, j), market.size.actions, rng)
            made.order(("say", i, j), market.size.messages, rng)
    return made


def concrete(made):
    """The game, with the entrant if there is one."""
    size, numbers, setting = made.market.size, made.numbers, made.market.setting
    new = [size.users] if setting.entrant else []
    users, acts, states = [*range(size.users), *new], range(size.actions), range(size.states)

    def table(family, *at):
        return tuple(
            tuple(numbers[",".join(map(str, (f"{family} {at[0]}", *at[1:], a, y)))] for y in states) for a in acts
        )

    def payoff(j, profile, y):
        old = numbers[",".join(map(str, (f"P {j}", *profile[: size.users], y)))]
        if not new:
            return old
        beta = numbers[f"beta {j}"]
        return (1 - beta) * old + beta * numbers[f"wish {j},{profile[-1]},{y}"]

    knows = list(tuples(range(size.user_features), repeat=size.users))
    sees = list(tuples(range(size.provider_features), repeat=size.providers))
    prior = []
    for t, (y, known, seen) in enumerate(tuples(states, knows, sees)):
        chance = numbers["phi " + ",".join(map(str, (y, *known, *seen)))]
        for x in range(size.user_features) if new else [None]:
            more = numbers[f"enters {t},{x}"] if new else ONE
            prior.append(Atom(chance * more, y, (*known, x) if new else known, seen))
    providers = tuple(
        Provider(
            f"p{j}",
            _labels(size.provider_features),
            Table({a: tuple(payoff(j, a, y) for y in states) for a in tuples(acts, repeat=len(users))}),
        )
        for j in range(size.providers)
    )
    people = tuple(User(f"u{i}", _labels(size.user_features), _labels(size.actions), table("u", i)) for i in users)
    asked = [0 if setting.blind_ties else j for j in range(size.providers)]
    ties = Ties(
        tuple(made.orders["pick", i] for i in users),
        tuple(tuple(made.orders["act", i, j] for j in asked) for i in users),
        tuple(tuple(made.orders["say", i, j] for j in asked) for i in users),
    )
    return Game(people, providers, _labels(size.states), tuple(prior), _labels(size.messages), setting.protocol, ties)


def rule(numbers, family, size, sources, protocol):
    """The rule of this family."""
    turns = [t for r, turn in enumerate(protocol) if turn == "P" for t in tuples(range(size.messages), repeat=r)]
    return {
        (x, t): tuple(numbers[f"{family}{x},{'.'.join(map(str, t))},{m}"] for m in range(size.messages))
        for x, t in tuples(range(sources), turns)
    }


def profile(made):
    """The providers' rules."""
    size, setting = made.market.size, made.market.setting
    heard = [0 if setting.play == "anonymous" else i for i in made.market.members]
    return Profile(
        setting.play,
        tuple(
            tuple(rule(made.numbers, f"say {j},{i},", size, size.provider_features, setting.protocol) for i in heard)
            for j in range(size.providers)
        ),
    )


def deployed(made, user, provider):
    """The game of a user whose only provider is a twin of ``provider`` who sees a garbled feature and says the shared
    rule: the game, his rules."""
    game, size = concrete(made), made.market.size
    garbling = [
        [made.numbers[f"f {user},{provider},{x},{z}"] for z in range(size.values)]
        for x in range(size.provider_features)
    ]
    prior = tuple(
        Atom(atom.probability * garbling[atom.provider_features[provider]][z], atom.state, atom.user_features, (z,))
        for atom in game.prior
        for z in range(size.values)
    )
    protocol = game.protocol[game.protocol.startswith("U") :]
    ties = Ties(
        ((0,),) * len(game.users),
        tuple((orders[provider],) for orders in game.ties.actions),
        tuple((orders[provider],) for orders in game.ties.messages),
    )
    alone = (Provider("alone", _labels(size.values), game.providers[provider].payoff),)
    shared = rule(made.numbers, f"S {user},", size, size.values, protocol)
    changed = Game(game.users, alone, game.states, prior, game.messages, protocol, ties)
    return changed, Profile("anonymous", ((shared,) * len(game.users),))


def _labels(count):
    return tuple(map(str, range(count)))
