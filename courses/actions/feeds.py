"""Operations on the calendar feed of a person."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.feeds import FeedFact, revised, revisions_of
from courses.models import CalendarFeed, FeedEvent
from courses.models.feeds import new_nonce
from lms.accounts import audit
from lms.accounts.models import User

REVISED = ("digest", "sequence", "changed_at", "is_cancelled", "title", "starts_at", "zone")


@transaction.atomic
def switch_on_feed(*, user: User, by: User) -> CalendarFeed:
    """Give the person's calendar an address; one that is on keeps it, one that was off gets a new one."""
    feed, created = CalendarFeed.objects.get_or_create(user=user)
    off = CalendarFeed.objects.filter(pk=feed.pk, switched_off_at__isnull=False)
    if created or off.update(switched_off_at=None, nonce=new_nonce(), made_at=timezone.now()):
        audit.record("switch_on_calendar_feed", by=by, target=feed)
    return feed


@transaction.atomic
def renew_feed(*, user: User, by: User) -> bool:
    """Give the calendar another address, so that the one before leads nowhere; False when it is off."""
    feed = CalendarFeed.objects.filter(user=user, switched_off_at=None)
    if not feed.update(nonce=new_nonce(), made_at=timezone.now()):
        return False
    audit.record("renew_calendar_feed", by=by, target=feed.get())
    return True


@transaction.atomic
def switch_off_feed(*, user: User, by: User | None) -> bool:
    """Let the address lead nowhere; False when it was off already. What was told stays known, so that revisions go on.
    `by` None: whoever operates the portal."""
    feed = CalendarFeed.objects.filter(user=user, switched_off_at=None)
    if not feed.update(switched_off_at=timezone.now()):
        return False
    audit.record("switch_off_calendar_feed", by=by, target=CalendarFeed.objects.get(user=user))
    return True


def revise_feed(
    *, feed: CalendarFeed, read: Callable[[], list[FeedFact]], now: datetime | None = None
) -> tuple[list[FeedFact], dict[str, FeedEvent]]:
    """What the feed tells now, and the revision of each event by key, those that have gone among them.

    `read` says what holds now. Nothing is written when nothing has changed. Else the feed is locked and everything is read
    once more, so that of two fetches at once each change raises a sequence once, and none goes back to what held before.
    """
    facts, known = read(), revisions_of(feed)
    if not revised(known, facts, feed, now or timezone.now()):
        return facts, known
    with transaction.atomic():
        CalendarFeed.objects.select_for_update(no_key=True).get(pk=feed.pk)
        facts, known = read(), revisions_of(feed)
        changed = revised(known, facts, feed, now or timezone.now())
        FeedEvent.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=("feed", "key"), update_fields=REVISED
        )
    return facts, known | {row.key: row for row in changed}
