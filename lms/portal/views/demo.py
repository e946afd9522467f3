"""The e-mails of the demo, which are written to files instead of being sent. These pages exist with DEMO=1 only."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import urlize
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from lms.lib.mail_folder import list_messages

SHOWN = 100


@require_safe
@login_not_required
def demo_mail_list(request):
    mails = [mail_of(name, message) for name, message in messages_of_demo()]
    return render(request, "portal/demo_mail_list.html", {"mails": mails, "shown": SHOWN})


@require_safe
@login_not_required
def demo_mail_detail(request, name):
    message = dict(messages_of_demo()).get(name)
    if message is None:
        raise Http404("There is no such e-mail, or it is older than the last hundred.")
    text = message.get_body(("plain",)).get_content()
    mail = {**mail_of(name, message), "text": mark_safe(urlize(text, nofollow=True, autoescape=True))}
    return render(request, "portal/demo_mail_detail.html", {"mail": mail})


def messages_of_demo():
    if not settings.DEMO:
        raise Http404("Only the demo keeps its e-mails.")
    return list_messages(settings.EMAIL_FILE_PATH, SHOWN)


def mail_of(name, message):
    return {
        "url": reverse("demo_mail_detail", args=[name]),
        "to": message["To"],
        "subject": message["Subject"],
        "at": parsedate_to_datetime(message["Date"]).replace(tzinfo=UTC),
    }
