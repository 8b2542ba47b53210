"""The forgeries find the flaw in every kernel that is broken on purpose: without this they would prove nothing."""

import pytest

from alignproof.checks import alignment, benchmark, branches, columns, equilibrium, identity, linear, shortfall
from alignproof.games.alignment import StrongWeights, WeakWeights
from tests.forged.forgeries import HARMFUL, MALFORMED
from tests.forged.valid import valid
from tests.forged.verdict import accepted, some, survivors


def _nothing(*_args, **_more):
    return None


def _refute_anything(monkeypatch):
    for module in (equilibrium, benchmark, alignment, columns):
        monkeypatch.setattr(module, "refute", _nothing)


def _variables_forgotten(monkeypatch):
    """The combination's constant is looked at, its variables are not."""

    def refute(system, proof, what):
        kept = {name: linear.Row(_constant(row.value), row.sense) for name, row in system.rows.items()}
        linear.refute(linear.System(kept), proof, what)

    for module in (equilibrium, benchmark, alignment, columns):
        monkeypatch.setattr(module, "refute", refute)


def _constant(polynomial):
    return linear.as_polynomial(polynomial.terms.get((), 0))


def _ties_always_exclude(monkeypatch):
    """Signals may be excluded without a certificate."""
    monkeypatch.setattr(equilibrium, "exclusion_system", lambda *_: linear.System({"x": _impossible()}))
    monkeypatch.setattr(equilibrium, "refute", lambda s, p, w: None if "x" in s.rows else linear.refute(s, p, w))


def _impossible():
    return linear.Row(linear.as_polynomial(-1), ">=")


def _served_sets_forgotten(monkeypatch):
    """Only the first set of served users is looked at."""
    real = equilibrium._check_served
    monkeypatch.setattr(
        equilibrium, "_check_served", lambda d, s, t, p: real(d, s, t, p) if not s or not d.outside else None
    )


def _cuts_unchecked(monkeypatch):
    """That a cut, with the rest of the program, shows the target to be out of reach."""
    monkeypatch.setattr(columns, "refute", lambda s, p, w: None if w.startswith("cut") else linear.refute(s, p, w))


def _bounds_unchecked(monkeypatch):
    """What types add at most is believed."""
    monkeypatch.setattr(columns, "refute", lambda s, p, w: None if w.startswith("bound") else linear.refute(s, p, w))


def _leaves_unchecked(monkeypatch):
    """That bounds keep to the cut is believed."""
    monkeypatch.setattr(columns, "refute", lambda s, p, w: None if w.startswith("leaf") else linear.refute(s, p, w))


def _benchmark_unbounded(monkeypatch):
    monkeypatch.setattr("alignproof.checks.kernel.check_at_most", _nothing)


def _benchmark_unreached(monkeypatch):
    monkeypatch.setattr("alignproof.checks.kernel.check_at_least", _nothing)


def _no_faults(monkeypatch):
    monkeypatch.setattr(WeakWeights, "faults", lambda *_: [])
    monkeypatch.setattr(StrongWeights, "faults", lambda *_: [])


def _no_errors(monkeypatch):
    monkeypatch.setattr(WeakWeights, "errors", lambda *_: (0, 0))
    monkeypatch.setattr(StrongWeights, "errors", lambda *_: (0,))


def _pure_rules_forgotten(monkeypatch):
    """Only the first pure rule is tried."""
    real = branches.tuples
    monkeypatch.setattr(branches, "tuples", lambda *items, **more: list(real(*items, **more))[: 1 if more else None])


def _identities_unchecked(monkeypatch):
    monkeypatch.setattr(identity, "_check_goal", _nothing)


def _stability_unchecked(monkeypatch):
    monkeypatch.setattr(shortfall, "check_equilibrium", _nothing)


def _shortfall_unchecked(monkeypatch):
    monkeypatch.setattr(shortfall, "check_at_least", _nothing)


def _alignment_unchecked(monkeypatch):
    monkeypatch.setattr(shortfall, "check_aligned", lambda *_: (StrongWeights({0: (1, 1)}, {0: 0}), (0,)))


def _slack_forgotten(monkeypatch):
    monkeypatch.setattr(WeakWeights, "slack", lambda *_: 0)


def _factors_forgotten(monkeypatch):
    real = WeakWeights.slack
    monkeypatch.setattr(WeakWeights, "slack", lambda self, user, errors, _: real(self, user, errors, (2, 2)))


