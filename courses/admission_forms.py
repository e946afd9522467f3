"""The forms of who applies, and of the office that decides."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.html import escape

from courses.actions.admissions.applying import LEVELS, MOST_LETTERS, SHORTEST, prerequisites_of
from courses.actions.admissions.intakes import MOST_OFFER_DAYS
from courses.forms import DayField
from courses.models import Intake


class TextForm(forms.Form):
    """One text of an application. A draft may leave it out, and it is asked for before it is submitted: so it is not called
    optional."""

    def __init__(self, *args, application, **kwargs):
        initial = {name: getattr(application, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        for field in self.fields.values():
            field.is_asked_for = True

    @property
    def answers(self):
        return self.cleaned_data


class BackgroundForm(TextForm):
    background = forms.CharField(
        label="Your background",
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=f"What you studied, worked at, built or taught yourself. At least {SHORTEST} characters to submit it.",
    )


class MotivationForm(TextForm):
    motivation = forms.CharField(
        label="Your motivation",
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text="What you want to be able to do afterwards, and how the weekly hours fit into your life. "
        f"At least {SHORTEST} characters to submit it.",
    )


class SkillsForm(forms.Form):
    """How well who applies knows each prerequisite; what is left out is asked for before it is submitted."""

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, initial=application.skills, **kwargs)
        self.skills = list(prerequisites_of(application))
        for skill in self.skills:
            self.fields[skill.slug] = forms.TypedChoiceField(
                label=skill.title,
                help_text=escape(skill.summary),
                choices=[(level, f"{level}: {words}") for level, words in enumerate(LEVELS)],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[skill.slug].is_asked_for = True

    @property
    def answers(self):
        said = {skill.slug: self.cleaned_data[skill.slug] for skill in self.skills}
        return {"skills": {slug: level for slug, level in said.items() if level is not None}}


STEPS = {
    "background": ("Background", BackgroundForm),
    "motivation": ("Motivation", MotivationForm),
    "skills": ("Self-assessment", SkillsForm),
}


class IntakeForm(forms.Form):
    is_taking = forms.BooleanField(
        label="Take applications",
        required=False,
        help_text="Off: nothing of it is public, and nobody can apply. What was handed in goes on.",
    )
    opens_on = DayField(label="First day", help_text="From its beginning, in the cohort’s time zone.")
    closes_on = DayField(label="Last day", help_text="Until its end.")
    offer_days = forms.IntegerField(
        label="Days to answer an offer",
        min_value=1,
        max_value=MOST_OFFER_DAYS,
        help_text="An offer holds a seat until the end of that day.",
    )
    fills_until = DayField(
        label="Move the waiting list up until",
        help_text="Until the end of this day, a place that becomes free is offered to the first in line by itself.",
    )

    def __init__(self, *args, cohort, **kwargs):
        intake = Intake.objects.filter(cohort=cohort).first()
        names = self.base_fields
        initial = {name: getattr(intake, name) for name in names} if intake else first_intake(cohort)
        super().__init__(*args, initial=initial, **kwargs)


def first_intake(cohort):
    """What a cohort without an intake is proposed."""
    today, week = cohort.today(), timedelta(days=7)
    closes_on = max(cohort.starts_on - 2 * week, today + 3 * week)
    fills_until = max(cohort.starts_on + week, closes_on + week)
    return {"is_taking": True, "opens_on": today, "closes_on": closes_on, "offer_days": 7, "fills_until": fills_until}


class InterviewForm(forms.Form):
    day = DayField(label="Day")
    time = forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    where = forms.CharField(
        label="Where or how", max_length=300, help_text="Who applied reads it: an address, or the link of a call."
    )

    def __init__(self, *args, application, **kwargs):
        self.zone = ZoneInfo(application.cohort.time_zone)
        initial = {"where": application.interview_where}
        if at := application.interview_at:
            initial |= {"day": at.astimezone(self.zone).date(), "time": at.astimezone(self.zone).time()}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["time"].help_text = f"In the cohort’s time zone, {self.zone.key}. Who applied sees it in their own."

    @property
    def facts(self):
        """The moment and the place; a time that the clocks skip is the one after."""
        said = self.cleaned_data
        return {"at": datetime.combine(said["day"], said["time"], self.zone), "where": said["where"]}


class MoveForm(forms.Form):
    """What a step asks for: nothing, unless it says so."""

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)

    @property
    def facts(self):
        return self.cleaned_data


class WaitingForm(MoveForm):
    place = forms.IntegerField(
        label="Place in line", min_value=1, required=False, help_text="Empty: last. Those behind move back by one."
    )


class AnswerForm(MoveForm):
    answer = forms.CharField(
        label="Words to who applied",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="They read it on their page and in an e-mail.",
    )


class WhyForm(MoveForm):
    reason = forms.CharField(max_length=300, required=False, help_text="Kept in the history, for the office only.")


class RubricForm(forms.Form):
    text = forms.CharField(
        label="Criteria",
        max_length=12_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text="A title on a line of its own; below it a line for each level: its points, then what they mean.",
    )


class ScoreForm(forms.Form):
    """A level for each criterion of the rubric; `score` is what its reader gave before."""

    def __init__(self, *args, rubric, score, **kwargs):
        initial = {**score.points, "remark": score.remark} if score else None
        super().__init__(*args, initial=initial, **kwargs)
        self.slugs = [criterion["slug"] for criterion in rubric.criteria]
        for criterion in rubric.criteria:
            levels = [(level["points"], f"{level['points']}: {level['text']}") for level in criterion["levels"]]
            self.fields[criterion["slug"]] = forms.TypedChoiceField(
                label=criterion["title"],
                choices=levels,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose a level."},
            )
        self.fields["remark"] = forms.CharField(
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="For the other reader and the office; who applied never sees it.",
        )

    @property
    def points(self):
        return {slug: self.cleaned_data[slug] for slug in self.slugs}
