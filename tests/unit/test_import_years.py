"""Returns imported year by year come to what their files come to when they are read together: laws over made returns.

The door is the one of `returning_door`; the other reading is the offline one, which lays whole files over one another.
"""

import random
from datetime import date
from pathlib import Path

import pytest

from holdfast.returns import Reading, read_returns
from tests.returning_door import ReturningDoor, Said, published, wanted
from tests.returns_made import YearMade, made, resubmitted, write

TODAY = date(2026, 7, 1)
Years = dict[date, list[Path]]


def files(folder: Path, years: list[YearMade]) -> Years:
    """The files of each year."""
    return {year.ending: write(folder, year) for year in years}


def read(*paths: list[Path]) -> Reading:
    return read_returns([path for of_year in paths for path in of_year], today=TODAY)


def imported(years: Years, order: list[date]) -> ReturningDoor:
    """A door that has taken one year after the other, each twice: the second time there was nothing to publish."""
    door = ReturningDoor()
    for year in order:
        door.take(read(years[year]))
        assert published(door.take(read(years[year]))) == 0
    return door


def differing(door: Said, whole: Said) -> dict[str, tuple[object, object]]:
    return {
        name: (door.get(name), whole.get(name))
        for name in door.keys() | whole.keys()
        if door.get(name) != whole.get(name)
    }


def shuffled(years: Years, seed: int) -> list[date]:
    order = list(years)
    random.Random(seed).shuffle(order)
    return order


@pytest.mark.parametrize("seed", range(25))
def test_year_after_year_comes_to_all_at_once(tmp_path: Path, seed: int) -> None:
    years = files(tmp_path, made(seed))
    assert differing(imported(years, list(years)).stands(), wanted(read(*years.values()))) == {}


@pytest.mark.parametrize("seed", range(25))
def test_in_any_order_of_years_it_comes_to_the_same(tmp_path: Path, seed: int) -> None:
    years = files(tmp_path, made(seed, lacking=()))
    assert differing(imported(years, shuffled(years, seed)).stands(), wanted(read(*years.values()))) == {}


@pytest.mark.parametrize("seed", range(10))
def test_where_sets_lack_columns_any_order_comes_to_the_same_once_all_were_imported_again(
    tmp_path: Path, seed: int
) -> None:
    years = files(tmp_path, made(seed))
    door, order = ReturningDoor(), shuffled(years, seed)
    for year in [*order, *order]:
        door.take(read(years[year]))
    assert differing(door.stands(), wanted(read(*years.values()))) == {}
    assert sum(published(door.take(read(years[year]))) for year in order) == 0


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("again", [1, 4])
def test_a_resubmission_takes_the_place_of_what_was_submitted(tmp_path: Path, seed: int, again: int) -> None:
    """Be it of the year that was imported last, or of one that later years were imported over."""
    made_years = made(seed, lacking=())
    years = files(tmp_path, made_years)
    door = imported(years, list(years))
    year = resubmitted(made_years[again], seed)
    years[year.ending] = write(tmp_path, year)
    changed = door.take(read(years[year.ending]))
    # Of an earlier year, it may be that later returns have the word on all of it.
    assert published(changed) > 0 or again == 1
    assert published(door.take(read(years[year.ending]))) == 0
    assert differing(door.stands(), wanted(read(*years.values()))) == {}
