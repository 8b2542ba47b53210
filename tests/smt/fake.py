"""A solver that says what it is told to say."""

from alignproof.smt.solvers import Reply


class Saying:
    def __init__(self, answer, reason=""):
        self.answer, self.reason, self.read, self.limits = answer, reason, [], []

    def ask(self, text, seconds):
        self.read.append(text)
        self.limits.append(seconds)
        return Reply("fake 1.0", self.answer, self.reason, 0.0)
