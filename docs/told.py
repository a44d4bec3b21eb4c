"""What was told of a child as plain dated sentences, for the examples of the page of indicators. It reckons nothing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from string import ascii_uppercase

from holdfast.contracts import events
from holdfast.contracts.codes import (
    LEGAL_STATUSES,
    MISSING_KINDS,
    PLACEMENT_TYPES,
    PROVIDERS,
    REASONS_EPISODE_CEASED,
    REASONS_FOR_NEW_EPISODE,
    REASONS_FOR_PLACEMENT_CHANGE,
)
from holdfast.contracts.events import AnyEvent
from holdfast.indicators.calendar import LONDON

_NOT_KNOWN_MILES = 999.9


def sentences(told: Iterable[AnyEvent]) -> list[str]:
    """One sentence a statement, by the day that it is about; statements of one day stay as they were told."""
    ordered = sorted(told, key=_day)
    places = {each.data.placement.placement_id: None for each in ordered if hasattr(each.data, "placement")}
    names = dict(zip([place for place in places if place], ascii_uppercase, strict=False))
    return [f"{day(_day(event))}: {_said(event, names)}." for event in ordered]


def day(on: date) -> str:
    """A day as people write it: 1 April 2017."""
    return f"{on.day} {on:%B %Y}"


def _day(event: AnyEvent) -> date:
    if isinstance(event, events.Withdrawal):
        raise ValueError("an example of a withdrawal has no day to be told by; choose another example")
    return _moment(event.data.begins)[0] if isinstance(event, events.MissingEpisode) else event.data.on


def _said(event: AnyEvent, names: dict[str, str]) -> str:
    match event:
        case events.Admission(data=data):
            return _admitted(data, names)
        case events.PlacementMove(data=data):
            return _moved(data, names)
        case events.LegalStatus(data=data):
            return f"legal status: {_code(LEGAL_STATUSES, data.legal_status)}"
        case events.MissingEpisode(data=data):
            return _missing(data)
        case events.Discharge(data=data):
            return f"left care: {_code(REASONS_EPISODE_CEASED, data.reason_episode_ceased)}"
        case _:
            raise ValueError(f"no words for {event.type}")


def _admitted(data: events.AdmissionData, names: dict[str, str]) -> str:
    words = [
        "in care already, since a day that is not known" if data.began_before else "came into care",
        f"born on {day(data.date_of_birth)}" if data.date_of_birth else "date of birth not said",
        _code(LEGAL_STATUSES, data.legal_status),
    ]
    return f"{', '.join(words)}. Placement: {_placed(data.placement, names)}"


def _moved(data: events.PlacementMoveData, names: dict[str, str]) -> str:
    text = f"{_code(REASONS_FOR_NEW_EPISODE, data.reason_for_new_episode)}. Placement: {_placed(data.placement, names)}"
    if data.legal_status:
        text += f". Legal status: {_code(LEGAL_STATUSES, data.legal_status)}"
    if data.reason_for_placement_change:
        text += f". Why the one before ended: {_code(REASONS_FOR_PLACEMENT_CHANGE, data.reason_for_placement_change)}"
    return text


def _placed(place: events.Placement, names: dict[str, str]) -> str:
    words = [_code(PLACEMENT_TYPES, place.type)]
    if place.placement_id:
        words.append(f"called {names[place.placement_id]}")
    if place.provider:
        words.append(f"provided by {_code(PROVIDERS, place.provider)}")
    if place.distance_miles is not None:
        known = place.distance_miles != _NOT_KNOWN_MILES
        words.append(f"{place.distance_miles:g} miles from home" if known else "999.9 for its distance, so not known")
    if place.in_authority is not None:
        words.append("inside the authority" if place.in_authority else "outside the authority")
    return ", ".join(words)


def _missing(data: events.MissingEpisodeData) -> str:
    went = f"{_code(MISSING_KINDS, data.kind)}{_clock(' from', data.begins)}"
    if data.ends is None:
        return f"{went}; no return is recorded"
    return f"{went} until {day(_moment(data.ends)[0])}{_clock(',', data.ends)}"


def _clock(before: str, text: str) -> str:
    at = _moment(text)[1]
    return f"{before} {at}" if at else ""


def _moment(text: str) -> tuple[date, str]:
    """The London day of a date or an instant, and the time of day where there is one."""
    if len(text) == len("2017-04-01"):
        return date.fromisoformat(text), ""
    at = datetime.fromisoformat(text).astimezone(LONDON)
    return at.date(), f"{at:%H:%M}" + (f":{at:%S}" if at.second else "")


def _code(codes: dict[str, str], code: str) -> str:
    return f"{codes[code]} (`{code}`)"


def listed(texts: Sequence[str]) -> str:
    """A bulleted list."""
    return "".join(f"- {text}\n" for text in texts)
