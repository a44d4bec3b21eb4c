"""Why a child counts in a figure on a day, or doesn't, as plain data: what was asked, what holds, what was left out.

Days are dates, facts are named by their keys; who prints it says where those came from. Nothing here decides anything.
"""

from collections.abc import Callable, Iterable
from datetime import date

from msgspec import Struct

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Period
from holdfast.indicators.accounts import LEFT_OUT, Account, account
from holdfast.indicators.calendar import leaves_window, rolling_year_start, window_start
from holdfast.indicators.care import Journey, Stay
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.counted import STARTS, Counted, comes_of_age, described_on, stay_on, stretch_on
from holdfast.indicators.occurrences import Occurrence, occurrences
from holdfast.indicators.reasons import Check, care_on, checks, clock_of, overlapping, turning
from holdfast.indicators.wording import on_apart, placed, some


class StayTold(Struct, frozen=True, gc=False):
    """A placement. `counted`: it plays a part in the figure, `why` or why not; None where placements play none.

    `ends` is None where nothing has ended it by the day asked about, or will: the 18th birthday to come does not.
    """

    begins: date
    ends: date | None
    place: str
    counted: bool | None
    why: str
    fact: str | None


class LeftOut(Struct, frozen=True, gc=False):
    """A fact that began no placement, what it states, and the rule by which."""

    fact: str
    on: date
    says: str
    rule: str
    sentence: str


class Explanation(Struct, frozen=True):
    """`counts` holds what the child adds to the figure, `verdict` says it. `care`: looked after on the day, or why not.

    Of a stock there are `checks`, all of which hold where the child counts; of a flow there are `occurrences`.
    """

    indicator: str
    title: str
    on: date
    verdict: str
    counts: tuple[Counted, ...]
    care: str
    checks: tuple[Check, ...]
    occurrences: tuple[Occurrence, ...]
    turning: str
    stays: tuple[StayTold, ...]
    left_out: tuple[LeftOut, ...]


def explain(facts: Iterable[Fact], code: str, on: date, choices: Choices = DEFAULTS) -> Explanation:
    """Explain what one child's standing facts make of an indicator on a day. `code` is one of the catalogue's."""
    return explained(account(facts, choices), code, on)


def explained(told: Account, code: str, on: date) -> Explanation:
    """The same of a child read already."""
    child, day, row = told.child, on.toordinal(), INDICATORS[code]
    flow = row.kind == "flow"
    asked = () if flow else checks(child, code, day)
    happened = occurrences(told, code) if flow else ()
    counts = _counts_of_flow(code, happened, on) if flow else (_counts_of_stock(code, asked),)
    return Explanation(
        code,
        row.title,
        on,
        _verdict(code, counts),
        counts,
        care_on(child, day),
        asked,
        tuple(_of_the_year(happened, on)),
        "" if flow else turning(child, code, day),
        () if flow else stays_told(told, code, day),
        left_out(told, code, day),
    )


def _of_the_year(happened: tuple[Occurrence, ...], on: date) -> list[Occurrence]:
    """Those of the rolling year; where there are none, the last before it and the first after."""
    begins = date.fromordinal(rolling_year_start(on.toordinal()))
    within = [each for each in happened if begins <= each.on <= on]
    return (
        within or [each for each in happened if each.on < begins][-1:] + [each for each in happened if each.on > on][:1]
    )


def _counts_of_stock(code: str, asked: tuple[Check, ...]) -> Counted:
    """What the checks say: they are all of the conditions."""
    below = all(check.holds for check in asked if check.of == "denominator")
    numerator = int(all(check.holds for check in asked))
    return Counted("on", numerator, None if INDICATORS[code].denominator is None else int(below))


def _counts_of_flow(code: str, happened: tuple[Occurrence, ...], on: date) -> tuple[Counted, ...]:
    periods: tuple[Period, ...] = ("month", "year_to_date", "rolling_year")
    counts = []
    for period in periods:
        begins = date.fromordinal(STARTS[period](on.toordinal()))
        within = [each for each in happened if begins <= each.on <= on]
        below = None if INDICATORS[code].denominator is None else sum(each.in_denominator or False for each in within)
        counts.append(Counted(period, sum(each.counted for each in within), below))
    return tuple(counts)


def _verdict(code: str, counts: tuple[Counted, ...]) -> str:
    row = INDICATORS[code]
    if row.kind == "flow":
        return _verdict_of_flow(code, counts)
    (number,) = counts
    if number.denominator is None:
        return "Counted." if number.numerator else "Not counted."
    if number.numerator:
        return f"Counted: in the numerator and in the denominator ({row.share_of})."
    if number.denominator:
        return f"Not counted: in the denominator ({row.share_of}) alone."
    return f"Not counted: neither in the numerator nor in the denominator ({row.share_of})."


