"""The cells of the breakdowns that a child is in, day by day: found once, and shared by all indicators."""

from bisect import bisect_right
from collections.abc import Sequence
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
from holdfast.indicators.parts import PLACE_MARKS, marks_of
from holdfast.indicators.series import in_cell, without

# (profile, from, up to and without): days without a change in the cells that the child is in.
Run = tuple[int, int, int]
# (from, up to and without, the share of a profile that marks it).
Held = tuple[int, int, int]
# (day, mask of what of the profile stays, what is put into it): from the day on.
_Turn = tuple[int, int, int]

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

_BUT_AGE = without("age_band")
_BUT_STATUS = without("legal_status")
_BUT_PLACE = without("placement_group", "provider") & ~PLACE_MARKS

# Bounded; distances are all but unlimited.
_CACHED_PLACES = 1 << 14

_day = itemgetter(0)


def runs_of(child: Journey, held: Sequence[Held] = ()) -> list[Run]:
    """Every day looked after, in order, with the cells the child is in and the marks of what is held meanwhile."""
    runs: list[Run] = []
    sex = _SEXES.get(child.sex, _SEX_UNKNOWN)
    for period in child.periods:
        need = _NEEDS.get(period.category_of_need, _NEED_UNKNOWN)
        for stretch in period.stretches:
            turns = _turns(child, period, stretch)
            if held:
                _turn_marks(turns, held, stretch.begins, FOREVER if stretch.ends is None else stretch.ends)
            turns.sort(key=_day)
            _run(runs, stretch, sex | need, turns)
    return runs


def runs_and_after(runs: list[Run], date_of_birth: int | None) -> list[Run]:
    """The runs, and between and after them the days out of care, with the cells of the last day looked after.

    Only the age goes on: that is of each day.
    """
    lived: list[Run] = []
    for place, run in enumerate(runs, 1):
        profile, _, left = run
        returned = runs[place][1] if place < len(runs) else FOREVER
        lived.append(run)
        since = left
        for birthday in () if date_of_birth is None else birthdays(date_of_birth)[:4]:
            if since < birthday < returned:
                lived.append((aged(profile, date_of_birth, since), since, birthday))
                since = birthday
        if since < returned:
            lived.append((aged(profile, date_of_birth, since), since, returned))
    return lived


def aged(profile: int, date_of_birth: int | None, day: int) -> int:
    """The profile with the age of another day."""
    return profile & _BUT_AGE | _age(date_of_birth, day)


def _run(runs: list[Run], stretch: Stretch, profile: int, turns: list[_Turn]) -> None:
    since = stretch.begins
    for day, kept, cells in turns:
        turned = profile & kept | cells
        if turned != profile:
            if day > since:
                runs.append((profile, since, day))
                since = day
            profile = turned
    runs.append((profile, since, FOREVER if stretch.ends is None else stretch.ends))


def _turns(child: Journey, period: Period, stretch: Stretch) -> list[_Turn]:
    """What changes the cells of a stretch; of one day and dimension, the last holds."""
    begins, ends = stretch.begins, FOREVER if stretch.ends is None else stretch.ends
    turns = [(day, _BUT_PLACE, _of_place(place)) for stay in stretch.placements for day, place in stay.described]
    for day, status in period.legal_statuses:
        if day < ends:
            turns.append((day if day > begins else begins, _BUT_STATUS, _STATUSES.get(status, _STATUS_OTHER)))
    turns.append((begins, _BUT_AGE, _age(child.date_of_birth, begins)))
    if child.date_of_birth is not None:
        for band, birthday in enumerate(birthdays(child.date_of_birth)[:4], 1):
            if begins < birthday < ends:
                turns.append((birthday, _BUT_AGE, _AGES[band]))
    return turns


def _turn_marks(turns: list[_Turn], held: Sequence[Held], begins: int, ends: int) -> None:
    for since, until, share in held:
        if since < ends and until > begins:
            turns.append((since if since > begins else begins, -1, share))
            if until < ends:
                turns.append((until, ~share, 0))


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
    return _AGES[bisect_right(birthdays(date_of_birth), day, hi=4)]
