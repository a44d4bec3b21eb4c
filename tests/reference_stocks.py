"""The brute-force twin, the figures on a date: whether one child is in the numerator and the denominator of each.

Written from section 3 of the definitions alone, a few lines an indicator, in the order of its table.
"""

from datetime import date, timedelta

from tests.reference_child import GROUPS, PROVIDERS, Child, days_from, days_of, first_day_of
from tests.reference_journey import ONE_DAY, Day, Episode, months_after
from tests.reference_placements import Placement, known_miles

COUNTED_ALONE = ("looked_after", "started_in_year", "ceased_in_year")
# Of how many it can't be told is shown beside these.
PARTLY_UNKNOWN = ("distant", "over_20_miles")
# These ask for the rolling year: children are in them who are not looked after on the day.
OF_THE_YEAR = ("missing_in_year", "started_in_year", "ceased_in_year")
STOCKS = (
    "looked_after",
    "three_or_more_placements",
    "long_term_stable",
    "three_or_more_placements_2y",
    "family_based",
    "placed_with_parents",
    "commissioned",
    "fostered",
    "fostered_in_house",
    "residential",
    "childrens_homes",
    "distant",
    "over_20_miles",
    "missing_now",
    "missing_in_year",
    "repeat_missing",
    "started_in_year",
    "ceased_in_year",
)
FAMILY_BASED = (*GROUPS["fostered"], "P1", *GROUPS["placed_for_adoption"])
CHILDRENS_HOMES = ("K1", "K2")

In = tuple[bool, bool]  # whether a child is in the numerator, and in the denominator


def stocks_of(child: Child, on: date) -> dict[str, In]:
    """Every indicator on a date that the child is in the numerator or the denominator of."""
    counted = dict(_of_the_year(child, on))
    if on in child.looked_after:
        for indicator in STOCKS:
            if indicator not in OF_THE_YEAR:
                counted[indicator] = _counts(indicator, child, on)
    return {indicator: either for indicator, either in counted.items() if any(either)}


def unknown_of(indicator: str, child: Child, on: date) -> bool:
    """Whether it can't be told of a child looked after: by how far, or if distant, in or out of the authority."""
    described = _day(child, on).described
    assert described is not None
    miles = known_miles(described)
    return miles is None or (indicator == "distant" and miles > 20 and described.in_authority is None)


def _of_the_year(child: Child, on: date) -> dict[str, In]:
    days = days_of("rolling_year", on)
    looked_after = not child.looked_after.keys().isdisjoint(days)
    missing = not child.missing.isdisjoint(days)
    started, ceased = (
        any(flow.indicator == name and days[0] <= flow.on <= on for flow in child.flows)
        for name in ("admissions", "discharges")
    )
    return {
        "missing_in_year": (missing, looked_after),
        "started_in_year": (started, False),
        "ceased_in_year": (ceased, False),
    }


def _counts(indicator: str, child: Child, on: date) -> In:
    """Whether a child looked after on the day is in the numerator and in the denominator."""
    match indicator:
        case "looked_after":
            return True, False
        case "three_or_more_placements":
            return _placements_in("rolling_year", child, on) >= 3, True
        case "long_term_stable":
            long_term = _long_term(child, on)
            return long_term and months_after(_stable_since(child, on), 24) <= on, long_term
        case "three_or_more_placements_2y":
            in_cohort = _in_two_year_cohort(child, on)
            return in_cohort and _placements_in("two_years", child, on) >= 3, in_cohort
        case "missing_now":
            return any(_missing_at_end_of(on, episode) for episode in child.episodes("M")), True
        case "repeat_missing":
            return _times_missing_in_90_days(child, on) >= 3, True
        case _:
            return _counts_by_description(indicator, child, on)


def _counts_by_description(indicator: str, child: Child, on: date) -> In:
    """The rows of the table that ask only where and with whom the child is placed on the day."""
    described = _day(child, on).described
    assert described is not None
    fostered, miles = described.type in GROUPS["fostered"], known_miles(described)
    over_20_miles = miles is not None and miles > 20
    match indicator:
        case "family_based":
            return described.type in FAMILY_BASED, True
        case "placed_with_parents":
            return described.type == "P1", True
        case "commissioned":
            return described.provider in PROVIDERS["commissioned"], True
        case "fostered":
            return fostered, True
        case "fostered_in_house":
            return fostered and described.provider == "PR1", fostered
        case "residential":
            return described.type in GROUPS["residential"], True
        case "childrens_homes":
            return described.type in CHILDRENS_HOMES, True
        case "distant":
            return over_20_miles and described.in_authority is False, True
        case "over_20_miles":
            return over_20_miles, True
    raise AssertionError(indicator)


def _day(child: Child, on: date) -> Day:
    return child.looked_after[on][1]


def _placements_in(window: str, child: Child, on: date) -> int:
    """Placements that cover a day of the window, over all periods of care."""
    placements: set[Placement] = {child.placed[day] for day in days_of(window, on) if day in child.placed}
    return len(placements)


def _long_term(child: Child, on: date) -> bool:
    """Under 16, and looked after without a break in this period since 30 months ago or earlier."""
    if child.life.born is None or months_after(child.life.born, 16 * 12) <= on:
        return False
    return _looked_after_for_months(30, child, on)


def _looked_after_for_months(months: int, child: Child, on: date) -> bool:
    """Whether the current period of care, since its last cut, began that many months ago or earlier."""
    began = _day(child, on).stretch_began
    assert began is not None
    return months_after(began, months) <= on


def _stable_since(child: Child, on: date) -> date:
    """The start of the current placement; placed for adoption, that of the placement of the day before it became so."""
    period, said = child.looked_after[on]
    assert said.placement is not None
    if not _adoptive(said):
        return said.placement.begins
    became = on
    while (before := period.days.get(became - ONE_DAY)) and before.placement is said.placement and _adoptive(before):
        became -= ONE_DAY
    day_before = period.days.get(became - ONE_DAY)
    if day_before is None or day_before.placement is None:
        return said.placement.begins
    return day_before.placement.begins


def _adoptive(said: Day) -> bool:
    return said.described is not None and said.described.type in GROUPS["placed_for_adoption"]


def _in_two_year_cohort(child: Child, on: date) -> bool:
    """Section 3, the **choice** `two_year_cohort`."""
    if child.ways.two_year_cohort == "current_period":
        return _looked_after_for_months(24, child, on)
    rolling_year_begins = first_day_of("rolling_year", on)
    year_before = days_from(first_day_of("two_years", on), rolling_year_begins - ONE_DAY)
    return not child.looked_after.keys().isdisjoint(year_before)


def _missing_at_end_of(on: date, episode: Episode) -> bool:
    return episode.from_day <= on and (episode.until_day is None or episode.until_day > on)


def _times_missing_in_90_days(child: Child, on: date) -> int:
    """Episodes begun, while looked after, on the day or in the 89 days before."""
    began = [episode.from_day for episode in child.episodes("M") if episode.from_day in child.looked_after]
    return sum(on - timedelta(days=89) <= day <= on for day in began)
