"""Standing accommodations: more time on everything for one learner."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from courses.models import Accommodation


def test_one_stands_at_a_time_within_its_bounds(enrollment, admin):
    granted = {"enrollment": enrollment, "reason": "on file", "granted_by": admin}
    for factor in ("1.04", "3.01"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Accommodation.objects.create(factor=Decimal(factor), **granted)
    first = Accommodation.objects.create(factor=Decimal("1.50"), **granted)
    assert str(first) == "×1.5 time"
    with pytest.raises(IntegrityError), transaction.atomic():
        Accommodation.objects.create(factor=Decimal("1.25"), **granted)
