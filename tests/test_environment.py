"""Operators can look up every variable that the settings read."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_variable_of_the_settings_is_documented():
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]+)["']""", (ROOT / "lms/settings.py").read_text()))
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/operations.md").read_text()))
    assert read
    assert read - documented == set()
