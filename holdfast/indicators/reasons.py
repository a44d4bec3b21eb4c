"""Why a child is in a stock's numerator or denominator on a day: each condition, whether it holds, and by how much.

All conditions together hold exactly where the engine counts the child; that is a law of the tests. The clocks and
windows are those of `rules`, turned into sentences.
"""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from holdfast.contracts.codes import ADOPTIVE, REASONS_EPISODE_CEASED
from holdfast.indicators.calendar import FOREVER, add_months, birthdays, rolling_year_start, window_start
from holdfast.indicators.care import Episode, Journey, Period, Stay, Stretch
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.counted import (
    comes_of_age,
    days_counted,
    days_in_denominator,
    described_on,
    stay_on,
    stretch_on,
)
from holdfast.indicators.occurrences import told_of
from holdfast.indicators.rules import REPEATED_WITHIN_DAYS
from holdfast.indicators.wording import apart, from_to, in_words, on_apart, placed, some, spoken


class Check(Struct, frozen=True, gc=False):
    """One condition of being counted. Those `of` the denominator are conditions of the numerator too."""

    of: Literal["denominator", "numerator"]
    holds: bool
    sentence: str


def checks(child: Journey, code: str, day: int) -> tuple[Check, ...]:
    """The conditions of a stock on a day (an ordinal), as far as one that fails leaves a next one to ask."""
    return tuple(_CHECKS.get(code, _generic(code))(child, day))


def care_on(child: Journey, day: int) -> str:
    """Whether the child was looked after on the day and since when, or why not, as a sentence."""
    stretch = stretch_on(child, day)
    if stretch is not None:
        return f"Looked after at the end of {spoken(day)}, since {spoken(stretch.begins)}."
    period = next((each for each in child.periods if _runs(each, day)), None)
    return f"Not looked after at the end of {spoken(day)}: {_why_not(child, period, day)}."


def _runs(period: Period, day: int) -> bool:
    return period.begins <= day and (period.ends is None or period.ends > day)


def _why_not(child: Journey, period: Period | None, day: int) -> str:
    if period is not None:
        if child.date_of_birth is not None and birthdays(child.date_of_birth)[4] <= day:
            return f"the 18th birthday was on {spoken(birthdays(child.date_of_birth)[4])}"
        held = [(since, status) for since, status in period.legal_statuses if since <= day]
        return f"in agreed short breaks ({held[-1][1]}) since {spoken(held[-1][0])}"
    before = [each for each in child.periods if each.ends is not None and each.ends <= day]
    after = [each for each in child.periods if each.begins > day]
    said = []
    if before and before[-1].ends is not None:
        reason = before[-1].reason_ceased
        why = f" ({REASONS_EPISODE_CEASED[reason]}, {reason})" if reason in REASONS_EPISODE_CEASED else ""
        said.append(f"left care{why} {on_apart(before[-1].ends, day)}")
    if after:
        said.append(f"came {'back ' if before else ''}into care {on_apart(after[0].begins, day)}")
    return " and ".join(said) or "no period of care is known"


def _looked_after(child: Journey, day: int, of: Literal["denominator", "numerator"] = "denominator") -> Check:
    return Check(of, stretch_on(child, day) is not None, care_on(child, day))


def _only_looked_after(child: Journey, day: int) -> list[Check]:
    return [_looked_after(child, day, "numerator")]


def _in_year(child: Journey, day: int) -> list[Check]:
    return [_looked_after(child, day), _enough_placements(child, day, 12)]


def _in_two_years(child: Journey, day: int) -> list[Check]:
    return [_looked_after(child, day), _in_cohort(child, day), _enough_placements(child, day, 24)]


def _enough_placements(child: Journey, day: int, months: int) -> Check:
    begins = window_start(day, months)
    number = len(overlapping(child, begins, day))
    window = f"the {months} months {from_to(begins, day)}"
    return Check("numerator", number >= 3, f"{in_words(number, 'placement')} in {window}; three are needed.")


def overlapping(child: Journey, begins: int, day: int) -> list[Stay]:
    """The placements with a day from `begins` to `day`, both in it."""
    return [stay for stay in child.placements if stay.begins <= day and (stay.ends is None or stay.ends > begins)]


def _in_cohort(child: Journey, day: int) -> Check:
    if child.choices.two_year_cohort == "current_period":
        return _clock(stretch_on(child, day), day, 24, "in the current period of care")
    begins, until = window_start(day, 24), rolling_year_start(day) - 1
    held = any(each.begins <= until and (each.ends is None or each.ends > begins) for each in child.stretches)
    return Check(
        "denominator",
        held,
        f"{_looked_after_on(held)} of the year before, {from_to(begins, until)}.",
    )


def _looked_after_on(some_day: bool) -> str:
    return "Looked after on some day" if some_day else "Not looked after on any day"


