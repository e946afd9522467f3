"""Settings come from the environment and fail loudly."""

import os
import subprocess
import sys

import pytest

BARE = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "lms.settings"}
READ = """
from django.conf import settings
print(settings.DEMO, settings.DATABASES["default"]["ENGINE"], settings.CELERY_BROKER_URL)
"""


def read_settings(**environment):
    return subprocess.run(
        [sys.executable, "-c", READ], env=BARE | environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "SECRET_KEY"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "learn.example.org"}, "publishes passwords"),
        ({"DEMO": "1", "BASE_URL": "https://learn.example.org"}, "publishes passwords"),
        ({"SECRET_KEY": "x", "ALLOWED_HOSTS": "learn.example.org"}, "https:// address"),
        ({"SECRET_KEY": "x", "DATABASE_URL": "nonsense"}, ""),
    ],
    ids=["no secret", "demo on a real host", "demo at a real address", "no https", "nonsense database"],
)
def test_an_unsafe_environment_stops_the_start(environment, words):
    done = read_settings(**environment)
    assert done.returncode != 0
    assert words in done.stderr


def test_two_variables_choose_postgresql_and_redis():
    done = read_settings(SECRET_KEY="x", DATABASE_URL="postgresql://lms@db/lms", REDIS_URL="redis://cache:6379/0")
    assert done.stdout.split() == ["False", "django.db.backends.postgresql", "redis://cache:6379/0"]
