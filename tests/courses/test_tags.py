"""Tags on learners: the office groups people by them."""

import pytest

from courses.actions.tags import MOST_TAGS, tag, untag
from courses.models import EnrollmentTag
from lms.accounts.models import AuditEntry
from lms.lib.errors import InvalidInput
from tests import world
from tests.at_once import at_once


def test_a_tag_is_put_on_those_chosen_who_do_not_have_it(cohort, other_cohort, admin):
    one, two, three = (world.make_enrollment(cohort) for _ in range(3))
    stranger = world.make_enrollment(other_cohort)
    assert tag(cohort=cohort, enrollments=[one.pk], name="Evening  Group ", by=admin) == 1
    assert tag(cohort=cohort, enrollments=[one.pk, two.pk, stranger.pk], name="evening group", by=admin) == 1
    assert set(EnrollmentTag.objects.values_list("enrollment", "name")) == {
        (one.pk, "evening group"),
        (two.pk, "evening group"),
    }
    assert untag(cohort=cohort, enrollments=[two.pk, three.pk], name="Evening group", by=admin) == 1
    audited = AuditEntry.objects.filter(target_kind="courses.Enrollment").values_list("action", "target_id")
    assert set(audited) == {("tag", str(one.pk)), ("tag", str(two.pk)), ("untag", str(two.pk))}


@pytest.mark.parametrize("name", ["", "  \0 ", "x" * 41])
def test_what_is_no_tag_is_refused(cohort, enrollment, admin, name):
    with pytest.raises(InvalidInput, match="Nothing was changed"):
        tag(cohort=cohort, enrollments=[enrollment.pk], name=name, by=admin)


def test_too_many_tags_are_refused_for_all_of_the_group(cohort, enrollment, admin):
    EnrollmentTag.objects.bulk_create(EnrollmentTag(enrollment=enrollment, name=str(n)) for n in range(MOST_TAGS))
    other = world.make_enrollment(cohort)
    with pytest.raises(InvalidInput, match="Nobody was tagged"):
        tag(cohort=cohort, enrollments=[enrollment.pk, other.pk], name="more", by=admin)
    assert not other.tags.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tag_the_same_learners_at_once_and_each_is_tagged_once():
    cohort = world.make_cohort(world.make_curriculum())
    people, admin = [world.make_enrollment(cohort).pk for _ in range(3)], world.make_user()

    def act():
        return tag(cohort=cohort, enrollments=people, name="late start", by=admin)

    assert sorted(at_once(act, act)) == [0, 3]
    assert (EnrollmentTag.objects.count(), AuditEntry.objects.count()) == (3, 3)
