"""One's own bookmarks and private notes. Nobody reads another person's."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.response import Response
from rest_framework.views import APIView

from courses.actions.keepsakes import save_note, set_bookmark
from courses.keepsakes import keepsake_of
from courses.models import Keepsake
from courses.places import learning_place, own_enrollments
from lms.api.serializers import KeepsakeSerializer, KeepSerializer


class NoteList(generics.ListAPIView):
    """What one keeps of activities: bookmarks and notes, newest first."""

    serializer_class = KeepsakeSerializer
    queryset = Keepsake.objects.none()

    def get_queryset(self):
        return self.request.user.keepsakes.select_related("program")


class NoteDetail(APIView):
    """The bookmark and the note of one activity of one's curriculum."""

    @extend_schema(responses=KeepsakeSerializer)
    def get(self, request, slug):
        return Response(self._told(self._place(request, slug), slug))

    @extend_schema(request=KeepSerializer, responses=KeepsakeSerializer)
    def put(self, request, slug):
        """Set what is sent; the rest stays. A `note` replaces the edition in `edition`; 409 when it is another by now."""
        given = KeepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        place, wanted = self._place(request, slug), given.validated_data
        own = {"program": place.cohort.program_id, "slug": slug, "by": request.user}
        if "note" in wanted:
            save_note(**own, text=wanted["note"], seen=wanted["edition"])
        if "bookmarked" in wanted:
            set_bookmark(**own, on=wanted["bookmarked"])
        return Response(self._told(place, slug))

    def _place(self, request, slug):
        """The learner's newest place in a curriculum with this activity; 404 when there is none."""
        for enrollment in own_enrollments(request.user):
            place = learning_place(enrollment)
            if place.outline.find(slug) or keepsake_of(place, slug):
                return place
        raise Http404

    def _told(self, place, slug):
        program = place.cohort.program
        kept = keepsake_of(place, slug) or Keepsake(program=program, slug=slug)
        kept.program = program
        return KeepsakeSerializer(kept).data
