"""Short builders of events and facts for tests: what one child's systems said, with everything left out defaulted.

Days are ISO text, instants RFC 3339 text ending in `Z`. A fact is named after its day, type and code, unless named.
Nothing here knows what the facts add up to.
"""

import base64
import hashlib
from datetime import date, timedelta
from random import Random
from typing import TypedDict, Unpack

import msgspec
from hypothesis import strategies as st

from holdfast.contracts import events
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, Kind, fact_of, standing

AUTHORITY = "E08000018"
KEY_ID = "k1"


class Envelope(TypedDict, total=False):
    """What any builder takes beside its data. `fact` and `child` are plain names, hashed here as the door would."""

    child: str
    fact: str
    recorded: str
    system: str
    authority: str
    statedby: str
    receivedtime: str


class PlaceWords(TypedDict, total=False):
    """What is known of a placement beside its type. `placement_id` and `locality` are plain names, hashed here."""

    provider: str
    placement_id: str
    urn: str
    distance_miles: float
    in_authority: bool
    locality: str


class Where(Envelope, PlaceWords, total=False):
    """The keywords of builders that name a placement."""


def pseudonym(name: str) -> str:
    """26 lower-case base32 characters that stand for a plain name, always the same ones."""
    return base64.b32encode(hashlib.sha256(name.encode()).digest()[:16]).decode().lower().rstrip("=")


def admitted(
    on: str,
    place: str = "U6",
    *,
    legal: str = "C2",
    dob: str | None = "2008-01-01",
    sex: str | None = "female",
    need: str | None = "N1",
    began_before: bool = False,
    sequence: int | None = None,
    **words: Unpack[Where],
) -> events.Admission:
    """A period of care begins, with its first placement. `dob`, `sex`, `need` None: not said."""
    data = events.AdmissionData(
        on=date.fromisoformat(on),
        legal_status=legal,
        placement=_placement(place, words),
        began_before=began_before,
        date_of_birth=date.fromisoformat(dob) if dob else None,
        sex=sex,
        category_of_need=need,
        sequence=sequence,
    )
    return events.Admission(data=data, **_attributes(words, f"admission/{on}/{place}", on, data))


def moved(
    on: str,
    reason: str = "P",
    place: str = "U6",
    *,
    legal: str | None = None,
    change: str | None = None,
    sequence: int | None = None,
    **words: Unpack[Where],
) -> events.PlacementMove:
    """The placement changed, for reason `P`, `B`, `T` or `U`; `change` says why the one before it ended."""
    data = events.PlacementMoveData(
        on=date.fromisoformat(on),
        reason_for_new_episode=reason,
        placement=_placement(place, words),
        reason_for_placement_change=change,
        legal_status=legal,
        sequence=sequence,
    )
    return events.PlacementMove(data=data, **_attributes(words, f"move/{on}/{reason}/{place}", on, data))


def returned(on: str, place: str = "U6", **words: Unpack[Where]) -> events.PlacementMove:
    """Back from a temporary placement to the one that was left: a `P` move, as the return has it."""
    return moved(on, "P", place, **words)


def legal_status(on: str, legal: str, *, sequence: int | None = None, **words: Unpack[Envelope]) -> events.LegalStatus:
    """Only the legal status changed."""
    data = events.LegalStatusData(on=date.fromisoformat(on), legal_status=legal, sequence=sequence)
    return events.LegalStatus(data=data, **_attributes(words, f"status/{on}/{legal}", on, data))


def discharged(
    on: str, reason: str = "E4A", *, sequence: int | None = None, **words: Unpack[Envelope]
) -> events.Discharge:
    """A period of care ends."""
    data = events.DischargeData(on=date.fromisoformat(on), reason_episode_ceased=reason, sequence=sequence)
    return events.Discharge(data=data, **_attributes(words, f"discharge/{on}", on, data))


