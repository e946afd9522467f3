"""The pages of one cohort's office."""

from django.urls import reverse

from courses.models import Cohort

PAGES = (
    ("Overview", "cohort_detail"),
    ("Learners", "cohort_learners"),
    ("Matrix", "cohort_matrix"),
    ("Admissions", "cohort_admissions"),
    ("Invitations and mentors", "cohort_people"),
    ("Calendar and seats", "cohort_calendar"),
)


def office_tabs(cohort: Cohort, here: str) -> list[dict[str, object]]:
    """The tabs of the office, for the component `tabs`."""
    return [{"label": label, "url": reverse(name, args=[cohort.slug]), "active": name == here} for label, name in PAGES]
