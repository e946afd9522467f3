"""Production's static files."""

import pytest
from django.core.management import call_command
from django.test import override_settings


@pytest.mark.slow
def test_static_files_can_be_collected_with_hashed_names(tmp_path, settings):
    hashed = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={**settings.STORAGES, "staticfiles": hashed}):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
