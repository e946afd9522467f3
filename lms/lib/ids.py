"""Ids of rows as forms and API clients send them."""

MAX_DIGITS = 18


def id_in(text: str) -> int | None:
    """The id that `text` is, in at most 18 plain digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None