def missing(
    begins: str,
    ends: str | None = None,
    *,
    kind: str = "M",
    sequence: int | None = None,
    interview: events.ReturnInterview | None = None,
    **words: Unpack[Envelope],
) -> events.MissingEpisode:
    """A missing (`M`) or away (`A`) episode; `begins` and `ends` are days or UTC instants."""
    data = events.MissingEpisodeData(kind=kind, begins=begins, ends=ends, sequence=sequence, return_interview=interview)
    return events.MissingEpisode(data=data, **_attributes(words, f"missing/{kind}/{begins}", begins[:10], data))


def withdrawn(event: AnyEvent, *, recorded: str | None = None, statedby: str | None = None) -> events.Withdrawal:
    """The fact that `event` states never was; said, unless told otherwise, a day after anything a test states."""
    at = recorded or "2030-01-01T00:00:00Z"
    return events.Withdrawal(
        id=pseudonym(f"withdrawal/{event.fact}/{at}/{statedby}"),
        source=event.source,
        subject=event.subject,
        fact=event.fact,
        recordedtime=at,
        keyid=event.keyid,
        statedby=statedby,
        data=events.WithdrawalData(),
    )


def said_again(event: AnyEvent, recorded: str, *, statedby: str | None = None) -> AnyEvent:
    """The same words about the same fact, recorded at another instant, by a steward where `statedby` is given."""
    name = pseudonym(f"{event.id}/{recorded}/{statedby}")
    return msgspec.structs.replace(event, id=name, recordedtime=recorded, statedby=statedby)


def facts(*stated: AnyEvent) -> list[Fact]:
    """What stands of a child's statements, withdrawn facts left out."""
    return [fact for fact in standing(map(fact_of, stated)).values() if fact.kind is not Kind.WITHDRAWAL]


class _Attributes(TypedDict):
    id: str
    source: str
    subject: str
    fact: str
    recordedtime: str
    keyid: str
    statedby: str | None
    receivedtime: str | None


def _attributes(words: Envelope, fact: str, on: str, data: events.Data) -> _Attributes:
    recorded = words.get("recorded", f"{on}T12:00:00Z")
    name = pseudonym(words.get("fact", fact))
    return {
        "id": pseudonym(f"{name}/{recorded}/{data!r}"),
        "source": f"/authorities/{words.get('authority', AUTHORITY)}/systems/{words.get('system', 'liquidlogic')}",
        "subject": pseudonym(words.get("child", "child")),
        "fact": name,
        "recordedtime": recorded,
        "keyid": KEY_ID,
        "statedby": words.get("statedby"),
        "receivedtime": words.get("receivedtime"),
    }


def _placement(place: str, words: PlaceWords) -> events.Placement:
    placement_id, locality = words.get("placement_id"), words.get("locality")
    return events.Placement(
        type=place,
        provider=words.get("provider"),
        placement_id=pseudonym(placement_id) if placement_id else None,
        urn=words.get("urn"),
        distance_miles=words.get("distance_miles"),
        in_authority=words.get("in_authority"),
        locality=pseudonym(locality) if locality else None,
    )


# --- Random histories -------------------------------------------------------------------------------------------------

_TYPES = ("U6", "U6", "U4", "U1", "U5", "K2", "K2", "P1", "R1", "H5", "A4", "A6", "A3", "A5", "Z1")
_TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
_LEGAL = ("C1", "C2", "V2", "V2", "E1", "L1", "V3", "V4")
_PROVIDERS = ("PR0", "PR1", "PR2", "PR4", "PR5")
# Busy years, long years, and days that all but coincide.
_GAPS_DAYS = ((0, 1, 7, 20, 30, 45, 61, 90), (7, 90, 180, 300, 365, 366, 540, 731), (0, 0, 0, 1, 1, 2, 30))
_LANDMARKS = ("2012-02-29", "2016-02-28", "2016-02-29", "2016-03-01", "2017-03-31", "2017-04-01", "2018-10-28")


