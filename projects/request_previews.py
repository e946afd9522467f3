"""What granting a request would do, before it is granted."""

from dataclasses import dataclass
from typing import Any

from courses.digests import digest_of
from courses.models import PlaceRequest
from courses.models.place_requests import RequestKind
from lms.accounts.models import User
from projects.actions.answering_requests import activity_now
from projects.extending import ExtensionPreview, preview_extension


@dataclass(frozen=True)
class RequestPreview:
    """The consequences of what would be `given`; `stamp` says what was looked at."""

    stamp: str
    extension: ExtensionPreview | None = None


def preview_request(request: PlaceRequest, given: dict[str, Any], by: User) -> RequestPreview:
    """What granting `given` would do now."""
    activity, enrollment = activity_now(request), request.enrollment
    if request.kind == RequestKind.EXTENSION and activity:
        extension = preview_extension(
            cohort=enrollment.cohort, enrollments=[enrollment.pk], activity=activity, days=int(given["days"]), by=by
        )
        return RequestPreview(extension.stamp, extension)
    return RequestPreview(digest_of([request.pk, enrollment.state, enrollment.cohort_id, given])[:16])
