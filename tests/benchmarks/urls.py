"""The portal's addresses and the bare page."""

from django.shortcuts import render
from django.urls import include, path

from courses.models import Cohort


def bare(request):
    """The project's full middleware, session and user, one indexed query, one template: what no page can go below."""
    return render(request, "bare.html", {"cohort": Cohort.objects.get(slug="bench")})


urlpatterns = [path("bench/bare/", bare), path("", include("lms.urls"))]
