"""How far a purpose reaches: a yes to its parts, a no to its parts without exception. Pure."""

from collections.abc import Iterable

from consent.kinds import NEVER_INHERITED, PARENT_PURPOSE


def reaches(granted: str, asked: str) -> bool:
    """Say whether a consent to `granted` covers `asked`: itself, or a part of it (row 6)."""
    if granted == asked:
        return granted in PARENT_PURPOSE
    return asked not in NEVER_INHERITED and within(asked, granted)


def blocking(refused: Iterable[str], asked: Iterable[str]) -> set[str]:
    """Return the refused purposes that reach any of those asked."""
    wanted = set(asked)
    return {no for no in refused if any(within(purpose, no) for purpose in wanted)}


def within(purpose: str | None, whole: str) -> bool:
    """Say whether `purpose` is `whole` or a part of it."""
    while purpose is not None:
        if purpose == whole:
            return True
        purpose = PARENT_PURPOSE.get(purpose)
    return False
