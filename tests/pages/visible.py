"""What a page says: its visible text, block by block, and the house's own words alone."""

import re
from html.parser import HTMLParser

INLINE = {"a", "b", "br", "em", "i", "mark", "span", "strong"}
VOID = {"br", "hr", "img", "input", "link", "meta", "use", "wbr"}
UNSEEN = {"head", "script", "style", "svg", "textarea", "template"}
DOORS = {"button", "back", "brand", "hint", "skip"}  # links and hints that stand alone
NOT_OURS = {"num", "sealed__lines"}


class _Blocks(HTMLParser):
    def __init__(self, language: str, *, ours: bool) -> None:
        super().__init__()
        self.language, self.ours = language, ours
        self.blocks = [""]
        self.open: list[tuple[str, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self.blocks.append("")
        if tag in VOID:
            return
        classes = set(given.get("class", "").split())
        alone = tag not in INLINE or bool(classes & DOORS)
        hidden = self.open[-1][2] if self.open else False
        if self.ours and tag == "footer" and any(t == "blockquote" for t, _, _ in self.open):
            hidden = False  # under a member's words stand words of the house
        elif self.ours and not hidden:
            hidden = tag in ("code", "time") or "words" in classes or bool(classes & NOT_OURS)
            hidden = hidden or (tag != "html" and given.get("lang", self.language) != self.language)
        hidden = hidden or tag in UNSEEN or "hidden" in given
        self.open.append((tag, alone, hidden))
        if alone:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self.open:
            opened, alone, _ = self.open.pop()
            if alone:
                self.blocks.append("")
            if opened == tag:
                break

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][2]):
            self.blocks[-1] += data


def blocks(html: str) -> list[str]:
    """Return all visible text of a page, a string for each block."""
    return _read(html, "", ours=False)


def own_blocks(html: str, language: str, names: list[str]) -> list[str]:
    """Return what the house itself says on a page.

    Left out: members' words, text in another language (prescribed notices),
    codes, times, days that are written out, and the given names.
    """
    told = []
    for block in _read(html, language, ours=True):
        for name in sorted(names, key=len, reverse=True):
            block = block.replace(name, "")
        told.append(DAYS[language].sub("", block))
    return told


def _read(html: str, language: str, *, ours: bool) -> list[str]:
    parser = _Blocks(language, ours=ours)
    parser.feed(html)
    joined = (re.sub(r"\s+", " ", block).strip() for block in parser.blocks)
    return [block for block in joined if block]


_MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto"
    "|septiembre|octubre|noviembre|diciembre",
}
_WEEKDAYS = {
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "es": "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
}
DAYS = {
    "en": re.compile(
        rf"(?:(?:{_WEEKDAYS['en']}) )?\d{{1,2}} (?:{_MONTHS['en']})(?: \d{{4}})?(?:, \d\d:\d\d)?"
    ),
    "es": re.compile(
        rf"(?:(?:{_WEEKDAYS['es']}) )?\d{{1,2}} de (?:{_MONTHS['es']})(?: de \d{{4}})?"
        rf"(?:, \d\d:\d\d)?"
    ),
}
