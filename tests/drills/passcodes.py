"""Fifty passcodes at once: three right ones open, at most five wrong ones are looked at (T17).

`python -m tests.drills.passcodes [rounds]` prints one JSON line for each
database that answers: rounds, how many opened, how many were compared, what
broke, and violations.
"""

import sys

from tests.each_database import run_drill

ROUNDS = 20


def main(rounds: int = ROUNDS) -> int:
    """Run the drill on each database that answers, a process each; 1 on any violation."""
    return run_drill("passcodes", "tests.drills.at_once", rounds)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
