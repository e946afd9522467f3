"""API tokens end with the password they were given for."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import world

pytestmark = pytest.mark.django_db
NEW = "an-entirely-new-password"


def with_token(user):
    body = {"email": user.email, "password": world.PASSWORD}
    token = Client().post("/api/v1/auth/token/", body, "application/json").json()["token"]
    client = Client(headers={"Authorization": f"Token {token}"})
    assert client.get("/api/v1/me/").status_code == 200
    return client


def test_a_changed_password_ends_the_tokens(learner, mentor, as_user):
    program, others = with_token(learner), with_token(mentor)
    form = {"oldpassword": world.PASSWORD, "password1": NEW, "password2": NEW}
    assert as_user(learner).post(reverse("account_change_password"), form).status_code == 302
    learner.refresh_from_db()
    assert learner.check_password(NEW)
    assert program.get("/api/v1/me/").status_code == 401
    assert others.get("/api/v1/me/").status_code == 200


def test_a_reset_password_ends_the_tokens(learner):
    program, browser = with_token(learner), Client()
    browser.post(reverse("account_reset_password"), {"email": learner.email})
    link = re.search(r"http\S+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    page = browser.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    assert browser.post(address, {"password1": NEW, "password2": NEW}).status_code == 302
    learner.refresh_from_db()
    assert learner.check_password(NEW)
    assert program.get("/api/v1/me/").status_code == 401


def test_a_refused_change_keeps_the_tokens(learner, as_user):
    program = with_token(learner)
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    as_user(learner).post(reverse("account_change_password"), form)
    assert program.get("/api/v1/me/").status_code == 200
