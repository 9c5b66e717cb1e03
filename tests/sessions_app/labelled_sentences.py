"""The labelled sentences and the roster they are read against.

`labelled_sentences.txt` says how a sentence is labelled. Every third one is held
out: it is measured, and nobody looks at it to make the guard better.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sessions_app.name_guard import KnownAs

WHO = (
    *("jonas", "priya", "grace", "will", "hope", "mark", "beth", "jose"),
    *("elena", "mercedes", "bob", "zoe", "yusuf", "marylou", "may"),
)
IDS = {who: UUID(int=number) for number, who in enumerate(WHO, start=1)}

ROSTER = (
    KnownAs(IDS["jonas"], "Jonas Weber"),
    KnownAs(IDS["priya"], "Priya Raghunathan"),
    KnownAs(IDS["grace"], "Grace Lindqvist-Okoro", "Gracie", ("G", "Lindy")),
    KnownAs(IDS["will"], "William Hartley", "Will"),
    KnownAs(IDS["hope"], "Hope Adeyemi"),
    KnownAs(IDS["mark"], "Mark O'Neill"),
    KnownAs(IDS["beth"], "Elizabeth Castellano", "Beth"),
    KnownAs(IDS["jose"], "José Ramírez Ortega"),
    KnownAs(IDS["elena"], "Елена Соколова"),
    KnownAs(IDS["mercedes"], "Mercedes Navarro", "", ("Meche",)),
    KnownAs(IDS["bob"], "Robert Delgado", "", ("Tank",)),
    KnownAs(IDS["zoe"], "Zoë Marchetti"),
    KnownAs(IDS["yusuf"], "يوسف حداد", "Yusuf"),
    KnownAs(IDS["marylou"], "Mary-Lou Fitzgerald"),
    KnownAs(IDS["may"], "May Chen", "", ("Sunny", "陈美")),
)


@dataclass(frozen=True)
class Mention:
    start: int
    end: int
    member: UUID
    kind: str  # name, nick, initials, misspelt, script


@dataclass(frozen=True)
class Sentence:
    text: str
    mentions: tuple[Mention, ...]
    held_out: bool


LABEL = re.compile(r"\[([^\]|]+)\|(\w+)(?:\|(\w+))?\]")


def _sentence(line: str, held_out: bool) -> Sentence:
    text, mentions, done = "", [], 0
    for label in LABEL.finditer(line):
        text += line[done : label.start()]
        surface, who, kind = label.groups()
        mentions.append(Mention(len(text), len(text) + len(surface), IDS[who], kind or "name"))
        text, done = text + surface, label.end()
    return Sentence(text + line[done:], tuple(mentions), held_out)


def labelled() -> list[Sentence]:
    """Return every sentence, in the order of the file."""
    lines = Path(__file__).with_name("labelled_sentences.txt").read_text("utf-8").splitlines()
    lines = [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]
    return [_sentence(line, number % 3 == 2) for number, line in enumerate(lines)]


SENTENCES = labelled()
