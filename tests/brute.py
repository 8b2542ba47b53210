"""Definitions 2.1-2.7 by enumeration of atoms, transcripts and pure strategies.

Slow and plain on purpose: nothing is shared with games.response, games.outcome, games.deviation or games.garbling.
A user's strategy for one value of her features is a pair of dicts: the message after each history of hers, and the
action after each full transcript.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples


@dataclass(frozen=True)
class Choice:
    """A user's tie-broken strategy against one provider: ``messages[x][history]`` and ``actions[x][transcript]``."""

    messages: tuple
    actions: tuple


def histories(game):
    """The histories after which the user speaks."""
    words = range(len(game.messages))
    return [h for r, turn in enumerate(game.protocol) if turn == "U" for h in tuples(words, repeat=r)]


def transcripts(game):
    """All full transcripts."""
    return list(tuples(range(len(game.messages)), repeat=len(game.protocol)))


def message_plans(game):
    """Every pure conversation rule of a user whose features are known."""
    own = histories(game)
    for plan in tuples(range(len(game.messages)), repeat=len(own)):
        yield dict(zip(own, plan, strict=True))


def action_plans(game, user):
    """Every pure decision rule of a user whose features are known."""
    ends = transcripts(game)
    for plan in tuples(range(len(game.users[user].actions)), repeat=len(ends)):
        yield dict(zip(ends, plan, strict=True))


def said(game, rule, source, transcript, start=0):
    """The chance that the provider says his part of ``transcript`` from round ``start`` on, given the user's part."""
    chance = Fraction(1)
    for r in range(start, len(transcript)):
        if game.protocol[r] == "P":
            chance *= rule[source, transcript[:r]][transcript[r]]
    return chance


def follows(game, plan, transcript, start=0):
    """Whether the user's part of ``transcript`` from round ``start`` on is what ``plan`` says."""
    rounds = range(start, len(transcript))
    return all(plan[transcript[:r]] == transcript[r] for r in rounds if game.protocol[r] == "U")


def mass(game, user, provider, rule, x, transcript):
    """The probability of features x and, if the user plays along, of the (partial) transcript."""
    return sum(
        (
            atom.probability * said(game, rule, atom.provider_features[provider], transcript)
            for atom in game.prior
            if atom.user_features[user] == x
        ),
        Fraction(0),
    )


def worth(game, user, provider, rule, x, transcript, action):
    """Utility from ``action`` on the event that features are x and, if she plays along, the transcript occurs."""
    return sum(
        (
            atom.probability
            * said(game, rule, atom.provider_features[provider], transcript)
            * game.users[user].utility[action][atom.state]
            for atom in game.prior
            if atom.user_features[user] == x
        ),
        Fraction(0),
    )


def plan_value(game, user, provider, rule, x, messages, actions, prefix=()):
    """Utility on the event x from the transcripts that extend ``prefix`` and otherwise follow the plan."""
    value = Fraction(0)
    for end in transcripts(game):
        if end[: len(prefix)] == prefix and follows(game, messages, end, len(prefix)):
            value += worth(game, user, provider, rule, x, end, actions[end])
    return value


def best_value(game, user, provider, rule):
    """The most a user can get from a rule: the best of all her pure strategies."""
    return sum(
        max(
            plan_value(game, user, provider, rule, x, messages, actions)
            for messages in message_plans(game)
            for actions in action_plans(game, user)
        )
        for x in range(len(game.users[user].features))
    )


def _first_maximiser(scores, order):
    return next(option for option in order if scores[option] == max(scores))


def choice(game, user, provider, rule, unreached="first"):
    """The tie-broken strategy of Definition 2.5, found among all conversation rules.

    Decisions come first: at each transcript the action that is best under the posterior, ties by order. Then, of all
    conversation rules, the one whose message is at every history of hers the first of those that are best given
    how she goes on. Where a history has probability 0 there is no posterior, and she takes the ``unreached`` option
    of her order, "first" or "last".
    """
    place = {"first": 0, "last": -1}[unreached]
    action_order = game.ties.actions[user][provider]
    message_order = game.ties.messages[user][provider]
    chosen_messages, chosen_actions = [], []
    for x in range(len(game.users[user].features)):
        dead = {h for h in [*histories(game), *transcripts(game)] if mass(game, user, provider, rule, x, h) == 0}
        actions = {}
        for end in transcripts(game):
            scores = [worth(game, user, provider, rule, x, end, a) for a in range(len(game.users[user].actions))]
            actions[end] = action_order[place] if end in dead else _first_maximiser(scores, action_order)
        stable = []
        for plan in message_plans(game):
            wanted = {}
            for h in histories(game):
                scores = [
                    plan_value(game, user, provider, rule, x, plan, actions, (*h, m)) for m in range(len(game.messages))
                ]
                wanted[h] = message_order[place] if h in dead else _first_maximiser(scores, message_order)
            if wanted == plan:
                stable.append(plan)
        if len(stable) != 1:
            raise RuntimeError(f"{len(stable)} tie-broken conversation rules")
        chosen_messages.append(stable[0])
        chosen_actions.append(actions)
    return Choice(tuple(chosen_messages), tuple(chosen_actions))


