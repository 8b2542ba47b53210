"""The indeterminate market: a game of a given size whose numbers are indeterminates, and what comes about in it.

Nothing is assumed of an indeterminate but what :mod:`alignproof.checks.universal.hypotheses` states. Prior: every
combination of a state and features has a probability of its own. Payoffs: a number per action profile and state. Ties:
opaque orders, user i's hers alone, so what is shown holds for all orders. Everything that happens is what the
definitions of ``games`` make of these numbers.

Numbers have names, a family and indices, as in ``acts:ne 0,1,0,2,1``:

- ``phi y,x_U..,x_P..``, ``u i,a,y``, ``P j,a..,y``; ``say j,i,x,t,m``, what provider j tells user i after transcript t
  (in the anonymous game i is 0); ``f i,j,x,z`` and ``S i,z,t,m``, the garblings and the shared rule meant for user i;
- of a *run* R, ``ne`` or a deviation: ``value:R i``, ``offer:R i,j``, ``acts:R i,j,x_U,x_P,a``, ``pick:R i,j``,
  ``chosen:R i,x_U,x_P..,a``, ``q:R i,a,y`` (Definition 2.4) and jointly ``Q:R a..,y``, ``payoff:R j``;
- of a rule R offered by one provider, or ``shared j``, the shared rule deployed by j: ``value:R i``,
  ``acts:R i,x_U,s,a`` and ``q:R i,a,y``, as if user i could ask nobody else;
- user i's decisions in either, by group, in order: ``taken:R:i k,option`` and ``score:R:i:k option`` on what to say
  and do, ``taken:pick:R:i 0,j`` (or ``pick:R i,j``) and ``score:pick:R:i:0 j`` on whom to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product as tuples
from typing import Any

from alignproof.checks.universal.terms import Book, Decision, Decisions, Term
from alignproof.games import outcome as outcomes
from alignproof.games.algebra import ONE, ZERO, Number, dot
from alignproof.games.augment import Entrant, augment
from alignproof.games.garbling import Garbling
from alignproof.games.model import Atom, Game, Play, Provider, Table, Ties, User
from alignproof.games.response import Response, Stakes, best_response, garbled, stakes
from alignproof.games.rules import Profile, Rule


@dataclass(frozen=True)
class Size:
    """How large the market is; everybody's numbers of actions, features and values of a garbling are alike.

    T is the first ``team`` providers. ``entrant``: a new user joins (Section 5), and the game played is G+.
    """

    users: int
    providers: int
    team: int
    actions: int
    states: int
    messages: int
    user_features: int
    provider_features: int
    values: int


@dataclass(frozen=True)
class Setting:
    """What is played: a size, a protocol, the play, whether an entrant joins, and whether ties are blind to the
    provider asked."""

    size: Size
    protocol: str
    play: Play
    entrant: bool
    blind_ties: bool


def named(family: str, *indices: object) -> str:
    """``family index,index,...``; the messages of a transcript are joined by dots."""
    texts = (".".join(map(str, i)) if isinstance(i, tuple) else str(i) for i in indices)
    return f"{family} {','.join(texts)}" if indices else family


class Market:
    """The indeterminate market: ``names`` has every number with a name, ``groups`` every user's decisions."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.size = setting, setting.size
        self.book, self.names = Book(), dict[str, Term]()
        self.decisions, self.groups = Decisions(self.book), dict[str, Sequence[Decision]]()
        self.deployed: dict[int, None] = {}
        self.original = self._game()
        self.entrant = self._entrant() if setting.entrant else None
        self.game = augment(self.original, self.entrant) if self.entrant else self.original
        self.members = range(len(self.game.users))
        heard = (0 if setting.play == "anonymous" else i for i in self.members)
        offers = [
            (
                i,
                tuple(
                    self.rule(self.game, self.size.provider_features, "say", j, i) for j in range(self.size.providers)
                ),
            )
            for i in heard
        ]
        self.profile = Profile(setting.play, tuple(zip(*(rules for _, rules in offers), strict=True)))
        self.run("ne", self.profile)

    def variable(self, family: str, *indices: object) -> Term:
        """The indeterminate of this name."""
        name = named(family, *indices)
        self.names[name] = self.book.variable(name)
        return self.names[name]

    def row(self, length: int, family: str, *indices: object) -> tuple[Term, ...]:
        """A row of indeterminates, the last index running."""
        return tuple(self.variable(family, *indices, k) for k in range(length))

    def name(self, value: Number, family: str, *indices: object) -> None:
        """Give ``value`` a name."""
        self.names[named(family, *indices)] = self.book.term(value)

    def rule(self, game: Game, sources: int, family: str, *indices: object) -> Rule:
        """An indeterminate rule."""
        cells = tuples(range(sources), game.prefixes("P"))
        return {(x, t): self.row(self.size.messages, family, *indices, x, t) for x, t in cells}

    def _orders(self, users: int) -> Ties:
        askable = range(1 if self.setting.blind_ties else self.size.providers)
        order: Any = [
            [[(kind, i, j % len(askable)) for j in range(self.size.providers)] for i in range(users)]
            for kind in ("act", "say")
        ]
        picks: Any = [("pick", i) for i in range(users)]
        return Ties(picks, *order)

    def _user(self, i: int) -> User:
        size = self.size
        utility = tuple(self.row(size.states, "u", i, a) for a in range(size.actions))
        return User(f"user {i}", _labels(size.user_features), _labels(size.actions), utility)

    def _game(self) -> Game:
        size = self.size
        users = tuple(self._user(i) for i in range(size.users))
        profiles = list(tuples(range(size.actions), repeat=size.users))
        payoffs = (Table({a: self.row(size.states, "P", j, *a) for a in profiles}) for j in range(size.providers))
        features = _labels(size.provider_features)
        providers = tuple(Provider(f"provider {j}", features, payoff) for j, payoff in enumerate(payoffs))
        users_know = tuples(range(size.user_features), repeat=size.users)
        points = tuples(range(size.states), users_know, tuples(range(size.provider_features), repeat=size.providers))
        prior = tuple(Atom(self.variable("phi", y, *u, *p), y, u, p) for y, u, p in points)
        messages, ties = _labels(size.messages), self._orders(size.users)
        return Game(users, providers, _labels(size.states), prior, messages, self.setting.protocol, ties)

    def _entrant(self) -> Entrant:
        size, new = self.size, self.size.users
        features = tuple(self.row(size.user_features, "enters", t) for t in range(len(self.original.prior)))
        wishes = tuple(
            tuple(self.row(size.states, "wish", j, a) for a in range(size.actions)) for j in range(size.providers)
        )
        return Entrant(self._user(new), features, self.row(size.providers, "beta"), wishes, self._orders(new + 1))

    @cached_property
    def shorter(self) -> Game:
        """The game in which a shared rule is worth the benchmark: if the user opens the conversation, the rounds after
        that (Theorem 4.4), else the game itself."""
        protocol = self.game.protocol
        return replace(self.game, protocol=protocol[1:] if protocol.startswith("U") else protocol)

    def shared(self, user: int) -> tuple[dict[int, Garbling], Rule]:
        """The garblings, by provider of T, and the shared rule meant for ``user`` (Definition 2.9)."""
        sources = range(self.size.provider_features)
        garblings = {
            j: tuple(self.row(self.size.values, "f", user, j, x) for x in sources) for j in range(self.size.team)
        }
        return garblings, self.rule(self.shorter, self.size.values, "S", user)

    def deploy(self, user: int, provider: int) -> None:
        """Name what becomes of ``user`` when ``provider`` deploys the shared rule meant for her."""
        self.deployed[user] = None
        garblings, rule = self.shared(user)
        at = garbled(stakes(self.game, user, provider), garblings[provider])
        response = self._offered(f"shared {provider}", self.shorter, user, provider, rule, at)
        acts = tuple(
            tuple(tuple(dot(row, column) for column in zip(*by_value, strict=True)) for row in garblings[provider])
            for by_value in response.acts
        )
        self._alone(f"shared {provider}", user, provider, Response(response.value, acts))

    def offer(self, run: str, user: int, provider: int, rule: Rule) -> None:
        """Name what becomes of ``user`` when ``provider`` offers her ``rule`` and she asks nobody else."""
        response = self._offered(run, self.game, user, provider, rule, stakes(self.game, user, provider))
        self._alone(run, user, provider, response)

    def _offered(self, run: str, game: Game, user: int, provider: int, rule: Rule, at: Stakes) -> Response:
        start = len(self.decisions.log)
        response = best_response(self.decisions, game, user, provider, rule, at)
        self._log(f"{run}:{user}", self.decisions.log[start:])
        self.name(response.value, f"value:{run}", user)
        self._named_acts(response, f"acts:{run}", user)
        return response

    def _alone(self, run: str, user: int, provider: int, response: Response) -> None:
        asked = tuple(ONE if j == provider else ZERO for j in range(self.size.providers))
        self._induced(run, outcomes.UserOutcome((response,) * len(asked), asked, response.value), user)

    def _induced(self, run: str, who: outcomes.UserOutcome, user: int) -> None:
        induced = outcomes.induced_distribution(self.decisions, self.game, who, user)
        for a, y in tuples(range(self.size.actions), range(self.size.states)):
            self.name(induced[a][y], f"q:{run}", user, a, y)

    def _named_acts(self, response: Response, family: str, *indices: object) -> None:
        for x, by_source in enumerate(response.acts):
            for source, chances in enumerate(by_source):
                for a, chance in enumerate(chances):
                    self.name(chance, family, *indices, x, source, a)

    def _log(self, group: str, decisions: Sequence[Decision]) -> None:
        self.groups[group] = decisions
        for k, decision in enumerate(decisions):
            for option, (taken, score) in enumerate(zip(decision.taken, decision.scores, strict=True)):
                self.name(taken, f"taken:{group}", k, option)
                self.name(score, f"score:{group}:{k}", option)

    def run(self, run: str, profile: Profile) -> None:
        """Name what a profile brings about (Definitions 2.2-2.7)."""
        users = tuple(self._fares(run, profile, i) for i in self.members)
        joint = outcomes.joint_distribution(self.decisions, self.game, users)
        for actions, by_state in joint.items():
            for y, chance in enumerate(by_state):
                self.name(chance, f"Q:{run}", *actions, y)
        for j, who in enumerate(self.game.providers):
            self.name(outcomes.expected_payoff(who.payoff, joint), f"payoff:{run}", j)

    def _fares(self, run: str, profile: Profile, i: int) -> outcomes.UserOutcome:
        start = len(self.decisions.log)
        who = outcomes.user_outcome(self.decisions, self.game, profile, i)
        self._log(f"{run}:{i}", self.decisions.log[start:-1])
        self._log(f"pick:{run}:{i}", self.decisions.log[-1:])
        self.name(who.value, f"value:{run}", i)
        for j, (response, picked) in enumerate(zip(who.responses, who.picks, strict=True)):
            self.name(response.value, f"offer:{run}", i, j)
            self.name(picked, f"pick:{run}", i, j)
            self._named_acts(response, f"acts:{run}", i, j)
        sources = tuples(range(self.size.provider_features), repeat=self.size.providers)
        for x, known in tuples(range(self.size.user_features), sources):
            for a, chance in enumerate(outcomes.chosen_acts(self.decisions, who, x, known)):
                self.name(chance, f"chosen:{run}", i, x, *known, a)
        self._induced(run, who, i)
        return who


def _labels(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))
