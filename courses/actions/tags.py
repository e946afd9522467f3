"""Tagging the learners of a cohort, so that the office can do something for a group of them at once."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import QuerySet

from courses.models import Cohort, Enrollment, EnrollmentTag
from courses.models.tags import MAX_TAG
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput

MOST_TAGS = 20


def tag_name(text: str) -> str:
    """The tag that `text` means: small letters, single spaces; raises for none and for more than 40 characters."""
    name = " ".join(text.replace("\0", "").split()).casefold()
    if not name:
        raise InvalidInput("Write the tag, for example “evening group”. Nothing was changed.")
    if len(name) > MAX_TAG:
        raise InvalidInput(f"A tag has at most {MAX_TAG} characters; this one has {len(name)}. Nothing was changed.")
    return name


@transaction.atomic
def tag(*, cohort: Cohort, enrollments: Collection[int], name: str, by: User) -> int:
    """Put a tag on learners of the cohort, by enrollment id; how many did not have it. All of them or none."""
    name = tag_name(name)
    _one_at_a_time(cohort)
    without = list(_of(cohort, enrollments).exclude(tags__name=name).prefetch_related("tags"))
    full = next((one for one in without if len(one.tags.all()) >= MOST_TAGS), None)
    if full:
        raise InvalidInput(f"{full.user} has {MOST_TAGS} tags already; take one away first. Nobody was tagged.")
    EnrollmentTag.objects.bulk_create(EnrollmentTag(enrollment=one, name=name) for one in without)
    audit.record_all("tag", by=by, targets=without, after={"tag": name})
    return len(without)


@transaction.atomic
def untag(*, cohort: Cohort, enrollments: Collection[int], name: str, by: User) -> int:
    """Take a tag from learners of the cohort, by enrollment id; how many had it."""
    name = tag_name(name)
    _one_at_a_time(cohort)
    having = list(_of(cohort, enrollments).filter(tags__name=name))
    EnrollmentTag.objects.filter(enrollment__in=having, name=name).delete()
    audit.record_all("untag", by=by, targets=having, after={"tag": name})
    return len(having)


def tags_in(cohort: Cohort) -> list[str]:
    """The tags of the cohort's learners by name; one query."""
    names = EnrollmentTag.objects.filter(enrollment__cohort=cohort).order_by("name").values_list("name", flat=True)
    return list(names.distinct())


@transaction.atomic
def set_tags(*, cohort: Cohort, tags: Mapping[Enrollment, tuple[list[str], list[str]]], by: User) -> None:
    """Replace the tags of learners of the cohort, each from those it has to those it shall have, at most `MOST_TAGS`; the
    caller holds the cohort's row. Three queries for a few hundred."""
    EnrollmentTag.objects.filter(enrollment__in=list(tags)).delete()
    EnrollmentTag.objects.bulk_create(
        EnrollmentTag(enrollment=one, name=name) for one, (_, names) in tags.items() for name in names
    )
    changes = [audit.Change(one, {"tags": old}, {"tags": new}) for one, (old, new) in tags.items()]
    audit.record_each("set_tags", by=by, changes=changes, concerns=audit.concerns_of(cohort))


def _of(cohort: Cohort, enrollments: Collection[int]) -> QuerySet[Enrollment]:
    return cohort.enrollments.filter(pk__in=enrollments).select_related("user", "cohort").order_by("pk")


def _one_at_a_time(cohort: Cohort) -> None:
    """So that who had the tag is right for the audit too."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
