"""Tags on learners: the office groups people by them."""

import pytest
from django.urls import reverse

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


def test_the_office_tags_those_ticked_and_finds_them_by_the_tag(as_user, admin, cohort, other_learner):
    people = [world.make_enrollment(cohort, world.make_user(name)) for name in ("Ann One", "Bob Two", "Cem Three")]
    chosen = [people[0].pk, people[1].pk, other_learner.enrollments.get().pk]
    client, address = as_user(admin), reverse("cohort_tag", args=[cohort.slug])
    assert "Nobody is chosen" in client.get(address).text
    assert "Tag 2 learners" in client.get(address, {"chosen": chosen}).text
    refused = client.post(address, {"chosen": chosen, "name": " "})
    assert refused.status_code == 422
    answer = client.post(address, {"chosen": chosen, "name": "Evening group"}, follow=True)
    assert "2 of 2 learners got the tag “evening group”" in answer.text
    assert [row.enrollment for row in answer.context["rows"]] == people[:2]
    answer = client.post(address, {"chosen": people[0].pk, "name": "evening group", "remove": "1"}, follow=True)
    assert "Lost the tag “evening group”" in answer.text
    assert list(EnrollmentTag.objects.values_list("enrollment", flat=True)) == [people[1].pk]
