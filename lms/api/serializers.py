"""What the API says and takes. Shapes only; every rule lives in actions, querysets and permissions."""

import structlog
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses.models import Enrollment, Keepsake
from lms.accounts.models import User
from lms.notifications.models import Notification
from projects.brief import title_of
from projects.bundles import terms_of
from projects.grading.checks import SpecError
from projects.grading.engine import daily_cap, wanted_file
from projects.models import Project, RegradeRequest, Review, ReviewScore, Submission
from projects.models.regrade_requests import MAX_GROUP, MAX_WHY

logger = structlog.get_logger(__name__)


class CredentialsSerializer(serializers.Serializer):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False, style={"input_type": "password"})


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MeSerializer(serializers.ModelSerializer):
    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "name", "time_zone", "roles"]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(["learner", "mentor", "staff"])))
    def get_roles(self, user):
        roles = self.context["roles"]
        return [name for name in ("learner", "mentor", "staff") if getattr(roles, name)]


class EnrollmentSerializer(serializers.ModelSerializer):
    cohort = serializers.SlugField(source="cohort.slug")
    cohort_name = serializers.CharField(source="cohort.name")
    program = serializers.CharField(source="cohort.program.title")
    curriculum_version = serializers.CharField(source="cohort.curriculum.version")
    starts_on = serializers.DateField(source="cohort.starts_on")
    time_zone = serializers.CharField(source="cohort.time_zone")

    class Meta:
        model = Enrollment
        fields = [
            "id",
            "cohort",
            "cohort_name",
            "program",
            "curriculum_version",
            "starts_on",
            "time_zone",
            "state",
            "enrolled_at",
        ]


class EffectiveDateSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    zone = serializers.CharField()
    why = serializers.CharField()


class ProjectSerializer(serializers.ModelSerializer):
    """Its context has `versions`: the newest grader version of each project by the project's id."""

    cohort = serializers.SerializerMethodField()
    week = serializers.IntegerField(source="activity.module.week")
    max_score = serializers.SerializerMethodField()
    daily_cap = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    available = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()
    until = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = [
            "slug",
            "title",
            "kind",
            "cohort",
            "week",
            "max_score",
            "max_attempts",
            "daily_cap",
            "file",
            "accepts_files",
            "accepts_link",
            "available",
            "due",
            "until",
        ]

    @extend_schema_field(serializers.SlugField())
    def get_cohort(self, project):
        return self.context["enrollments"][project.curriculum_id].cohort.slug

    @extend_schema_field(serializers.FloatField())
    def get_max_score(self, project):
        return float(project.checks_max + project.rubric_max)

    @extend_schema_field(serializers.IntegerField(allow_null=True, help_text="Attempts a day, midnight to midnight."))
    def get_daily_cap(self, project):
        return self._term(project, daily_cap)

    @extend_schema_field(
        serializers.CharField(allow_null=True, help_text="The one file that is taken, if it has a name.")
    )
    def get_file(self, project):
        return self._term(project, wanted_file)

    @extend_schema_field(EffectiveDateSerializer)
    def get_available(self, project):
        return self._date(project, "available")

    @extend_schema_field(EffectiveDateSerializer(allow_null=True))
    def get_due(self, project):
        return self._date(project, "due")

    @extend_schema_field(EffectiveDateSerializer(allow_null=True))
    def get_until(self, project):
        return self._date(project, "until")

    def _term(self, project, term):
        """What the newest grader version says; None where a newer rule refuses its stored config, so that the list holds."""
        version = self.context["versions"].get(project.pk)
        try:
            return term(terms_of(version)) if version else None
        except SpecError as error:
            logger.warning("stored_config_refused", grader_version=version.pk, error=str(error))
            return None

    def _date(self, project, which):
        date = getattr(self.context["timelines"][project.curriculum_id].dates(project.activity), which)
        return date and {"at": date.at, "zone": date.zone, "why": date.why()}


class SubmitSerializer(serializers.Serializer):
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False, default=list)
    link = serializers.URLField(required=False, default="", allow_blank=True, max_length=500)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=5000)
    cohort = serializers.SlugField(required=False, help_text="Needed only by learners of several cohorts.")


class GroupSerializer(serializers.Serializer):
    id = serializers.CharField()
    title = serializers.CharField()
    score = serializers.FloatField()
    max_score = serializers.FloatField()
    verdict = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    visibility = serializers.CharField()


