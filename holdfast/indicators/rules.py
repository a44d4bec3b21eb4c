"""The rules of the indicators on a date: each a small pure function from a journey to the days it holds.

A rule gives half-open intervals of days, in order; contributions keep them to the days that the indicator is read on.
What is counted when it happens is in `happenings`, which placements are of a kind in `places`.
"""

from collections.abc import Iterable, Sequence

from holdfast.contracts.codes import ADOPTIVE
from holdfast.indicators.calendar import FOREVER, add_months, birthdays, leaves_window
from holdfast.indicators.care import Journey, Stay, Stretch
from holdfast.indicators.happenings import admissions, discharges

Intervals = Sequence[tuple[int, int]]

_ALWAYS = ((0, FOREVER),)
_NEVER = ()
# Only to pass over at once what cannot count: no so many months are longer, no 24 months are shorter.
_LONGEST_DAYS = {12: 366, 24: 731}
_SHORTEST_TWO_YEARS_DAYS = 730
_REPEATED = 3
REPEATED_WITHIN_DAYS = 90


def looked_after(child: Journey) -> Intervals:
    """Every day looked after."""
    return _ALWAYS


def three_or_more_placements(child: Journey) -> Intervals:
    """The days whose rolling year three or more placements overlap, over all periods of care."""
    return _three_or_more(child, 12)


def three_or_more_placements_2y(child: Journey) -> Intervals:
    """Of the two-year cohort, the days whose last 24 months three or more placements overlap."""
    held = _three_or_more(child, 24)
    return _both(held, two_year_cohort(child)) if held else _NEVER


def _three_or_more(child: Journey, months: int) -> Intervals:
    stays = child.placements
    if len(stays) < 3:
        return _NEVER
    held: list[tuple[int, int]] = []
    longest_days = _LONGEST_DAYS[months]
    # Stays follow one another, so each three in a row overlap the windows of the days from the third's beginning
    # until the first has left the window.
    for first, third in zip(stays, stays[2:], strict=False):
        if first.ends is None or third.begins - first.ends > longest_days:
            continue
        leaves = leaves_window(first.ends, months)
        if held and third.begins <= held[-1][1]:
            held[-1] = (held[-1][0], leaves)
        elif third.begins < leaves:
            held.append((third.begins, leaves))
    return held


def two_year_cohort(child: Journey) -> Intervals:
    """The days on whose year before the rolling year the child was looked after; by choice, 24 months in this care."""
    if child.choices.two_year_cohort == "current_period":
        return [
            (add_months(stretch.begins, 24), FOREVER if stretch.ends is None else stretch.ends)
            for stretch in child.stretches
        ]
    return _merged(
        (leaves_window(stretch.begins + 1, 12), FOREVER if stretch.ends is None else leaves_window(stretch.ends, 24))
        for stretch in child.stretches
    )


def settled_long_enough(child: Journey) -> Intervals:
    """Under 16 and in the current period of care (since its last cut) for 30 months."""
    return [(begins, ends) for begins, ends, _ in _settled(child)]


def long_term_stable(child: Journey) -> Intervals:
    """Of those: 24 months in the current placement, or on the clock that a placement for adoption takes over."""
    held: list[tuple[int, int]] = []
    for begins, ends, stretch in _settled(child):
        for since, until in _reaching_two_years(stretch):
            first, last = max(since, begins), min(until, ends)
            if first >= last:
                continue
            if held and held[-1][1] == first:
                held[-1] = (held[-1][0], last)
            else:
                held.append((first, last))
    return held


def _settled(child: Journey) -> list[tuple[int, int, Stretch]]:
    settled: list[tuple[int, int, Stretch]] = []
    if child.date_of_birth is None:
        return settled
    sixteenth = birthdays(child.date_of_birth)[3]
    for stretch in child.stretches:
        ends = sixteenth if stretch.ends is None or stretch.ends > sixteenth else stretch.ends
        begins = add_months(stretch.begins, 30)
        if begins < ends:
            settled.append((begins, ends, stretch))
    return settled


