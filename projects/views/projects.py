"""The page of what is handed in: brief, dates, rubric, checks, the form and the attempts beside it."""

import io
import zipfile
from dataclasses import replace

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from courses.beside import beside
from courses.entries import entry_of
from courses.keepsakes import keepsake_of
from courses.outline import text_of
from courses.places import place_of
from courses.schedule import is_late
from courses.views.activities import activity_asset, find_activity, neighbours
from lms.lib import present
from projects.actions.grades import LATE_FACTOR, first_accepted, late_attempts
from projects.allowance import allowance_of
from projects.brief import attempts_of, checks_of, untold_reviews
from projects.forms import SubmitForm
from projects.models import Criterion, Grade, Project, Submission
from projects.notebook_display import show_release

project_asset = activity_asset


def project_detail(request, cohort, slug):
    place = place_of(request.user, cohort)
    if place.outline.find(slug) is None and (work := earlier_work(place, slug)):
        return redirect("submission_detail", work.pk)
    activity = find_activity(place, slug)
    if not activity.is_handed_in:
        return redirect("activity_detail", cohort=cohort, slug=slug)
    project = project_of(activity)
    return render(request, "projects/project_detail.html", page_of(place, project, SubmitForm(project=project)))


def project_release(request, cohort, slug):
    """What learners start from: the notebook alone, or a zip when there are several files."""
    place = place_of(request.user, cohort)
    activity = find_activity(place, slug)
    place.check_open(activity)
    return download(slug, project_of(activity).grader_versions.first())


def download(slug, version):
    """What one starts from, to be kept; 404 where there is nothing."""
    files = list(version.files.filter(part="release").select_related("stored").order_by("name")) if version else []
    if not files:
        raise Http404
    name, content = released(slug, files)
    response = FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
    response["Content-Type"] = "application/zip" if name.endswith(".zip") else "application/octet-stream"
    return response


def earlier_work(place, slug):
    """The learner's newest attempt at a project that only an earlier version of the program has, so that old links lead on."""
    work = Submission.objects.filter(enrollment=place.enrollment, project__slug=slug)
    return work.order_by("-submitted_at", "-pk").first() if place.enrollment else None


def project_of(activity):
    """The project of an activity that is handed in, with the activity as it is known already."""
    project = get_object_or_404(Project.objects.select_related("rubric"), activity=activity.pk)
    project.activity = activity
    return project


def page_of(place, project, form):
    """The context of the page; its texts are addressed absolutely, since a refused form is shown at another address."""
    activity = project.activity
    work = work_of(place, project)
    is_untold = bool(work["attempts"]) and work["attempts"][0].is_untold
    shown = replace(place, untold=frozenset([activity.pk] if is_untold else []))
    entry = entry_of(shown, activity)
    here = reverse("project_detail", kwargs={"cohort": place.cohort.slug, "slug": project.slug})
    version = form.version
    release = release_of(version) if version else {}
    previous, following = neighbours(place, activity)
    return {
        "place": place,
        "activity": activity,
        "project": project,
        "entry": entry,
        "beside": beside(shown, activity),
        "kept": keepsake_of(place, activity.slug),
        "here": here,
        "body": rooted(text_of(activity.content_id), here),
        "form": form,
        "allowance": allowance_of(project=project, version=version, enrollment=place.enrollment, now=present.now()),
        "checks": checks_of(version) if version else [],
        "release": release,
        "notebook": notebook_of(project.slug, release) if not entry.is_locked else None,
        "criteria": criteria_of(project),
        "late_factor": LATE_FACTOR,
        "is_late": is_late_now(place, project, entry),
        "previous": previous,
        "following": following,
        "is_untold": is_untold,
        **work,
    }


def release_of(version):
    """What learners start from: the digests of its files by their names."""
    return dict(version.files.filter(part="release").values_list("name", "stored"))


def notebook_of(slug, release):
    """The cells of the notebook that learners start from, or None."""
    digests = [digest for name, digest in release.items() if named(slug, name) == f"{slug}.ipynb"]
    return show_release(digests[0]) if digests else None


def is_late_now(place, project, entry):
    """Whether what is handed in now counts as late; not after an attempt in time that went to review."""
    due = entry.due.at if entry.due else None
    if not is_late(due, present.now()):
        return False
    first = first_accepted(place.enrollment, project) if place.enrollment else None
    return first is None or bool(late_attempts(attempts=[first]))


def work_of(place, project):
    """What the learner has handed in so far; empty for those who look in."""
    if place.enrollment is None:
        return {"attempts": [], "grade": None}
    grade = Grade.objects.filter(enrollment=place.enrollment, project=project).select_related("submission").first()
    untold = untold_reviews(place.enrollment, project)
    attempts = attempts_of(place.enrollment, project, counting=grade and grade.submission_id, untold=untold)
    return {"attempts": attempts, "grade": grade}


def criteria_of(project):
    if not project.is_reviewed:
        return []
    return list(Criterion.objects.filter(rubric__project=project).prefetch_related("levels", "skills"))


def rooted(html, here):
    """A text's relative addresses (`asset/…` and `../slug/`) as absolute ones below `here`."""
    parent = here.rstrip("/").rpartition("/")[0]
    return html.replace('src="asset/', f'src="{here}asset/').replace('href="../', f'href="{parent}/')


def released(slug, files):
    if len(files) == 1:
        return named(slug, files[0].name), files[0].stored.read()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(f"{slug}/{named(slug, file.name)}", file.stored.read())
    return f"{slug}.zip", packed.getvalue()


def named(slug, name):
    """The notebook of an exercise is called after it."""
    return f"{slug}.ipynb" if name == "exercise.ipynb" else name