BREAKS = {
    "refute-anything, equilibrium": (_refute_anything, "equilibrium-excluded", "complement"),
    "refute-anything, menus": (_refute_anything, "equilibrium-menus-on-P", "rules-changed"),
    "refute-anything, branches": (_refute_anything, "equilibrium-branches", "rules-changed"),
    "refute-anything, bound": (_refute_anything, "bound", "targets-moved"),
    "refute-anything, robust": (_refute_anything, "equilibrium-excluded", "flags-turned"),
    "refute-anything, benchmark": (_refute_anything, "benchmark-state", "bounds-moved"),
    "refute-anything, not strong": (_refute_anything, "not-aligned-strong", "bounds-moved"),
    "refute-anything, not covered": (_refute_anything, "not-aligned-uncovered", "bounds-moved"),
    "refute-anything, slack": (_refute_anything, "not-aligned-slack", "bounds-moved"),
    "refute-anything, not separable": (_refute_anything, "not-aligned-separable", "bounds-moved"),
    "refute-anything, not weak": (_refute_anything, "not-aligned-weak", "bounds-moved"),
    "refute-anything, never weak": (_refute_anything, "not-aligned-weak-ever", "bounds-moved"),
    "refute-anything, violated": (_refute_anything, "violated-by-entrant", "plus-one"),
    "variables-forgotten, bound": (_variables_forgotten, "bound", "complement"),
    "refute-anything, columns": (_refute_anything, "bound-columns", "targets-moved"),
    "variables-forgotten, columns": (_variables_forgotten, "bound-columns", "cuts-tightened"),
    "cuts-unchecked": (_cuts_unchecked, "bound-columns", "targets-moved"),
    "bounds-unchecked": (_bounds_unchecked, "bound-columns", "cuts-tightened"),
    "leaves-unchecked": (_leaves_unchecked, "bound-columns-robust", "cuts-tightened"),
    "exclusions-free": (_ties_always_exclude, "bound", "everything-excluded"),
    "served-sets-forgotten": (_served_sets_forgotten, "equilibrium-personalized", "rules-changed"),
    "benchmark-unbounded": (_benchmark_unbounded, "benchmark-state", "bounds-moved"),
    "benchmark-unreached": (_benchmark_unreached, "benchmark-users", "bounds-moved"),
    "no-faults, weak": (_no_faults, "aligned-weak", "weights-loosened"),
    "no-faults, strong": (_no_faults, "aligned-strong", "weights-loosened"),
    "no-errors, weak": (_no_errors, "aligned-weak", "plus-one"),
    "no-errors, strong": (_no_errors, "aligned-strong", "halved"),
    "identities-unchecked": (_identities_unchecked, "identity", "bounds-moved"),
    "interests-unchecked": (_no_errors, "equilibrium-pure-robust", "complement"),
    "pure-rules-forgotten": (_pure_rules_forgotten, "equilibrium-pure", "rules-changed"),
    "stability-unchecked": (_stability_unchecked, "violated-by-entrant", "plus-one"),
    "shortfall-unchecked": (_shortfall_unchecked, "violated", "bounds-moved"),
    "alignment-unchecked": (_alignment_unchecked, "violated-by-entrant", "plus-one"),
    "slack-forgotten": (_slack_forgotten, "violated", "bounds-moved"),
    "factors-forgotten": (_factors_forgotten, "met", "bounds-moved"),
    "no-errors, met": (_no_errors, "met", "shortfalls-kept"),
    "shortfall-unchecked, met": (_shortfall_unchecked, "met-strongly", "shortfalls-kept"),
    "stability-unchecked, met": (_stability_unchecked, "met-with-entrant", "rules-changed"),
    "refute-anything, met": (_refute_anything, "met-with-entrant", "zeroed"),
}
"""What is broken, a certificate, and how it is forged: the broken kernel must accept a false claim."""


@pytest.mark.parametrize("case", BREAKS)
def test_forgeries_expose_the_broken_kernel(case, monkeypatch):
    break_it, name, how = BREAKS[case]
    document = valid(name)
    assert survivors(name, document, how) == []
    break_it(monkeypatch)
    assert survivors(name, document, how) != []


@pytest.mark.parametrize("how", ["multipliers-emptied", "multipliers-negated"])
def test_malformed_evidence_exposes_a_checker_that_accepts_everything(how, monkeypatch):
    for name in ("equilibrium-excluded", "benchmark-state", "not-aligned-weak"):
        _refute_anything(monkeypatch)
        assert any(accepted(forged) for _, forged in some(name, MALFORMED[how](valid(name))))


def test_every_harmful_forgery_is_needed_by_name():
    assert {how for _, _, how in BREAKS.values()} <= set(HARMFUL)
