"""Random histories: everything ever said about one made-up child, in no order. Knows nothing of what it adds up to.

Most are plausible care, told late, twice or corrected as systems do; the others hold whatever can be wrong as well.
The same seed always tells the same history.
"""

from datetime import date, timedelta
from random import Random

import msgspec
from hypothesis import strategies as st

from holdfast.contracts import codes, events
from holdfast.contracts.events import AnyEvent
from tests.factories import (
    Envelope,
    Where,
    admitted,
    discharged,
    legal_status,
    missing,
    moved,
    pseudonym,
    said_again,
    withdrawn,
)

# How often each thing happens next, by what kind of childhood it is.
_LIVES: dict[str, dict[str, int]] = {
    "ordinary": {"move": 4, "same carer": 2, "absence": 2, "status": 1, "missing": 2, "out and in": 1, "leave": 1},
    "settled": {"move": 2, "same carer": 3, "absence": 2, "status": 1, "adopted": 2, "restart": 1},
    "moved about": {"move": 4, "busy day": 3, "absence": 2, "same carer": 1, "restart": 1},
    "often missing": {"run away": 4, "missing": 3, "move": 2, "absence": 1, "out and in": 1},
    "in and out": {"out and in": 4, "move": 2, "missing": 1, "absence": 1, "busy day": 1},
    "short breaks": {"short break": 4, "move": 2, "absence": 1, "missing": 1, "out and in": 1},
    "grown up": {"home past eighteen": 3, "move": 2, "absence": 1, "missing": 1, "leave": 1},
}
_LIVES["anything"] = {happening: 1 for life in _LIVES.values() for happening in life} | {"move": 3, "admission": 1}
_HOW_MANY = (0, 1, 2, 3, 5, 5, 8, 8, 12, 16)
# Busy years, long years, and days that all but coincide.
_GAPS_DAYS = ((0, 1, 7, 20, 30, 45, 61, 90), (7, 90, 180, 300, 365, 366, 540, 731), (0, 0, 0, 1, 1, 2, 30))
_GAPS_MISSING_DAYS = (0, 1, 5, 12, 29, 30, 44, 45, 88, 89, 90)
_LANDMARKS = ("2012-02-29", "2016-02-28", "2016-02-29", "2016-03-01", "2017-03-31", "2017-04-01", "2018-10-28")
_LEAP_DAYS = ("2000-02-29", "2004-02-29", "2008-02-29", "2012-02-29")

_TYPES = ("U6", "U6", "U4", "U4", "U1", "U5", "K2", "K2", "P1", "R1", "H5", "K3", "A4", "A6", "A3", "A5", "Z1")
_TEMPORARY = sorted(codes.TEMPORARY)
_LEGAL = ("C1", "C2", "C2", "V2", "V2", "E1", "L1")
_SHORT_BREAKS = sorted(codes.SHORT_BREAKS)
_PROVIDERS = (None, "PR1", "PR1", "PR2", "PR3", "PR4", "PR5")
# Either side of what is far, what is not known, and how the return says so.
_MILES = (None, 0.0, 3.4, 19.9, 20.0, 20.1, 20.1, 64.0, 999.9)
_UNPLANNED = sorted(codes.UNPLANNED)
_PLANNED = (None, "CARPL", "CARPL", "LAREQ", "OTHER", "CUSTOD")
_LEFT_FOR_PERMANENCE = ([*sorted(codes.ADOPTED), "E41"], sorted(codes.SPECIAL_GUARDIANSHIP))
_LEFT_OTHERWISE = sorted(codes.REASONS_EPISODE_CEASED.keys() - codes.PERMANENCE)


def history(seed: int) -> list[AnyEvent]:
    """Everything ever said about the made-up child of this number."""
    return _Teller(Random(seed)).told()


def histories() -> st.SearchStrategy[list[AnyEvent]]:
    """Histories of one child for Hypothesis."""
    return st.randoms(use_true_random=False).map(lambda random: _Teller(random).told())


