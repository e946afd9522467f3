"""Tables as people send them, and as nobody should."""

import io
import zipfile
from datetime import date

import pytest
from xlsxwriter import Workbook

from lms.lib.errors import InvalidInput
from lms.lib.table_reading import MAX_BYTES, MAX_ROWS, read_table
from lms.lib.tables import csv_lines, xlsx_file

ROWS = [["E-mail", "Name"], ["lea@x.org", "Léa Müller"]]


def workbook(write):
    """A workbook with one sheet that `write` fills."""
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    write(book.add_worksheet())
    book.close()
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_encoding_and_delimiter_is_read(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    table = read_table(text.encode(encoding))
    assert (table.headings, table.rows) == (ROWS[0], [(2, ROWS[1])])


def test_what_excel_writes_at_the_top_names_the_delimiter():
    assert read_table(b"sep=;\nE-mail;Name, first\na@x.org;A").headings == ["E-mail", "Name, first"]


def test_rows_keep_their_numbers_past_empty_ones_and_lines_in_quotes():
    table = read_table(b'E-mail,Name\n\na@x.org,"A\nB"\n,\nb@x.org\n')
    assert table.rows == [(3, ["a@x.org", "A\nB"]), (5, ["b@x.org", ""])]


def test_a_workbook_is_read_as_people_type():
    def write(sheet):
        sheet.write_row(0, 0, ["E-mail", "Number", "Share", "Sum"])
        sheet.write_row(2, 0, ["a@x.org", 5, 0.5])
        sheet.write_formula(2, 3, "=1+1", value=2)

    assert read_table(workbook(write)).rows == [(3, ["a@x.org", "5", "0.5", "2"])]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_we_write_we_read(kind):
    rows = [("E-mail", "Name"), ("a@x.org", "=1+1"), ("b@x.org", "'=x"), ("c@x.org", 'a "b", c;\td')]
    if kind == "xlsx":
        with xlsx_file([*rows, (date(2026, 1, 2), 7)], sheet="People: all/of [them]") as file:
            data = file.read()
        assert read_table(data).rows[-1] == (5, ["2026-01-02", "7"])
    else:
        data = "".join(csv_lines(rows)).encode()
    assert [tuple(row) for _, row in read_table(data).rows[:3]] == rows[1:]


def far_away(sheet):
    sheet.write(0, 0, "E-mail")
    sheet.write(1_048_575, 16_383, "x")


def lying_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no rows below"),
        (b"E-mail\n", "no rows below"),
        (b"x" * (MAX_BYTES + 1), "larger than 5 MB"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"PK\x03\x04rest", "damaged"),
        (b"E-mail\n\x81\x8d\n", "letters of this file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00data\n\x00\x01", "neither CSV nor"),
        (b"%PDF-1.4\n\x00\x00\x01\n", "neither CSV nor"),
        (b'E-mail\n"a@x.org\n' + b"x@y.org\n" * 500, "quotation mark"),
        (b"E-mail\n" + b"," * 61 + b"\n", "no rows below"),
        (b"E-mail\n" + b"a," * 61 + b"\n", "more than 60 columns"),
        (b"E-mail\n" + b"a@x.org\n" * (MAX_ROWS + 1), "more than 20,000 rows"),
        (workbook(far_away), "too large to be read"),
        (lying_zip(), "too large to be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_taken_is_refused_with_the_reason(data, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        read_table(data)


def test_the_largest_table_is_read():
    assert len(read_table(b"E-mail\n" + b"a@x.org\n" * MAX_ROWS).rows) == MAX_ROWS
