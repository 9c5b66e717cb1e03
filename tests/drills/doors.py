"""Guessing at the doors: fifty guesses at once at each, and a spray of other names between guesses.

`python -m tests.drills.doors [names]` prints one JSON line for each database
that answers: how many guesses were compared, at most, at a password, a code of
the app, a recovery code and a one-time code (T17), alone and from many
addresses; and how many of the guesses at one account were compared while four
workers tried `names` other names between them.
"""

import sys

from tests.each_database import run_drill

NAMES = 2_000


def main(names: int = NAMES) -> int:
    """Run the drill on each database that answers, a process each; 1 on any violation."""
    return run_drill("doors", "tests.drills.guessing", names)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else NAMES))
