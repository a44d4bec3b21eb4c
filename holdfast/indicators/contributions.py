"""From a journey to steps: what each rule of the catalogue holds, in the whole and in each cell of the breakdowns.

The cells a child is in are found once, as runs of days looked after, and shared by all indicators.
"""

from itertools import pairwise

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
from holdfast.indicators.catalogue import PARTS
from holdfast.indicators.series import DAY_BITS, Steps, pack, series_of

# (cell << DAY_BITS, from, up to and without): the days looked after on which a child is in a cell.
Run = tuple[int, int, int]

_WHOLE = 0
_GROUPS = {code: cell << DAY_BITS for code, cell in GROUP_OF_TYPE.items()}
_PROVIDERS = {code: cell << DAY_BITS for code, cell in CELL_OF_PROVIDER.items()}
_SEXES = {sex: cell << DAY_BITS for sex, cell in CELL_OF_SEX.items()}
_NEEDS = {code: cell << DAY_BITS for code, cell in CELL_OF_NEED.items()}
_LEGAL = {code: cell << DAY_BITS for code, cell in CELL_OF_STATUS.items()}
_STOCKS = [(series_of(number, 0) << DAY_BITS, part.rule) for number, part in enumerate(PARTS) if part.kind == "stock"]
_FLOWS = [(series_of(number, 0) << DAY_BITS, part.rule) for number, part in enumerate(PARTS) if part.kind == "flow"]


def contributions(child: Journey) -> Steps:
    """Every step of one child: series are counted from the day they hold up to and without the day they cease."""
    ages = _ages(child.date_of_birth)
    runs: list[Run] = []
    for period in child.periods:
        for stretch in period.stretches:
            runs += _runs(child, period, stretch)
    aged = [(cell, max(begins, run[1]), min(ends, run[2])) for run in runs if not run[0] for cell, begins, ends in ages]
    steps: list[int] = []
    held = runs + [run for run in aged if run[1] < run[2]]
    for base, rule in _STOCKS:
        for begins, ends in rule(child):
            _hold(steps, base, begins, ends, held)
    for base, rule in _FLOWS:
        for counted_on, valued_on in rule(child):
            _count(steps, base, counted_on, valued_on, runs, ages)
    return pack(steps)


def _hold(steps: list[int], base: int, begins: int, ends: int, runs: list[Run]) -> None:
    """Steps up and down for each run's share of the interval."""
    for cell, run_begins, run_ends in runs:
        first = run_begins if run_begins > begins else begins
        last = run_ends if run_ends < ends else ends
        if first < last:
            steps.append(base + cell + first)
            if last < FOREVER:
                steps.append(-(base + cell + last))


def _count(steps: list[int], base: int, counted_on: int, valued_on: int, runs: list[Run], ages: list[Run]) -> None:
    """One step up in each cell the child was in on the day of the values; nothing where it was not looked after."""
    before = len(steps)
    for cell, begins, ends in runs:
        if begins <= valued_on < ends:
            steps.append(base + cell + counted_on)
    if len(steps) > before:
        for cell, begins, ends in ages:
            if begins <= counted_on < ends:
                steps.append(base + cell + counted_on)


def _runs(child: Journey, period: Period, stretch: Stretch) -> list[Run]:
    """The cells of a stretch but for age: the whole, sex, need, then placement group, provider and legal status."""
    begins, ends = stretch.begins, FOREVER if stretch.ends is None else stretch.ends
    runs = [
        (_WHOLE, begins, ends),
        (_SEXES.get(child.sex, SEX_UNKNOWN << DAY_BITS), begins, ends),
        (_NEEDS.get(period.category_of_need, NEED_UNKNOWN << DAY_BITS), begins, ends),
    ]
    _described(runs, stretch, ends)
    _statuses(runs, period, begins, ends)
    return runs


def _described(runs: list[Run], stretch: Stretch, ends: int) -> None:
    """Placement group and provider, from the day each was first described so; 0 is in none of the cells."""
    group = provider = 0
    group_since = provider_since = ends
    for stay in stretch.placements:
        for day, place in stay.described:
            cell = _GROUPS[place.type]
            if cell != group:
                if group:
                    runs.append((group, group_since, day))
                group, group_since = cell, day
            cell = _PROVIDERS.get(place.provider, 0)
            if cell != provider:
                if provider:
                    runs.append((provider, provider_since, day))
                provider, provider_since = cell, day
    runs.append((group, group_since, ends))
    if provider:
        runs.append((provider, provider_since, ends))


def _statuses(runs: list[Run], period: Period, begins: int, ends: int) -> None:
    """The legal status, as it changed in the period, over the days of one of its stretches."""
    cell, since = 0, begins
    for day, status in period.legal_statuses:
        changed = _LEGAL.get(status, STATUS_OTHER << DAY_BITS)
        if changed != cell:
            if cell and since < min(day, ends):
                runs.append((cell, since, min(day, ends)))
            cell, since = changed, max(day, begins)
    if cell and since < ends:
        runs.append((cell, since, ends))


def _ages(date_of_birth: int | None) -> list[Run]:
    """Every age band of a life; the first holds before birth too."""
    if date_of_birth is None:
        return [(AGE_UNKNOWN << DAY_BITS, 0, FOREVER)]
    edges = (0, *birthdays(date_of_birth)[:4], FOREVER)
    return [(cell << DAY_BITS, begins, ends) for cell, (begins, ends) in zip(AGE_BANDS, pairwise(edges), strict=True)]
