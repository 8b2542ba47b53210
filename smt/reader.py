"""A solver that reads SMT-LIB 2 from standard input and prints its answer, then the reason if that is ``unknown``.

Usage: python -m alignproof.smt.reader z3|cvc5 MILLISECONDS

This is a process of its own, because solvers may crash and may overrun the time limit that they were given.
"""

import re
import sys


def z3_reads(text: str, milliseconds: int) -> tuple[str, str]:
    """Z3's answer and the reason if it is ``unknown``."""
    import z3

    logic = re.search(r"\(set-logic (\w+)\)", text)
    solver = z3.SolverFor(logic[1]) if logic else z3.Solver()
    solver.set("timeout", milliseconds)
    solver.from_string(text)
    answer = str(solver.check())
    return answer, solver.reason_unknown() if answer == "unknown" else ""


def cvc5_reads(text: str, milliseconds: int) -> tuple[str, str]:
    """cvc5's answer and the reason if it is ``unknown``."""
    import cvc5

    solver = cvc5.Solver()
    solver.setOption("tlimit-per", str(milliseconds))
    symbols = cvc5.SymbolManager(solver)
    parser = cvc5.InputParser(solver, symbols)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "query")
    printed = ""
    while not (command := parser.nextCommand()).isNull():
        # cvc5 replaces its answer by an error if it differs from the status that the file expects.
        if command.getCommandName() != "set-info":
            printed += command.invoke(solver, symbols)
    answer, _, reason = printed.strip().partition(" ")
    return answer, reason.strip("()").lower()


READERS = {"z3": z3_reads, "cvc5": cvc5_reads}


def main(name: str, milliseconds: str) -> None:
    """Answer one query."""
    print(*READERS[name](sys.stdin.buffer.read().decode(), int(milliseconds)), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
