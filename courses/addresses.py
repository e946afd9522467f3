"""Reading a pasted list of people to invite."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

PIECE = re.compile(r'(?:"[^"\n\r]*"|[^\n\r,;])+')
NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")
LONGEST_EMAIL, LONGEST_NAME = 254, 150


@dataclass(frozen=True)
class Addressee:
    """One of the list: as it was `typed`, and what was read of it; `email` is empty where that is no address."""

    typed: str
    email: str
    name: str = ""


def read_addresses(text: str) -> list[Addressee]:
    """The people named in `text`, one per line or between commas or semicolons, in order and each address once.

    Besides plain addresses it takes `Lea Winter <lea@example.org>` and `"Winter, Lea" <lea@example.org>`, as mail
    programs copy them, and a name and an address side by side, as spreadsheets do.
    """
    found: dict[str, Addressee] = {}
    for piece in filter(None, (piece.strip() for piece in PIECE.findall(text))):
        for one in _people_in(piece):
            found.setdefault(one.email or one.typed, one)
    return list(found.values())


def _people_in(piece: str) -> list[Addressee]:
    """One person; several where a line is nothing but addresses between spaces."""
    named = NAMED.fullmatch(piece)
    if named:
        return [_addressee(piece, named["email"], named["name"])]
    words = piece.split()
    addresses = [word for word in words if "@" in word]
    if len(addresses) == len(words):
        return [_addressee(word, word) for word in words]
    if len(addresses) == 1 and addresses[0] in (words[0], words[-1]) and not {"<", ">"} & set(piece):
        words.remove(addresses[0])
        return [_addressee(piece, addresses[0], " ".join(words))]
    return [_addressee(piece, piece)]


def read_address(text: str) -> str:
    """The address that `text` is, in small letters, or ""."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if len(email) <= LONGEST_EMAIL else ""


def _addressee(typed: str, email: str, name: str = "") -> Addressee:
    return Addressee(typed, read_address(email), name.strip(" \t\"'")[:LONGEST_NAME])