def _reaching_two_years(stretch: Stretch) -> list[tuple[int, int]]:
    held: list[tuple[int, int]] = []
    before: Stay | None = None
    for stay in stretch.placements:
        ends = FOREVER if stay.ends is None else stay.ends
        own_from = stay.begins
        if before is not None and stay.described[0][1].type in ADOPTIVE:
            # Adoptive from its first day: while it stays so, the clock is that of the placement of the day before.
            own_from = _first_other(stay, ends)
            held.append((max(stay.begins, add_months(before.begins, 24)), own_from))
        if ends - stay.begins >= _SHORTEST_TWO_YEARS_DAYS:
            held.append((max(own_from, add_months(stay.begins, 24)), ends))
        before = stay
    return held


def _first_other(stay: Stay, ends: int) -> int:
    """The day a placement that began as adoptive is first described as something else."""
    return next((day for day, described in stay.described if described.type not in ADOPTIVE), ends)


def missing_now(child: Journey) -> Intervals:
    """The days on which the child is missing (kind `M`) as the day ends."""
    return [
        (episode.begins, FOREVER if episode.ends is None else episode.ends)
        for episode in child.missing
        if episode.kind == "M"
    ]


def missing_in_year(child: Journey) -> Intervals:
    """The days in whose rolling year there is one on which the child was both looked after and missing (kind `M`)."""
    if not child.missing:
        return _NEVER
    # An episode covers the day it began, even where the child was back before that day ended.
    gone = [(begins, max(ends, begins + 1)) for begins, ends in missing_now(child)]
    return _in_year(_both(gone, _looked_after_spans(child)))


def left_in_year(child: Journey) -> Intervals:
    """The days after care in whose rolling year there is still one on which the child was looked after."""
    left: list[tuple[int, int]] = []
    for place, stretch in enumerate(child.stretches, 1):
        if stretch.ends is not None:
            until = leaves_window(stretch.ends, 12)
            if place < len(child.stretches):
                until = min(until, child.stretches[place].begins)
            left.append((stretch.ends, until))
    return left


def repeat_missing(child: Journey) -> Intervals:
    """The days on or in the 89 days before which three missing episodes (kind `M`) began while looked after."""
    if len(child.missing) < _REPEATED:
        return _NEVER
    care = _looked_after_spans(child)
    begun = [
        episode.begins
        for episode in child.missing
        if episode.kind == "M" and any(begins <= episode.begins < ends for begins, ends in care)
    ]
    return _merged(
        (third, first + REPEATED_WITHIN_DAYS)
        for first, third in zip(begun, begun[_REPEATED - 1 :], strict=False)
        if third < first + REPEATED_WITHIN_DAYS
    )


def started_in_year(child: Journey) -> Intervals:
    """The days in whose rolling year the child was admitted, however often."""
    return _in_year((day, day + 1) for day, _ in admissions(child))


def ceased_in_year(child: Journey) -> Intervals:
    """The days in whose rolling year the child was discharged, however often."""
    return _in_year((day, day + 1) for day, _ in discharges(child))


def _looked_after_spans(child: Journey) -> Intervals:
    return [(stretch.begins, FOREVER if stretch.ends is None else stretch.ends) for stretch in child.stretches]


def _in_year(spans: Iterable[tuple[int, int]]) -> Intervals:
    """The days whose rolling year overlaps one of the spans."""
    return _merged((begins, FOREVER if ends == FOREVER else leaves_window(ends, 12)) for begins, ends in spans)


def _merged(spans: Iterable[tuple[int, int]]) -> Intervals:
    """Spans in order of their beginnings, those that touch or overlap as one."""
    held: list[tuple[int, int]] = []
    for begins, ends in spans:
        if held and begins <= held[-1][1]:
            if ends > held[-1][1]:
                held[-1] = (held[-1][0], ends)
        else:
            held.append((begins, ends))
    return held


def _both(some: Intervals, others: Intervals) -> list[tuple[int, int]]:
    """What is in one of both, in order; each in order and without overlaps."""
    spans = [(max(begins, since), min(ends, until)) for begins, ends in some for since, until in others]
    return sorted(span for span in spans if span[0] < span[1])
