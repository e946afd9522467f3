"""The forms of importing a roster."""

from django import forms
from django.utils.html import escape

from courses.models.rosters import RosterMode
from courses.roster_columns import COLUMNS
from lms.lib.table_reading import MAX_BYTES, MAX_ROWS

EXAMPLES = 3
LONGEST_EXAMPLE = 40


class RosterUploadForm(forms.Form):
    file = forms.FileField(
        label="List of people",
        max_length=200,
        help_text=f"CSV or Excel (.xlsx), the first row with headings, at most {MAX_ROWS:,} rows.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty. Choose another one."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"This file is larger than {MAX_BYTES // 2**20} MB. Divide it, and send parts.")
        return file


class RosterColumnsForm(forms.Form):
    """A choice for each column of the file, then what becomes of new and of absent people."""

    mode = forms.ChoiceField(
        label="Who is new",
        choices=RosterMode.choices,
        widget=forms.RadioSelect,
        help_text="At once: they get a place now and, where they have none, an account whose password they choose by e-mail.",
    )
    withdraws_absent = forms.BooleanField(
        label="Withdraw the learners of this cohort whom the list does not name",
        required=False,
        help_text="They are shown by name before anything is done. Without this nobody who is absent is touched.",
    )

    def __init__(self, *args, roster, rows, **kwargs):
        initial = {"mode": roster.mode, "withdraws_absent": roster.withdraws_absent}
        super().__init__(*args, initial=initial, **kwargs)
        for place, (heading, column) in enumerate(zip(roster.headings, roster.columns, strict=True)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or f"Column {place + 1}",
                choices=[("", "Not used"), *COLUMNS.items()],
                initial=column,
                required=False,
                help_text=_examples([cells[place] for _, cells in rows]),
                error_messages={"invalid_choice": "Choose one of the list."},
            )
        self.order_fields([*(f"column_{place}" for place in range(len(roster.headings))), "mode", "withdraws_absent"])

    @property
    def columns(self):
        return [value for name, value in self.cleaned_data.items() if name.startswith("column_")]

    @property
    def column_fields(self):
        return [self[name] for name in self.fields if name.startswith("column_")]


class RosterConfirmForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    withdraws = forms.BooleanField(required=False)


def _examples(cells):
    """The first cells that hold something, as safe HTML: they come from a file."""
    found = [cell for cell in dict.fromkeys(cells) if cell][:EXAMPLES]
    short = (one if len(one) <= LONGEST_EXAMPLE else f"{one[:LONGEST_EXAMPLE]}…" for one in found)
    return escape("For example: " + ", ".join(short)) if found else "Empty in the first rows."