def _verdict_of_flow(code: str, counts: tuple[Counted, ...]) -> str:
    row = INDICATORS[code]
    names = {"month": "in the month", "year_to_date": "in the financial year to date", "rolling_year": "in 12 months"}
    if not any(each.numerator or each.denominator for each in counts):
        return "Counted in none of the month, the financial year to date and the last 12 months."
    said = [
        f"{some(each.numerator, row.counted_one, row.counted)}"
        f"{'' if each.denominator is None else f' of {each.denominator:,}'} {names[each.period]}"
        for each in counts
    ]
    return f"Counted: {', '.join(said)}."


# How far back an indicator looks for placements, by its code; the others ask only where the child is.
_SINCE: dict[str, Callable[[Journey, int], int]] = {
    "three_or_more_placements": lambda child, day: window_start(day, 12),
    "three_or_more_placements_2y": lambda child, day: window_start(day, 24),
    "placement_moves": lambda child, day: window_start(day, 12),
    "unplanned_moves": lambda child, day: window_start(day, 12),
    "long_term_stable": lambda child, day: getattr(stretch_on(child, day), "begins", day),
}
_MONTHS = {"three_or_more_placements_2y": 24}


def looks_back_to(child: Journey, code: str, day: int) -> int:
    """The first day of placements that an indicator looks at on a day; 0 where it looks at none."""
    return _SINCE[code](child, day) if code in _SINCE else 0


def stays_told(told: Account, code: str, day: int) -> tuple[StayTold, ...]:
    """The placements that play a part in a stock, or the one that the child is in where none do."""
    return tuple(_stays(told, code, day))


def _stays(told: Account, code: str, day: int) -> Iterable[StayTold]:
    child = told.child
    if code == "long_term_stable":
        yield from _stays_of_the_clock(told, day)
        return
    if code not in _SINCE:
        stay = stay_on(child, day)
        if stay is not None:
            yield _told(told, stay, day, None, "")
        return
    begins, months = _SINCE[code](child, day), _MONTHS.get(code, 12)
    within = overlapping(child, begins, day)
    before = [stay for stay in child.placements if stay.ends is not None and stay.ends <= begins]
    after = [stay for stay in child.placements if stay.begins > day]
    for stay in before[-1:]:
        left = leaves_window(stay.ends or 0, months)
        yield _told(told, stay, day, False, f"left the last {months} months {on_apart(left, day)}")
    for stay in within:
        yield _told(told, stay, day, True, "")
    for stay in after[:1]:
        yield _told(told, stay, day, False, f"began {on_apart(stay.begins, day)}")


def _stays_of_the_clock(told: Account, day: int) -> Iterable[StayTold]:
    stretch, stay = stretch_on(told.child, day), stay_on(told.child, day)
    if stretch is None or stay is None:
        return
    since = clock_of(stretch, stay, day)
    for each in stretch.placements:
        if each is stay:
            why = "the clock runs from here" if each is since else "placed for adoption: keeps the clock before it"
            yield _told(told, each, day, True, why)
        elif each is since:
            yield _told(told, each, day, True, "the clock runs from here, through placement for adoption")
        elif each.begins < stay.begins:
            yield _told(told, each, day, False, "ended before, and the clock began again")


def _told(told: Account, stay: Stay, day: int, counted: bool | None, why: str) -> StayTold:
    last = stay.ends - 1 if stay.ends is not None else day
    _, place = described_on(stay, max(stay.begins, min(day, last)))
    ends = stay.ends
    if ends is not None and comes_of_age(told.child, ends):
        ends, said = (None, "") if ends > day else (ends, "ended with the 18th birthday")
        why = "; ".join(filter(None, (why, said)))
    until = None if ends is None else date.fromordinal(ends)
    return StayTold(date.fromordinal(stay.begins), until, placed(place), counted, why, told.beginning(stay.begins))


def left_out(told: Account, code: str, day: int) -> tuple[LeftOut, ...]:
    """Of the time that the figure looks at, up to its day: what began no placement."""
    since = _SINCE[code](told.child, day) if code in _SINCE else day
    return tuple(
        LeftOut(each.fact, each.on, each.says, each.became, each.sentence)
        for each in told.told
        if each.became in LEFT_OUT and since <= each.day <= day
    )
