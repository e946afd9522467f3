"""The forms of the cohort office and of invitations."""

from dataclasses import asdict
from decimal import Decimal

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from courses.addresses import read_addresses
from courses.cohort_changes import CohortFacts
from courses.models import Activity, Break, Curriculum
from courses.models.accommodations import LEAST_FACTOR, MOST_FACTOR
from courses.models.tags import MAX_TAG
from courses.schedule import monday_of_week_one
from lms.accounts.forms import TimeZoneField
from lms.accounts.models import User

MOST_INVITED = 100


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    widget = DayInput


class SeatsField(forms.IntegerField):
    default_error_messages = {"min_value": "At least 1 seat.", "max_value": "At most 1000 seats."}

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=1000, **kwargs)


class CurriculumField(forms.ModelChoiceField):
    default_error_messages = {"invalid_choice": "This version cannot be chosen. Choose one of the list."}

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
    seats = SeatsField(initial=24)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Curriculum.objects.filter(program__staff__user=user).select_related("program")
        self.fields["curriculum"].queryset = mine
        in_four_weeks = monday_of_week_one(week=-3, today=timezone.localdate())
        self.initial.setdefault("starts_on", in_four_weeks)
        self.initial.setdefault("time_zone", user.time_zone)
        self.fields["time_zone"].keep(self.initial["time_zone"])


class CohortChangeForm(forms.Form):
    """What can be changed later; `seen` says what its sender saw."""

    name = forms.CharField(max_length=120)
    starts_on = DayField(label="First day", help_text="Day one of week 1. All dates are counted from it.")
    time_zone = TimeZoneField(help_text="Work is due at 23:59 here, whatever zone a learner lives in.")
    seats = SeatsField()
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, cohort, **kwargs):
        facts = CohortFacts.of(cohort)
        super().__init__(*args, initial={**asdict(facts), "seen": facts.stamp}, **kwargs)
        self.fields["time_zone"].keep(cohort.time_zone)
        if cohort.is_under_way:
            self.fields["starts_on"].widget.attrs["readonly"] = True
            self.fields["time_zone"].choices = [(cohort.time_zone, cohort.time_zone)]
        taken, held = cohort.seats_taken, cohort.seats_held
        says = f"{taken} {'is' if taken == 1 else 'are'} taken" + (f" and {held} held by open offers" if held else "")
        self.fields["seats"].help_text = f"{says}; fewer cannot be offered."
        self.fields["name"].help_text = "The address of its pages stays as it is."

    @property
    def wanted(self):
        return CohortFacts(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})


class InvitationForm(forms.Form):
    people = forms.CharField(
        label="E-mail addresses",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One per line, or separated by commas. “Lea Winter &lt;lea@example.org&gt;” is greeted by name.",
        error_messages={"required": "Write at least one address."},
    )

    def clean_people(self):
        people = read_addresses(self.cleaned_data["people"])
        if not people:
            raise forms.ValidationError("Write at least one address.")
        if len(people) > MOST_INVITED:
            raise forms.ValidationError(f"These are {len(people)} addresses. Send at most {MOST_INVITED} at once.")
        return people


class BreakForm(forms.Form):
    label = forms.CharField(max_length=80, help_text="Learners read it as the reason, for example “spring break”.")
    starts_on = DayField(label="First day off")
    ends_on = DayField(label="Last day off", help_text="The same as the first for a single day.")
    kind = forms.ChoiceField(
        label="What it does",
        choices=Break.Kind.choices,
        help_text="A break that stops the clock moves all that falls on or after it by its length. Of a holiday only what "
        "falls on it moves, to the next day that is not off.",
        initial=Break.Kind.STOP,
        error_messages={"invalid_choice": "Choose one of the list."},
    )


class AccommodationForm(forms.Form):
    factor = forms.DecimalField(
        min_value=LEAST_FACTOR,
        max_value=MOST_FACTOR,
        max_digits=3,
        decimal_places=2,
        initial=Decimal("1.5"),
        help_text="The days from opening to due are multiplied by it, from 1.05 to 3. Learners read it as the reason.",
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )
    reason = forms.CharField(max_length=300, help_text="For the office only. The learner and mentors do not see it.")


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300, required=False, help_text="Kept in the history, for the office only.")


class TagForm(forms.Form):
    name = forms.CharField(
        label="Tag",
        max_length=MAX_TAG,
        help_text="One or two words that the office groups learners by, for example “evening group”. Learners do not see it.",
        widget=forms.TextInput(attrs={"list": "tags", "autocomplete": "off"}),
    )


class ExtensionForm(forms.Form):
    activity = forms.ModelChoiceField(Activity.objects.none(), empty_label="Choose an activity")
    days = forms.IntegerField(min_value=1, max_value=180, initial=3)
    reason = forms.CharField(max_length=300, help_text="The learner reads who gave the days; the reason stays here.")

    def __init__(self, *args, curriculum, whom=(), **kwargs):
        super().__init__(*args, **kwargs)
        if whom:
            self.fields["whom"] = forms.ChoiceField(choices=whom)
            self.order_fields(["whom"])
        dated = Activity.objects.filter(curriculum=curriculum, due_offset__isnull=False).select_related("module")
        self.fields["activity"].queryset = dated
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
        self.fields["time_zone"].keep(self.initial["time_zone"])

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
