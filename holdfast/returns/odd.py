"""What is odd about a child's standing rows, each by itself and beside the row before: read all the same, and told.

The rules are the return's own (their numbers are given) as far as breaking one loses a fact or makes a figure doubtful.
Pure; nothing here decides what is read.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import accumulate, pairwise

from holdfast.contracts import code_years, codes
from holdfast.returns.distances import Distances
from holdfast.returns.layers import Standing, in_order
from holdfast.returns.rows import AnyRow, EpisodeRow, Key, MissingRow

# By row, the fields that no set it is in has a column for.
Lacking = Mapping[Key, frozenset[str]]
# A row, the code of the finding, the column to look at, and the code of a list that it is about, if it is.
Odd = tuple[AnyRow, str, str] | tuple[AnyRow, str, str, str]

# What a placement is told by, and the field of it.
_DESCRIBED = (
    ("PLACE", "placement_type"),
    ("PLACE_PROVIDER", "provider"),
    ("PL_POST", "postcode"),
    ("URN", "urn"),
)
# Rules 375, 376 and 379: days.
_LONGEST_TEMPORARY = {"T1": 42, "T3": 21, "T4": 7}
# Rule 217.
_SAME_CARER_SINCE = date(2015, 4, 1)
# Rule 365.
_LONGEST_SHORT_BREAK = 17
_WITHOUT_PROVIDER = codes.TEMPORARY | {"Z1", "Z11", "Z12", "Z13", "Z14"}
# The rules beside 550 (PR0 and P1 go together): which placements a provider does not go with.
_MISFITS = {
    "PR1": frozenset({"R2", "R5"}),
    "PR2": frozenset({"R2", "R5"}),
    "PR3": codes.ADOPTIVE | codes.FOSTERED | {"K1", "K2"},
}
# A placement without a URN can be known again: these have none.
_NAMELESS = codes.FOSTERED | {"P1"}


def odd_child(standing: Standing, distances: Distances | None = None) -> Iterator[Odd]:
    """Everything odd about a child."""
    episodes, missing = in_order(standing.episodes.values()), in_order(standing.missing.values())
    yield from _episodes(episodes, standing.lacking)
    yield from _missing(missing, episodes)
    yield from _header(standing, episodes)
    if distances is not None:
        for row in episodes:
            column = distances.unknown(row, standing.asylum)
            if column is not None:
                yield row, "postcode-not-known", column


def _episodes(rows: list[EpisodeRow], lacking: Lacking) -> Iterator[Odd]:
    for before, row in zip([None, *rows], rows, strict=False):
        yield from _dates(row, before)
        yield from _codes(row)
        yield from _temporary(row)
        if "provider" not in lacking.get(row.key, ()):
            yield from _provider(row)
    for before, row in pairwise(rows):
        yield from _joined(before, row)
        if not before.ceased:
            yield from _legal_status(before, row)
            yield from _move(before, row, lacking)
    if rows and rows[-1].ended_on and rows[-1].reason_ceased == "X1":
        yield rows[-1], "not-continued", "REC"
    yield from _returns(rows)


def _dates(row: EpisodeRow, before: EpisodeRow | None) -> Iterator[Odd]:
    """Rules 148, 355 and 365."""
    if row.ended_on is None:
        if row.reason_ceased not in (None, "X1"):
            yield row, "open-with-reason", "REC"
        return
    if row.reason_ceased is None:
        yield row, "ended-without-reason", "REC"
    if row.ended_on == row.began_on:
        yield row, _of_one_day(row, before), "DEC"
    if row.legal_status == "V3" and (row.ended_on - row.began_on).days > _LONGEST_SHORT_BREAK:
        yield row, "short-break-too-long", "LS"


def _of_one_day(row: EpisodeRow, before: EpisodeRow | None) -> str:
    """What becomes of care that begins and ends on a day hangs on what was open as the day began."""
    if row.reason != "S" or not row.ceased:
        return "one-day-episode"
    if before is None or (before.ceased and before.ended_on and before.ended_on < row.began_on):
        return "one-day-period"
    # Of two discharges on a day a return can't say that the second was recorded after the admission between them.
    return "second-discharge" if before.ceased and before.ended_on == row.began_on else "one-day-inside-care"


def _codes(row: EpisodeRow) -> Iterator[Odd]:
    if code_years.outside(code_years.LEGAL_STATUSES, row.legal_status, row.began_on):
        yield row, "code-outside-its-years", "LS", row.legal_status
    if code_years.outside(code_years.PLACEMENT_TYPES, row.placement_type, row.began_on):
        yield row, "code-outside-its-years", "PLACE", row.placement_type
    ceased = row.reason_ceased
    if row.ended_on and ceased and code_years.outside(code_years.REASONS_EPISODE_CEASED, ceased, row.ended_on):
        yield row, "code-outside-its-years", "REC", ceased


def _temporary(row: EpisodeRow) -> Iterator[Odd]:
    """Rules 375, 376, 379, 380 and 381; and 217, of the placements that a change of carer can't begin."""
    by_move = row.reason in ("P", "B") and row.began_on >= _SAME_CARER_SINCE
    if by_move and row.placement_type in codes.ADOPTIVE_SAME_CARER:
        yield row, "same-carer-adopter", "RNE"
    if row.placement_type not in codes.TEMPORARY:
        return
    if row.reason == "S":
        yield row, "starts-in-temporary", "PLACE"
    if row.ceased:
        yield row, "ends-in-temporary", "PLACE"
    longest = _LONGEST_TEMPORARY.get(row.placement_type)
    if longest and row.ended_on and (row.ended_on - row.began_on).days > longest:
        yield row, "temporary-too-long", "PLACE"


