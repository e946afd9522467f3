"""Reading tables that people send: CSV in any usual encoding and delimiter, or XLSX; bounded, and never evaluated."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lms.lib.errors import InvalidInput
from lms.lib.tables import unescaped

MAX_BYTES = 5 * 1024 * 1024
MAX_UNCOMPRESSED = 100 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 20_000, 60, 1000
READER = Path(__file__).with_name("workbook_reader.py")
READER_MEMORY, READER_SECONDS = 512 * 1024 * 1024, 20
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DELIMITERS = ",;\t|"
SAVE_AS = "Save it as CSV or as an Excel workbook (.xlsx) and send that."


@dataclass(frozen=True)
class Table:
    """The headings, and each row that is not empty with its number in the file, as wide as the headings."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(data: bytes) -> Table:
    """The table that a file holds; what it was called does not matter. Raises `InvalidInput` with what is wrong with it."""
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"This file is larger than {MAX_BYTES // 2**20} MB. Divide it, and send one part at a time.")
    if data.startswith(OLE):
        raise InvalidInput(f"This is an old Excel file (.xls), or one with a password. {SAVE_AS}")
    found = _read_workbook(data) if data.startswith(ZIP) else _read_text(data)
    rows = [(number, [unescaped(cell).strip() for cell in row]) for number, row in enumerate(found, 1) if any(row)]
    if len(rows) < 2:
        raise InvalidInput("This file has no rows below its headings. The first row names the columns.")
    for number, row in rows:
        _check(number, row)
    if rows[-1][0] > MAX_ROWS + 1:
        raise InvalidInput(f"This file has more than {MAX_ROWS:,} rows. Divide it, and send one part at a time.")
    _, headings = rows[0]
    width = max(len(row) for _, row in rows)
    return Table(_padded(headings, width), [(number, _padded(row, width)) for number, row in rows[1:]])


def _check(number: int, row: list[str]) -> None:
    if len(row) > MAX_COLUMNS:
        raise InvalidInput(f"Row {number} has more than {MAX_COLUMNS} columns. Send the columns of the roster only.")
    if any(len(cell) > MAX_CELL for cell in row):
        raise InvalidInput(
            f"Row {number} has a cell of more than {MAX_CELL:,} characters. Is a quotation mark left open there?"
        )


def _padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))


def _read_workbook(data: bytes) -> list[list[str]]:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise InvalidInput(f"This file is damaged. {SAVE_AS}") from error
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise InvalidInput(f"This is no Excel workbook. {SAVE_AS}")
    too_large = (
        f"This workbook is too large to be read. Copy its rows into a new one, or {SAVE_AS[0].lower()}{SAVE_AS[1:]}"
    )
    if sum(entry.file_size for entry in entries) > MAX_UNCOMPRESSED:
        raise InvalidInput(too_large)
    limits = map(str, (MAX_ROWS + 2, MAX_COLUMNS, MAX_CELL, READER_MEMORY, READER_SECONDS))
    try:
        done = subprocess.run(
            [sys.executable, "-I", READER, *limits],
            input=data,
            capture_output=True,
            timeout=2 * READER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidInput(too_large) from error
    if done.returncode:
        raise InvalidInput(f"This workbook cannot be read. {SAVE_AS}" if done.returncode == 3 else too_large)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _read_text(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    if "\0" in text:
        raise InvalidInput(f"This is neither CSV nor an Excel workbook. {SAVE_AS}")
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # how Excel names the delimiter
        return [[], *_split(rest, first.strip()[-1])]
    return _split(text, _delimiter_of(text))


def _decoded(data: bytes) -> str:
    """The text in the encoding that its first bytes name, else UTF-8, else what Windows writes in western Europe."""
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            return _decode(data, encoding)
    start = data[:200]
    if start[1::2].count(0) * 2 > len(start[1::2]) > 1:
        return _decode(data, "utf-16-le")
    if start[::2].count(0) * 2 > len(start[::2]) > 1:
        return _decode(data, "utf-16-be")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _decode(data, "cp1252")


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput("The letters of this file cannot be read. Save it as CSV in UTF-8 and send that.") from error


def _delimiter_of(text: str) -> str:
    """The one that splits the headings into most columns."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda one: len(next(csv.reader([head], delimiter=one), [])))


def _split(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MAX_ROWS + 2:
                break
    except csv.Error as error:
        raise InvalidInput(
            f"Row {len(rows) + 1} cannot be read. Is a quotation mark left open there? {SAVE_AS}"
        ) from error
    return rows
