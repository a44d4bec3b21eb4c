"""The rules of frozen packs: what can be frozen, a figure in a pack, and a re-run held against what is kept.

Pure. Folds nothing and reads no database.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import UnsetType

from holdfast.contracts.figures import Row
from holdfast.contracts.packs import Cause, Kept, Key, PackDifference, key_of
from holdfast.indicators.catalogue import INDICATORS

_EARLIEST = date(1980, 1, 1)


def can_be_frozen(month_end: date, today: date) -> bool:
    """Whether it is the last day of a month that has come."""
    return (month_end + timedelta(days=1)).day == 1 and _EARLIEST <= month_end <= today


def numbers_of(figures: Iterable[Row], key: Key) -> tuple[int, int] | None:
    """A figure's numerator and denominator (0 of a count, and of a rate: no child makes it up); None: not kept."""
    row = next((row for row in figures if key_of(row) == key), None)
    if row is None:
        return None
    is_share = INDICATORS[row.indicator].denominator is not None
    return row.numerator, (row.denominator or 0) if is_share else 0


def differences_of(kept: Iterable[Row], now: Iterable[Row], *, erased: bool) -> list[PackDifference]:
    """The figures that a pack keeps and a re-run has otherwise. What only the re-run has is newer than the pack.

    `erased`: statements of the cut have been erased since.
    """
    found = {key_of(row): row for row in now}
    differences = []
    for row in kept:
        again = found.get(key_of(row))
        if again != row:
            differences.append(_difference(row, again, erased))
    return differences


def _difference(row: Row, again: Row | None, erased: bool) -> PackDifference:
    indicator, breakdown, period = key_of(row)
    return PackDifference(
        indicator=indicator,
        breakdown=breakdown,
        period=period,
        cause=_cause(row, again, erased),
        numerator=None if again is None else _kept(row.numerator, again.numerator),
        denominator=None if again is None else _kept(row.denominator, again.denominator),
        unknown=None if again is None else _kept(_said(row.unknown), _said(again.unknown)),
    )


def _cause(row: Row, again: Row | None, erased: bool) -> Cause:
    if again is None:
        return "gone"
    if row.numerator == again.numerator and row.mid_year and again.mid_year:
        return "estimate"
    return "erased" if erased else "fault"


def _kept(kept: int | None, now: int | None) -> Kept | None:
    return None if kept is None or now is None else Kept(kept, now, kept - now)


def _said(number: int | UnsetType) -> int | None:
    return number if isinstance(number, int) else None
