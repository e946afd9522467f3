"""The forms of the cohort office and of invitations."""

from datetime import timedelta

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from courses.models import Activity, Curriculum
from lms.accounts.forms import TimeZoneField
from lms.accounts.models import User


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    widget = DayInput


class CurriculumField(forms.ModelChoiceField):
    def label_from_instance(self, curriculum):
        return f"{curriculum.program}, version {curriculum.version} ({curriculum.weeks} weeks)"


class CohortForm(forms.Form):
    curriculum = CurriculumField(
        Curriculum.objects.none(),
        empty_label=None,
        help_text="The cohort is pinned to this version. What is published later does not change it.",
    )
    name = forms.CharField(max_length=120, help_text="Its address is made from it, for example “Lisbon spring 2027”.")
    starts_on = DayField(label="First day", help_text="Day one of week 1. All dates are counted from it.")
    time_zone = TimeZoneField(help_text="Work is due at 23:59 here, whatever zone a learner lives in.")
    seats = forms.IntegerField(min_value=1, max_value=1000, initial=24)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Curriculum.objects.filter(program__staff__user=user).select_related("program")
        self.fields["curriculum"].queryset = mine
        today = timezone.localdate()
        self.initial.setdefault("starts_on", today + timedelta(days=28 - today.weekday()))
        self.initial.setdefault("time_zone", user.time_zone)


class InvitationForm(forms.Form):
    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(max_length=150, required=False, help_text="The e-mail greets them with it.")


class SeatsForm(forms.Form):
    seats = forms.IntegerField(min_value=1, max_value=1000)


class BreakForm(forms.Form):
    label = forms.CharField(max_length=80, help_text="Learners read it as the reason, for example “spring break”.")
    starts_on = DayField(label="First day off")
    ends_on = DayField(label="Last day off")


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300, required=False, help_text="Kept in the history, for the office only.")


class ExtensionForm(forms.Form):
    activity = forms.ModelChoiceField(Activity.objects.none(), empty_label="Choose an activity")
    days = forms.IntegerField(min_value=1, max_value=180, initial=3)
    reason = forms.CharField(max_length=300, help_text="The learner reads who gave the days; the reason stays here.")

    def __init__(self, *args, curriculum, **kwargs):
        super().__init__(*args, **kwargs)
        dated = Activity.objects.filter(curriculum=curriculum, due_offset__isnull=False).select_related("module")
        self.fields["activity"].queryset = dated.defer("body_html")
        self.fields["activity"].label_from_instance = lambda activity: f"Week {activity.module.week}: {activity}"


class JoinForm(forms.Form):
    """What a person says who accepts an invitation and is new here."""

    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least ten characters. A few words in a row are easy to remember and hard to guess.",
    )
    time_zone = TimeZoneField(help_text="Dates and times are shown in it.")

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError("Write your name.")
        return name

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("password"):
            try:
                validate_password(cleaned["password"], User(email=self.email, name=cleaned.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
