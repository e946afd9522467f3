"""A learner's own bookmarks and notes, as their pages show them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from courses.entries import Entry, entry_of
from courses.models import Activity, Keepsake
from courses.places import FINISHED_EARLY, Place, learning_place, own_enrollments
from lms.accounts.models import User
from lms.lib.markdown import render_untrusted
from lms.lib.prepared import Prepared, Text


def _kept(user: int, program: int, slug: str) -> QuerySet[Any, Any]:
    return Keepsake.objects.filter(user=user, program=program, slug=slug)


KEPT = Prepared(_kept, "user", "program", Text("slug"))


@dataclass(frozen=True)
class Kept:
    """One line of the list; `entry` is None where the learner's curriculum has no such activity, or is theirs no more."""

    keepsake: Keepsake
    activity: Activity | None
    entry: Entry | None

    @property
    def title(self) -> str:
        return self.activity.title if self.activity else self.keepsake.slug.replace("-", " ").capitalize()

    @property
    def group(self) -> str:
        return str(self.activity.module) if self.activity else "No longer in your curriculum"

    @property
    def note_html(self) -> str:
        return render_untrusted(self.keepsake.note)


def own_place(user: User, cohort_slug: str) -> Place:
    """The place of a learner in a cohort of theirs, also after they left: what they keep stays theirs. `Http404` for
    everybody else.
    """
    for enrollment in own_enrollments(user):
        if enrollment.cohort.slug == cohort_slug:
            return learning_place(enrollment)
    raise Http404("Not a cohort where you learn.")


def keepsake_of(place: Place, slug: str) -> Keepsake | None:
    """What the viewer keeps of an activity; one query, none for those who only look in or on."""
    if not place.keeps:
        return None
    found: Keepsake | None = KEPT.first(user=place.enrollment.user_id, program=place.cohort.program_id, slug=slug)
    return found


def kept_slugs(place: Place) -> list[str]:
    """What the learner keeps something of, in the curriculum's order; one query. Slugs that it lacks come last."""
    mine = Keepsake.objects.filter(user=place.enrollment.user_id, program=place.cohort.program_id)
    places = place.outline.places
    return sorted(mine.values_list("slug", flat=True), key=lambda slug: (places.get(slug, len(places)), slug))


def kept_in(place: Place, slugs: list[str]) -> list[Kept]:
    """These lines of the list, in the same order; one query."""
    mine = Keepsake.objects.filter(user=place.enrollment.user_id, program=place.cohort.program_id)
    rows = {one.slug: one for one in mine.filter(slug__in=slugs)}
    return [_line(place, rows[slug]) for slug in slugs if slug in rows]


def _line(place: Place, keepsake: Keepsake) -> Kept:
    activity = place.outline.find(keepsake.slug)
    reads = activity is not None and place.enrollment.state not in FINISHED_EARLY
    return Kept(keepsake, activity, entry_of(place, activity) if reads else None)
