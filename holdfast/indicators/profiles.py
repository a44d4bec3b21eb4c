"""The cells of the breakdowns that a child is in, day by day: found once, and shared by all indicators."""

from bisect import bisect_right
from operator import itemgetter

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
from holdfast.indicators.series import SHIFTS, without

# (profile, from, up to and without): days looked after without a change in the cells that the child is in.
Run = tuple[int, int, int]
# (day, mask of what of the profile stays, what is put into it): from the day on.
_Turn = tuple[int, int, int]

_AGES = [cell << SHIFTS["age_band"] for cell in AGE_BANDS]
_AGE_UNKNOWN = AGE_UNKNOWN << SHIFTS["age_band"]
_SEXES = {sex: cell << SHIFTS["sex"] for sex, cell in CELL_OF_SEX.items()}
_SEX_UNKNOWN = SEX_UNKNOWN << SHIFTS["sex"]
_NEEDS = {code: cell << SHIFTS["category_of_need"] for code, cell in CELL_OF_NEED.items()}
_NEED_UNKNOWN = NEED_UNKNOWN << SHIFTS["category_of_need"]
_STATUSES = {code: cell << SHIFTS["legal_status"] for code, cell in CELL_OF_STATUS.items()}
_STATUS_OTHER = STATUS_OTHER << SHIFTS["legal_status"]
_GROUPS = {code: cell << SHIFTS["placement_group"] for code, cell in GROUP_OF_TYPE.items()}
_PROVIDERS = {code: cell << SHIFTS["provider"] for code, cell in CELL_OF_PROVIDER.items()}

_BUT_AGE = without("age_band")
_BUT_STATUS = without("legal_status")
_BUT_PLACE = without("placement_group", "provider")

_day = itemgetter(0)


def runs_of(child: Journey) -> list[Run]:
    """Every day looked after, in order, with the cells the child is in."""
    runs: list[Run] = []
    sex = _SEXES.get(child.sex, _SEX_UNKNOWN)
    for period in child.periods:
        need = _NEEDS.get(period.category_of_need, _NEED_UNKNOWN)
        for stretch in period.stretches:
            _run(runs, stretch, sex | need, _turns(child, period, stretch))
    return runs


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
    """What changes the cells of a stretch, in order of days; of one day and dimension, the last holds."""
    begins, ends = stretch.begins, FOREVER if stretch.ends is None else stretch.ends
    turns = [
        (day, _BUT_PLACE, _GROUPS[place.type] | _PROVIDERS.get(place.provider, 0))
        for stay in stretch.placements
        for day, place in stay.described
    ]
    for day, status in period.legal_statuses:
        if day < ends:
            turns.append((day if day > begins else begins, _BUT_STATUS, _STATUSES.get(status, _STATUS_OTHER)))
    turns.append((begins, _BUT_AGE, _age(child.date_of_birth, begins)))
    if child.date_of_birth is not None:
        for band, birthday in enumerate(birthdays(child.date_of_birth)[:4], 1):
            if begins < birthday < ends:
                turns.append((birthday, _BUT_AGE, _AGES[band]))
    turns.sort(key=_day)
    return turns


def _age(date_of_birth: int | None, day: int) -> int:
    """The age band of a day; the first holds before birth too."""
    if date_of_birth is None:
        return _AGE_UNKNOWN
    return _AGES[bisect_right(birthdays(date_of_birth), day, hi=4)]