def _clock(since: Stretch | None, day: int, months: int, what: str) -> Check:
    """How long the child has been looked after without a break."""
    if since is None:
        return Check("denominator", False, f"Not {what} on {spoken(day)}.")
    reached = add_months(since.begins, months)
    return Check(
        "denominator", reached <= day, f"Since {spoken(since.begins)} {what}: {_reaches(reached, day, months)}."
    )


def _reaches(reached: int, day: int, months: int) -> str:
    """`reaches two years on 9 August 2018, 131 days later`."""
    span = {24: "two years", 30: "two and a half years"}[months]
    return f"{'reached' if reached <= day else 'reaches'} {span} {on_apart(reached, day)}"


def _long_term(child: Journey, day: int) -> list[Check]:
    stretch, stay = stretch_on(child, day), stay_on(child, day)
    found = [_looked_after(child, day), _under_16(child, day)]
    if stretch is None or stay is None:
        return found
    return [*found, _clock(stretch, day, 30, "in this period of care"), _settled(child, stretch, stay, day)]


def _under_16(child: Journey, day: int) -> Check:
    if child.date_of_birth is None:
        return Check("denominator", False, "The date of birth is not known, so the child is never in this figure.")
    sixteenth = birthdays(child.date_of_birth)[3]
    if sixteenth > day:
        return Check("denominator", True, f"Under 16: the 16th birthday is {on_apart(sixteenth, day)}.")
    return Check("denominator", False, f"Not under 16: the 16th birthday was {on_apart(sixteenth, day)}.")


def _settled(child: Journey, stretch: Stretch, stay: Stay, day: int) -> Check:
    since = clock_of(stretch, stay, day)
    reached = add_months(since.begins, 24)
    if since is stay:
        said = f"In this placement since {spoken(stay.begins)}: {_reaches(reached, day, 24)}"
    else:
        said = (
            f"Placed for adoption since {spoken(stay.begins)}, which takes over the clock of the placement before it, "
            f"begun on {spoken(since.begins)}: {_reaches(reached, day, 24)}"
        )
    if reached > day and stay.ends is not None and stay.ends <= reached:
        what = "18th birthday is" if comes_of_age(child, stay.ends) else "placement ends"
        said += f", but the {what} on {spoken(stay.ends)}, before that"
    return Check("numerator", reached <= day, f"{said}.")


def clock_of(stretch: Stretch, stay: Stay, day: int) -> Stay:
    """The placement whose beginning the 24 months run from: one for adoption takes over that of the one before it."""
    place = stretch.placements.index(stay)
    adoptive = all(described.type in ADOPTIVE for since, described in stay.described if since <= day)
    return stretch.placements[place - 1] if place and adoptive else stay


def _episodes(child: Journey, kind: str = "M") -> list[Episode]:
    return [each for each in child.missing if each.kind == kind]


def _missing_now(child: Journey, day: int) -> list[Check]:
    gone = next((each for each in _episodes(child) if each.begins <= day and (each.ends or day + 1) > day), None)
    return [_looked_after(child, day), Check("numerator", gone is not None, _gone(child, gone, day))]


def _gone(child: Journey, gone: Episode | None, day: int) -> str:
    if gone is not None:
        back = "nobody has recorded the return" if gone.ends is None else f"back {on_apart(gone.ends, day)}"
        return f"Missing since {spoken(gone.begins)}; {back}."
    before = [each for each in _episodes(child) if each.begins <= day]
    if not before:
        return "Never missing up to then."
    return f"Not missing: last missing from {spoken(before[-1].begins)}, back {on_apart(before[-1].ends or day, day)}."


def _missing_in_year(child: Journey, day: int) -> list[Check]:
    begins = rolling_year_start(day)
    spans = [each for each in child.stretches if each.begins <= day and (each.ends is None or each.ends > begins)]
    gone = [
        episode
        for episode in _episodes(child)
        for each in spans
        if max(episode.begins, each.begins, begins) <= _last_day(episode, each, day)
    ]
    window = f"in the 12 months {from_to(begins, day)}"
    days = ", ".join(dict.fromkeys(spoken(episode.begins) for episode in gone))
    return [
        Check(
            "denominator",
            bool(spans),
            f"{_looked_after_on(bool(spans))} {window}.",
        ),
        Check("numerator", bool(gone), _missing_while(days, window)),
    ]


def _last_day(episode: Episode, stretch: Stretch, day: int) -> int:
    """The last day up to `day` that is one of both. An episode covers at least the day it began."""
    back = day if episode.ends is None else max(episode.ends, episode.begins + 1) - 1
    return min(back, day, day if stretch.ends is None else stretch.ends - 1)


def _missing_while(days: str, window: str) -> str:
    if days:
        return f"Missing while looked after {window}: from {days}."
    return f"Not missing on any day looked after {window}."


