"""What the sign-in page says."""

from django.urls import reverse

LOGIN = reverse("account_login")


def test_a_wrong_password_is_said_alike_for_known_and_unknown_addresses(learner, client):
    says = "This e-mail address and this password do not belong together."
    for address in (learner.email, "nobody@example.org"):
        answer = client.post(LOGIN, {"login": address, "password": "not this one"})
        assert says in answer.text
        assert f'value="{address}"' in answer.text


def test_the_forms_speak_of_an_e_mail_address(db, client):
    for name in ("account_login", "account_reset_password"):
        page = client.get(reverse(name)).text
        assert "E-mail address</label>" in page
        assert "placeholder" not in page
