"""One shape for every error: {"error": {"code", "message", "fields"}}."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from lms.lib.errors import DomainError, InvalidInput


def handle_exception(error, context):
    """DRF's handler, reshaped; a `DomainError` answers 409 (400 when the input itself is wrong)."""
    if isinstance(error, DomainError):
        set_rollback()
        status = 400 if isinstance(error, InvalidInput) else 409
        return Response(_shape(error.code, str(error)), status=status)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = _shape("invalid", "Some fields need attention; nothing was saved.", fields=response.data)
    elif isinstance(error, Http404):
        response.data = _shape("not_found", "There is nothing here that you may see.")
    elif isinstance(error, PermissionDenied):
        response.data = _shape("permission_denied", "You may not do this.")
    else:
        response.data = _shape(error.get_codes() if isinstance(error.get_codes(), str) else "error", str(error.detail))
    return response


def _shape(code, message, fields=None):
    return {"error": {"code": code, "message": message, "fields": fields or {}}}
