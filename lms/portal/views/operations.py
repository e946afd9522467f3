"""For load balancers and monitors: does the process answer, and does everything it needs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.portal import operations


@require_safe
@login_not_required
@never_cache
def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
@never_cache
def readyz(request):
    parts = operations.status()
    ready = all(part.ok for part in parts)
    body = {
        "ready": ready,
        "parts": {part.name: {"ok": part.ok, "detail": part.detail, "remedy": part.remedy} for part in parts},
    }
    return JsonResponse(body, status=200 if ready else 503)
