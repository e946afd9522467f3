"""The forms of who applies."""

from django import forms
from django.utils.html import escape

from courses.actions.admissions.applying import LEVELS, MOST_LETTERS, SHORTEST, prerequisites_of


class TextForm(forms.Form):
    def __init__(self, *args, application, **kwargs):
        initial = {name: getattr(application, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)

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

    @property
    def answers(self):
        said = {skill.slug: self.cleaned_data[skill.slug] for skill in self.skills}
        return {"skills": {slug: level for slug, level in said.items() if level is not None}}


STEPS = {
    "background": ("Background", BackgroundForm),
    "motivation": ("Motivation", MotivationForm),
    "skills": ("Self-assessment", SkillsForm),
}
