"""The addresses of django-allauth: signing in and out, passwords, and one's own address of e-mail."""

from tests.access import Row

ROWS = [
    *(
        Row(name, public=True)
        for name in (
            "account_login",
            "account_logout",
            "account_signup",
            "account_inactive",
            "account_email_verification_sent",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
        )
    ),
    *(Row(name, public=True, method="post") for name in ("account_login", "account_logout", "account_signup")),
    Row("account_reset_password", public=True, method="post"),
    Row("account_reset_password_from_key", {"uidb36": "x", "key": "y"}, public=True),
    Row("account_reset_password_from_key", {"uidb36": "x", "key": "y"}, public=True, method="post"),
    Row("account_confirm_email", {"key": "x"}, public=True),
    *(
        Row(name, everyone=True, method=method)
        for name in (
            "account_change_password",
            "account_set_password",
            "account_email",
            "account_reauthenticate",
            "account_confirm_login_code",
        )
        for method in ("get", "post")
    ),
]
