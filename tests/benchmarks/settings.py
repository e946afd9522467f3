"""The portal's settings plus one bare signed-in page, which every other page is compared with."""

from lms.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "tests" / "benchmarks" / "templates"]  # noqa: F405
