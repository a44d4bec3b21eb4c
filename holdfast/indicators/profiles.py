"""The cells and parts that a child is in, day by day: found once, and shared by all indicators."""

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter

from holdfast.contracts.facts import Described
from holdfast.indicators.breakdowns import (
    AGE_BANDS,
    AGE_UNKNOWN,
    CELL_OF_NEED,
    CELL_OF_PROVIDER,
    CELL_OF_SEX,
    CELL_OF_STATUS,
    GROUP_OF_TYPE,
    NEED_UNKNOWN,
    SEX_UNKNOWN,
    STATUS_OTHER,
)
from holdfast.indicators.calendar import FOREVER, birthdays
from holdfast.indicators.care import Journey, Period, Stretch
from holdfast.indicators.parts import AFTER_CARE, IN_CARE, PLACE_MARKS, marks_of
from holdfast.indicators.series import CELLS_MASK, in_cell, without

# (day, mask of what of the profile stays, what is put into it): from the day on.
Turn = tuple[int, int, int]

_AGES = [in_cell("age_band", cell) for cell in AGE_BANDS]
_AGE_UNKNOWN = in_cell("age_band", AGE_UNKNOWN)
_SEXES = {sex: in_cell("sex", cell) for sex, cell in CELL_OF_SEX.items()}
_SEX_UNKNOWN = in_cell("sex", SEX_UNKNOWN)
_NEEDS = {code: in_cell("category_of_need", cell) for code, cell in CELL_OF_NEED.items()}
_NEED_UNKNOWN = in_cell("category_of_need", NEED_UNKNOWN)
_STATUSES = {code: in_cell("legal_status", cell) for code, cell in CELL_OF_STATUS.items()}
_STATUS_OTHER = in_cell("legal_status", STATUS_OTHER)
_GROUPS = {code: in_cell("placement_group", cell) for code, cell in GROUP_OF_TYPE.items()}
_PROVIDERS = {code: in_cell("provider", cell) for code, cell in CELL_OF_PROVIDER.items()}

_BUT_NEED = without("category_of_need")
_BUT_AGE = without("age_band")
_BUT_STATUS = without("legal_status")
_BUT_PLACE = without("placement_group", "provider") & ~PLACE_MARKS
_OUT_OF_CARE = CELLS_MASK | AFTER_CARE

# Bounded; distances are all but unlimited.
_CACHED_PLACES = 1 << 16

_day = itemgetter(0)


def profiles_of(child: Journey, held: Iterable[Turn]) -> tuple[list[int], list[int]]:
    """Days in order, and the profile that holds from each, 0 where the child is in no part; `held`: turns of marks.

    Out of care only what goes on after it counts, in the cells of the last day looked after, but for the age.
    """
    turns = _turns(child)
    turns += held
    # Of one day and dimension the last holds.
    turns.sort(key=_day)
    days: list[int] = []
    profiles: list[int] = []
    profile = shown = at = 0
    for day, kept, put in turns:
        if day != at:
            now = profile if profile & IN_CARE else profile & _OUT_OF_CARE if profile & AFTER_CARE else 0
            if now != shown:
                days.append(at)
                profiles.append(now)
                shown = now
            at = day
        profile = profile & kept | put
    return days, profiles


def aged(profile: int, date_of_birth: int | None, day: int) -> int:
    """The profile with the age of another day."""
    return profile & _BUT_AGE | _age(date_of_birth, day)


def _turns(child: Journey) -> list[Turn]:
    """What changes the cells, and what brings into care and out of it. The last turn is of the day after all others."""
    if not child.stretches:
        return []
    first, date_of_birth = child.stretches[0].begins, child.date_of_birth
    turns: list[Turn] = [(first, -1, _SEXES.get(child.sex, _SEX_UNKNOWN) | _age(date_of_birth, first))]
    if date_of_birth is not None:
        for band, birthday in enumerate(birthdays(date_of_birth)[:4], 1):
            if birthday > first:
                turns.append((birthday, _BUT_AGE, _AGES[band]))
    for period in child.periods:
        need = _NEEDS.get(period.category_of_need, _NEED_UNKNOWN) | IN_CARE
        for stretch in period.stretches:
            turns.append((stretch.begins, _BUT_NEED, need))
            _turn_in_care(turns, period, stretch)
    turns.append((FOREVER, 0, 0))
    return turns


def _turn_in_care(turns: list[Turn], period: Period, stretch: Stretch) -> None:
    begins, ends = stretch.begins, FOREVER if stretch.ends is None else stretch.ends
    for stay in stretch.placements:
        for day, place in stay.described:
            turns.append((day, _BUT_PLACE, _of_place(place)))
    for day, status in period.legal_statuses:
        if day < ends:
            turns.append((day if day > begins else begins, _BUT_STATUS, _STATUSES.get(status, _STATUS_OTHER)))
    if ends < FOREVER:
        turns.append((ends, ~IN_CARE, 0))


def _of_place(place: Described) -> int:
    return _in_cells(place.type, place.provider, place.distance_miles, place.in_authority)


@lru_cache(_CACHED_PLACES)
def _in_cells(place_type: str, provider: str | None, distance_miles: float | None, in_authority: bool | None) -> int:
    described = Described(place_type, provider, distance_miles=distance_miles, in_authority=in_authority)
    return _GROUPS[place_type] | _PROVIDERS.get(provider, 0) | marks_of(described)


def _age(date_of_birth: int | None, day: int) -> int:
    """The age band of a day; the first holds before birth too."""
    if date_of_birth is None:
        return _AGE_UNKNOWN
    return _AGES[bisect_right(birthdays(date_of_birth), day, 0, 4)]
