"""Health is for machines: anybody may ask."""

from tests.access import Row

ROWS = [Row("healthz", public=True), Row("readyz", public=True)]