def _repeat_missing(child: Journey, day: int) -> list[Check]:
    begins, begun = day - REPEATED_WITHIN_DAYS + 1, episodes_begun(child, day)
    days = f" ({', '.join(map(spoken, begun))})" if begun else ""
    number = in_words(len(begun), "missing episode")
    window = f"in the {REPEATED_WITHIN_DAYS} days {from_to(begins, day)}"
    said = f"{number}{days} began while looked after {window}; three are needed."
    return [_looked_after(child, day), Check("numerator", len(begun) >= 3, said)]


def episodes_begun(child: Journey, day: int) -> list[int]:
    """The days, within those that repeated episodes are counted in, on which one began while looked after."""
    begins = day - REPEATED_WITHIN_DAYS + 1
    return [each.begins for each in _episodes(child) if begins <= each.begins <= day and stretch_on(child, each.begins)]


def _once_in_year(code: str, did: str, did_not: str) -> "_Checks":
    def ask(child: Journey, day: int) -> list[Check]:
        begins = rolling_year_start(day)
        window = f"in the 12 months {from_to(begins, day)}"
        within = [(on, why_not) for on, _, why_not, _ in told_of(child, code) if begins <= on <= day]
        days = [spoken(on) for on, why_not in within if not why_not]
        if days:
            return [Check("numerator", True, f"{did} on {' and on '.join(days)}, {window}.")]
        others = [f", but for {spoken(on)}, which does not count: {why_not}" for on, why_not in within]
        return [Check("numerator", False, f"{did_not} {window}{''.join(others)}.")]

    return ask


def _generic(code: str) -> "_Checks":
    """Of any row of the catalogue: what its rule says of the placement, or of the day."""
    row = INDICATORS[code]

    def ask(child: Journey, day: int) -> list[Check]:
        stay = stay_on(child, day)
        below = days_in_denominator(child, code)
        held = any(begins <= day < ends for begins, ends in days_counted(child, code))
        found = [] if below is None or row.after_care else [_looked_after(child, day)]
        if stay is None:
            return [*found, Check("numerator", held, f"{'Counted' if held else 'Not counted'} on {spoken(day)}.")]
        if row.denominator != "looked_after" and below is not None:
            in_it = any(begins <= day < ends for begins, ends in below)
            found.append(Check("denominator", in_it, f"{'One' if in_it else 'Not one'} of the {row.share_of}."))
        since, place = described_on(stay, day)
        said = f'Since {spoken(since)} in: {placed(place)}. {_fits(held)} "{row.title}".'
        away = next((each for each in stay.absences if each.begins <= day and (each.ends or day + 1) > day), None)
        if away is not None:
            said += f" Away since {spoken(away.begins)}, {placed(away.described)}, but it is the home that counts."
        if row.unknown is not None and row.unknown(place):
            said += " How far from home, or on which side of the border, is not known, so it is not counted as far."
        return [*found, Check("numerator", held, said)]

    return ask


def _fits(held: bool) -> str:
    return "That counts as" if held else "That does not count as"


_Checks = Callable[[Journey, int], list[Check]]
_CHECKS: dict[str, _Checks] = {
    "looked_after": _only_looked_after,
    "looked_after_rate": _only_looked_after,
    "three_or_more_placements": _in_year,
    "three_or_more_placements_2y": _in_two_years,
    "long_term_stable": _long_term,
    "missing_now": _missing_now,
    "missing_in_year": _missing_in_year,
    "repeat_missing": _repeat_missing,
    "started_in_year": _once_in_year("admissions", "Came into care", "Did not come into care"),
    "ceased_in_year": _once_in_year("discharges", "Left care", "Did not leave care"),
}


def turning(child: Journey, code: str, day: int) -> str:
    """Since when a child has counted in a stock and until when it will, if nothing more is said; or when it did."""
    held = days_counted(child, code)
    now = next((span for span in held if span[0] <= day < span[1]), None)
    if now is not None:
        return f"Counted since {spoken(now[0])}{_until(child, now[1], day)}."
    before, after = [span for span in held if span[1] <= day], [span for span in held if span[0] > day]
    said = [f"last counted on {spoken(before[-1][1] - 1)}, {apart(before[-1][1] - 1, day)}"] if before else []
    said += [f"counts from {spoken(after[0][0])}, {apart(after[0][0], day)}"] if after else []
    told = " and ".join(said) or "at no time counted, by what is known"
    return f"{told[0].upper()}{told[1:]}."


def _until(child: Journey, ends: int, day: int) -> str:
    if ends == FOREVER:
        return ""
    why = ", the day before the 18th birthday" if comes_of_age(child, ends) else ""
    return f", and until {spoken(ends - 1)}{why} ({some(ends - day, 'day')} more)"
