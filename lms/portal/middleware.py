"""What holds for every request: addresses that no database can hold, methods that an address does not take, signing in, and
refusals told where the person came from.
"""

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from lms.api import errors as api_errors
from lms.lib.errors import DomainError
from lms.portal.views import errors


class UnreadableAddressMiddleware:
    """Answers 400 to an address with a NUL in its path or query, which PostgreSQL can neither store nor look for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "\0" in query or "%00" in query:
            raise BadRequest("An address cannot hold a NUL.")
        return self.get_response(request)


class NotAllowedMiddleware:
    """Answers a method that an address does not take with a page that says so, below /api/ in the API's shape."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        answer = api_errors.not_allowed(request) if api_errors.is_api(request) else errors.not_allowed(request)
        answer["Allow"] = response["Allow"]
        return answer


class SignedInMiddleware(LoginRequiredMiddleware):
    """Sends who is not signed in to the sign-in page; htmx gets 401, as it would put that page into a piece of this one."""

    def handle_no_permission(self, request, view_func):
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)


class DomainErrorMiddleware:
    """Turns a refusal by the rules into a message on the page the person came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, DomainError) or api_errors.is_api(request):
            return None
        messages.error(request, str(exception))
        back = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = "/"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": back})
        return redirect(back)