def history(seed: int) -> list[AnyEvent]:
    """Everything ever said about one made-up child, in no order: plausible care, and whatever can be wrong with it."""
    return _Teller(Random(seed)).told()


def histories() -> st.SearchStrategy[list[AnyEvent]]:
    """Histories of one child for Hypothesis."""
    return st.randoms(use_true_random=False).map(lambda random: _Teller(random).told())


class _Teller:
    """Walks through one childhood, saying what happens; then says some of it again, differently or not at all."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.said: list[AnyEvent] = []
        self.day = date.fromisoformat(random.choice(_LANDMARKS)) + timedelta(days=random.randint(-800, 400))
        if random.random() < 0.3:
            self.day = date.fromisoformat(random.choice(_LANDMARKS))
        self.gaps_days = random.choice(_GAPS_DAYS)
        self.born = self._birthday()
        self.carers = [self._carer(name) for name in "abcde"]
        self.carer = self.carers[0]
        self.ties = [f"2025-0{month}-01T08:00:00Z" for month in (1, 2, 3)]

    def told(self) -> list[AnyEvent]:
        if self._chance(0.85):
            self._admission()
        for _ in range(self.random.choice((0, 1, 2, 3, 5, 8, 8, 12, 16, 20))):
            self._next()
        if self._chance(0.6):
            self._meddle()
        self.random.shuffle(self.said)
        return self.said

    def _chance(self, of_one: float) -> bool:
        return self.random.random() < of_one

    def _birthday(self) -> str | None:
        if self._chance(0.06):
            return None
        if self._chance(0.1):
            return self.random.choice(("2000-02-29", "2004-02-29", "2008-02-29", "2012-02-29"))
        age_days = self.random.choice((0, 200, 900, 1500, 2500, 3500, 4000, 4300, 5200, 5840, 6200, 6560))
        return (self.day - timedelta(days=age_days + self.random.randint(0, 40))).isoformat()

    def _carer(self, name: str) -> tuple[str, Where]:
        full: Where = {
            "provider": self.random.choice(_PROVIDERS),
            "placement_id": f"placement {name}",
            "urn": self.random.choice(("SC1", "SC2", "XXXXXXX")),
            "locality": self.random.choice(("here", "there", name)),
        }
        if self._chance(0.3):
            return "U6", {"provider": "PR1", "placement_id": f"placement {name}", "locality": "here"}
        return self.random.choice(_TYPES), self._known(full, 0.75)

    def _known(self, words: Where, share: float) -> Where:
        """The same words with some left out."""
        kept: Where = {}
        for word in ("provider", "placement_id", "urn", "locality"):
            if word in words and self._chance(share):
                kept[word] = words[word]
        return kept

    def _recorded(self) -> str:
        if self._chance(0.3):
            return self.random.choice(self.ties)
        return f"{self.day + timedelta(days=self.random.choice((0, 0, 1, 40)))}T12:00:00Z"

    def _words(self, words: Where | None = None) -> Where:
        return {
            **(words or {}),
            "fact": f"fact/{len(self.said)}",
            "recorded": self._recorded(),
            "system": "second" if self._chance(0.05) else "first",
        }

    def _next(self) -> None:
        self.day += timedelta(days=self.random.choice(self.gaps_days))
        if self.born and self._chance(0.06):  # a birthday, of those not born at a month's end
            self.day = max(self.day, self.day.replace(month=int(self.born[5:7]), day=min(28, int(self.born[8:]))))
        happenings = (
            self._move, self._move, self._move, self._move, self._same_carer, self._same_carer, self._absence,
            self._absence, self._status, self._missing, self._missing, self._leave_and_return, self._restart,
            self.random.choice((self._leave, self._admission, self._leave_and_return)),
        )  # fmt: skip
        self.random.choice(happenings)()

    def _sequence(self) -> int | None:
        return self.random.choice((None, None, None, 1, 2, 3))

    def _admission(self) -> None:
        place, words = self.carer
        self.said.append(
            admitted(
                self.day.isoformat(),
                self.random.choice(_TEMPORARY) if self._chance(0.05) else place,
                legal=self.random.choice(_LEGAL[:6] if self._chance(0.9) else _LEGAL),
                dob=self.random.choice((None, "2005-05-05")) if self._chance(0.1) else self.born,
                sex=self.random.choice(("female", "female", "male", "unknown", None)),
                need=self.random.choice(("N1", "N5", None)),
                began_before=self._chance(0.15),
                sequence=self._sequence(),
                **self._words(self._known(words, 0.8)),
            )
        )

    def _told_move(self, reason: str, place: str, words: Where) -> None:
        legal = self.random.choice(_LEGAL[:5]) if reason in "BU" and self._chance(0.7) else None
        change = self.random.choice((None, "CARPL", "ALLEG", "CHILD"))
        on, sequence = self.day.isoformat(), self._sequence()
        self.said.append(moved(on, reason, place, legal=legal, change=change, sequence=sequence, **self._words(words)))

    def _move(self) -> None:
        self.carer = self.random.choice(self.carers)
        place, words = self.carer
        self._told_move(self.random.choice("PPPB"), place, self._known(words, 0.85))

    def _restart(self) -> None:
        place, words = self.carer
        self._told_move("P", place, words)

    def _same_carer(self) -> None:
        place, words = self.carer
        if self._chance(0.4):
            place = self.random.choice(("A3", "A5", "A5", "U4", "T4"))
        self._told_move(self.random.choice("TTUP" if place in ("A3", "A5") else "TTU"), place, self._known(words, 0.5))

    def _absence(self) -> None:
        for _ in range(self.random.choice((1, 1, 1, 2))):
            self._told_move(
                self.random.choice("PPPTU"), self.random.choice(_TEMPORARY), self._known({"locality": "t"}, 0.3)
            )
            self.day += timedelta(days=self.random.choice((0, 1, 5, 10, 40)))
        if self._chance(0.7):
            place, words = self.carer if self._chance(0.6) else self.random.choice(self.carers)
            self._told_move(self.random.choice("PPPBT"), place, self._known(words, 0.8))

    def _status(self) -> None:
        legal = self.random.choice(_LEGAL)
        self.said.append(legal_status(self.day.isoformat(), legal, **self._plainly()))
        if self._chance(0.8 if legal in ("V3", "V4") else 0.2):
            self.day += timedelta(days=self.random.choice((0, 1, 20, 90)))
            if self._chance(0.2):
                self._move()
            legal = self.random.choice(_LEGAL[:5])
            self.said.append(legal_status(self.day.isoformat(), legal, **self._plainly()))

    def _plainly(self) -> Envelope:
        return {"fact": f"fact/{len(self.said)}", "recorded": self._recorded()}

    def _missing(self) -> None:
        clock = self.random.choice(("", "", "T23:30:00Z", "T00:30:00Z", "T10:00:00Z"))
        until = self.day + timedelta(days=self.random.choice((0, 1, 1, 3, 25)))
        ends = None if self._chance(0.25) else f"{until}{clock}"
        words, kind, sequence = self._plainly(), self.random.choice("MMMA"), self._sequence()
        self.said.append(missing(f"{self.day}{clock}", ends, kind=kind, sequence=sequence, **words))

    def _leave(self) -> None:
        reason = self.random.choice(("E4A", "E4B", "E11", "E3"))
        self.said.append(discharged(self.day.isoformat(), reason, sequence=self._sequence(), **self._plainly()))

    def _leave_and_return(self) -> None:
        self._leave()
        self.day += timedelta(days=self.random.choice((0, 0, 1, 30, 400)))
        if self._chance(0.95):
            self._admission()
        if self._chance(0.3):
            self.random.choice((self._leave, self._move))()

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
