"""Who comes into care: families as they come, day by day, with the children of theirs who are admitted."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import cos, pi, sin, sqrt
from random import Random
from typing import Literal, cast

from msgspec import Struct

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_number

# Miles east and north of the middle of the borough.
Point = tuple[float, float]
Kind = Literal["ordinary", "alone", "breaks"]

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Child(Struct, frozen=True):
    """A child who is admitted, for the first time, on `admitted_on`."""

    reference: str
    admitted_on: date
    born_on: date
    sex: str
    need: str

    def age_on(self, day: date) -> int:
        """Whole years, by birthdays."""
        return day.year - self.born_on.year - (day < birthday(self.born_on, day.year - self.born_on.year))

    @property
    def grown_on(self) -> date:
        """The 18th birthday."""
        return birthday(self.born_on, 18)


class Family(Struct, frozen=True):
    """Where children come from. Nobody knows the home of those who are `alone`; `breaks` have short breaks only.

    `route` is the legal status under which they are first admitted.
    """

    kind: Kind
    at: Point
    postcode: str
    has_relatives: bool
    route: str
    children: tuple[Child, ...]


def families_on(name: str, a_day: float, on: date, called: str) -> Iterator[Family]:
    """The families whose children are admitted from a day on, where so many come a day on average.

    `name` is what chances are drawn from; `called` begins the children's references.
    """
    random = Random(f"{name}/{on.isoformat()}")
    begun = 0
    for _ in range(some_number(random, a_day)):
        family = _family(random, f"{called}-{on:%y%m%d}", begun, on)
        begun += len(family.children)
        yield family


def _family(random: Random, name: str, begun: int, on: date) -> Family:
    kind = cast(Kind, rates.FAMILIES.draw(random))
    ages = _ages(random, kind)
    children = tuple(
        _child(random, f"{name}-{begun + number}", on, age, kind, first=number == 1)
        for number, age in enumerate(ages, start=1)
    )
    return Family(
        kind=kind,
        at=some_point(random, rates.BOROUGH_MILES * sqrt(random.random())),
        postcode=some_postcode(random),
        has_relatives=kind == "ordinary" and random.random() < rates.RELATIVES,
        route=rates.ROUTES.draw(random),
        children=children,
    )


def _ages(random: Random, kind: Kind) -> list[int]:
    """The ages of brothers and sisters: each a year to four from another's. The eldest mostly come by themselves."""
    if kind == "alone":
        return [random.choice((15, 16, 16, 16, 17, 17))]
    if kind == "breaks":
        return [random.randint(6, 16)]
    ages = [rates.STARTING_AGES.draw(random)]
    many = 1 if ages[0] > 14 and random.random() < rates.ELDEST_ALONE else rates.SIBLINGS.draw(random)
    while len(ages) < many:
        younger, older = min(ages) - random.randint(1, 3), max(ages) + random.randint(1, 4)
        ages.append(younger if younger >= 0 and random.random() < 0.6 else min(older, 16))
    return ages


def _child(random: Random, reference: str, on: date, age: int, kind: Kind, *, first: bool) -> Child:
    later = 0 if first or random.random() > rates.SIBLING_LATER else random.randint(1, 60)
    # Many of the youngest are admitted in the days after birth.
    days = random.randint(1, 20) if age == 0 and random.random() < 0.5 else random.randint(2, 364)
    male = rates.MALE_ALONE if kind == "alone" else rates.MALE
    need = {"alone": "N8", "breaks": "N2"}.get(kind) or rates.NEEDS.draw(random)
    return Child(
        reference=reference,
        admitted_on=on + timedelta(later),
        born_on=birthday(on, -age) - timedelta(days),
        sex="male" if random.random() < male else "female",
        need=need,
    )


def birthday(born_on: date, age: int) -> date:
    """The day on which one becomes so many years old: on 28 February where there is no 29th."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 2, 28)


def some_point(random: Random, miles: float) -> Point:
    """A point so far from the middle of the borough."""
    towards = random.random() * 2 * pi
    return round(miles * cos(towards), 2), round(miles * sin(towards), 2)


def some_postcode(random: Random) -> str:
    """A postcode of an area that does not exist."""
    return f"ZZ{random.randint(1, 99)} {random.randint(1, 9)}{random.choice(_LETTERS)}{random.choice(_LETTERS)}"
