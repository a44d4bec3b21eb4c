"""The homes that children of the borough share: who runs them, where they are, how many beds, and until when.

A home is found for a stay, and its bed is taken for those days; where none has room, another one is opened.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import dist, hypot
from random import Random

from msgspec import Struct

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_days
from holdfast.cli.borough.families import Family, Point, some_point, some_postcode

# Supported accommodation is registered from the first day on, and none is left that isn't after the last.
REGISTERED_FROM, REGISTERED_BY = date(2024, 4, 1), date(2025, 3, 31)
_TYPES = {
    "carer": "U6",
    "relative": "U3",
    "children's home": "K2",
    "secure": "K1",
    "school": "S1",
    "residential": "R1",
    "family centre": "R3",
    "supported": "H5",
    "parents": "P1",
    "adopters": "A6",
}
# Where carers may go on holiday without the children, move house, or change from one agency to another.
_OF_PEOPLE = ("carer", "relative", "adopters")
_TRIES = 10
_LEAST_STAY = timedelta(21)
_YEAR = 365.25
# Nobody who is a child today is one by then.
_FOR_GOOD = timedelta(25 * 366)


class Chapter(Struct, frozen=True):
    """What is so of a home from a day on. `type` is that of every child there, None where it depends on the child."""

    since: date
    type: str
    provider: str
    urn: str | None
    at: Point
    postcode: str


class Home(Struct, eq=False):
    """A carer's household, a children's home or the like: its chapters, its holidays, and the beds taken in it."""

    kind: str
    beds: int
    closes_on: date
    closing: str
    chapters: list[Chapter]
    holidays: list[tuple[date, date]]
    taken: list[tuple[date, date]]

    def has_room(self, begins_on: date, ends_on: date, beds: int) -> bool:
        """Whether so many beds are free on all of these days."""
        there = [taken for taken in self.taken if taken[0] < ends_on and taken[1] > begins_on]
        if len(there) + beds <= self.beds:
            return True
        days = {max(begins, begins_on) for begins, _ in there}
        fullest = max((sum(begins <= day < ends for begins, ends in there) for day in days), default=0)
        return fullest + beds <= self.beds

    def take(self, begins_on: date, ends_on: date) -> None:
        """A bed is taken for these days."""
        self.taken.append((begins_on, ends_on))

    def changes(self, begins_on: date, ends_on: date) -> Iterator[Chapter]:
        """The chapters that begin within these days, the first day apart."""
        return (chapter for chapter in self.chapters if begins_on < chapter.since < ends_on)

    def chapter_on(self, day: date) -> Chapter:
        """What is so on a day."""
        held = self.chapters[0]
        for chapter in self.chapters:
            if chapter.since <= day:
                held = chapter
        return held


class Homes:
    """Every home of the borough, by its kind and the years in which it is open."""

    def __init__(self, name: str) -> None:
        self._random = Random(f"{name}/homes")
        self._open: dict[tuple[str, int], list[Home]] = defaultdict(list)

    def find(self, kind: str, begins_on: date, ends_on: date, beds: int) -> Home:
        """One with room for these days, or up to the day it closes, which is three weeks off at least."""
        there = self._open[kind, begins_on.year]
        for _ in range(min(_TRIES, len(there))):
            home = there[int(self._random.random() * len(there))]
            begun = home.chapters[0].since <= begins_on and begins_on + _LEAST_STAY <= home.closes_on
            if begun and home.has_room(begins_on, min(ends_on, home.closes_on), beds):
                return home
        opened_on = begins_on - timedelta(self._random.randrange(1500))
        days = some_days(self._random, rates.HOME_YEARS * _YEAR, least=60, most=int(25 * _YEAR))
        home = self._opened(kind, opened_on, begins_on + timedelta(days), beds)
        for year in range(opened_on.year, home.closes_on.year + 1):
            self._open[kind, year].append(home)
        return home

    def of_one_family(self, kind: str, opened_on: date, beds: int) -> Home:
        """One that nobody else is placed in: a relative's, or the adopters'. It stays open."""
        return self._opened(kind, opened_on, opened_on + _FOR_GOOD, beds)

    def _opened(self, kind: str, opened_on: date, closes_on: date, beds: int) -> Home:
        random = self._random
        provider = "PR1" if kind == "relative" else rates.PROVIDERS[kind].draw(random)
        first = Chapter(
            opened_on,
            _TYPES[kind],
            provider,
            _urn(random, kind, provider),
            some_point(random, random.expovariate(1 / rates.MILES[provider])),
            some_postcode(random),
        )
        home = Home(
            kind=kind,
            beds=max(beds, rates.BEDS.get(kind, rates.OTHER_BEDS).draw(random)),
            closes_on=closes_on,
            closing=rates.CLOSING.draw(random) if kind == "carer" else "CLOSE",
            chapters=[first],
            holidays=[],
            taken=[],
        )
        if kind in _OF_PEOPLE:
            _goes_on(random, home)
        if kind == "supported":
            _registers(random, home)
        return home


def of_parents(family: Family, since: date) -> Home:
    """The home that the children came from, or may go back to on trial."""
    chapter = Chapter(since, "P1", "PR0", None, family.at, family.postcode)
    return Home("parents", len(family.children), since + _FOR_GOOD, "OTHER", [chapter], [], [])


def miles_from(home: Point, there: Chapter) -> float:
    """As the crow flies, to a tenth."""
    return round(dist(home, there.at), 1)


def is_inside(there: Chapter) -> bool:
    """Whether a home is in the borough."""
    return hypot(*there.at) <= rates.BOROUGH_MILES


def _goes_on(random: Random, home: Home) -> None:
    """Carers move house, change agency, and go on holiday."""
    day = home.chapters[0].since
    while (day := day + timedelta(some_days(random, rates.MOVES_HOUSE_YEARS * _YEAR, least=100))) < home.closes_on:
        last = home.chapters[-1]
        place = some_point(random, hypot(*last.at) * random.uniform(0.6, 1.3))
        home.chapters.append(Chapter(day, last.type, last.provider, last.urn, place, some_postcode(random)))
    changed_on = home.chapters[-1].since + timedelta(some_days(random, rates.CHANGES_AGENCY_YEARS * _YEAR, least=100))
    if home.kind == "carer" and changed_on < home.closes_on:
        last = home.chapters[-1]
        provider = "PR1" if last.provider != "PR1" else "PR4"
        urn = _urn(random, home.kind, provider)
        home.chapters.append(Chapter(changed_on, last.type, provider, urn, last.at, last.postcode))
    day = home.chapters[0].since
    while (day := day + timedelta(some_days(random, _YEAR / rates.HOLIDAYS_A_YEAR, least=30))) < home.closes_on:
        back_on = day + timedelta(some_days(random, rates.AWAY_DAYS["T3"][1], least=4, most=20))
        if not any(abs((chapter.since - day).days) < 25 for chapter in home.chapters):
            home.holidays.append((day, back_on))
        day = back_on


def _registers(random: Random, home: Home) -> None:
    """Supported accommodation there when registration begins is registered in that year; a later one from the first."""
    first = home.chapters[0]
    if first.since >= REGISTERED_FROM:
        home.chapters[0] = _as_registered(first, first.since)
    elif home.closes_on > REGISTERED_FROM:
        on = REGISTERED_FROM + timedelta(random.randrange((REGISTERED_BY - REGISTERED_FROM).days))
        home.chapters.append(_as_registered(first, on))


def _as_registered(chapter: Chapter, since: date) -> Chapter:
    return Chapter(since, "K3", chapter.provider, chapter.urn, chapter.at, chapter.postcode)


def _urn(random: Random, kind: str, provider: str) -> str:
    """The council's own carers share one, an agency's theirs; a children's home has one of its own."""
    if kind in _OF_PEOPLE:
        return f"SC40{provider[2]}{0 if provider == 'PR1' else random.randrange(1, 15):03}"
    return f"SC{random.randrange(1_000_000, 2_999_999)}"
