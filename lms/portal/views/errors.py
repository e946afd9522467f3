"""What a person reads when a form cannot be trusted."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    """The form's secret and the browser's do not belong together: signed out meanwhile, or cookies are blocked."""
    return render(request, "403_csrf.html", status=403)
