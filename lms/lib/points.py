"""How points look: without trailing zeros, and a missing number as a dash."""

from decimal import Decimal
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=2048)
def plain_number(value: Decimal | float) -> str:
    """At most two decimals, no trailing zeros, and a true minus sign."""
    text = str(value) if isinstance(value, int) else f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


@lru_cache(maxsize=2048)
def points_html(score: Decimal | float | None, maximum: Decimal | float) -> SafeString:
    """Points got of points to get; a score of None is a dash, never a zero."""
    got = "–" if score is None else plain_number(score)
    return mark_safe(f'<span class="points">{got}<span class="points-max"> / {plain_number(maximum)}</span></span>')
