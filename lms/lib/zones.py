"""The time zones that people choose from."""

import zoneinfo
from functools import cache
from importlib.resources import files

ZONES_OF_PLACES = "zoneinfo/zone.tab"
"""In IANA's data: country, coordinates and name of each zone people live in; old names and aliases are not in it."""


@cache
def zones_of_places() -> tuple[str, ...]:
    """The zones by the name in use today, in order: Asia/Kolkata, and neither Asia/Calcutta nor US/Pacific."""
    lines = (files("tzdata") / ZONES_OF_PLACES).read_text(encoding="utf-8").splitlines()
    named = {line.split("\t")[2] for line in lines if line and not line.startswith("#")}
    return tuple(sorted(named & zoneinfo.available_timezones()))


def find_zone(text: str) -> str:
    """The zone that a person means by "europe/lisbon", "Europe / Lisbon", "New York" or "utc"; "" for none or several."""
    return _zones_by_wording().get(_wording(text), "")


@cache
def _zones_by_wording() -> dict[str, str]:
    found = {_wording(name): name for name in sorted(zoneinfo.available_timezones())}
    cities: dict[str, list[str]] = {}
    for name in zones_of_places():
        cities.setdefault(_wording(name.rpartition("/")[2]), []).append(name)
    return {**{city: names[0] for city, names in cities.items() if len(names) == 1}, **found}


def _wording(text: str) -> str:
    return "/".join(" ".join(part.replace("_", " ").split()) for part in text.casefold().split("/"))
