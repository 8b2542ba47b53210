"""What is in the catalogue: claims, stories, and where each instance comes from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rows:
    """Certificates of rows of ``make verify``: all rows called ``name``, or ``name: ...``, whose scope begins so."""

    name: str
    scope: str = ""

    @property
    def command(self) -> str:
        """The command that makes the certificates again."""
        return f'alignproof verify "{self.name}"'

    def covers(self, result: str, scope: str) -> bool:
        """Whether a row is meant."""
        return (result == self.name or result.startswith(f"{self.name}: ")) and scope.startswith(self.scope)


@dataclass(frozen=True)
class Searched:
    """What the search finds for a goal from nothing but the goal, shrunk, in canonical form: a certificate per kind."""

    goal: str
    settings: tuple[str, ...] = ()
    robust: bool = False
    kinds: tuple[str, ...] = ("bound-violated",)

    @property
    def command(self) -> str:
        """The command that finds the instance again."""
        options = [f"--param {setting}" for setting in self.settings] + ["--robust"] * self.robust
        return " ".join(["alignproof search", self.goal, *options, "--shrink"])


@dataclass(frozen=True)
class Entry:
    """An instance: what it shows, and what everybody in it knows, wants and does, in plain words.

    ``smallest`` says whether the instance is as small as can be, and how that is known.
    """

    name: str
    title: str
    shows: str
    knows: str
    wants: str
    does: str
    hence: str
    source: Rows | Searched
    smallest: str = "not asked"


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "theorem-4-1",
        "Theorem 4.1: weak alignment is not enough if rules are anonymous",
        "With exact weak alignment every user may get half of her benchmark, 1/2 of 1, in an equilibrium.",
        "Both providers see which of two equally likely states it is. The users see nothing.",
        "Both users want to name the state. Each provider earns 1/2 if one of them is right, and 1/2 if the other is "
        "wrong; for the two providers it is the other way round.",
        "Nobody says anything, and both users guess.",
        "Whatever is said to one user is said to the other, and they want the same. So they are right equally often, "
        "and what a provider gains by one he loses by the other: he earns 1/2 in every profile.",
        Searched("thm4.1", ("eps=1/2",), robust=True),
        "yes, in every coordinate; in k if providers can name what they see",
    ),
    Entry(
        "one-bit-for-two-users",
        "Theorem 4.1 with one provider, if messages are few",
        "A single provider who is exactly aligned, and both users get 3/4 of their benchmark 1.",
        "The provider sees two fair bits. The users see nothing.",
        "Each user wants to name a bit of her own. The provider earns the mean of what they get.",
        "He may say one bit, to both. If theirs are equal he says it, else he tosses a coin.",
        "No rule earns him more. One that serves one user alone would give her 1, and leave the other a guess: this is "
        "her benchmark. With a message for each of the four pairs he would tell both all.",
        Rows("Theorem 4.1 with one provider, if messages are few"),
        "in n, k, |A| and |M|; in |Y| not: `alignproof shrink` finds three states, and 5/6 of 1",
    ),
    Entry(
        "theorem-4-1-as-in-the-proof",
        "Theorem 4.1: the proof's own market",
        "The market of the proof for eps = 1/2, c = 1, with three states and four actions.",
        "Both providers see which of three equally likely states it is. The users see nothing.",
        "The users want to name the state, or else to abstain, which is worth 1/2 to them whatever the state. Each "
        "provider likes one of them to be right, and the other to abstain.",
        "Nobody says anything, and both users abstain.",
        "Who informs one user moves the other to act as well. Two states do for the same, see the entry before.",
        Rows("Theorem 4.1", "eps=1/2, c=1"),
        "no: the entry before is smaller",
    ),
    Entry(
        "theorem-5-2",
        "Theorem 5.2: a new user can harm everybody",
        "Under exact strong alignment all users may fall below their benchmarks once somebody new is served.",
        "The provider sees the state, one of two equally likely ones. The users see nothing.",
        "Both users want to name the state. The old user's wishes are the provider's own. Of the new one he wants the "
        "first action in the second state, where she is wrong; in the first state he does not care what she does.",
        "He says nothing to either, and both take the first action.",
        "An anonymous rule cannot inform the old user and leave the new one in the dark. To tell both would earn him "
        "as much as silence, 1/2.",
        Searched("thm5.2"),
        "yes, in every coordinate",
    ),
    Entry(
        "proposition-a-2",
        "Proposition A.2: weak alignment is weaker than strong alignment",
        "Exact weak alignment, and no strong alignment with an error below 1/2.",
        "Nobody's knowledge matters: this is about payoffs alone.",
        "One provider earns 1 if she takes her first action, the other if she takes her second. She gets the sum of "
        "what both earn, less 1, which is 0 whatever she does.",
        "Nothing is played.",
        "No multiple of her utility tells her actions apart, as a provider's payoff does. The constant that is nearest "
        "to it is off by 1/2.",
        Searched("propA.2", kinds=("aligned", "not-aligned")),
        "yes, in every coordinate; |A| |Y| = 2 is what is needed of actions and states",
    ),
    Entry(
        "proposition-a-1-as-printed",
        "Proposition A.1 as printed: (T, eps)-strong does not give (T, eps, 0)-weak",
        "A payoff that is within 1/4 of a combination of utilities, and not separable.",
        "Nobody sees anything, and there is nothing to see.",
        "To the users every action is worth nothing. The provider likes them to act alike.",
        "Nothing is played.",
        "His payoff is no sum of terms of one user each, so eps_P = 0 is out of reach. (T, 0, eps) holds instead.",
        Rows("Proposition A.1 as printed"),
        "yes: a payoff of one user, or of one action each but for one user, is separable",
    ),
    Entry(
        "literal-garbling",
        "Definition 2.8 to the letter breaks Theorem 3.1",
        "A garbling that is common given the state, and worth more from one provider than from the other.",
        "The state is a fair bit y. The user sees a fair bit x of her own, one provider sees x + y, the other nothing.",
        "She wants to name the state. The provider who could help wants her to be wrong, the other wants her to be "
        "right.",
        "Nobody says anything, and she guesses.",
        "Given the state, x + y is a coin toss, which anybody can toss: a common garbling. From the first provider it "
        "tells her everything. So her benchmark is 1, and she gets 1/2 although she is exactly aligned.",
        Rows("Theorem 3.1 with Definition 2.8 to the letter"),
    ),
    Entry(
        "literal-garbling-and-smaller-sets",
        "Definition 2.8 to the letter: the benchmark may fall as T shrinks",
        "The benchmark of both providers is 1, that of one of them alone 1/2.",
        "As in the entry before.",
        "As in the entry before.",
        "Nothing is played.",
        "The paper says after Definition 2.12 that fewer providers share more. They do if a garbling has to be common "
        "given the user's features too.",
        Rows("Remark after Definition 2.12, with Definition 2.8 to the letter"),
    ),
    Entry(
        "garbling-given-all-features",
        "Section 5: given all users' features, a newcomer can change the benchmark",
        "3/4 before a bystander enters who sees the noise, 1/2 after.",
        "One provider sees the state, a fair bit, the other sees it right three times in four. The newcomer sees "
        "whether the second is right.",
        "The old user wants to name the state; both providers want her to be right. The newcomer has nothing to do.",
        "Nothing is played.",
        "Where the newcomer sees a mistake the second provider is surely wrong, and the first never, so that nothing "
        "is common but coin tosses. Given the old user's own features alone, her benchmark stays as it is.",
        Rows("Section 5, the benchmark is unchanged, given all users' features"),
    ),
    Entry(
        "ties-by-provider",
        "Theorem 3.1 if ties depend on the provider",
        "Without any error a user gets 3/4 of her benchmark 1.",
        "Both providers see the state, one of two equally likely ones. The user sees nothing.",
        "Safe play is worth 1/2 to her in the first state and 1 in the second; left and right are worth 1 in the "
        "first. Left pays the second provider, right the first, safe play both.",
        "Nobody says anything, and she plays safe.",
        "Told that it is the first state she breaks her tie against whoever told her. So nobody does.",
        Rows("Theorem 3.1 if ties depend on the provider"),
    ),
    Entry(
        "ties-by-user",
        "Theorem 4.1's own market if ties depend on the user",
        "Silence is no equilibrium of the proof's market if the users break ties differently.",
        "As in the market of the proof.",
        "As in the market of the proof.",
        "A provider says just enough to make both users indifferent. One of them then names the state, the other "
        "abstains.",
        "The step 'users alike act alike' needs a common order. The theorem does not: its first entry here is robust.",
        Rows("Theorem 4.1 if ties depend on the user"),
    ),
    Entry(
        "section-6-slack",
        "Section 6's slack of eps_U is too small",
        "A user falls short of her benchmark by 1/3, with eps_U = 1/4 and eps_P = 0.",
        "The provider sees which of three equally likely states it is. The user sees nothing.",
        "She likes to name the state; the provider earns 1/2 whatever she does, and 1/2 is within 1/4 of her utility.",
        "He says nothing, and she guesses.",
        "1/3 is more than eps_U. Theorem 3.1 allows 2 eps_U, and no factor below 2 would do.",
        Rows("Theorem 3.1 with Section 6's slack eps_U for 2 eps_U"),
    ),
    Entry(
        "provider-opens",
        "Theorem 4.4 if the provider speaks first",
        "Without any error a user gets 2/3 of her benchmark 1, with two rounds and two messages.",
        "The provider sees the state, one of three. The users see nothing.",
        "Each of two users wants to know whether it is a certain state of hers. The provider cares for both alike.",
        "He answers the second user's question, and only then may users speak.",
        "One bit answers one of them. Nobody can tell him who she is before he speaks.",
        Rows("Theorem 4.4 if the provider speaks first"),
    ),
    Entry(
        "too-few-openings",
        "Theorem 4.4 with fewer messages than users",
        "Without any error the third user gets 2/3 of her benchmark 1.",
        "The provider sees the state, one of three. The users see nothing.",
        "Each of three users wants to know whether it is a certain state of hers. The provider cares for all alike.",
        "He answers the first user's question at one opening and the second's at the other.",
        "There are two openings for three questions, so |M| >= n is needed.",
        Rows("Theorem 4.4 with fewer messages than users"),
    ),
    Entry(
        "three-wishes-two-openings",
        "Theorem 4.4 needs its Delta term",
        "Without any error, and with |M| >= n, a user gets 1/2 of her benchmark 1.",
        "The provider sees two fair bits. A coin tells the second user what she wants: the second bit, or whether the "
        "two are equal.",
        "The first user wants to know the first bit. The provider cares for all three wishes alike.",
        "He grants the second user's two wishes, one at each opening.",
        "Whoever hears the answer to another's question learns nothing. There are enough openings for users, and not "
        "enough for their types.",
        Rows("Theorem 4.4 without Delta_R(j), if types use up the messages"),
    ),
    Entry(
        "another-branch-is-better",
        "Proof of Theorem 4.4: a user may gain by naming another's branch",
        "In the proof's deviation she gets 1 by naming the other's branch, and at most 5/6 in her own.",
        "The provider sees the state, one of three. One user knows of one state that it is not the true one.",
        "She wants to name the state; the other asks whether it is the second. The provider cares for both alike, and "
        "for her alone where it is certified what a branch may be worth to her: there he earns what she gets.",
        "In the branch that is hers he says whether it is the first state, in the other whether it is the second.",
        "If she knows that it is not the first, her own branch is no news, and the other's is all she needs. The proof "
        "says that nobody gains by that; it is harmless, since more for her is no loss to others.",
        Rows("Proof of Theorem 4.4, naming her own branch is best"),
    ),
    Entry(
        "delta-is-not-small",
        "Section 4: Delta is at least 1/4 however many rounds there are",
        "One provider alone is worth 1 to the user, both together share 3/4.",
        "One provider sees the state, a fair bit, the other sees it right three times in four.",
        "The user wants to name the state, and both providers want her to.",
        "Nothing is played.",
        "Delta_R(j) counts what j knows and T does not share, not what a round is worth.",
        Rows("Section 4, Delta is small if a round is worth little"),
    ),
    Entry(
        "nothing-to-choose",
        "Theorem 5.2 does not hold for every G",
        "A market in which no newcomer can harm the user.",
        "The provider sees the state, a fair bit. The user sees nothing.",
        "She has one action only. He earns what she gets.",
        "Whatever he says, she does the one thing she can.",
        "She gets her benchmark, 1/2, in every market with a newcomer. The theorem is about one G.",
        Rows("Theorem 5.2 read as 'for every G'"),
    ),
)
