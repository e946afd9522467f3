"""Every address of the portal × every persona, in one table.

A row is an address with its arguments, and what each persona gets: 200 (or a redirect 302, or 204), 403 for the wrong
role on something visible, 404 for a stranger, 302 to the sign-in page for nobody. A GET is made unless the row says
POST;
POST rows are sent without data, and "ok" then means any answer but 403, 404 and the sign-in page.
"""

import importlib
import pkgutil

import pytest
from django.db import transaction
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
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_address(row, access_world, as_user):
    surprises = []
    kwargs = {key: value(access_world) if callable(value) else value for key, value in row.kwargs.items()}
    for persona in PERSONAS:
        client = as_user(None if persona == "nobody" else access_world[persona])
        with transaction.atomic():  # what one persona changes, the next does not see
            response = getattr(client, row.method)(reverse(row.name, kwargs=kwargs) + row.query)
            transaction.set_rollback(True)
        if response.streaming:
            b"".join(response.streaming_content)  # closes the file, and no database connection as close() would
        if not is_expected(response, row.expected(persona)):
            surprises.append(f"{persona}: {response.status_code}, expected {row.expected(persona)}")
    assert surprises == []


def is_expected(response, expected):
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
    if expected == "ok":
        return response.status_code not in (403, 404, 405, 500) and not to_sign_in
    return to_sign_in if expected == "sign-in" else response.status_code == expected
