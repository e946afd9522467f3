"""Read the first sheet of a workbook from standard input and write its rows as JSON lines to standard output.

Run by `table_reading` as a process of its own, under limits of memory and time: a workbook of a few kilobytes may ask for
any amount of both. `argv`: most rows, columns and characters of a cell (what is longer is cut after one more), bytes of
memory, seconds of processor. Macros and formulas are never run: of a formula there is what the program that saved it found.
"""

import io
import json
import resource
import sys

from python_calamine import CalamineWorkbook

UNREADABLE = 3


def main() -> int:
    rows, columns, length, memory, seconds = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        visible = [sheet.name for sheet in book.sheets_metadata if "Visible" in str(sheet.visible)]
        sheet = book.get_sheet_by_name((visible or book.sheet_names)[0])
        for number, row in enumerate(sheet.iter_rows()):
            if number == rows:
                break
            cells = [as_text(cell)[: length + 1] for cell in row]
            while cells and not cells[-1]:
                del cells[-1]
            print(json.dumps(cells[: columns + 1]))
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return UNREADABLE
    return 0


def as_text(cell: object) -> str:
    """A cell as a person would type it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