def _provider(row: EpisodeRow) -> Iterator[Odd]:
    """Rules 213, 526 and 550, and those beside it."""
    place, provider = row.placement_type, row.provider
    if provider is None:
        if place not in _WITHOUT_PROVIDER:
            yield row, "no-provider", "PLACE_PROVIDER"
    elif (provider == "PR0") != (place == "P1") or place in _MISFITS.get(provider, ()):
        yield row, "provider-misfit", "PLACE_PROVIDER"


def _joined(before: EpisodeRow, row: EpisodeRow) -> Iterator[Odd]:
    """Rules 388 and 431 to 433, and 501: whether one row goes on where the one before ended."""
    if before.ended_on is None:
        yield before, "left-open", "DEC"
    elif before.ended_on > row.began_on:
        yield before, "ends-after-next-begins", "DEC"
    elif before.reason_ceased == "X1" and before.ended_on < row.began_on:
        yield before, "not-continued", "REC"
    if before.ceased and row.reason != "S":
        yield row, "status-outside-care" if row.reason == "L" else "move-outside-care", "RNE"
    if before.reason_ceased == "X1" and before.ended_on == row.began_on and row.reason == "S":
        yield row, "second-admission", "RNE"


def _legal_status(before: EpisodeRow, row: EpisodeRow) -> Iterator[Odd]:
    """Rules 434 to 436, as far as they are about LS."""
    changed = row.legal_status != before.legal_status
    if changed and row.reason in ("P", "T"):
        yield row, "status-changes-too", "LS"
    if not changed and row.reason in ("L", "B", "U"):
        yield row, "status-unchanged", "LS"


def _move(before: EpisodeRow, row: EpisodeRow, lacking: Lacking) -> Iterator[Odd]:
    """Rules 434 to 436, as far as they are about the placement, and 225 of why it changed."""
    column = _described_otherwise(before, row)
    if row.reason == "L" and column is not None:
        yield row, "legal-status-row-moves", column
    if row.reason not in codes.REASONS_FOR_NEW_EPISODE:
        return
    if column is None and not _left_undescribed(before, row, lacking):
        yield row, "spurious-restart" if _known_again(row) else "nothing-moved", "RNE"
    why = before.reason_for_change
    if why and code_years.outside(code_years.REASONS_FOR_PLACEMENT_CHANGE, why, row.began_on):
        yield row, "code-outside-its-years", "REASON_PLACE_CHANGE", why
    unexplained = why is None and "reason_for_change" not in lacking.get(before.key, ())
    temporary = {before.placement_type, row.placement_type} & codes.TEMPORARY
    if unexplained and before.reason_ceased == "X1" and not temporary:
        yield before, "no-reason-for-change", "REASON_PLACE_CHANGE"


