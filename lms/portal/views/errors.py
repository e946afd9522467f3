"""What a person reads when a form cannot be trusted, or its address is opened as a page."""

from inspect import getclosurevars

from django.shortcuts import render
from django.urls import Resolver404, resolve


def csrf_failure(request, reason=""):
    """The form's secret and the browser's do not belong together: signed out meanwhile, or cookies are blocked."""
    return render(request, "403_csrf.html", status=403)


def not_allowed(request):
    """The address takes only what a form sends: somebody reloaded it, or followed it after signing in."""
    return render(request, "405.html", {"back": page_above(request.path)}, status=405)


def page_above(path):
    """The nearest address above `path` that is a page, or "" where only the home page is."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        try:
            view = resolve(above).func
        except Resolver404:
            continue
        if "GET" in methods_of(view):
            return above
    return ""


def methods_of(view):
    """The methods that a function view takes, as `require_http_methods` and its like keep them."""
    return getclosurevars(view).nonlocals.get("request_method_list", ["GET"])
