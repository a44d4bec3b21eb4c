"""Made-up children for the engine's benchmark: plausible care, with a mean of exactly 5 placements and 8 statements.

Every twenty children share out a deck of placements and of further statements, so that the means are exact. A child
told of once can be told of again with all its days later. Measures nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random

from msgspec import structs

from holdfast.contracts.facts import Described, Fact, Kind, Missing

PLACEMENTS_MEAN, STATEMENTS_MEAN = 5, 8
# The whole days that children came into care on, and that their care goes on to.
FIRST, LAST = date(2011, 1, 1).toordinal(), date(2025, 3, 31).toordinal()

_DECK = 20
_PLACEMENTS = (1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 7, 9, 11, 15)
# Each placement is an admission or a move; these are the statements beside. A temporary stay takes two.
_FURTHER = {"left": 10, "out and in": 3, "status": 17, "same carer": 5, "missing": 12, "away": 1, "temporary": 6}
_LONGEST_DAYS = 6_000
_DAY_MICROSECONDS = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()

_TYPES = {"U6": 36, "U4": 18, "U1": 6, "U3": 8, "K2": 12, "P1": 6, "H5": 4, "R1": 1, "S1": 1, "A4": 2, "A6": 3, "K1": 1}
_PROVIDERS = {"PR1": 52, "PR4": 38, "PR5": 5, "PR2": 4, None: 1}
_STATUSES = {"C1": 30, "V2": 36, "C2": 26, "L1": 3, "E1": 3, "J1": 2}
_NEEDS = {"N1": 60, "N2": 4, "N3": 4, "N4": 8, "N5": 16, "N6": 2, "N8": 6}
_CEASED = {"E4A": 30, "E5": 16, "E12": 12, "E46": 12, "E41": 6, "E8": 20, "E3": 4}
_CHANGES = {"CARPL": 50, "OTHER": 16, "CREQB": 10, "CHILD": 6, "CLOSE": 4, "ALLEG": 2, "STAND": 1, "LAREQ": 8, None: 3}


def children(seed: int) -> Iterator[list[Fact]]:
    """The facts of one child after another, in the order in which they happened; the same ones for a seed."""
    random = Random(seed)
    while True:
        for placements, further in _dealt(random):
            yield _Child(random, placements, further).facts


def some_children(count: int, seed: int) -> list[list[Fact]]:
    """The first so many."""
    return list(islice(children(seed), count))


def later(facts: list[Fact], days: int) -> list[Fact]:
    """The same child with every day so many days later."""
    return [
        structs.replace(
            fact,
            on=None if fact.on is None else fact.on + days,
            date_of_birth=None if fact.date_of_birth is None else fact.date_of_birth + days,
            missing=None if fact.missing is None else _missing_later(fact.missing, days),
        )
        for fact in facts
    ]


def _missing_later(missing: Missing, days: int) -> Missing:
    begins, ends = (
        text and f"{date.fromisoformat(text[:10]) + timedelta(days=days)}{text[10:]}"
        for text in (missing.begins, missing.ends)
    )
    return structs.replace(missing, begins=begins or "", ends=ends)


def _dealt(random: Random) -> list[tuple[int, list[str]]]:
    """How many placements each of twenty children has, and the further statements; more for those who moved more."""
    placements = random.sample(_PLACEMENTS, _DECK)
    further: list[list[str]] = [[] for _ in placements]
    for what, count in _FURTHER.items():
        for _ in range(count):
            # Care is left once; every other thing may happen once in each placement but, to keep it plain, the last.
            open_to = [
                child
                for child, room in enumerate(placements)
                if further[child].count(what) < (1 if what == "left" else 1 + (room - 1) // 2 * (what != "out and in"))
                and (what != "out and in" or room > 1)
            ]
            weights = [1 if what == "left" else placements[child] for child in open_to]
            further[random.choices(open_to, weights)[0]].append(what)
    return list(zip(placements, further, strict=True))


class _Child:
    """Walks through one childhood in care, and writes down what is stated of it."""

    def __init__(self, random: Random, placements: int, further: list[str]) -> None:
        self.random = random
        self.facts: list[Fact] = []
        self.place = self._place()
        lengths = self._lengths(placements)
        readmitted = set(random.sample(range(1, placements), further.count("out and in")))
        stays = {
            what: set(random.sample(range(placements), further.count(what)))
            for what in ("status", "same carer", "missing", "away", "temporary")
        }
        day = random.randint(FIRST, LAST - 100)
        span = sum(lengths) + 400 * len(readmitted)
        self.date_of_birth = day - random.randint(0, max(0, 6_500 - span))
        self.sex = random.choice(("male", "male", "female"))
        self.need = self._one(_NEEDS)
        for number, length in enumerate(lengths):
            if number in readmitted:
                self._discharge(day)
                day += random.randint(20, 400)
            self._stay(day, number == 0 or number in readmitted)
            for what in stays:
                if number in stays[what]:
                    getattr(self, f"_{what.replace(' ', '_')}")(day, length)
            day += length
        if "left" in further:
            self._discharge(day)

    def _one(self, chances: dict[str | None, int] | dict[str, int]) -> str | None:
        return self.random.choices(list(chances), list(chances.values()))[0]

    def _lengths(self, placements: int) -> list[int]:
        """In days: most are short, a few last for years."""
        lengths = [
            40 + int(self.random.expovariate(1 / 1_000 if self.random.random() < 0.15 else 1 / 150))
            for _ in range(placements)
        ]
        share = min(1.0, _LONGEST_DAYS / 2 / sum(lengths))
        return [max(40, int(length * share)) for length in lengths]

    def _place(self) -> Described:
        miles = round(self.random.lognormvariate(1.9, 1.0), 1)
        unknown = self.random.random()
        return Described(
            self._one(_TYPES) or "",
            self._one(_PROVIDERS),
            self.random.randbytes(8).hex(),
            None,
            None if unknown < 0.02 else 999.9 if unknown < 0.03 else miles,
            None if unknown > 0.98 else miles < 8 or self.random.random() < 0.3,
            self.random.randbytes(8).hex(),
        )

    def _say(self, kind: Kind, on: int | None, **said: object) -> None:
        recorded_at = ((on or LAST) + 2 - _EPOCH) * _DAY_MICROSECONDS
        self.facts.append(
            Fact(
                key=self.random.randbytes(13).hex(),
                system="made-up",
                kind=kind,
                recorded_at=recorded_at,
                first_recorded_at=recorded_at,
                statement=self.random.randbytes(16),
                on=on,
                **said,  # type: ignore[arg-type]
            )
        )

    def _stay(self, day: int, admitted: bool) -> None:
        self.place = self._place()
        if not admitted:
            change = self._one(_CHANGES)
            self._say(Kind.PLACEMENT_MOVE, day, reason="P", placement=self.place, reason_for_placement_change=change)
            return
        self._say(
            Kind.ADMISSION,
            day,
            placement=self.place,
            legal_status=self._one(_STATUSES),
            date_of_birth=self.date_of_birth,
            sex=self.sex,
            category_of_need=self.need,
        )

    def _discharge(self, day: int) -> None:
        self._say(Kind.DISCHARGE, day, reason=self._one(_CEASED))

    def _status(self, day: int, length: int) -> None:
        self._say(Kind.LEGAL_STATUS, day + self.random.randrange(1, length), legal_status=self._one(_STATUSES))

    def _same_carer(self, day: int, length: int) -> None:
        """In the first third of the placement, so that no temporary stay of its last third is cut short by it."""
        if self.place.type == "U6":
            self.place = structs.replace(self.place, type="U4")
        else:
            self.place = structs.replace(self.place, provider=self._one(_PROVIDERS))
        self._say(Kind.PLACEMENT_MOVE, day + self.random.randrange(1, length // 3), reason="T", placement=self.place)

    def _temporary(self, day: int, length: int) -> None:
        """A few days elsewhere, and back."""
        left = day + length // 3 + self.random.randrange(length // 3)
        place = structs.replace(self._place(), type=self.random.choice(("T1", "T3", "T4")))
        self._say(Kind.PLACEMENT_MOVE, left, reason="P", placement=place)
        back = left + self.random.randint(1, 12)
        self._say(Kind.PLACEMENT_MOVE, back, reason="P", placement=self.place)

    def _missing(self, day: int, length: int) -> None:
        self._gone("M", day + self.random.randrange(1, length))

    def _away(self, day: int, length: int) -> None:
        self._gone("A", day + self.random.randrange(1, length))

    def _gone(self, kind: str, day: int) -> None:
        hour, days = self.random.randint(10, 22), self.random.choice((0, 1, 1, 2, 6))
        left, back = date.fromordinal(day), date.fromordinal(day + days)
        self._say(Kind.MISSING_EPISODE, None, missing=Missing(kind, f"{left}T{hour}:00:00Z", f"{back}T23:30:00Z"))
