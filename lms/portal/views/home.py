"""The page a person starts from: a section for each of their roles."""

from django.shortcuts import render

from courses.models import Application
from lms.portal.home_learner import learner_home
from lms.portal.home_mentor import mentor_home
from lms.portal.home_staff import staff_home
from lms.portal.roles import roles_of


def home(request):
    roles = roles_of(request.user)
    is_alone = not (roles.learner or roles.mentor or roles.staff)
    context = {
        "roles": roles,
        "applications": list(Application.objects.shown_to(request.user)) if is_alone else [],
        "learner": learner_home(request.user, request.GET.get("cohort", "")) if roles.learner or is_alone else None,
        "mentor": mentor_home(request.user) if roles.mentor else None,
        "staff": staff_home(request.user) if roles.staff else None,
    }
    return render(request, "portal/home.html", context)
