"""What granting a request would do, before it is granted."""

from dataclasses import dataclass
from typing import Any

from courses.models import PlaceRequest
from courses.models.place_requests import RequestKind
from lms.accounts.models import User
from lms.lib.errors import DomainError
from projects.actions.answering_requests import activity_now, place_change_of
from projects.consequences import Consequences, consequences_of
from projects.extending import ExtensionPreview, preview_extension
from projects.place_changes import check_change


@dataclass(frozen=True)
class RequestPreview:
    """The consequences of what would be `given`, or why it cannot be; `stamp` says what was looked at."""

    stamp: str = ""
    extension: ExtensionPreview | None = None
    place: Consequences | None = None
    refusal: str = ""


def preview_request(request: PlaceRequest, given: dict[str, Any], by: User) -> RequestPreview:
    """What granting `given` would do now."""
    activity, enrollment = activity_now(request), request.enrollment
    if request.kind == RequestKind.EXTENSION and activity:
        extension = preview_extension(
            cohort=enrollment.cohort, enrollments=[enrollment.pk], activity=activity, days=int(given["days"]), by=by
        )
        return RequestPreview(extension.stamp, extension)
    wanted = place_change_of(request, given)
    try:
        if wanted.starts_on is None:
            check_change(wanted)
    except DomainError as refusal:
        return RequestPreview(refusal=str(refusal))
    place = consequences_of(wanted)
    return RequestPreview(place.stamp, place=place)
