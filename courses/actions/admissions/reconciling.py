"""What the clock does for admissions; harmless when it runs twice, or in two workers."""

import structlog
from django.utils import timezone

from courses.actions.admissions.deciding import end_offer, joined, offer_next, settle
from courses.actions.admissions.moves import MOVES
from courses.models import Application, Cohort
from lms.lib.errors import DomainError

logger = structlog.get_logger(__name__)


def reconcile() -> None:
    """Settle who got a place another way, end the offers whose time is over, then offer the places that are free to the
    waiting lists.
    """
    for application in joined(Application.objects.filter(state__in=MOVES["join"].sources)):
        settle(application=application)
    for application in Application.objects.overdue_offers(timezone.now()).order_by("offer_expires_at"):
        end_offer(application=application)
    waiting = Application.objects.waiting().order_by().values("cohort")
    for cohort in Cohort.objects.filter(pk__in=waiting):
        _fill(cohort)


def _fill(cohort: Cohort) -> None:
    """One cohort's trouble keeps no other from its places."""
    try:
        while offer_next(cohort=cohort):
            pass
    except DomainError as error:
        logger.warning("place_not_offered", cohort=cohort.slug, error=str(error))