class ReviewScoreSerializer(serializers.ModelSerializer):
    criterion = serializers.CharField(source="criterion.title")
    criterion_id = serializers.IntegerField()
    level = serializers.CharField(source="level.title")
    points = serializers.FloatField(source="level.points")

    class Meta:
        model = ReviewScore
        fields = ["criterion", "criterion_id", "level", "points", "comment"]


class ReviewSerializer(serializers.ModelSerializer):
    reviewer = serializers.CharField(source="reviewer.name")
    scores = ReviewScoreSerializer(many=True)

    class Meta:
        model = Review
        fields = ["reviewer", "verdict", "comment", "finished_at", "scores"]


class SubmissionSerializer(serializers.ModelSerializer):
    """`score` and `max_score` are of the automatic checks; `score` is null until there is a result.

    Its context has `late`: the ids of those that count as late.
    """

    project = serializers.SlugField(source="project.slug")
    cohort = serializers.SlugField(source="enrollment.cohort.slug")
    files = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    max_score = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()
    is_late = serializers.SerializerMethodField()
    groups = serializers.SerializerMethodField()
    notices = serializers.SerializerMethodField()
    review = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields = [
            "id",
            "project",
            "cohort",
            "number",
            "state",
            "submitted_at",
            "due_at",
            "is_late",
            "link",
            "note",
            "digest",
            "files",
            "score",
            "max_score",
            "verdict",
            "groups",
            "notices",
            "review",
        ]

    @extend_schema_field(serializers.BooleanField())
    def get_is_late(self, submission):
        return submission.pk in self.context["late"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_files(self, submission):
        return [file.name for file in submission.files.all()]

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_score(self, submission):
        return float(submission.result.score) if submission.result else None

    @extend_schema_field(serializers.FloatField())
    def get_max_score(self, submission):
        return float(submission.result.max_score if submission.result else submission.project.checks_max)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_verdict(self, submission):
        return submission.result.verdict if submission.result else None

    @extend_schema_field(GroupSerializer(many=True))
    def get_groups(self, submission):
        if not submission.result:
            return []
        version = submission.result.job.grader_version
        groups = [{**one, "title": title_of(one["id"], version, one["title"])} for one in submission.result.groups]
        return GroupSerializer(groups, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_notices(self, submission):
        return submission.result.notices if submission.result else []

    @extend_schema_field(ReviewSerializer(allow_null=True))
    def get_review(self, submission):
        finished = [review for review in submission.reviews.all() if review.state == Review.State.FINISHED]
        return ReviewSerializer(finished[0]).data if finished else None


class RegradeAskSerializer(serializers.Serializer):
    about = serializers.CharField(
        max_length=len("group:") + MAX_GROUP,
        help_text="group:ID of a group of checks, or criterion:ID of a criterion of the review.",
    )
    why = serializers.CharField(max_length=MAX_WHY)


class RegradeRequestSerializer(serializers.ModelSerializer):
    """`about` is what was asked about, as it was sent, and `title` its name; `answer` is empty while `state` is open."""

    about = serializers.SerializerMethodField()
    title = serializers.CharField(source="about")
    answered_by = serializers.CharField(source="answered_by.name", allow_null=True)

    class Meta:
        model = RegradeRequest
        fields = ["id", "about", "title", "why", "state", "asked_at", "answer", "answered_by", "answered_at"]

    @extend_schema_field(serializers.CharField())
    def get_about(self, asked):
        return f"criterion:{asked.criterion_id}" if asked.criterion_id else f"group:{asked.group}"


class NotificationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "body", "path", "created_at", "read_at"]


class KeepsakeSerializer(serializers.ModelSerializer):
    """`edition` is sent back with the next note; it is empty while there is none."""

    program = serializers.SlugField(source="program.slug")
    activity = serializers.SlugField(source="slug")
    bookmarked = serializers.SerializerMethodField()

    class Meta:
        model = Keepsake
        fields = ["program", "activity", "bookmarked", "note", "edition", "saved_at"]

    @extend_schema_field(serializers.BooleanField())
    def get_bookmarked(self, kept):
        return kept.bookmarked_at is not None


class KeepSerializer(serializers.Serializer):
    bookmarked = serializers.BooleanField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, help_text="Empty deletes it.")
    edition = serializers.CharField(required=False, default="", allow_blank=True)
