"""One shape for every error: {"error": {"code", "message", "fields"}}."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from lms.lib.errors import DomainError, InvalidInput

NOTHING_HERE = "There is nothing here that you may see."
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def handle_exception(error, context):
    """DRF's handler, reshaped; a `DomainError` answers 409 (400 when the input itself is wrong)."""
    if isinstance(error, DomainError):
        set_rollback()
        status = 400 if isinstance(error, InvalidInput) else 409
        return Response(shape(error.code, str(error)), status=status)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = shape("invalid", "Some fields need attention; nothing was saved.", fields=response.data)
    elif isinstance(error, Http404):
        response.data = shape("not_found", NOTHING_HERE)
    elif isinstance(error, PermissionDenied):
        response.data = shape("permission_denied", "You may not do this.")
    else:
        response.data = shape(error.get_codes() if isinstance(error.get_codes(), str) else "error", str(error.detail))
    return response


def unreadable(request, exception):
    """The project's answer to a request that Django cannot read, in the API's shape below /api/, else as a page."""
    if not is_api(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, TOO_MUCH):
        return JsonResponse(shape("too_much", "This request holds too many files or too much data."), status=400)
    return JsonResponse(shape("unreadable", "This request could not be read."), status=400)


def not_found(request, exception):
    """The project's answer to an address that is not there."""
    if not is_api(request):
        return defaults.page_not_found(request, exception)
    return JsonResponse(shape("not_found", NOTHING_HERE), status=404)


def not_allowed(request):
    """The API's answer to a method that an address does not take."""
    return JsonResponse(shape("method_not_allowed", f"{request.method} is not allowed here."), status=405)


def server_error(request):
    """The project's answer to a fault of its own."""
    if not is_api(request):
        return defaults.server_error(request)
    return JsonResponse(shape("server_error", "Something went wrong here; it has been logged."), status=500)


def is_api(request):
    return request.path.startswith("/api/")


def shape(code, message, fields=None):
    return {"error": {"code": code, "message": message, "fields": fields or {}}}
