"""A person's calendar: month, agenda and single days."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lms.lib import present
from lms.portal.calendars.addresses import feed_address
from lms.portal.calendars.boards import board_of
from lms.portal.calendars.choosing import COHORT, LEARNING, MENTORING, choose
from lms.portal.calendars.months import AGENDA, MONTH, VIEWS, WEEKDAYS, Period, day_in
from lms.portal.roles import roles_of

NAMES = ((LEARNING, "My dates", "learner"), (MENTORING, "My learners", "mentor"), (COHORT, "Cohorts", "staff"))


@require_safe
def calendar(request):
    roles, zone = roles_of(request.user), ZoneInfo(request.user.time_zone)
    choice = choose(request.user, roles, request.GET.get("show", ""), request.GET.get("cohort", ""), zone)
    today = present.now().astimezone(zone).date()
    asked, view = request.GET.get("on", ""), request.GET.get("view", "")
    period = Period(day_in(asked) or today, view if view in VIEWS else "")
    address, board = Address(choice, period), board_of(choice.shown, period, today)
    context = {
        "choice": choice,
        "period": period,
        "board": board,
        "later": address.of(on=board.later) if board.later else "",
        "address": address,
        "tabs": address.tabs(roles),
        "weekdays": WEEKDAYS,
        "feed": None if choice.empty or hasattr(request, "view") else feed_address(request.user, roles),
        "refused": asked if asked and not day_in(asked) else "",
    }
    return render(request, "portal/calendar.html", context)


class Address:
    """The addresses that lead from one calendar page to others of the same calendar."""

    def __init__(self, choice, period):
        self._kept = {"show": choice.show, "cohort": choice.cohort.slug if choice.cohort else ""}
        self._period = period

    def of(self, **changed):
        query = {**self._kept, "view": self._period.view, **changed}
        return f"{reverse('calendar')}?{urlencode({name: value for name, value in query.items() if value})}"

    @property
    def before(self):
        return self.of(on=self._period.before)

    @property
    def after(self):
        return self.of(on=self._period.after)

    @property
    def today(self):
        return self.of()

    @property
    def month(self):
        return self.of(on=self._period.on, view=MONTH)

    @property
    def agenda(self):
        return self.of(on=self._period.on, view=AGENDA)

    @property
    def day(self):
        """To be ended with a day."""
        return f"{self.of(view='day')}&on="

    def tabs(self, roles):
        """One for each role that the person has, when there are several."""
        held = [(show, label) for show, label, role in NAMES if getattr(roles, role)]
        return [
            {
                "label": label,
                "url": self.of(show=show, cohort="", on=self._period.on),
                "active": show == self._kept["show"],
            }
            for show, label in held
        ]
