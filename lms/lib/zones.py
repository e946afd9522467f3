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
