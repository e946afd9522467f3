"""Files for spreadsheets: nothing in them is taken for a formula, and what was written comes back."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.lib.tables import csv_lines, escaped, unescaped

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'=1", "''@x", "\n=1")


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_begins_like_a_formula(text):
    assert escaped(text) == f"'{text}"
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", ["", "O'Neil", "'t Hooft", "a=1", "5", "'", "Lea"])
def test_other_text_stays_as_it_is(text):
    assert (escaped(text), unescaped(text)) == (text, text)


@settings(max_examples=60)
@given(st.text("'=+-@\t\r\n ab＝", max_size=6))
def test_escaping_loses_nothing(text):
    assert unescaped(escaped(text)) == text


def test_a_csv_file_splits_at_commas_alone():
    """Where a spreadsheet splits at semicolons, no cell may begin inside another."""
    text = "".join(csv_lines([("Name", "Tags"), ("Lea;=1+1", 'a "b"')]))
    assert text.startswith("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]
