"""`make bench-names`: what the name guard finds, what it marks for nothing, and how fast.

Read over the labelled sentences of the tests. `recall` is over mentions by name
or nickname; `false_marks` is the share of sentences without a name that get a
mark that needs an answer. The same is said of the plain regex over all names
and aliases, which is what one would write first. Exits 1 below the bars.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sessions_app.name_guard import KnownAs, Roster, find_names, needs_answer
from tests.sessions_app.labelled_sentences import ROSTER, SENTENCES, Mention, Sentence

RECALL, FALSE_MARKS, SECONDS = 0.98, 0.03, 0.5
NAMES = ("name", "nick")

Place = tuple[int, int, frozenset[object]]
Finder = Callable[[str], list[Place]]


@dataclass(frozen=True)
class Figures:
    recall: float
    false_marks: float
    by_kind: dict[str, tuple[int, int]]  # found, of how many
    missed: tuple[tuple[str, Mention], ...]
    marked: tuple[str, ...]


def guard() -> Finder:
    """Return the guard's finder: places that need an answer, and whom they may mean."""
    roster = Roster(ROSTER)
    return lambda text: [
        (span.start, span.end, frozenset(span.members))
        for span in roster.find(text)
        if needs_answer(span)
    ]


def plain_regex(roster: Sequence[KnownAs] = ROSTER) -> Finder:
    """Return what one would write first: every name and alias between word boundaries."""
    names = {
        part: one.member
        for one in roster
        for whole in (one.name, one.preferred, *one.aliases)
        for part in (whole, *whole.split())
        if part
    }
    pattern = re.compile(
        r"\b(" + "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) + r")\b"
    )
    return lambda text: [
        (match.start(), match.end(), frozenset({names[match[0]]}))
        for match in pattern.finditer(text)
    ]


def measure(find: Finder, sentences: Iterable[Sentence] = SENTENCES) -> Figures:
    """Compare what is found with the labels; a mention is found if a place overlaps it and
    may mean its member."""
    found, all_of = Counter[str](), Counter[str]()
    missed, marked, nameless = [], [], 0
    for sentence in sentences:
        places = find(sentence.text)
        for mention in sentence.mentions:
            all_of[mention.kind] += 1
            if any(
                start < mention.end and mention.start < end and mention.member in members
                for start, end, members in places
            ):
                found[mention.kind] += 1
            else:
                missed.append((sentence.text, mention))
        if not sentence.mentions:
            nameless += 1
            if places:
                marked.append(sentence.text)
    return Figures(
        sum(found[kind] for kind in NAMES) / sum(all_of[kind] for kind in NAMES),
        len(marked) / nameless,
        {kind: (found[kind], all_of[kind]) for kind in sorted(all_of)},
        tuple(missed),
        tuple(marked),
    )


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the best of a few, in time of the processor: others may be at work on the machine."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def long_texts() -> dict[str, str]:
    """Return texts of 20,000 characters that a slow guard would stumble over."""
    prose = "\n".join(sentence.text for sentence in SENTENCES)
    near = " ".join(f"J{a}on{b}s Pr{a}ya{b} Gr{b}ce{a}" for a in "aeioubcdf" for b in "xyzklmnpq")
    texts = {
        "prose": prose,
        "one word": "a",
        "one name": "Jonas",
        "Will": "Will ",
        "near names": near + " ",
        "initials": "J.W. ",
        "the man who": "the new member the man who sits ",
        "apostrophes": "O'",
        "letters": "G ",
        "hyphens": "Lindqvist-",
    }
    return {what: (text * (20_000 // len(text) + 1))[:20_000] for what, text in texts.items()}


def slowest() -> tuple[float, str]:
    """Return the longest that one of the long texts takes, and which."""
    return max(
        (seconds(lambda text=text: find_names(text, ROSTER), 3), what)
        for what, text in long_texts().items()
    )


def ratio_to_regex() -> float:
    """Return the guard's time over the plain regex's, on the same texts, both made once."""
    texts = [sentence.text for sentence in SENTENCES]
    ours, theirs = guard(), plain_regex()
    return seconds(lambda: [ours(text) for text in texts]) / seconds(
        lambda: [theirs(text) for text in texts]
    )


def is_good_enough(figures: Figures) -> bool:
    return figures.recall >= RECALL and figures.false_marks <= FALSE_MARKS


def _kinds(figures: Figures) -> str:
    return " ".join(f"{kind}={found}/{of}" for kind, (found, of) in figures.by_kind.items())


def main() -> int:
    figures, regex = measure(guard()), measure(plain_regex())
    held_out = measure(guard(), [s for s in SENTENCES if s.held_out])
    longest, what = slowest()
    print(
        f"recall={figures.recall:.3f} false_marks={figures.false_marks:.3f} "
        f"ratio_vs_regex={ratio_to_regex():.1f} seconds_20000x15={longest:.3f}"
    )
    print(f"found: {_kinds(figures)} slowest: {what}")
    print(f"held out: recall={held_out.recall:.3f} false_marks={held_out.false_marks:.3f} "
          f"{_kinds(held_out)}")  # fmt: skip
    print(f"plain regex: recall={regex.recall:.3f} false_marks={regex.false_marks:.3f} "
          f"{_kinds(regex)}")  # fmt: skip
    return 0 if is_good_enough(figures) and longest <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