class _Teller:
    """Walks through one childhood, saying what happens; then says some of it again, differently or not at all."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.said: list[AnyEvent] = []
        self.life = random.choice(list(_LIVES))
        # Tidy systems state what can be so; the others leave out, contradict and overlap.
        self.tidy = random.random() < 0.65
        self.numbered = self.tidy and random.random() < 0.7
        self.day = date.fromisoformat(random.choice(_LANDMARKS))
        if self._chance(0.7):
            self.day += timedelta(days=random.randint(-800, 400))
        self.gaps_days = random.choice(_GAPS_DAYS)
        self.born = self._birthday()
        self.sex = random.choice(("female", "female", "male", "male", "unknown", None))
        self.carers = [self._carer(name) for name in "abcde"]
        self.carer = self.carers[0]
        self.in_care = False
        self.ties = [f"2025-0{month}-01T08:00:00Z" for month in (1, 2, 3)]

    def told(self) -> list[AnyEvent]:
        if self.tidy or self._chance(0.85):
            self._admission()
        for _ in range(self.random.choice(_HOW_MANY)):
            self._next()
        if self._chance(0.4 if self.tidy else 0.7):
            self._meddle()
        self.random.shuffle(self.said)
        return self.said

    def _chance(self, of_one: float) -> bool:
        return self.random.random() < of_one

    def _untidy(self, of_one: float) -> bool:
        return not self.tidy and self._chance(of_one)

    def _pass(self, *days: int) -> None:
        self.day += timedelta(days=self.random.choice(days))

    # --- Who it is about ----------------------------------------------------------------------------------------------

    def _birthday(self) -> str | None:
        if self._untidy(0.1):
            return None
        if self._chance(0.1):
            return self.random.choice(_LEAP_DAYS)
        age_days = self.random.choice((0, 200, 900, 1500, 2500, 3500, 4000, 4300, 5200, 5840, 6200, 6560))
        if self.life == "grown up":
            age_days = self.random.choice((5500, 5840, 6200, 6400, 6560))
        return (self.day - timedelta(days=age_days + self.random.randint(0, 40))).isoformat()

    def _carer(self, name: str) -> tuple[str, Where]:
        place = "U6" if self._chance(0.3) else self.random.choice(_TYPES)
        if self._chance(0.05):
            place = self.random.choice(sorted(codes.PLACEMENT_TYPES.keys() - codes.TEMPORARY))
        words: Where = {"placement_id": f"placement {name}", "locality": self.random.choice(("here", "there", name))}
        words["urn"] = self.random.choice(("SC1", "SC2", "XXXXXXX"))
        provider = "PR0" if place == "P1" else self.random.choice(_PROVIDERS)
        if provider is not None:
            words["provider"] = provider
        return place, self._known(self._far(words), 0.9)

    def _far(self, words: Where) -> Where:
        """The same words with how far from home it is."""
        miles = self.random.choice(_MILES)
        if miles is not None:
            words["distance_miles"] = miles
        if self._chance(0.7):
            words["in_authority"] = self._chance(0.4)
        return words

    def _known(self, words: Where, share: float) -> Where:
        """The same words with some left out."""
        kept = words.copy()
        for word in ("provider", "placement_id", "urn", "locality", "distance_miles", "in_authority"):
            if word in kept and not self._chance(share):
                del kept[word]
        return kept

    # --- How it is said -----------------------------------------------------------------------------------------------

    def _recorded(self) -> str:
        if self._chance(0.3):
            return self.random.choice(self.ties)
        return f"{self.day + timedelta(days=self.random.choice((0, 0, 1, 40)))}T12:00:00Z"

    def _plainly(self) -> Envelope:
        return {"fact": f"fact/{len(self.said)}", "recorded": self._recorded()}

    def _words(self, words: Where) -> Where:
        system = "second" if self._untidy(0.1) else "first"
        return {**words, **self._plainly(), "system": system}

    def _sequence(self) -> int | None:
        return len(self.said) if self.numbered else self.random.choice((None, None, None, 1, 2, 3))

    # --- What happens -------------------------------------------------------------------------------------------------

    def _next(self) -> None:
        self._pass(*self.gaps_days)
        if self.born and self._chance(0.06):  # a birthday, of those not born at a month's end
            self.day = max(self.day, self.day.replace(month=int(self.born[5:7]), day=min(28, int(self.born[8:]))))
        if self.tidy and not self.in_care:
            self._admission()
            return
        chances = _LIVES[self.life]
        (happening,) = self.random.choices(list(chances), list(chances.values()))
        getattr(self, f"_{happening.replace(' ', '_')}")()

    def _admission(self) -> None:
        place, words = self.carer
        self.in_care = True
        self.said.append(
            admitted(
                self.day.isoformat(),
                self.random.choice(_TEMPORARY) if self._untidy(0.1) else place,
                legal=self.random.choice(_SHORT_BREAKS if self._untidy(0.1) else _LEGAL),
                dob=self.random.choice((None, "2005-05-05")) if self._untidy(0.2) else self.born,
                sex=self.random.choice(("male", "unknown", None)) if self._untidy(0.2) else self.sex,
                need=self.random.choice((*codes.NEEDS, None)),
                began_before=self._untidy(0.3) or self._chance(0.05),
                sequence=self._sequence(),
                **self._words(self._known(words, 0.9)),
            )
        )

    def _told_move(self, reason: str, place: str, words: Where, legal: str | None = None) -> None:
        if legal is None and reason in "BU" and self._chance(0.7):
            legal = self.random.choice(_LEGAL)
        change = self.random.choice(_UNPLANNED if self._chance(0.4) else _PLANNED)
        if reason in "TU" and self.tidy:
            change = "PLACE"
        on, sequence = self.day.isoformat(), self._sequence()
        self.said.append(moved(on, reason, place, legal=legal, change=change, sequence=sequence, **self._words(words)))

    def _move(self) -> None:
        self.carer = self.random.choice(self.carers)
        place, words = self.carer
        self._told_move(self.random.choice("PPPB"), place, self._known(words, 0.9))

    def _restart(self) -> None:
        place, words = self.carer
        self._told_move("P", place, words)

    def _busy_day(self) -> None:
        """Several moves on one day, of which the order decides."""
        for _ in range(self.random.choice((2, 2, 3, 4))):
            self.random.choice((self._move, self._move, self._same_carer, self._away, self._restart))()

    def _same_carer(self) -> None:
        place, words = self.carer
        if self._chance(0.3):
            place = self.random.choice(("A3", "A5", "U4", "T4") if not self.tidy else ("A3", "A5", "U4"))
        if self._chance(0.3):
            words = self._far(words.copy())
        self.carer = place, words
        self._told_move(self.random.choice("TTU"), place, self._known(words, 0.7))

    def _adopted(self) -> None:
        """Placed for adoption, with the current carer or another; some leave adopted."""
        if self._chance(0.5):
            self._told_move(
                self.random.choice("TUP"), self.random.choice(("A3", "A5")), self._known(self.carer[1], 0.7)
            )
        else:
            self.carer = self.random.choice(("A4", "A6")), self.random.choice(self.carers)[1]
            self._told_move("B", *self.carer, legal="E1")
        if self._chance(0.5):
            self._pass(0, 90, 200, 400)
            self._leave(("E11", "E12"))

    def _away(self) -> None:
        reasons = "P" if self.tidy else "PPPTU"
        self._told_move(
            self.random.choice(reasons), self.random.choice(_TEMPORARY), self._known({"locality": "t"}, 0.3)
        )

    def _absence(self) -> None:
        for _ in range(self.random.choice((1, 1, 1, 2))):
            self._away()
            self._pass(0, 1, 5, 10, 40)
        if self._chance(0.8):
            place, words = self.carer if self._chance(0.7) else self.random.choice(self.carers)
            self._told_move(self.random.choice("PPPPBT"), place, self._known(words, 0.9))

    def _status(self) -> None:
        legal = self.random.choice(list(codes.LEGAL_STATUSES) if not self.tidy else _LEGAL)
        self.said.append(legal_status(self.day.isoformat(), legal, sequence=self._sequence(), **self._plainly()))

    def _short_break(self) -> None:
        """Under short-break agreements for a while, inside the period of care."""
        legal = self.random.choice(_SHORT_BREAKS)
        self.said.append(legal_status(self.day.isoformat(), legal, sequence=self._sequence(), **self._plainly()))
        self._pass(0, 1, 20, 90)
        if self._chance(0.3):
            self.random.choice((self._move, self._absence, self._same_carer, self._missing))()
        if self._chance(0.8):
            legal = self.random.choice(_LEGAL)
            self.said.append(legal_status(self.day.isoformat(), legal, sequence=self._sequence(), **self._plainly()))

    def _home_past_eighteen(self) -> None:
        """Into a children's home under V2, which alone may go on past the 18th birthday."""
        self.carer = "K2", self.carer[1]
        self._told_move("B", "K2", self.carer[1], legal="V2")

    def _missing(self) -> None:
        clock = self.random.choice(("", "", "T23:30:00Z", "T00:30:00Z", "T10:00:00Z"))
        until = self.day + timedelta(days=self.random.choice((0, 1, 1, 3, 25)))
        still_missing = self._chance(0.05) or self._untidy(0.2)
        ends = None if still_missing else f"{until}{clock}"
        words, kind, sequence = self._plainly(), self.random.choice("MMMMA"), self._sequence()
        self.said.append(missing(f"{self.day}{clock}", ends, kind=kind, sequence=sequence, **words))
        if self.tidy:
            self.day = max(self.day, until)

    def _run_away(self) -> None:
        """Missing again and again, with as many days between as still are, or no longer are, within ninety."""
        for _ in range(self.random.choice((3, 3, 4, 5, 6))):
            self._missing()
            self._pass(*_GAPS_MISSING_DAYS)

    def _leave(self, reasons: tuple[str, ...] | None = None) -> None:
        for_good = self.random.choice(_LEFT_FOR_PERMANENCE)
        reason = self.random.choice(reasons or (for_good if self._chance(0.5) else _LEFT_OTHERWISE))
        self.in_care = False
        self.said.append(discharged(self.day.isoformat(), reason, sequence=self._sequence(), **self._plainly()))

    def _out_and_in(self) -> None:
        """Out of care and back, often within the year; some are missing meanwhile."""
        self._leave()
        if self._chance(0.2):
            self._missing()
        self._pass(0, 0, 1, 30, 120, 200, 364, 365, 366, 400)
        if self.tidy or self._chance(0.95):
            self._admission()
        if self._untidy(0.3):
            self.random.choice((self._leave, self._move))()

    # --- What was said wrongly ----------------------------------------------------------------------------------------

    def _meddle(self) -> None:
        """Repeats, corrections, withdrawals, contradictions and facts that never fitted."""
        for event in list(self.said):
            if self._chance(0.75):
                continue
            later = self.random.choice((*self.ties, "2025-06-01T08:00:00Z", event.recordedtime))
            by = "steward" if self._chance(0.2) else None
            again, never = said_again(event, later, statedby=by), withdrawn(event, recorded=later, statedby=by)
            self.said.append(self.random.choice((event, again, never, self._changed(again), self._changed(again))))

    def _changed(self, event: AnyEvent) -> AnyEvent:
        """The same fact on another day; missing episodes and withdrawals as they are."""
        if isinstance(event, events.Withdrawal | events.MissingEpisode):
            return event
        days = self.random.choice((-40, -1, 0, 1, 1, 200))
        data = msgspec.structs.replace(event.data, on=event.data.on + timedelta(days=days))
        return msgspec.structs.replace(event, id=pseudonym(f"{event.id}/{days}"), data=data)
