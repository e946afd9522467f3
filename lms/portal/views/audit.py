"""The audit: who did what, when, to whom, from what to what, and why."""

from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.forms import DayField
from courses.models import Cohort
from lms.accounts import audit
from lms.lib.ids import id_in
from lms.lib.tables import CSV_TYPE, csv_lines
from lms.portal.audit_page import Asked, everything_of, portion_of
from lms.portal.audit_words import SENTENCES, label_of
from lms.portal.roles import roles_of

HEADINGS = (
    "When",
    "Who",
    "Their e-mail",
    "Action",
    "What",
    "Of what",
    "About whom",
    "Their e-mail",
    "Cohort",
    "Program",
)
HEADINGS = (*HEADINGS, "From what to what", "Why")


class AuditForm(forms.Form):
    q = forms.CharField(label="Words", max_length=200, required=False)
    by = forms.CharField(label="Who did it", max_length=150, required=False)
    about = forms.CharField(label="About whom", max_length=150, required=False)
    action = forms.ChoiceField(label="What was done", required=False)
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = sorted(((action, label_of(action)) for action in SENTENCES), key=lambda choice: choice[1].lower())
        self.fields["action"].choices = [("", "Anything"), *chosen]


@require_safe
def audit_list(request):
    form, asked = asked_by(request)
    portion = portion_of(request.user, asked)
    query = request.GET.copy()
    query.pop("before", None)
    context = {"form": form, "cohort": asked.cohort, "portion": portion, "query": query.urlencode()}
    context["is_search"] = bool(form.changed_data)
    context["is_later"] = asked.before is not None
    return render(request, "portal/audit_list.html", context)


@require_safe
def audit_export(request):
    """What the page shows, all of it, as CSV that is written while it is read."""
    _, asked = asked_by(request)
    audit.record("export_audit", by=request.user, target=asked.cohort or request.user, after=told_of(request))
    attached = {"Content-Disposition": f'attachment; filename="audit-{timezone.localdate()}.csv"'}
    lines = csv_lines(rows_of(request.user, asked))
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=attached)


def asked_by(request):
    """The form of the search and what it asks for; what it cannot read it says, and leaves out."""
    if not roles_of(request.user).staff:
        raise PermissionDenied
    form = AuditForm(request.GET)
    form.is_valid()
    said = {"words" if name == "q" else name: value for name, value in form.cleaned_data.items()}
    cohort = None
    if slug := request.GET.get("cohort"):
        cohort = get_object_or_404(Cohort.objects.run_by(request.user), slug=slug)
    return form, Asked(**said, cohort=cohort, before=id_in(request.GET.get("before", "")))


def told_of(request):
    """What was searched for, as the audit keeps it."""
    return {
        name: value[:100] for name, value in request.GET.items() if value and name in (*AuditForm.base_fields, "cohort")
    }


def rows_of(reader, asked):
    yield HEADINGS
    zone = ZoneInfo(reader.time_zone)
    for line in everything_of(reader, asked):
        entry, changes = line.entry, line.changes
        yield (
            entry.at.astimezone(zone).isoformat(timespec="seconds"),
            str(entry.actor or "The portal"),
            entry.actor.email if entry.actor else "",
            entry.action,
            line.sentence,
            entry.target_label,
            str(entry.person or ""),
            entry.person.email if entry.person else "",
            str(line.cohort or ""),
            str(line.program or ""),
            "; ".join(f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in changes),
            entry.reason,
        )
