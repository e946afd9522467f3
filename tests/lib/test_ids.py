"""Ids that people and programs send."""

import pytest

from lms.lib.ids import id_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        (" 7", None),
        ("٧", None),
        ("²", None),
    ],
)
def test_an_id_is_a_few_plain_digits(text, found):
    assert id_in(text) == found
