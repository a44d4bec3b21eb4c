"""The rows of a return, typed: cells checked against the code lists, each bad one a located fault that costs its row.

Knows nothing of other rows; laying returns over one another is in `layers`, what a row means is in `wanted`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType

from holdfast.contracts import codes
from holdfast.returns.cells import Cells, Faulty, Text
from holdfast.returns.faults import Fault, Origin, finding, row_fault
from holdfast.returns.files import Table

SEXES = {"1": "male", "M": "male", "2": "female", "F": "female", "U": "unknown"}
# As wide as the door: a free text could hold a name.
URN = re.compile(r"[A-Za-z0-9-]{1,14}(\.0)?")
POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9\s]{0,15}")
# Why there is none.
NO_UPN = re.compile(r"UN[1-9]")
LOCATIONS = {"IN": True, "OUT": False}
REASONS_FOR_NEW_EPISODE = frozenset({"S", "L", *codes.REASONS_FOR_NEW_EPISODE})

# Child, the day the row began, and its reason or kind.
Key = tuple[str, date, str]


class EpisodeRow(Struct, frozen=True, kw_only=True):
    """A row of Episodes: half-open days [began_on, ended_on); `reason_for_change` is why this placement ended."""

    origin: Origin
    child: str
    began_on: date
    reason: str
    legal_status: str
    placement_type: str
    ended_on: date | None
    reason_ceased: str | None
    need: Text
    provider: Text
    reason_for_change: Text
    postcode: Text
    urn: Text
    distance_miles: float | UnsetType | None
    in_authority: bool | UnsetType | None

    @property
    def key(self) -> Key:
        """The row's own key: child, DECOM and RNE."""
        return (self.child, self.began_on, self.reason)


class HeaderRow(Struct, frozen=True):
    """A row of Header: who the child is, as far as the platform needs it; `upn` tells twins of one reference apart."""

    origin: Origin
    child: str
    date_of_birth: date | None
    sex: str | None
    upn: str | None


class MissingRow(Struct, frozen=True):
    """A row of Missing: `M` missing or `A` away without authorisation; no end: not yet back."""

    origin: Origin
    child: str
    kind: str
    began_on: date
    ended_on: date | None

    @property
    def key(self) -> Key:
        """The row's own key: child, MIS_START and MISSING."""
        return (self.child, self.began_on, self.kind)


Row = TypeVar("Row", EpisodeRow, HeaderRow, MissingRow)


class Rows(Struct, Generic[Row]):
    """What a file holds, in its order. `named` and `keys` are those of all rows, bad ones too as far as readable."""

    good: list[Row]
    faults: list[Fault]
    named: set[str]
    keys: set[Key]


def read_rows(table: Table, read: Callable[[Origin, Cells], Row], latest: date) -> Rows[Row]:
    """Read every row; rows without any text are passed over."""
    rows: Rows[Row] = Rows([], [], set(), set())
    for number, texts in enumerate(table.rows, start=2):
        if not any(text.strip() for text in texts):
            continue
        origin, cells = Origin(table.file, number), Cells(table.columns, texts, latest)
        rows.named.add(cells.text("CHILD") or "")
        try:
            if any(text.strip() for text in texts[len(table.columns) :]):
                raise Faulty("too-many-cells")
            rows.good.append(read(origin, cells))
        except Faulty as fault:
            rows.faults.append(row_fault(origin, fault.code, fault.column))
        with suppress(Faulty):
            if table.kind != "header":
                rows.keys.add(episode_key(cells) if table.kind == "episodes" else missing_key(cells))
    return rows


def joined(parts: Iterable[Rows[Row]]) -> Rows[Row]:
    """Several files of one table as one."""
    whole: Rows[Row] = Rows([], [], set(), set())
    for part in parts:
        whole.good.extend(part.good)
        whole.faults.extend(part.faults)
        whole.named |= part.named
        whole.keys |= part.keys
    return whole


def episode_key(cells: Cells) -> Key:
    """Child, DECOM and RNE."""
    reason = cells.required_code("RNE", REASONS_FOR_NEW_EPISODE)
    return (cells.required("CHILD"), cells.required_day("DECOM"), reason)


def missing_key(cells: Cells) -> Key:
    """Child, MIS_START and MISSING."""
    kind = cells.required_code("MISSING", codes.MISSING_KINDS)
    return (cells.required("CHILD"), cells.required_day("MIS_START"), kind)


def episode(origin: Origin, cells: Cells) -> EpisodeRow:
    """A row of Episodes."""
    child, began_on, reason = episode_key(cells)
    ended_on = cells.day("DEC")
    if ended_on is not None and ended_on < began_on:
        raise Faulty("ends-before-it-begins", "DEC")
    return EpisodeRow(
        origin=origin,
        child=child,
        began_on=began_on,
        reason=reason,
        legal_status=cells.required_code("LS", codes.LEGAL_STATUSES),
        placement_type=cells.required_code("PLACE", codes.PLACEMENT_TYPES),
        ended_on=ended_on,
        reason_ceased=cells.code("REC", {"X1", *codes.REASONS_EPISODE_CEASED}) or None,
        need=cells.code("CIN", codes.NEEDS),
        provider=cells.code("PLACE_PROVIDER", codes.PROVIDERS),
        reason_for_change=cells.code("REASON_PLACE_CHANGE", codes.REASONS_FOR_PLACEMENT_CHANGE),
        postcode=_joined(cells.matching("PL_POST", POSTCODE)),
        urn=_whole(cells.matching("URN", URN)),
        distance_miles=cells.miles("PL_DISTANCE"),
        in_authority=_location(cells.code("PL_LOCATION", LOCATIONS)),
    )


def header(origin: Origin, cells: Cells) -> HeaderRow:
    """A row of Header."""
    child = cells.required("CHILD")
    sex = _whole(cells.text("SEX"))
    if sex and sex.upper() not in SEXES:
        raise Faulty("unknown-code", "SEX")
    upn = cells.text("UPN")
    known_upn = upn.upper() if upn and not NO_UPN.fullmatch(upn.upper()) else None
    return HeaderRow(origin, child, cells.day("DOB"), SEXES[sex.upper()] if sex else None, known_upn)


def missing(origin: Origin, cells: Cells) -> MissingRow:
    """A row of Missing."""
    child, began_on, kind = missing_key(cells)
    ended_on = cells.day("MIS_END")
    if ended_on is not None and ended_on < began_on:
        raise Faulty("ends-before-it-begins", "MIS_END")
    return MissingRow(origin, child, kind, began_on, ended_on)


def findings(row: EpisodeRow) -> Iterator[Fault]:
    """What is odd about a row of Episodes by itself."""
    if row.ended_on is None and row.reason_ceased not in (None, "X1"):
        yield finding(row.origin, "open-with-reason", "REC")
    if row.ended_on is not None and row.reason_ceased is None:
        yield finding(row.origin, "ended-without-reason", "REC")


def _joined(postcode: Text) -> Text:
    return "".join(postcode.split()).upper() if postcode else postcode


def _whole(number: Text) -> Text:
    """Numbers that a spreadsheet or a data frame has turned into decimals."""
    return number.removesuffix(".0") if number else number


def _location(code: Text) -> bool | UnsetType | None:
    return LOCATIONS[code] if code else (None if code is None else UNSET)
