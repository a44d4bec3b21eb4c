"""What a cell may hold, read strictly: a code of a list, a date, a distance, a reference. Knows no table.

A reader takes a cell's text without the blanks around it and gives its value, None where it is blank; what it can't
read raises `Faulty`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

EARLIEST = date(1980, 1, 1)
UNKNOWN_MILES = 999.9

Reader = Callable[[str], Any]

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2})")
# As a spreadsheet writes a date that it takes for an instant.
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")
_NUMBER = re.compile(r"\d{5}(\.0)?")
# As wide as the door: a free text could hold a name.
_URN = re.compile(r"[A-Za-z0-9-]{1,14}")
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9\s]{0,15}")
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_LONGEST_REFERENCE = 64
# A column has some thousand different texts, of postcodes some ten thousand, repeated over very many rows.
_MOST_KNOWN, _LONGEST_KNOWN = 30_000, 64


class Faulty(Exception):
    """A cell, or two of them, that cost their row: the code of the fault, and the column where the reader knows it."""

    def __init__(self, code: str, column: str | None = None) -> None:
        super().__init__(code)
        self.code, self.column = code, column


class Known(dict[str, Any]):
    """What the texts of a column's cells were read as, so that none is read twice; what can't be read is not kept."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        value = self._read(text.strip())
        if len(self) >= _MOST_KNOWN:
            self.clear()
        if len(text) <= _LONGEST_KNOWN:
            self[text] = value
        return value


def required(read: Reader) -> Reader:
    """The same, where the cell may not be blank."""

    def filled(text: str) -> Any:
        if not text:
            raise Faulty("blank")
        return read(text)

    return filled


def one_of(known: Iterable[str]) -> Reader:
    """A code of a list, in capitals."""
    return _listed({code: code for code in known})


def meaning(known: Mapping[str, Any]) -> Reader:
    """What a code of a list stands for; a number may have been turned into a decimal."""
    return _listed(dict(known) | {f"{code}.0": value for code, value in known.items() if code.isdecimal()})


def _listed(known: dict[str, Any]) -> Reader:
    values = {"": None, **known}

    def read(text: str) -> Any:
        if text in values:
            return values[text]
        if text.upper() in values:
            return values[text.upper()]
        raise Faulty("unknown-code")

    return read


def days(latest: date) -> Reader:
    """A date as dd/mm/yyyy or yyyy-mm-dd, with or without midnight, from 1980 to the latest that the door lets in."""

    def read(text: str) -> date | None:
        if not text:
            return None
        day = _day(text)
        if not EARLIEST <= day <= latest:
            raise Faulty("date-out-of-range")
        return day

    return read


def _day(text: str) -> date:
    match = _DATE.fullmatch(_MIDNIGHT.sub("", text))
    if match is None:
        raise Faulty("date-as-number" if _NUMBER.fullmatch(text) else "not-a-date")
    parts = [int(part) for part in match.groups() if part is not None]
    try:
        return date(*(parts if match[4] else reversed(parts)))
    except ValueError:
        raise Faulty("not-a-date") from None


def reference(text: str) -> str:
    """A child's reference: any text that can be printed, of at most 64 characters."""
    if len(text) > _LONGEST_REFERENCE or not text.isprintable():
        raise Faulty("wrong-form")
    if _ROUNDED.fullmatch(text):
        raise Faulty("rounded-reference")
    return text


def postcode(text: str) -> str | None:
    """A postcode in capitals, without spaces."""
    if text and not _POSTCODE.fullmatch(text):
        raise Faulty("wrong-form")
    return "".join(text.split()).upper() or None


def postcode_if_one(text: str) -> str | None:
    """The same, of a column that no fact is made of: what is no postcode is none."""
    return postcode(text) if _POSTCODE.fullmatch(text) else None


def urn(text: str) -> str | None:
    """A unique reference number; it may have been turned into a decimal."""
    whole = text.removesuffix(".0")
    if text and not _URN.fullmatch(whole):
        raise Faulty("wrong-form")
    return whole or None


def nothing(_: str) -> None:
    """Of a column that there is not."""


def anything(text: str) -> str | None:
    """Any text, in capitals."""
    return text.upper() or None


def miles(text: str) -> float | None:
    """PL_DISTANCE; 999.9 is unknown."""
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise Faulty("not-a-number") from None
    if not 0 <= number < 1000:
        raise Faulty("not-a-number")
    return None if number == UNKNOWN_MILES else number
