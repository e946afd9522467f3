"""The forms of changing a learner's place."""

from django import forms

from courses.forms import DayField, ReasonForm
from courses.models import Cohort
from projects.place_changes import PlaceChange


class CohortChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Cohort.objects.none(), to_field_name="slug", **kwargs)

    def label_from_instance(self, cohort):
        return (
            f"{cohort}, {'began' if cohort.has_begun else 'starts'} {cohort.starts_on:%-d %B %Y}: "
            f"{cohort.seats_free} of {cohort.seats} seats free"
        )


class PlaceForm(ReasonForm):
    """One kind of change of a place; a subclass asks for what it needs. `is_asking` says that it has choices to make first."""

    is_asking = False

    def __init__(self, *args, kind, enrollment, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.enrollment = kind, enrollment
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])
        if "to" in self.fields:
            run = Cohort.objects.run_by(by).filter(program=enrollment.cohort.program_id).order_by("-starts_on", "name")
            self.fields["to"].queryset = run.exclude(pk=enrollment.cohort_id) if kind == "transfer" else run

    @property
    def wanted(self):
        """What is asked for; without choices made, what needs none."""
        said = getattr(self, "cleaned_data", {})
        keep = said.get("mentor", "keep") == "keep"
        return PlaceChange(self.kind, self.enrollment, said.get("to"), said.get("ends_on"), keep)


class PauseForm(PlaceForm):
    is_asking = True
    ends_on = DayField(
        label="Last day",
        required=False,
        help_text="At most three weeks from today. Left empty, the pause lasts until somebody ends it.",
    )


class DeferForm(PlaceForm):
    is_asking = True
    to = CohortChoice(
        label="Means to come back in",
        required=False,
        empty_label="Not known yet",
        help_text="The learner reads it. No seat is held there.",
    )


class ComeBackForm(PlaceForm):
    is_asking = True
    to = CohortChoice(label="Cohort", empty_label="Choose a cohort")


class TransferForm(ComeBackForm):
    mentor = forms.ChoiceField(
        label="Mentor",
        choices=[("keep", "Keeps looking after them"), ("release", "Is released; assign another one afterwards")],
        initial="keep",
    )


FORMS = {"pause": PauseForm, "defer": DeferForm, "come_back": ComeBackForm, "transfer": TransferForm}
