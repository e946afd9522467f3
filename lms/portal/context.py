"""What every page of the portal knows about its viewer."""

from django.conf import settings


def portal(request):
    return {"DEMO": settings.DEMO}
