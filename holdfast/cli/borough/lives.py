"""What truly happens to one child of the borough, from admission to discharge, drawn from the child's own seed.

When and how well the case system records it is in `telling`. Rates are rough, set so that the borough's stability
comes out near England's.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.cli.borough.homes import Home, away, draw, home_of, moved_house, new_home

# With these lives, how long a child is looked after on average; keeps the population near what is asked for.
MEAN_STAY_DAYS = 1100.0

_AGES = {"0": 17, "1": 6, "2": 5, "3": 5, "5": 11, "8": 11, "10": 11, "12": 10, "13": 8, "14": 8, "15": 8, "16": 9}
_NEEDS = {"N1": 62, "N2": 3, "N3": 4, "N4": 8, "N5": 13, "N6": 3, "N7": 1, "N8": 6}
_UNPLANNED = {"CREQB": 30, "CREQO": 25, "CHILD": 15, "ALLEG": 8, "STAND": 6, "CLOSE": 8, "APPRR": 8}
_PLANNED = {"CARPL": 75, "LAREQ": 15, "OTHER": 10}
_TEMPORARY = {"T1": 25, "T2": 15, "T3": 45, "T4": 15}
_HOME = {"E4A": 45, "E4B": 15, "E41": 15, "E13": 15, "E8": 10}
_GROWN = {"E17": 40, "E5": 35, "E6": 15, "E7": 10}


class Happening(Struct, frozen=True):
    """Something that happened: the fact's name within the child, its day, its type, and its data."""

    name: str
    on: date
    type: str
    data: dict[str, Any]


class Absence(Struct, frozen=True):
    """A missing (`M`) or away (`A`) episode, in UTC instants."""

    name: str
    kind: str
    begins_at: datetime
    ends_at: datetime


class Life(Struct, frozen=True):
    """One child's time in care: half-open days [admitted_on, left_on)."""

    child: str
    admitted_on: date
    left_on: date
    happenings: list[Happening]
    absences: list[Absence]


def life_of(seed: str, child: str, admitted_on: date) -> Life:
    """The whole time in care of a child."""
    return _Living(Random(f"{seed}/{child}"), child, admitted_on).life()


