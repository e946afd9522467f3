"""The API's documentation page, from our own origin."""

from csp.decorators import csp_update
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView


@csp_update({"style-src": ["'self'", "'unsafe-inline'"]})
@require_safe
def api_docs(request, *args, **kwargs):
    """Swagger UI over the schema; its styles are inline, so only this page allows them."""
    view = SpectacularSwaggerSplitView.as_view(url_name="api_schema", permission_classes=[], authentication_classes=[])
    return view(request, *args, **kwargs)
