"""The office's forms about mentors."""

from django import forms


class MentorForm(forms.Form):
    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(
        max_length=150, required=False, help_text="Needed only for somebody who has no account here yet."
    )
    capacity = forms.IntegerField(
        label="Learners at once", min_value=1, max_value=100, initial=6, help_text="How many places the mentor offers."
    )
    skills = forms.CharField(max_length=300, required=False, help_text="What they know well; learners read it.")
