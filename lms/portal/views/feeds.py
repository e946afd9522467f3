"""The calendar feed: fetched without signing in, made, renewed and switched off by its person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.feeds import renew_feed, revise_feed, switch_off_feed, switch_on_feed
from courses.models import CalendarFeed
from lms.portal.calendars.feed_facts import facts_of
from lms.portal.calendars.ical import etag_of, ical_of, told_now
from lms.portal.calendars.throttles import FeedThrottle, UnknownFeedThrottle

NOWHERE = "There is no calendar at this address. It may have been replaced by a new one, or switched off."
TOO_OFTEN = "This was fetched too often. Try again later."


@login_not_required
@require_safe
def calendar_feed(request, token):
    try:
        feed = CalendarFeed.objects.for_token(token)
    except CalendarFeed.DoesNotExist:
        return _private(_throttled(request, UnknownFeedThrottle()) or _plain(NOWHERE, 404))
    if refusal := _throttled(request, FeedThrottle(), feed):
        return _private(refusal)
    told = told_now(*revise_feed(feed=feed, read=lambda: facts_of(feed.user)))
    etag = quote_etag(etag_of(feed, told))
    answer = get_conditional_response(request, etag=etag) or HttpResponse(
        ical_of(feed, told), content_type="text/calendar; charset=utf-8"
    )
    answer["ETag"] = etag
    answer["Content-Disposition"] = 'inline; filename="bootcamp.ics"'
    return _private(answer)


@require_POST
def calendar_feed_on(request):
    switch_on_feed(user=request.user, by=request.user)
    messages.success(request, "Your calendar has an address now. Give it to your calendar program and to nobody else.")
    return redirect(f"{reverse('calendar')}#feed")


@require_http_methods(["GET", "POST"])
def calendar_feed_renew(request):
    if request.method == "GET":
        return _confirm(
            request,
            "Make a new address?",
            "The old address stops at once: calendar programs that use it get no more dates until you give them the new one.",
            "Make a new address",
        )
    if renew_feed(user=request.user, by=request.user):
        messages.success(request, "Your calendar has a new address. The old one leads nowhere now.")
    else:
        messages.info(request, "Your calendar has no address now, so there is none to replace.")
    return redirect(f"{reverse('calendar')}#feed")


@require_http_methods(["GET", "POST"])
def calendar_feed_off(request):
    if request.method == "GET":
        return _confirm(
            request,
            "Switch the address off?",
            "Calendar programs that use it get no more dates. Your calendar here stays, and you can make an address again.",
            "Switch it off",
        )
    switch_off_feed(user=request.user, by=request.user)
    messages.success(request, "The address of your calendar is switched off.")
    return redirect(f"{reverse('calendar')}#feed")


def _confirm(request, title, text, button):
    back = f"{reverse('calendar')}#feed"
    context = {"title": title, "text": text, "button": button, "action": request.path, "back_url": back}
    return render(request, "layouts/confirm.html", context)


def _throttled(request, throttle, of=None):
    if throttle.allow_request(request, of):
        return None
    refusal = _plain(TOO_OFTEN, 429)
    refusal["Retry-After"] = str(int(throttle.wait() or 60) + 1)
    return refusal


def _plain(text, status):
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def _private(answer):
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
