"""Tables as files for spreadsheets, CSV and XLSX, written row by row and never held whole."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TypeVar

from xlsxwriter import Workbook

Cell = str | int | float | Decimal | date | None
"""Moments carry their zone; they are written as the day and time they show there."""
Row = Sequence[Cell]
One = TypeVar("One")

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"  # by which Excel knows UTF-8
LINES = 200
FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
"""What a spreadsheet may take for a formula, with the apostrophes that say it is none."""
HEADING, MOMENT, DAY = {"bold": True}, {"num_format": "yyyy-mm-dd hh:mm"}, {"num_format": "yyyy-mm-dd"}


def escaped(text: str) -> str:
    """`text` as no spreadsheet takes it for a formula; `unescaped` gives it back."""
    return f"'{text}" if FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """A cell of a file as it was before it was `escaped`."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """The file, some lines at a time. Every cell stands in quotation marks: a spreadsheet that splits at another character
    than the comma finds no beginning of a cell inside one.
    """
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield BOM
    for some in in_portions(rows, LINES):
        yield "".join(writer.writerow([_in_csv(cell) for cell in row]) for row in some)


def xlsx_file(rows: Iterable[Row], *, sheet: str) -> IO[bytes]:
    """The file on disk, without a name, to be read from its beginning; the first row holds the headings."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    book = Workbook(file, {"constant_memory": True, "remove_timezone": True})
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet)[:31])
    heading, moment, day = (book.add_format(one) for one in (HEADING, MOMENT, DAY))
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, escaped(cell), None if number else heading)
            elif isinstance(cell, date):
                page.write_datetime(number, column, cell, moment if isinstance(cell, datetime) else day)
            elif cell is not None:
                page.write_number(number, column, cell)
    book.close()
    file.seek(0)
    return file


def in_portions(things: Iterable[One], size: int) -> Iterator[list[One]]:
    """`things` in lists of `size`; the last may be shorter."""
    portion: list[One] = []
    for one in things:
        portion.append(one)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


def _in_csv(cell: Cell) -> str:
    if isinstance(cell, str):
        return escaped(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".rstrip("0").rstrip(".")
    return "" if cell is None else str(cell)


class _Echo:
    """A file for `csv.writer` that gives back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line
