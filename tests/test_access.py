"""Every address of the portal × every persona, in one table.

A row is an address with its arguments, and what each persona gets: 200 (or a redirect 302, or 204), 403 for the wrong
role on something visible, 404 for a stranger, 302 to the sign-in page for nobody. A GET is made unless the row says
POST;
POST rows are sent without data, and "ok" then means any answer but 403, 404 and the sign-in page.
"""

import importlib
import pkgutil

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import access

PERSONAS = ("learner", "other_learner", "mentor", "other_mentor", "admin", "other_admin", "outsider", "nobody")
TABLES = [importlib.import_module(f"tests.access.{module.name}") for module in pkgutil.iter_modules(access.__path__)]
ROWS = [row for table in TABLES for row in table.ROWS]
FOREIGN_NAMESPACES = {"djdt"}


def names_of(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and namespace not in FOREIGN_NAMESPACES:
            yield pattern.name


def test_every_address_is_in_the_table():
    known = {row.name for row in ROWS}
    ours = {name for name in names_of(get_resolver().url_patterns) if name}
    assert ours ^ known == set()


def test_no_address_lacks_a_name():
    assert None not in set(names_of(get_resolver().url_patterns))


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__.rpartition(".")[2])
def test_the_addresses_of_a_table(table, access_world, as_user):
    people = {persona: as_user(access_world.get(persona)).cookies for persona in PERSONAS}
    surprises = []
    for row in table.ROWS:
        cache.clear()  # nor does a rate limit or a session of one row reach the next
        kwargs = {key: value(access_world) if callable(value) else value for key, value in row.kwargs.items()}
        address = reverse(row.name, kwargs=kwargs) + row.query
        for persona, cookies in people.items():
            response = answer_of(row.method, address, cookies)
            if not is_expected(response, row.expected(persona)):
                surprises.append(f"{row.id}, {persona}: {response.status_code}, expected {row.expected(persona)}")
    assert surprises == []


def answer_of(method, address, cookies):
    """The answer to one request; what it changes, the next does not see."""
    client = Client()
    client.cookies.update(cookies)
    with transaction.atomic():
        response = getattr(client, method)(address)
        transaction.set_rollback(True)
    if response.streaming:
        b"".join(response.streaming_content)  # closes the file, and no database connection as close() would
    return response


def is_expected(response, expected):
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
    if expected == "ok":
        return response.status_code not in (403, 404, 405, 500) and not to_sign_in
    return to_sign_in if expected == "sign-in" else response.status_code == expected
