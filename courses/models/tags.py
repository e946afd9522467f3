"""Words by which the office groups the learners of a cohort."""

from django.db import models

from courses.models.enrollments import Enrollment

MAX_TAG = 40


class EnrollmentTag(models.Model):
    """One word or two on a learner's place, for the office only: small letters, single spaces."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=MAX_TAG)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "name"], name="a_tag_is_on_an_enrollment_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="a_tag_has_a_name"),
        ]
        ordering = ["name"]

    def __str__(self):
        return self.name