class _Living:
    """Draws one life, step by step."""

    def __init__(self, random: Random, child: str, admitted_on: date) -> None:
        self.random, self.child, self.admitted_on = random, child, admitted_on
        self.born_on = admitted_on - timedelta(int(draw(random, _AGES)) * 365 + random.randrange(3, 360))
        self.unsettled = random.random() < (0.22 if self._age(admitted_on) >= 9 else 0.08)
        self.happenings: list[Happening] = []
        self.homes = 0
        self.adopted = False
        self.left_on, self.reason = self._leaving()

    def life(self) -> Life:
        """Everything that happens, in the order of drawing."""
        legal = draw(self.random, {"V2": 42, "C1": 44, "L1": 14})
        home = self._home(self.admitted_on)
        self._happens(
            "admission",
            self.admitted_on,
            "care.admission.v1",
            {
                "date_of_birth": self.born_on.isoformat(),
                "sex": draw(self.random, {"male": 56, "female": 44}),
                "legal_status": legal,
                "category_of_need": draw(self.random, _NEEDS),
                "placement": msgspec.to_builtins(home),
            },
        )
        self._lives_in(home)
        self._legal_statuses(legal)
        if self.left_on < date.max:
            reason = {"reason_episode_ceased": self.reason}
            self._happens("discharge", self.left_on, "care.discharge.v1", reason)
        return Life(self.child, self.admitted_on, self.left_on, self.happenings, self._absences())

    def _leaving(self) -> tuple[date, str]:
        random, age = self.random, self._age(self.admitted_on)
        grown_on = _birthday(self.born_on, 18)
        chance = random.random()
        if chance < 0.42:
            days = random.randrange(5, 80) if chance < 0.2 else random.randrange(80, 365)
        elif chance < 0.58:
            days = random.randrange(365, 3 * 365)
        elif age < 4 and chance < 0.86:
            self.adopted = chance < 0.76
            days = random.randrange(520, 800)
        else:
            return grown_on, draw(random, _GROWN)
        left_on = self.admitted_on + timedelta(days)
        if left_on >= grown_on:
            return grown_on, draw(random, _GROWN)
        if self.adopted:
            return left_on, "E12"
        guardians = age < 12 and days > 200 and random.random() < 0.5
        return left_on, draw(random, {"E45": 60, "E46": 20, "E47": 20}) if guardians else draw(random, _HOME)

    def _lives_in(self, home: Home) -> None:
        """Stays one after another until the child leaves, the last of them adoptive where adoption is the plan."""
        settled_on = self.left_on - timedelta(self.random.randrange(230, 300)) if self.adopted else self.left_on
        day, first = self.admitted_on, True
        while True:
            until = day + timedelta(self._stay_days(first))
            home = self._interrupted(day, min(until, settled_on), home)
            if until >= settled_on - timedelta(3):
                break
            day, home, first = until, self._moved(until, home), False
        if self.adopted:
            self._adoptive(settled_on, home)

    def _stay_days(self, first: bool) -> int:
        mean = 120 if self.unsettled else 110 if first and self.random.random() < 0.45 else 2300
        return 4 + int(self.random.expovariate(1 / mean))

    def _moved(self, on: date, home: Home) -> Home:
        there = self._home(on, unlike=home.type)
        planned = self.random.random() < (0.35 if self.unsettled else 0.65)
        self._move(on, "P", there, draw(self.random, _PLANNED if planned else _UNPLANNED))
        return there

    def _adoptive(self, on: date, home: Home) -> None:
        if home.type.startswith("U") and self.random.random() < 0.2:
            self._move(on, "T", msgspec.structs.replace(home, type="A5"), "CARPL")
        else:
            self._move(on, "P", home_of(self.random, self._number(), "A6"), "CARPL")

    def _interrupted(self, day: date, until: date, home: Home) -> Home:
        """Temporary stays, and carers who move house, within one placement."""
        while True:
            day += timedelta(int(self.random.expovariate(1 / 700)) + 20)
            back_on = day + timedelta(self.random.randrange(2, 12))
            if back_on + timedelta(5) >= until:
                return home
            if home.type.startswith("U") and self.random.random() < 0.35:
                home = moved_house(self.random, home)
                self._move(day, "T", home, "PLACE")
            else:
                self._move(day, "P", away(self._number(), draw(self.random, _TEMPORARY)), None)
                self._move(back_on, "P", home, None)
            day = back_on

    def _legal_statuses(self, legal: str) -> None:
        changes = {"L1": [(2, "C1"), (240, "C2")], "C1": [(230, "C2")], "V2": [(130, "C1"), (330, "C2")]}[legal]
        if legal == "V2" and self.random.random() < 0.55:
            changes = []
        if self.adopted:
            changes = [*changes, (400, "E1")]
        for days, status in changes:
            on = self.admitted_on + timedelta(days + self.random.randrange(max(1, days // 3)))
            if on < self.left_on:
                self._happens(f"status-{status}", on, "care.legal-status.v1", {"legal_status": status})

    def _absences(self) -> list[Absence]:
        random = self.random
        often = 1 / 18 if self.unsettled and random.random() < 0.6 else 1 / 500
        day = max(self.admitted_on, _birthday(self.born_on, 11)) + timedelta(1)
        absences: list[Absence] = []
        while (day := day + timedelta(int(random.expovariate(often)) + 3)) < self.left_on - timedelta(4):
            begins_at = datetime.combine(day, time(random.randrange(24), random.randrange(60)), UTC)
            hours = min(random.lognormvariate(2.2, 1.1), 36.0)
            kind = draw(random, {"M": 75, "A": 25})
            name = f"missing-{len(absences) + 1}"
            absences.append(Absence(name, kind, begins_at, begins_at + timedelta(minutes=20 + int(hours * 60))))
        return absences

    def _home(self, on: date, unlike: str | None = None) -> Home:
        return new_home(self.random, self._number(), self._age(on), on, unlike=unlike)

    def _number(self) -> str:
        self.homes += 1
        return f"{self.child}/home-{self.homes}"

    def _move(self, on: date, reason: str, home: Home, because: str | None) -> None:
        data: dict[str, Any] = {"reason_for_new_episode": reason, "placement": msgspec.to_builtins(home)}
        if because is not None:
            data["reason_for_placement_change"] = because
        self._happens(f"move-{len(self.happenings)}", on, "care.placement-move.v1", data)

    def _happens(self, name: str, on: date, kind: str, data: dict[str, Any]) -> None:
        self.happenings.append(Happening(name, on, kind, {"on": on.isoformat()} | data))

    def _age(self, on: date) -> int:
        return int((on - self.born_on).days / 365.25)


def _birthday(born_on: date, age: int) -> date:
    day = 28 if (born_on.month, born_on.day) == (2, 29) else born_on.day
    return born_on.replace(year=born_on.year + age, day=day)
