"""Places in a list that an address carries: what is no place is no address of ours."""


def seq_in(text: str) -> int | None:
    """Return the number of an entry, or None if `text` is not one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
