"""The cells of one row, read strictly: blank, a code of a list, a date dd/mm/yyyy, a distance. Knows no table."""

import re
from collections.abc import Collection
from datetime import date

from msgspec import UNSET, UnsetType

EARLIEST = date(1980, 1, 1)
UNKNOWN_MILES = 999.9

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

# A cell that may be blank (None) and whose column a set may lack (UNSET: not restated).
Text = str | UnsetType | None


class Faulty(Exception):
    """A cell that costs its row."""

    def __init__(self, code: str, column: str | None = None) -> None:
        super().__init__(code)
        self.code, self.column = code, column


class Cells:
    """The cells of one row by column. Reading one raises `Faulty` where it is wrong; blank cells are None."""

    def __init__(self, columns: tuple[str, ...], cells: list[str], latest: date) -> None:
        self._latest = latest
        self._cells = {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}
        self._columns = frozenset(columns)

    def text(self, column: str) -> Text:
        """The cell; UNSET where the set has no such column."""
        return self._cells.get(column) or None if column in self._columns else UNSET

    def required(self, column: str) -> str:
        """A cell that may not be blank."""
        text = self.text(column)
        if not text:
            raise Faulty("blank", column)
        return text

    def matching(self, column: str, form: re.Pattern[str]) -> Text:
        """A cell of a certain form."""
        text = self.text(column)
        if text and not form.fullmatch(text):
            raise Faulty("wrong-form", column)
        return text

    def code(self, column: str, known: Collection[str]) -> Text:
        """A code of a list, in capitals."""
        text = self.text(column)
        if not text:
            return text
        if text.upper() not in known:
            raise Faulty("unknown-code", column)
        return text.upper()

    def required_code(self, column: str, known: Collection[str]) -> str:
        """A code of a list that may not be blank."""
        self.required(column)
        return self.code(column, known) or ""  # never blank here

    def day(self, column: str) -> date | None:
        """A day written dd/mm/yyyy, from 1980 to the latest day that the door lets in."""
        text = self.text(column)
        if not text:
            return None
        day = _day(text)
        if day is None:
            raise Faulty("not-a-date", column)
        if not EARLIEST <= day <= self._latest:
            raise Faulty("date-out-of-range", column)
        return day

    def required_day(self, column: str) -> date:
        """A date that may not be blank."""
        self.required(column)
        day = self.day(column)
        assert day is not None
        return day

    def miles(self, column: str) -> float | UnsetType | None:
        """PL_DISTANCE; 999.9 is unknown."""
        text = self.text(column)
        if not text:
            return None if text is None else UNSET
        try:
            miles = float(text)
        except ValueError:
            raise Faulty("not-a-number", column) from None
        if not 0 <= miles < 1000:
            raise Faulty("not-a-number", column)
        return None if miles == UNKNOWN_MILES else miles


def _day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
