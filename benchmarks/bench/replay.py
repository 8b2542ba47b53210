"""Making a certificate against the kernel's check of it, for every kind of certificate."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.counterexamples.deviations import deviation_certificate
from alignproof.counterexamples.tightness import Shape as MarketShape
from alignproof.counterexamples.tightness import tight
from alignproof.counterexamples.violations import Instance, certify, certify_ratio
from alignproof.formats.certificates import (
    Document,
    alignment_document,
    benchmark_claim,
    certificate,
    play_claim,
    team_claim,
    value_certificate,
)
from alignproof.formats.documents import dump
from alignproof.games.algebra import ONE, RATIONAL
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, parse
from alignproof.games.outcome import outcome
from alignproof.oracles.alignments import decomposition, smallest_strong, smallest_weak
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.deviations import best_deviation, equilibrium
from alignproof.symbolic import lemmas, theorem_3_1, theorem_4_1
from alignproof.symbolic.rules import silent_profile
from alignproof.verification.universal import STATEMENTS, all_obligations, by_obligations, from_definitions
from bench.families import Shape, market
from bench.rows import Row, Spread
from bench.settings import Settings
from bench.timing import alternated, clock, here, rows

GROUP = "Making a certificate against re-checking it"
CERTIFICATES = Path("build/certificates")
SMALL, LARGE = (3, 3, "111222122"), (8, 4, "222222222")
"""What :func:`producers` take."""

BOTH = (0, 1)


def theorem_4_1_instance(states: int) -> Instance:
    eps, c = Fraction(3, 5), Fraction(1)
    game = theorem_4_1.game(eps, c, Fraction(2), states)
    profile, weights = silent_profile(game, "anonymous"), theorem_4_1.weights(eps, c, game)
    return Instance(game, profile, BOTH, weights, theorem_3_1.FACTORS, BOTH)


def producers(states: int, size: int, digits: str) -> dict[str, Callable[[], Document]]:
    """A maker of a certificate for every kind: in Theorem 4.1's game with so many states, in a game that is drawn with
    |A| = |Y| = |M| = ``size``, and of Theorem 3.1 at the size that ``digits`` say."""
    instance = theorem_4_1_instance(states)
    game, profile = instance.game, instance.profile
    drawn, played = market(Shape(actions=size, states=size, messages=size), 0)

    def stable() -> Document:
        return certificate("equilibrium", play_claim(game, profile, robust=False), equilibrium(game, profile).evidence)

    def bound() -> Document:
        best = best_deviation(drawn, played, 0)
        claim = play_claim(drawn, played, robust=False, provider=drawn.provider_names[0], bound=str(best.bound))
        return certificate("deviation-bound", claim, best.evidence)

    def shared() -> Document:
        best = benchmark(drawn, 0, BOTH, "state and user")
        return certificate("benchmark", benchmark_claim(drawn, 0, BOTH, "state and user", best.value), best.evidence)

    def aligned() -> Document:
        fit = smallest_weak(game, BOTH, decomposition(game, BOTH))
        alignment = alignment_document(fit.weights, (fit.eps_users, fit.eps_providers))
        return certificate("aligned", team_claim(game, BOTH, alignment=alignment), {})

    def misaligned() -> Document:
        fit = smallest_strong(drawn, BOTH)
        return certificate("not-aligned", team_claim(drawn, BOTH, alignment=fit.claim), fit.evidence)

    def identity() -> Document:
        return certificate("identity", *theorem_4_1.any_size())

    def induction() -> Document:
        lemmas._general.cache_clear()
        lemmas.lemmas.cache_clear()
        return by_obligations("Theorem 3.1", all_obligations(STATEMENTS[0])).find().certificate

    return {
        "value": lambda: value_certificate(drawn, played, outcome(RATIONAL, drawn, played)),
        "equilibrium": stable,
        "not-equilibrium": lambda: deviation_certificate(drawn, played, equilibrium(drawn, played)),
        "deviation-bound": bound,
        "benchmark": shared,
        "aligned": aligned,
        "not-aligned": misaligned,
        "bound-violated": lambda: certify(instance),
        "bound-met": lambda: certify_ratio(tight("Theorem 3.1", MarketShape(2, 2, size, size, size), ONE)),
        "identity": identity,
        "obligations": induction,
        "theorem": lambda: from_definitions(STATEMENTS[0], digits, "P").find().certificate,
    }


def measure(settings: Settings) -> Iterator[Row]:
    """Two rows per kind; and the certificates of the last `make verify`, if there are any, by kind."""
    for kind, make in producers(*(SMALL if settings.quick else LARGE)).items():
        text = dump(make()).encode()
        re_checked, made = f"{kind}: re-checked", f"{kind}: made"
        contestants = {re_checked: here(lambda text=text: check(parse(text))), made: here(make)}
        measured = alternated(contestants, settings.repeats)
        yield from rows(GROUP, "", measured, {re_checked: f"{len(text) / 1024:.1f} KiB"})
    yield from kept(CERTIFICATES)


def kept(folder: Path) -> Iterator[Row]:
    """Seconds to re-check the certificates in a folder, a row per kind: over the files; and how many the kernel did not
    accept, since other code wrote them."""
    seconds: dict[str, list[float]] = {}
    refused = 0
    for path in sorted(folder.glob("*.json")):
        text = path.read_bytes()
        start = clock()
        try:
            kind = check(parse(text))
        except (Rejected, NotSeparable, InputError):
            refused += 1
            continue
        seconds.setdefault(kind, []).append(clock() - start)
    if refused:
        yield Row(GROUP, "not accepted", "files of make verify", result=f"{refused} files: run `make verify` again")
    for kind, each in sorted(seconds.items()):
        result = f"{len(each)} files in {sum(each):.2f} s"
        yield Row(GROUP, f"{kind}: re-checked", "each file of make verify", Spread.of(each), result=result)
