"""What is handed in: projects with their dates, submitting, and what came of it."""

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from courses.models import Cohort, Enrollment
from courses.places import own_enrollments
from courses.timeline import Timeline
from lms.api.serializers import ProjectSerializer, SubmissionSerializer, SubmitSerializer
from lms.lib.prepared import Prepared, Text
from projects.actions.grades import late_attempts
from projects.actions.reviews import mark_seen
from projects.actions.submissions import submit_work
from projects.models import GraderVersion, Project, Submission, SubmissionFile
from projects.permissions import can_read_feedback
from projects.uploads import read_uploads

COHORT = OpenApiParameter("cohort", str, description="Needed only by learners of several cohorts.")


def _called(slug, user):
    """The projects of this slug in the curricula of a learner's cohorts."""
    own = Cohort.objects.filter(enrollments__user=user).order_by().values("curriculum")
    return Project.objects.filter(slug=slug, curriculum__in=own).select_related("activity__module")


CALLED = Prepared(_called, Text("slug"), "user")


def enrollments_of(user):
    """The viewer's open enrollments by curriculum id; of several in one curriculum the newest."""
    places = (
        Enrollment.objects.open()
        .filter(user=user)
        .select_related("cohort")
        .prefetch_related("cohort__breaks", "pauses", "extensions__granted_by", "accommodations")
    )
    return {place.cohort.curriculum_id: place for place in places.order_by("enrolled_at")}


class ProjectList(generics.ListAPIView):
    """The projects of one's open enrollments, each with its effective dates and why they are what they are."""

    serializer_class = ProjectSerializer
    queryset = Project.objects.none()

    def get_queryset(self):
        return Project.objects.filter(curriculum__in=self.places).select_related("activity__module").order_by("-pk")

    def get_serializer_context(self):
        timelines = {pk: Timeline.of(place) for pk, place in self.places.items()}
        newest = GraderVersion.objects.filter(project=OuterRef("project")).order_by("-number").values("pk")[:1]
        versions = GraderVersion.objects.filter(project__curriculum__in=self.places, pk=Subquery(newest))
        by_project = {version.project_id: version for version in versions}
        own = {"enrollments": self.places, "timelines": timelines, "versions": by_project}
        return {**super().get_serializer_context(), **own}

    @property
    def places(self):
        if not hasattr(self, "_places"):
            self._places = {} if getattr(self, "swagger_fake_view", False) else enrollments_of(self.request.user)
        return self._places


class SubmissionListCreate(APIView):
    """One's own attempts at a project, and handing in another."""

    parser_classes = [MultiPartParser, FormParser, JSONParser]
    throttle_scope = "submit"

    def get_throttles(self):
        self.throttle_scope = "submit" if self.request.method == "POST" else None
        return super().get_throttles()

    @extend_schema(parameters=[COHORT], responses=SubmissionSerializer(many=True))
    def get(self, request, slug):
        enrollment, project = self._place(request, slug, request.query_params.get("cohort"))
        attempts = Submission.objects.filter(enrollment=enrollment, project=project).with_outcome()
        mark_seen(enrollment=enrollment, project=project)
        return Response(told(list(attempts.order_by("-number")[:200])))

    @extend_schema(request={"multipart/form-data": SubmitSerializer}, responses={201: SubmissionSerializer})
    def post(self, request, slug):
        given = SubmitSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        enrollment, project = self._place(request, slug, given.validated_data.get("cohort"))
        files = read_uploads(given.validated_data["files"], request)
        submission = submit_work(
            project=project,
            enrollment=enrollment,
            files=files,
            link=given.validated_data["link"],
            note=given.validated_data["note"],
            by=request.user,
        )
        return Response(told_new(submission, files), status=201)

    def _place(self, request, slug, cohort=None):
        """The learner's enrollment whose curriculum has the project, of several the newest that is open, else the newest;
        404 when there is none."""
        places = [place for place in own_enrollments(request.user) if not cohort or place.cohort.slug == cohort]
        found = {one.curriculum_id: one for one in CALLED.objects(slug=slug, user=request.user.pk)}
        having = [place for place in places if place.cohort.curriculum_id in found]
        if not having:
            raise Http404
        enrollment = next((place for place in having if place.is_open), having[0])
        return enrollment, found[enrollment.cohort.curriculum_id]


class SubmissionDetail(APIView):
    """One submission: its state, the points and groups of its checks, and its review."""

    @extend_schema(responses=SubmissionSerializer)
    def get(self, request, pk):
        visible = Submission.objects.visible_to(request.user).with_outcome()
        submission = get_object_or_404(visible, pk=pk)
        reads = can_read_feedback(request.user, submission)
        if reads and mark_seen(enrollment=submission.enrollment, project=submission.project):
            submission = visible.get(pk=pk)  # all that is noted as read is told
        return Response(told([submission])[0])


def told_new(submission, names):
    """What the API says of a submission that was made just now: what nobody can have found yet is not asked for."""
    files = [SubmissionFile(name=name) for name in sorted(names)]
    submission._prefetched_objects_cache = {"files": files, "jobs": [], "reviews": []}
    return told([submission])[0]


def told(submissions):
    """What the API says of these submissions."""
    return SubmissionSerializer(submissions, many=True, context={"late": late_attempts(attempts=submissions)}).data
