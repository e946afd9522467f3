"""What an exercise's config says of handing in and of points, whatever its kind."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from .bundle import Bundle
from .checks import SpecError


def daily_cap(bundle: Bundle) -> int | None:
    """How many submissions a learner may hand in on one day; None for any number.

    The rule is the exercise's; it is enforced where submissions are accepted, as the engine knows no days.
    Raises ``SpecError``.
    """
    cap = bundle.config.get("daily_cap")
    if cap is not None and (type(cap) is not int or cap < 1):
        raise SpecError("daily_cap: a whole number above 0")
    return cap


def free_points(bundle: Bundle) -> Decimal:
    """What the untouched download is meant to score: 0 unless the author says so. Raises ``SpecError``."""
    try:
        points = Decimal(str(bundle.config.get("free_points", 0)))
    except InvalidOperation:
        points = Decimal(-1)
    if not points.is_finite() or points < 0:
        raise SpecError("free_points: a number of 0 or more")
    return points
