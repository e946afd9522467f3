"""How long things take, in words."""

import pytest

from lms.lib.moments import spell_minutes


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (375, "6 h 15 min"), (1501, "25 h 1 min")]
)
def test_minutes_are_spelled_in_hours_from_sixty_on(minutes, words):
    assert spell_minutes(minutes) == words
