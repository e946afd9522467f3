"""The forms by which learners ask the office, and by which it answers."""

from django import forms

from courses.forms import DayField
from courses.models import Activity, Cohort
from courses.models.place_requests import MAX_WORDS, RequestKind
from projects.actions.place_requests import MOST_DAYS_ASKED, later_cohorts

LONG = forms.Textarea(attrs={"rows": 4})


class CohortChoice(forms.ModelChoiceField):
    default_error_messages = {"invalid_choice": "This cohort cannot be chosen any more. Choose one of the list."}

    def label_from_instance(self, cohort):
        return f"{cohort}, starts {cohort.starts_on:%-d %B %Y}"


class ActivityChoice(forms.ModelChoiceField):
    def label_from_instance(self, activity):
        return f"Week {activity.module.week}: {activity}"


def wish_fields(kind, enrollment):
    """The fields that say what a request of this kind is about, as `ask` and `grant` take them."""
    if kind == RequestKind.EXTENSION:
        dated = Activity.objects.filter(curriculum=enrollment.cohort.curriculum_id, due_offset__isnull=False)
        return {
            "activity": ActivityChoice(dated.select_related("module"), empty_label="Choose an activity"),
            "days": forms.IntegerField(min_value=1, max_value=MOST_DAYS_ASKED, label="How many more days"),
        }
    if kind == RequestKind.PAUSE:
        return {"starts_on": DayField(label="First day"), "ends_on": DayField(label="Last day")}
    is_deferral = kind == RequestKind.DEFERRAL
    cohorts = CohortChoice(later_cohorts(enrollment), required=not is_deferral, label="Cohort")
    if is_deferral:
        cohorts.label, cohorts.empty_label = "Come back in", "Not decided yet"
    return {"to_cohort": cohorts}


class AskForm(forms.Form):
    """What a learner asks, and why."""

    why = forms.CharField(
        label="Why",
        max_length=MAX_WORDS,
        widget=LONG,
        help_text="The people who run your cohort read it, and your mentor can.",
    )

    def __init__(self, *args, kind, enrollment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {**wish_fields(kind, enrollment), **self.fields}

    @property
    def wish(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}


class AnswerForm(forms.Form):
    """What is granted, as it was asked until somebody changes it, and words to the learner."""

    words = forms.CharField(
        label="Your words to the learner",
        required=False,
        max_length=MAX_WORDS,
        widget=LONG,
        help_text="Needed when you refuse.",
    )

    def __init__(self, *args, request, fits, refuses=False, **kwargs):
        kind, enrollment = request.kind, request.enrollment
        fields = wish_fields(kind, enrollment) if fits else {}
        fields.pop("activity", None)
        initial = {name: getattr(request, name) for name in fields}
        super().__init__(*args, initial=initial, **kwargs)
        if "to_cohort" in fields and request.to_cohort_id:
            asked = Cohort.objects.filter(pk=request.to_cohort_id)
            fields["to_cohort"].queryset = later_cohorts(enrollment) | asked
        for field in fields.values():
            field.required = field.required and not refuses
        self.fields = {**fields, **self.fields}

    @property
    def given(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "words"}