def _described_otherwise(before: EpisodeRow, row: EpisodeRow) -> str | None:
    """The first column in which the placements differ."""
    for column, field in _DESCRIBED:
        if getattr(row, field) != getattr(before, field):
            return column
    return None


def _left_undescribed(before: EpisodeRow, row: EpisodeRow, lacking: Lacking) -> bool:
    """Is there a column that no set of either row has, so that the placements may differ all the same?"""
    unknown = {*lacking.get(row.key, ()), *lacking.get(before.key, ())}
    return any(field in unknown for _, field in _DESCRIBED)


def _known_again(row: EpisodeRow) -> bool:
    """Is so much known of the placement that the engine takes one like it for the same?"""
    named = row.urn is not None or row.placement_type in _NAMELESS
    return row.reason in ("P", "B") and None not in (row.provider, row.postcode) and named


def _returns(rows: list[EpisodeRow]) -> Iterator[Odd]:
    """Rule 383: from a temporary placement the child goes back to where it was."""
    left: EpisodeRow | None = None
    for before, row in pairwise(rows):
        if before.ceased or row.reason == "S":
            left = None
        elif before.placement_type not in codes.TEMPORARY:
            left = before
        elif left is not None and row.reason != "L" and row.placement_type not in codes.TEMPORARY:
            back = {"RNE": "P", "PLACE": left.placement_type, "PL_POST": left.postcode}
            now = {"RNE": row.reason, "PLACE": row.placement_type, "PL_POST": row.postcode}
            column = next((column for column in back if now[column] != back[column]), None)
            if column is not None:
                yield row, "no-return", column


def _missing(rows: list[MissingRow], episodes: list[EpisodeRow]) -> Iterator[Odd]:
    """Rules 574, 578 and 581."""
    if not rows:
        return
    begins = [episode.began_on for episode in episodes]
    ends = list(accumulate((episode.ended_on or date.max for episode in episodes), max))
    for row in rows:
        begun = bisect_right(begins, row.began_on)
        if not episodes:
            yield row, "no-episode-of-child", "CHILD"
        elif not begun or ends[begun - 1] <= row.began_on:
            yield row, "missing-outside-care", "MIS_START"
    last: dict[str, MissingRow] = {}
    for row in rows:
        other = last.get("A" if row.kind == "M" else "M")
        if other is not None and _running(other, row):
            yield row, "missing-and-away", "MIS_START"
        before = last.get(row.kind)
        if before is not None and (before.began_on == row.began_on or (before.ended_on and _running(before, row))):
            yield row, "missing-overlap", "MIS_START"
            continue  # the one before is still the one to be over
        if before is not None and before.ended_on is None:
            yield before, "missing-left-open", "MIS_END"
        last[row.kind] = row


def _running(before: MissingRow, row: MissingRow) -> bool:
    return before.ended_on is None or before.ended_on > row.began_on


def _header(standing: Standing, rows: list[EpisodeRow]) -> Iterator[Odd]:
    """Why the date of birth of a child with episodes is not known, or not used."""
    known = standing.header
    if not rows:
        return
    if known is None:
        if standing.header_left_out:
            yield rows[0], "header-row-left-out", "CHILD"
        elif standing.header_known_of:
            yield rows[0], "no-header-row", "CHILD"
    elif known.date_of_birth is None:
        yield known, "no-date-of-birth", "DOB"
    elif any(row.began_on < known.date_of_birth for row in rows if row.reason == "S" or row is rows[0]):
        yield known, "born-after", "DOB"
