"""The form of handing in."""

from django import forms
from django.conf import settings

from projects.grading.limits import MAX_NOTEBOOK_BYTES
from projects.models import Project


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, empty ones too: what they must be is the project's business."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class SubmitForm(forms.Form):
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
        self.accept = ".ipynb" if project.kind == Project.Kind.EXERCISE else ""
        self.megabytes = (MAX_NOTEBOOK_BYTES if self.accept else settings.SUBMISSION_MAX_BYTES) // 2**20
        self.fields["files"].label = "Your notebook" if self.accept else "Your work"
        self.fields["files"].help_text = (
            "The notebook you downloaded, with your answers in its answer cells."
            if self.accept
            else "One zip, or several files. Leave out data sets, models and virtual environments."
        )
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
