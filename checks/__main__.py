"""``python -m alignproof.checks FILE...``: check certificates with the kernel alone.

Prints a line per file; exits 0 if all are valid, 1 if one is invalid, 2 if one cannot be used.
"""

import sys

from alignproof.checks.kernel import InputError, Rejected, check_file


def verdict(path: str) -> tuple[int, str]:
    """The exit code for one file, and the line to print."""
    try:
        return 0, f"valid    {path}: {check_file(path).kind}"
    except Rejected as error:
        return 1, f"invalid  {path}: {error}"
    except InputError as error:
        return 2, f"unusable {path}: {error}"


def main(paths: list[str]) -> int:
    """Check every file; the largest exit code wins."""
    if not paths:
        print("usage: python -m alignproof.checks FILE...")
        return 2
    worst = 0
    for path in paths:
        code, line = verdict(path)
        print(line)
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
