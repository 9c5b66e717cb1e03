"""Choosing words passage by passage: what can be chosen, and what the choice comes to. Pure."""

import re
from collections.abc import Sequence

MARKER = " […] "
# A sentence ends with its stop and what closes it; a line break ends one too.
_SENTENCE = re.compile(r"\S(?:.*?[.!?…][\"'”’»)\]]*(?=\s|$)|.*?$)", re.DOTALL | re.MULTILINE)


def sentences_of(text: str) -> tuple[str, ...]:
    """Return what can be chosen of a text: its sentences, in order, each as it stands there."""
    return tuple(
        part.strip()
        for line in re.split(r"\r\n|\n|\r", text)
        for part in _SENTENCE.findall(line)
        if part.strip()
    )


def spans_of(text: str, passages: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return where passages stand in a text; None unless all do, in their order and apart."""
    spans = []
    at = 0
    for passage in passages:
        begins = text.find(passage, at) if passage.strip() else -1
        if begins < 0:
            return None
        at = begins + len(passage)
        spans.append((begins, at))
    return spans


def joined(text: str, passages: Sequence[str]) -> str:
    """Return chosen passages as they go out: what stands together stays so, else a marker.

    Nothing stands for what was left out before the first and after the last.
    Raises ValueError for words that are not in the text, or not in its order.
    """
    spans = spans_of(text, passages)
    if not spans:
        raise ValueError("not in the text")
    out = text[slice(*spans[0])]
    for (_, ended), (begins, ends) in zip(spans, spans[1:], strict=False):
        between = text[ended:begins]
        out += (MARKER if between.strip() else between) + text[begins:ends]
    return out


def is_all(text: str, passages: Sequence[str]) -> bool:
    """Say whether the passages are all there is: then it has to be said that less will not do."""
    return joined(text, passages).split() == text.split()