def value(game, user, provider, rule, how):
    """The utility of a strategy (Definition 2.10): a sum over atoms and transcripts."""
    return sum(
        plan_value(game, user, provider, rule, x, how.messages[x], how.actions[x])
        for x in range(len(game.users[user].features))
    )


def acts(game, user, rule, how, x, source):
    """The chance of each action given the user's features and the rule's source."""
    chances = [Fraction(0)] * len(game.users[user].actions)
    for end in transcripts(game):
        if follows(game, how.messages[x], end):
            chances[how.actions[x][end]] += said(game, rule, source, end)
    return tuple(chances)


@dataclass(frozen=True)
class Equilibrium:
    """What users do under a profile: their values, and whom they pick with which strategy."""

    values: tuple
    picks: tuple
    choices: tuple


def users_play(game, profile, unreached="first"):
    """Every user's best response to a profile (Definition 2.5)."""
    values, picks, choices = [], [], []
    for i in range(len(game.users)):
        offers = [profile.rules[j][i] for j in range(len(game.providers))]
        how = [choice(game, i, j, rule, unreached) for j, rule in enumerate(offers)]
        worths = [value(game, i, j, rule, how[j]) for j, rule in enumerate(offers)]
        pick = _first_maximiser(worths, game.ties.providers[i])
        values.append(worths[pick])
        picks.append(pick)
        choices.append(how[pick])
    return Equilibrium(tuple(values), tuple(picks), tuple(choices))


def conversation(game, profile, played, user, atom):
    """Every transcript that can occur for a user at an atom: its chance and the action taken after it."""
    pick, how = played.picks[user], played.choices[user]
    x, source = atom.user_features[user], atom.provider_features[pick]
    for end in transcripts(game):
        chance = said(game, profile.rules[pick][user], source, end)
        if chance and follows(game, how.messages[x], end):
            yield chance, how.actions[x][end]


def payoff_at(game, provider, actions, state):
    """A provider's payoff, from the fields of its description."""
    payoff = game.providers[provider].payoff
    if hasattr(payoff, "entries"):
        return payoff.entries[actions][state]
    terms = [payoff.weights[i] * payoff.parts[i][a][state] for i, a in enumerate(actions)]
    return sum(terms, payoff.constant)


def payoffs(game, profile, played):
    """The providers' expected payoffs: a sum over atoms and all users' transcripts."""
    earned = [Fraction(0)] * len(game.providers)
    for atom in game.prior:
        talks = [list(conversation(game, profile, played, i, atom)) for i in range(len(game.users))]
        for cases in tuples(*talks):
            chance = atom.probability
            for p, _ in cases:
                chance *= p
            actions = tuple(a for _, a in cases)
            for j in range(len(game.providers)):
                earned[j] += chance * payoff_at(game, j, actions, atom.state)
    return tuple(earned)


def induced(game, profile, played, user):
    """I_i (Definition 2.4) as ``[a][y]``."""
    table = [[Fraction(0)] * len(game.states) for _ in game.users[user].actions]
    for atom in game.prior:
        for chance, action in conversation(game, profile, played, user, atom):
            table[action][atom.state] += atom.probability * chance
    return tuple(tuple(row) for row in table)


def separable(game, provider):
    """Whether a payoff is a sum over users of terms in (a_i, y), plus a term in y: no pair of users interacts.

    That is so exactly if, whatever the other users do, changing a_i and a_k together has the effect of changing each.
    """
    n = len(game.users)
    profiles = list(tuples(*(range(len(user.actions)) for user in game.users)))
    for y in range(len(game.states)):
        for low, high in tuples(profiles, repeat=2):
            for i in range(n):
                swapped = (*low[:i], high[i], *low[i + 1 :])
                back = (*high[:i], low[i], *high[i + 1 :])
                if payoff_at(game, provider, low, y) + payoff_at(game, provider, high, y) != payoff_at(
                    game, provider, swapped, y
                ) + payoff_at(game, provider, back, y):
                    return False
    return True
