"""Where a child lives during a period of care: one stay after another, with whom, until when, and why each ends.

A bed is taken for every stay. As what a child stays there (for long, for adoption) is decided here too; what changes
about the home itself, and days spent away from it, is not.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from msgspec import Struct

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_days
from holdfast.cli.borough.courses import Period
from holdfast.cli.borough.families import Child, Family
from holdfast.cli.borough.homes import Home, Homes, of_parents
from holdfast.cli.borough.legal import Statuses, status_on

# A stay shorter than this at the end of a period is not begun.
_LEAST_LEFT = timedelta(6)
_WITH_PEOPLE = ("carer", "relative")


class Stay(Struct, frozen=True):
    """Days [begins_on, ends_on) in one home; several on one day where the first ones did not last until the evening.

    `types` says as what, from which days on (None: as the home is). `ending` is a REASON_PLACE_CHANGE code, and None
    for the last of a period.
    """

    home: Home
    begins_on: date
    ends_on: date
    types: tuple[tuple[date, str], ...]
    ending: str | None


class Lodging:
    """Finds the homes for one child's period of care."""

    def __init__(self, random: Random, homes: Homes, family: Family, child: Child, temper: str) -> None:
        self._random, self._homes, self._family, self._child, self._temper = random, homes, family, child, temper
        self._relative: Home | None = None

    def stays(self, period: Period, held: Statuses, elder: Sequence[Stay], before: Sequence[Stay]) -> list[Stay]:
        """Every stay. `elder` are those of brothers and sisters, `before` the child's own of earlier periods."""
        adopted_from = _placed_on(self._random, period)
        until = adopted_from or period.ends_on
        made: list[Stay] = []
        day = period.begins_on
        while day < until:
            stay = self._next(day, until, period, held, elder, made or before, first=not made)
            if made and self._random.random() < rates.TWICE_IN_A_DAY:
                made.append(self._for_hours(day))
            made.append(stay)
            day = stay.ends_on
        if adopted_from is not None:
            self._adoptive(made, adopted_from, period, status_on(held, adopted_from), elder)
        made[-1] = _last(made[-1])
        return made

    def _next(
        self,
        day: date,
        until: date,
        period: Period,
        held: Statuses,
        elder: Sequence[Stay],
        before: Sequence[Stay],
        *,
        first: bool,
    ) -> Stay:
        ends_on = _no_scrap(day + timedelta(self._days(period, first=first)), until)
        beside = self._beside(day, until, elder, before)
        if beside is not None:
            home, leaves_on, why = beside
            # Where the other leaves care, this child stays on.
            return self._begun(home, day, ends_on if why is None else _no_scrap(leaves_on, until), until, why)
        again = before[-1].home if first and before and self._random.random() < rates.SAME_CARER_AGAIN else None
        if again is not None and again.kind in _WITH_PEOPLE and _open_for(again, day, ends_on):
            return self._begun(again, day, ends_on, until)
        kind = self._kind(day, held, before[-1].home.kind if before else None, first=first)
        if kind == "supported" and self._child.age_on(day) >= 16:
            ends_on = until if self._random.random() < 0.6 else ends_on
        home = self._home(kind, day, ends_on, leads=not elder)
        return self._begun(home, day, ends_on, until)

    def _days(self, period: Period, *, first: bool) -> int:
        random = self._random
        kind = rates.FIRST_STAYS.draw(random) if first and period.plan != "V4" else "lasting"
        if kind == "emergency":
            return some_days(random, rates.EMERGENCY_DAYS)
        if kind == "bridging":
            return some_days(random, rates.BRIDGING_DAYS, least=7)
        return some_days(random, rates.STAY_DAYS[self._temper], least=7)

    def _beside(
        self, day: date, until: date, elder: Sequence[Stay], before: Sequence[Stay]
    ) -> tuple[Home, date, str | None] | None:
        """Where a brother or sister is, with the day they leave and why; None where there is no bed to spare."""
        if self._random.random() > rates.TOGETHER:
            return None
        for stay in elder:
            lasts = stay.begins_on == day < stay.ends_on or stay.ends_on - day > _LEAST_LEFT
            if stay.begins_on <= day and lasts and stay.home.kind in _WITH_PEOPLE:
                old = before and before[-1].home is stay.home
                if not old and _open_for(stay.home, day, min(stay.ends_on, until)):
                    return stay.home, stay.ends_on, stay.ending
        return None

    def _kind(self, day: date, held: Statuses, before: str | None, *, first: bool) -> str:
        random, family, age = self._random, self._family, self._child.age_on(day)
        if family.kind == "breaks":
            return "carer" if random.random() < 0.6 else "residential"
        if family.kind == "alone":
            return "carer" if random.random() < (0.5 if age < 16 else 0.3) else "supported"
        if family.has_relatives and age < 16 and before != "relative" and random.random() < rates.WITH_RELATIVES:
            return "relative"
        shares = next(shares for since, shares in reversed(rates.HOMES.items()) if since <= age)
        kind = shares.draw(random)
        if kind == "children's home" and age < 13 and len(family.children) > 1:
            kind = "carer"
        # On trial at home only under an order, and not as the first of all nor twice in a row.
        if kind == "parents" and (first or before == "parents" or status_on(held, day) not in ("C1", "C2")):
            kind = "carer"
        return kind if kind != "family centre" or age < 1 else "carer"

    def _home(self, kind: str, day: date, ends_on: date, *, leads: bool) -> Home:
        if kind == "parents":
            return of_parents(self._family, day)
        many = len(self._family.children)
        if kind == "relative":
            if self._relative is None:
                self._relative = self._homes.of_one_family("relative", day, many)
            return self._relative
        together = kind == "carer" and leads and many > 1 and self._random.random() < rates.TOGETHER
        return self._homes.find(kind, day, ends_on, min(many, 3) if together else 1)

    def _begun(self, home: Home, day: date, ends_on: date, until: date, ending: str | None = None) -> Stay:
        closes = min(ends_on, until) >= home.closes_on
        ends_on = min(ends_on, until, home.closes_on)
        home.take(day, ends_on)
        planned = self._random.random() > rates.UNPLANNED_SHARE[self._temper]
        own = (rates.PLANNED if planned else rates.UNPLANNED).draw(self._random)
        return Stay(home, day, ends_on, self._types(home, day, ends_on), home.closing if closes else ending or own)

    def _types(self, home: Home, day: date, ends_on: date) -> tuple[tuple[date, str], ...]:
        """With carers a child may be matched for long; elsewhere one is as the home is."""
        if home.kind not in _WITH_PEOPLE:
            return ()
        short, lasting = ("U6", "U4") if home.kind == "carer" else ("U3", "U1")
        least, mean = rates.MATCHED_AFTER_DAYS
        matched_on = day + timedelta(some_days(self._random, mean, least=least))
        if matched_on + timedelta(60) < ends_on and self._random.random() < rates.MATCHED_LONG_TERM:
            return (day, short), (matched_on, lasting)
        return ((day, short),)

    def _for_hours(self, day: date) -> Stay:
        """Somewhere for a few hours, until something better is found the same day."""
        home = self._homes.find("carer", day, day + timedelta(1), 1)
        return Stay(home, day, day, ((day, "U6"),), "CREQO")

    def _adoptive(self, made: list[Stay], on: date, period: Period, status: str, elder: Sequence[Stay]) -> None:
        """With the present carer, or with adopters, who may have a brother or sister already."""
        with_carer, elsewhere = ("A5", "A6") if status == "E1" else ("A3", "A4")
        last = made[-1]
        if last.home.kind in _WITH_PEOPLE and self._random.random() < rates.FOSTERING_FOR_ADOPTION:
            last.home.take(on, period.ends_on)
            adopter = "U5" if last.home.kind == "carer" else "U2"
            made[-1] = Stay(
                last.home, last.begins_on, period.ends_on, ((last.begins_on, adopter), (on, with_carer)), None
            )
            return
        made[-1] = Stay(last.home, last.begins_on, on, last.types, "CARPL")
        beside = [stay.home for stay in elder if stay.home.kind == "adopters" and stay.begins_on <= on < stay.ends_on]
        beds = len(self._family.children)
        home = beside[0] if beside else self._homes.of_one_family("adopters", on - timedelta(30), beds)
        made.append(Stay(home, on, period.ends_on, ((on, elsewhere),), None))


def _placed_on(random: Random, period: Period) -> date | None:
    if period.plan != "adoption":
        return None
    least, mean = rates.ADOPTION_DAYS
    return max(
        period.begins_on + timedelta(120), period.ends_on - timedelta(some_days(random, mean, least=least, most=400))
    )


def _open_for(home: Home, day: date, ends_on: date) -> bool:
    begun = home.chapters[0].since <= day and day + _LEAST_LEFT < home.closes_on
    return begun and home.has_room(day, min(ends_on, home.closes_on), 1)


def _no_scrap(ends_on: date, until: date) -> date:
    return until if until - ends_on < _LEAST_LEFT else ends_on


def _last(stay: Stay) -> Stay:
    return Stay(stay.home, stay.begins_on, stay.ends_on, stay.types, None)
