"""The present moment, as pages show it: what they say of "now" and "today" is asked here, so that a learner's pages can be
seen as on another date. What is done is always done now: actions ask `timezone.now`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_shown: ContextVar[datetime | None] = ContextVar("shown moment", default=None)


def now() -> datetime:
    """The moment that pages show: the real one, unless another is being looked at."""
    return _shown.get() or timezone.now()


@contextmanager
def shown(moment: datetime | None) -> Iterator[None]:
    """Show what holds at `moment` (None: now) until the end of the block."""
    token = _shown.set(moment)
    try:
        yield
    finally:
        _shown.reset(token)
