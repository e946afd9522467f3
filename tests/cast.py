"""The cast: one cohort, the people around it, and a browser session for each.

`learner` has a place in `cohort` and `mentor` looks after them; `other_learner` and `other_mentor` belong to
`other_cohort` of another program, which `other_admin` runs; `outsider` has an account and nothing else.
"""

import pytest
from django.test import Client

from courses.models import Curriculum, Module, Program
from tests import world


@pytest.fixture
def curriculum(db):
    return world.make_curriculum(version="2026.1")


@pytest.fixture
def cohort(curriculum):
    return world.make_cohort(curriculum, name="Spring cohort", slug="spring")


@pytest.fixture
def other_cohort(db):
    program = Program.objects.create(slug="other", title="Another program")
    curriculum = Curriculum.objects.create(program=program, version="1", digest="0" * 64, weeks=1, hours_per_week=10)
    Module.objects.create(curriculum=curriculum, week=1, slug="week-1", title="Week 1 title")
    return world.make_cohort(curriculum, name="Other cohort", slug="other")


@pytest.fixture
def learner(enrollment):
    return enrollment.user


@pytest.fixture
def enrollment(cohort):
    return world.make_enrollment(cohort, world.make_user("Lea Learner", "learner@example.org"))


@pytest.fixture
def other_learner(other_cohort):
    return world.make_enrollment(other_cohort, world.make_user("Otto Other", "other-learner@example.org")).user


@pytest.fixture
def mentor(enrollment):
    user = world.make_user("Mia Mentor", "mentor@example.org")
    world.make_assignment(world.make_mentor(user), enrollment)
    return user


@pytest.fixture
def other_mentor(other_cohort, other_learner):
    user = world.make_user("Omar Mentor", "other-mentor@example.org")
    world.make_assignment(world.make_mentor(user), other_learner.enrollments.get())
    return user


@pytest.fixture
def admin(cohort):
    return world.make_staff(cohort.program, world.make_user("Ada Admin", "admin@example.org"))


@pytest.fixture
def other_admin(other_cohort):
    return world.make_staff(other_cohort.program, world.make_user("Olga Admin", "other-admin@example.org"))


@pytest.fixture
def outsider(db):
    return world.make_user("Ove Outsider", "outsider@example.org")


@pytest.fixture
def as_user():
    """A function from a person (None: nobody) to a client signed in as them."""

    def sign_in(user):
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def exercise(curriculum):
    return world.make_project(curriculum, "exercise", "ols-from-scratch")


@pytest.fixture
def mini_project(curriculum):
    return world.make_project(curriculum, "mini-project", "house-prices")
