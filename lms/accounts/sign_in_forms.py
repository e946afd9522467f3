"""The forms of signing in, with our words: “E-mail address”, and no label said twice as a placeholder."""

from allauth.account.forms import LoginForm, ResetPasswordForm


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
