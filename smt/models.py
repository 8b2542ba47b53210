"""Z3 asked for a model, in a process of its own, which is stopped at the time limit whatever it is at.

    python -m alignproof.smt.models MILLISECONDS

reads SMT-LIB 2 from standard input and prints the model as JSON, a number by name; nothing if there is none. A value
that is not rational is null.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction

import z3

from alignproof.smt.solvers import GRACE

Model = Mapping[str, Fraction | None]
"""Values of the variables; None where it is not rational, or does not matter."""


def model(constraints: Sequence[z3.BoolRef], seconds: float) -> Model | None:
    """Values that satisfy the constraints; None if none were found in time, for whatever reason."""
    solver = z3.Solver()
    solver.add(*constraints)
    command = [sys.executable, "-P", "-m", "alignproof.smt.models", str(max(1, int(1000 * seconds)))]
    try:
        done = subprocess.run(
            command, input=solver.to_smt2(), capture_output=True, encoding="utf-8", timeout=seconds + GRACE, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    if done.returncode != 0 or not done.stdout:
        return None
    return {name: None if text is None else Fraction(text) for name, text in json.loads(done.stdout).items()}


def main() -> None:
    """Answer the question on standard input."""
    solver = z3.Solver()
    solver.set("timeout", int(sys.argv[1]))
    solver.from_string(sys.stdin.read())
    if solver.check() == z3.sat:
        found = solver.model()
        print(json.dumps({declared.name(): _text(found[declared]) for declared in found.decls()}))


def _text(value: z3.ExprRef) -> str | None:
    return str(value.as_fraction()) if z3.is_rational_value(value) else None


if __name__ == "__main__":
    main()
