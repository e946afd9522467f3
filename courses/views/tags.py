"""Tagging the learners of a cohort: those chosen in the table, or the one whose page is open."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from courses.actions.tags import tag, tag_name, tags_in, untag
from courses.forms import TagForm
from courses.offices import chosen_in, office_of
from courses.views.cohorts import act_on, answer, sent


@require_http_methods(["GET", "POST"])
def cohort_tag(request, slug):
    """Put a tag on the learners in `chosen`, or take it from them (`remove`)."""
    cohort = office_of(request.user, slug)
    chosen = chosen_in(cohort, request)
    form = TagForm(sent(request))
    if chosen and act_on(form, lambda: change_tags(request, cohort, chosen, **form.cleaned_data)):
        if len(chosen) == 1:
            return redirect("enrollment_detail", cohort.slug, chosen[0].pk)
        shown = {"show": "all"} if "remove" in request.POST else {"tag": tag_name(form.cleaned_data["name"])}
        return redirect(f"{reverse('cohort_learners', args=[cohort.slug])}?{urlencode(shown)}")
    return answer(request, "courses/cohort_tag.html", form, cohort=cohort, chosen=chosen, tags=tags_in(cohort))


def change_tags(request, cohort, chosen, name):
    group = {"cohort": cohort, "enrollments": [one.pk for one in chosen], "name": name, "by": request.user}
    if "remove" in request.POST:
        count, says = untag(**group), "lost the tag"
    else:
        count, says = tag(**group), "got the tag"
    who = f"{count} of {len(chosen)} learners" if len(chosen) > 1 else str(chosen[0].user)
    messages.success(request, f"{who} {says} “{tag_name(name)}”.")
    return True
