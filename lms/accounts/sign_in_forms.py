"""The forms of signing in and up, with our words: “E-mail address”, and no label said twice as a placeholder."""

from allauth.account.forms import LoginForm, ResetPasswordForm, SignupForm
from django import forms
from django.db import IntegrityError, transaction

from lms.accounts import audit
from lms.accounts.forms import TimeZoneField


class OurWords:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in ("login", "email"):
                field.label = "E-mail address"


class SignInForm(OurWords, LoginForm):
    pass


class ForgottenPasswordForm(OurWords, ResetPasswordForm):
    pass


class ApplicantForm(OurWords, SignupForm):
    """An account for who applies: it can be used once its address is confirmed."""

    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = TimeZoneField(help_text="Dates and times are shown in it.")
    field_order = ["name", "email", "password1", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].keep(self.initial.get("time_zone", "UTC"))
        self.fields["email"].help_text = "We send a link there. Open it to go on."
        self.fields["password1"].help_text = "At least ten characters. A few words in a row are easy to remember."

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError("Write your name.")
        return name

    def try_save(self, request):
        """Somebody who asks twice at once for one address gets what anybody gets whose address is known here already."""
        try:
            return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)

    @transaction.atomic
    def save(self, request):
        return super().save(request)

    def signup(self, request, user):
        user.name, user.time_zone = self.cleaned_data["name"], self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "time_zone"])
        audit.record("create_person", by=user, target=user)
