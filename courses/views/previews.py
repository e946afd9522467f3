"""An author's way into a version: the learners' own pages, as any week shows them."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.entries import address_of
from courses.offices import program_of
from courses.outline import outline_of
from courses.places import preview_slug
from lms.lib.ids import id_in


@require_safe
def curriculum_preview(request, program):
    """Lead to the preview of `version` with `week` as this one: its activity `at`, else its outline."""
    program = program_of(request.user, program)
    curriculum = get_object_or_404(program.curricula, version=request.GET.get("version", ""))
    week = id_in(request.GET.get("week", "1")) or 0
    if not 1 <= week <= curriculum.weeks:
        raise Http404(f"This version has the weeks 1 to {curriculum.weeks}.")
    slug = preview_slug(curriculum, week)
    activity = outline_of(curriculum.pk).find(request.GET.get("at", ""))
    return redirect(address_of(activity, slug) if activity else f"{reverse('curriculum')}?cohort={slug}")
