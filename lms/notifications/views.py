"""The bell: what one person was told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from lms.notifications.actions import mark_read, set_preference
from lms.notifications.models import Kind, Notification, Preference

NOTIFICATIONS_PER_PAGE = 25


def notification_list(request):
    unread_only = request.GET.get("show") == "unread"
    mine = Notification.objects.shown_to(request.user)
    mine = mine.unread() if unread_only else mine
    page = Paginator(mine, NOTIFICATIONS_PER_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": "All", "url": "?", "active": not unread_only},
        {"label": "Unread", "url": "?show=unread", "active": unread_only},
    ]
    context = {"page": page, "unread_only": unread_only, "tabs": tabs}
    return render(request, "notifications/notification_list.html", context)


@require_http_methods(["GET", "POST"])
def notification_open(request, notification_id):
    """Mark as read, unless somebody only looks on, and go where it points; nowhere but into this portal."""
    notification = get_object_or_404(Notification.objects.shown_to(request.user), pk=notification_id)
    if request.user.seen_in is None:
        mark_read(recipient=request.user, keys=[notification.pk])
    is_ours = notification.path.startswith("/") and url_has_allowed_host_and_scheme(notification.path, None)
    return redirect(notification.path if is_ours else "notification_list")


@require_POST
def notifications_read(request):
    count = mark_read(recipient=request.user)
    messages.success(request, f"{count} marked as read." if count else "Everything was read already.")
    return redirect("notification_list")


@require_http_methods(["GET", "POST"])
def notification_preferences(request):
    """Which kinds are e-mailed; in the portal all of them stand under the bell."""
    if request.method == "POST":
        wanted = request.POST.getlist("kind")
        for kind in Kind.values:
            set_preference(user=request.user, kind=kind, wanted=kind in wanted)
        messages.success(request, "Saved. It holds for what happens from now on.")
        return redirect("notification_preferences")
    unwanted = set(Preference.objects.filter(user=request.user, wanted=False).values_list("kind", flat=True))
    kinds = [{"value": value, "label": label, "wanted": value not in unwanted} for value, label in Kind.choices]
    return render(request, "notifications/notification_preferences.html", {"kinds": kinds})
