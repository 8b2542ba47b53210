r"""Mathematics for a browser, which needs neither fonts nor scripts for it: the LaTeX of results as MathML.

Only the part of LaTeX that the results use is known: letters, numbers, ``^ _ '``, groups, fractions, ``\text`` and the
commands of the tables below. Anything else raises :class:`Unknown`, and a page then shows the LaTeX itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from alignproof.report.elements import Safe, element, together

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)

LETTERS = {
    "beta": "β",
    "delta": "δ",
    "Delta": "Δ",
    "epsilon": "ϵ",
    "lambda": "λ",
    "mu": "μ",
    "perp": "⊥",
    "phi": "ϕ",
    "varepsilon": "ε",
}
OPERATORS = {
    "cap": "∩",
    "cdot": "·",
    "cup": "∪",
    "exists": "∃",
    "forall": "∀",
    "ge": "≥",
    "in": "∈",
    "lceil": "⌈",
    "le": "≤",
    "lvert": "|",
    "mid": "∣",
    "ne": "≠",
    "neg": "¬",
    "pm": "±",
    "rceil": "⌉",
    "Rightarrow": "⇒",
    "rvert": "|",
    "subseteq": "⊆",
    "times": "×",
    "to": "→",
    "{": "{",
    "}": "}",
}
NAMES = {"max", "min", "Pr"}
SPACES = {",": "0.17em", ":": "0.22em", ";": "0.28em", " ": "0.33em", "quad": "1em"}
IGNORED = {"textstyle", "displaystyle", "left", "right"}
PLAIN = "+=<>,;:.()[]|/!*"
FENCES = set("()[]|⌈⌉{}")
BLACKBOARD = {"E": "𝔼", "1": "𝟙", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ"}
SCRIPT = {"C": "𝒞", "I": "ℐ", "P": "𝒫", "X": "𝒳"}


class Unknown(ValueError):
    """A piece of LaTeX that is not known here."""


def math(latex: str, display: bool = False) -> Safe:
    """A formula as a ``math`` element that carries its LaTeX as alternative text. Raises Unknown."""
    reader = _Reader(TOKEN.findall(latex))
    row = reader.row(end=None)
    options = {"display": "block"} if display else {}
    return element("math", row, alttext=latex, **options)


def math_or_source(latex: str, display: bool = False) -> Safe:
    """The same, or the LaTeX itself if there is something in it that is not known."""
    try:
        return math(latex, display)
    except Unknown:
        return element("code", latex)


IN_PROSE = re.compile(
    r"\b(?P<name>[A-Za-z]+)_(?:\{(?P<group>[^{}]*)\}|(?P<word>[A-Za-z0-9]+))|\b(?P<greek>eps|lambda|mu|beta|Delta)\b"
    r"|(?P<sign>>=|<=)"
)
"""What is mathematics in a sentence that is written for a terminal: w_{j,i}, eps, >=."""


def prose(text: str) -> Safe:
    """A sentence with its symbols typeset."""
    parts: list[Safe | str] = []
    at = 0
    for found in IN_PROSE.finditer(text):
        parts += [text[at : found.start()], _symbol(found)]
        at = found.end()
    return together(*parts, text[at:])


def _symbol(found: re.Match[str]) -> Safe | str:
    if found["sign"]:
        return {">=": "≥", "<=": "≤"}[found["sign"]]
    name = found["greek"] or found["name"]
    greek = {"eps": "varepsilon"}.get(name, name)
    latex = f"\\{greek}" if greek in LETTERS else name
    below = found["group"] or found["word"]
    return math_or_source(latex if below is None else f"{latex}_{{{below}}}")


@dataclass
class _Reader:
    """A recursive descent over tokens; ``at`` is the next one's place."""

    tokens: list[str]
    at: int = 0

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str:
        token = self.peek()
        if token is None:
            raise Unknown("the formula ends too early")
        self.at += 1
        return token

    def row(self, end: str | None) -> Safe:
        """Everything up to ``end``, which is taken as well."""
        parts: list[Safe] = []
        while (token := self.peek()) != end:
            if token is None:
                raise Unknown(f"no {end}")
            if token.isspace() or token[1:] in IGNORED:
                self.take()
            else:
                parts.append(self.scripted())
        if end is not None:
            self.take()
        return element("mrow", *parts)

    def scripted(self) -> Safe:
        """An atom with what stands below and above it."""
        limits = self.peek() in (r"\sum", r"\max", r"\min")
        base = self.atom()
        below: Safe | None = None
        above: list[Safe] = []
        while (token := self.peek()) in ("_", "^", "'"):
            self.take()
            if token == "'":
                above.insert(0, element("mo", "′"))
            elif token == "^":
                above.append(self.script())
            elif below is None:
                below = self.script()
            else:
                raise Unknown("two subscripts")
        if below is None and not above:
            return base
        over = element("mrow", *above) if len(above) > 1 else above[0] if above else None
        names = ("munder", "mover", "munderover") if limits else ("msub", "msup", "msubsup")
        if over is None:
            return element(names[0], base, below)
        return element(names[1], base, over) if below is None else element(names[2], base, below, over)

    def script(self) -> Safe:
        """What stands above or below: letters in a row within braces are a word, such as NE or dev."""
        word = re.match(r"{([A-Za-z]{2,})}", "".join(self.tokens[self.at :]))
        if not word:
            return self.argument()
        self.at += len(word[1]) + 2
        return element("mi", word[1])

    def argument(self) -> Safe:
        """An atom, of which a number is one digit long."""
        token = self.peek() or ""
        if token.isdigit() and len(token) > 1:
            self.tokens[self.at : self.at + 1] = list(token)
        return self.atom()

    def atom(self) -> Safe:
        """One token, group or command with its arguments."""
        token = self.take()
        while token.isspace():
            token = self.take()
        if token == "{":
            return self.row("}")
        if token.startswith("\\"):
            return self.command(token[1:])
        if token.isdigit() or re.fullmatch(r"\d+\.\d+", token):
            return element("mn", token)
        if re.fullmatch("[A-Za-z]", token):
            return element("mi", token)
        if token == "-":
            return element("mo", "−")
        if token in PLAIN:
            return _operator(token)
        raise Unknown(token)

    def command(self, name: str) -> Safe:
        if name in LETTERS:
            return element("mi", LETTERS[name])
        if name in OPERATORS:
            return _operator(OPERATORS[name])
        if name in NAMES:
            return element("mo" if name != "Pr" else "mi", name)
        if name in SPACES:
            return element("mspace", width=SPACES[name])
        if name == "sum":
            return element("mo", "∑")
        if name in ("frac", "tfrac", "dfrac"):
            return element("mfrac", self.argument(), self.argument())
        if name == "hat":
            return element("mover", self.argument(), element("mo", "^"), accent="true")
        known: dict[str, Callable[[str], Safe]] = {
            "text": lambda said: element("mtext", said.replace(" ", "\u00a0")),
            "mathrm": lambda said: element("mtext", said),
            "operatorname": lambda said: element("mi", said),
            "mathbb": lambda said: element("mi", _styled(BLACKBOARD, said)),
            "mathcal": lambda said: element("mi", _styled(SCRIPT, said)),
        }
        if name not in known:
            raise Unknown(f"\\{name}")
        return known[name](self.words())

    def words(self) -> str:
        """A group's text as it stands."""
        if self.take() != "{":
            raise Unknown("an argument without braces")
        said = ""
        while (token := self.take()) != "}":
            said += token
        return said


def _operator(sign: str) -> Safe:
    if sign == "|":
        return element("mo", sign, stretchy="false", lspace="0", rspace="0")
    return element("mo", sign, stretchy="false") if sign in FENCES else element("mo", sign)


def _styled(letters: dict[str, str], letter: str) -> str:
    if letter not in letters:
        raise Unknown(letter)
    return letters[letter]
