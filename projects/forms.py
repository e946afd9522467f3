"""The forms of handing in, of regrading and of moving a cohort."""

from django import forms

from courses.models import Curriculum
from projects.models import Project
from projects.models.regrade_requests import MAX_WHY
from projects.models.regrading import Policy
from projects.wanted import wanted_of


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, empty ones too: what they must be is the project's business."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class SubmitForm(forms.Form):
    """Handing in work for `project`; `wanted` is what its newest grader version takes."""

    files = ManyFilesField(required=False, allow_empty_file=True)
    link = forms.URLField(required=False, assume_scheme="https", max_length=500)
    note = forms.CharField(
        required=False,
        max_length=2000,
        label="Note to your mentor",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you would like to hear about, or what you know is missing.",
    )

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = project.grader_versions.first()
        self.wanted = wanted_of(self.version)
        self.fields["files"].label, self.fields["files"].help_text = self.wanted.words
        self.fields["link"].help_text = "The address of your repository or running service."
        if not project.accepts_files:
            del self.fields["files"]
        if project.accepts_link == Project.LinkRule.NONE:
            del self.fields["link"]
        else:
            self.fields["link"].required = project.accepts_link == Project.LinkRule.REQUIRED
        if not project.is_reviewed:
            self.fields["note"].label = "Note"
            self.fields["note"].help_text = "For yourself, or for your mentor when you talk about it."


class EntryForm(SubmitForm):
    """Handing in the entry exercise: a file, and nothing beside it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["note"]


class MoveForm(forms.Form):
    """To which version of `program` a cohort is moved, and the stamp of the preview that was looked at."""

    to = forms.ModelChoiceField(
        Curriculum.objects.none(),
        to_field_name="version",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "This program has no such version. Nothing was moved; choose one of these."
        ),
    )
    seen = forms.CharField(
        max_length=64,
        error_messages=dict.fromkeys(
            ("required", "max_length"), "Nothing was moved: look at what the move does, and confirm it from there."
        ),
    )

    def __init__(self, *args, program, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = program.curricula.all()


class RegradeStartForm(forms.Form):
    """From which grader version to which, and whose work. `versions` are `ShownVersion`s, the newest first; `scopes` the
    cohorts to choose from, None for all of them.
    """

    from_version = forms.TypedChoiceField(coerce=int, label="Everything that stands on")
    to_version = forms.TypedChoiceField(coerce=int, label="runs again with")
    cohort = forms.ChoiceField(required=False, label="in")

    def __init__(self, *args, versions, scopes, **kwargs):
        super().__init__(*args, **kwargs)
        self.versions = versions
        self.cohorts = {str(one.pk) if one else "": one for one in scopes}
        self.fields["cohort"].choices = [(key, str(one or "all cohorts")) for key, one in self.cohorts.items()]
        self.fields["cohort"].required = "" not in self.cohorts
        choices = [(one.version.pk, f"grader {one.name} ({one.standing} submissions)") for one in versions]
        self.fields["from_version"].choices = [
            choice for choice, one in zip(choices, versions, strict=True) if one.standing
        ]
        own = [one for one in versions if not one.is_earlier]
        self.fields["to_version"].choices = [(one.version.pk, f"grader {one.name}") for one in own]
        older = [one.version.pk for one in versions[1:] if one.standing]
        self.initial = {"from_version": older[0] if older else None, "to_version": choices[0][0] if choices else None}

    def has_free_scope(self, open_batches):
        """Whether there is a cohort, or all of them, to which none of these regrades stands in the way."""
        return any(not any(one.is_in_the_way_of(scope) for one in open_batches) for scope in self.cohorts.values())

    def chosen(self):
        """The two versions and the cohort, by the names of `start_regrade`."""
        known = {one.version.pk: one.version for one in self.versions}
        chosen = {name: known[self.cleaned_data[name]] for name in ("from_version", "to_version")}
        return {**chosen, "cohort": self.cohorts[self.cleaned_data["cohort"]]}


class RegradeApplyForm(forms.Form):
    """By which policy the results count, and what learners are told."""

    policy = forms.ChoiceField(
        choices=Policy.choices, initial=Policy.KEEP_BETTER, widget=forms.RadioSelect, label="Whose points change"
    )
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Why, for the learners",
        help_text="They read it in the portal, by e-mail and beside the grade. Say what was wrong with the checks.",
    )


class RegradeAskForm(forms.Form):
    """What a learner asks about, and why. `parts` are pairs of a value for `ask_for_regrade` and a title."""

    about = forms.ChoiceField(label="About")
    why = forms.CharField(
        max_length=MAX_WHY,
        widget=forms.Textarea(attrs={"rows": 6}),
        label="What you think is wrong",
        help_text="Say where in your work, and what you expected instead. Who answers reads this beside your work.",
    )

    def __init__(self, *args, parts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = parts


class RegradeAnswerForm(forms.Form):
    """What happens with the grade, and why; `states` are the answers that are possible here."""

    state = forms.ChoiceField(widget=forms.RadioSelect, label="What happens")
    answer = forms.CharField(
        max_length=MAX_WHY,
        widget=forms.Textarea(attrs={"rows": 6}),
        label="Why",
        help_text="The learner reads it in the portal and by e-mail.",
    )

    def __init__(self, *args, states, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = states
