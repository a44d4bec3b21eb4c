"""Which days of a period of care are days looked after: short breaks and days from the 18th birthday on are cut out."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from holdfast.contracts.codes import SHORT_BREAKS
from holdfast.contracts.facts import Described, Fact
from holdfast.indicators.findings import Finding, found

# A day on which something was said of a period: the legal status and the placement, as last stated, and its moves.
Day = tuple[int, str | None, Described, list[Fact]]


def looked_after_spans(days: Sequence[Day], ends: int, eighteenth: int) -> list[tuple[int, int]]:
    """The half-open spans of days looked after, in order, a day or more apart. `eighteenth`: FOREVER for no cut."""
    last, status, described, _ = days[-1]
    if last < eighteenth and SHORT_BREAKS.isdisjoint([status for _, status, _, _ in days]):
        # Nothing is cut out but, at most, an end that is past the birthday.
        return [(days[0][0], ends if ends <= eighteenth or _may_stay(status, described) else eighteenth)]
    spans: list[tuple[int, int]] = []
    for place, (day, status, described, _) in enumerate(days, 1):
        until = days[place][0] if place < len(days) else ends
        if until > eighteenth and not _may_stay(status, described):
            until = eighteenth
        if status in SHORT_BREAKS or until <= day:
            continue
        if spans and spans[-1][1] == day:
            spans[-1] = (spans[-1][0], until)
        else:
            spans.append((day, until))
    return spans


def _may_stay(status: str | None, place: Described) -> bool:
    """From the 18th birthday on: accommodated in a children's home, the one case that the return allows."""
    return status == "V2" and place.type == "K2"


def short_break_findings(legal_statuses: Sequence[tuple[int, str | None]]) -> list[Finding]:
    """A finding for each day on which a period changed into or out of short breaks."""
    return [
        found("short-breaks-inside-care", after[0])
        for before, after in pairwise(legal_statuses)
        if (before[1] in SHORT_BREAKS) != (after[1] in SHORT_BREAKS)
    ]


def cut_at_eighteen_on(days: Sequence[Day], ends: int, eighteenth: int) -> int | None:
    """The first day that being 18 cuts out of a period; None where there is none."""
    # What was last said before the birthday is the first that can run on past it.
    first = max(bisect_left(days, (eighteenth,)) - 1, 0)
    for place, (day, status, described, _) in enumerate(days[first:], first + 1):
        until = days[place][0] if place < len(days) else ends
        if until > eighteenth and status not in SHORT_BREAKS and not _may_stay(status, described):
            return max(day, eighteenth)
    return None
