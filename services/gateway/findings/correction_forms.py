"""A correction as a form: the fields of a fact with what it states now, and what was entered as the event's data. Pure.

Whether it is a sound event is the door's to say; here only texts become the values that they stand for.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from holdfast.contracts.codes import (
    LEGAL_STATUSES,
    MISSING_KINDS,
    NEEDS,
    PLACEMENT_TYPES,
    PROVIDERS,
    REASONS_EPISODE_CEASED,
    REASONS_FOR_NEW_EPISODE,
    REASONS_FOR_PLACEMENT_CHANGE,
    SEXES,
)
from holdfast.contracts.corrections import WITHDRAWAL
from holdfast.contracts.facts import microseconds
from holdfast.contracts.findings import RestsOn
from services.gateway.presentation import day_words

KEEP, DROP = "keep", "drop"
_YES_NO = {"yes": "yes", "no": "no"}


class Field(Struct, frozen=True):
    """A field of a form: its name in the event (`placement.type`), its label, its kind, and the codes there are."""

    name: str
    label: str
    kind: str
    codes: Mapping[str, str] = {}


_ON = Field("on", "Day", "date")
_LEGAL_STATUS = Field("legal_status", "Legal status", "code", LEGAL_STATUSES)
_SEQUENCE = Field("sequence", "Order within the day", "number")
_PLACEMENT = (
    Field("placement.type", "Placement", "code", PLACEMENT_TYPES),
    Field("placement.provider", "Provider", "code", PROVIDERS),
    Field("placement.urn", "URN", "text"),
    Field("placement.distance_miles", "Miles from home", "number"),
    Field("placement.in_authority", "Inside the authority", "code", _YES_NO),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    "care.admission.v1": (
        _ON,
        _LEGAL_STATUS,
        Field("category_of_need", "Category of need", "code", NEEDS),
        Field("date_of_birth", "Date of birth", "date"),
        Field("sex", "Sex", "code", {sex: sex for sex in SEXES}),
        Field("began_before", "Care had begun before", "code", _YES_NO),
        *_PLACEMENT,
        _SEQUENCE,
    ),
    "care.placement-move.v1": (
        _ON,
        Field("reason_for_new_episode", "Reason for new episode", "code", REASONS_FOR_NEW_EPISODE),
        Field("reason_for_placement_change", "Why the placement before ended", "code", REASONS_FOR_PLACEMENT_CHANGE),
        _LEGAL_STATUS,
        *_PLACEMENT,
        _SEQUENCE,
    ),
    "care.legal-status.v1": (_ON, _LEGAL_STATUS, _SEQUENCE),
    "care.missing-episode.v1": (
        Field("kind", "Kind", "code", MISSING_KINDS),
        Field("from", "From, a day or an instant with its offset", "text"),
        Field("until", "Until, a day or an instant with its offset", "text"),
        _SEQUENCE,
    ),
    "care.discharge.v1": (
        _ON,
        Field("reason_episode_ceased", "Reason care ended", "code", REASONS_EPISODE_CEASED),
        _SEQUENCE,
    ),
}
_PLACES = ("placement_id", "locality")


class Known(Struct, frozen=True):
    """A place that is known of the child: the fact that states it, and in words when and what it was."""

    fact: str
    words: str
    place: dict[str, Any]


def places_known(statements: list[dict[str, Any]]) -> list[Known]:
    """The different places that a child's statements name, each as first stated."""
    found: dict[tuple[Any, ...], Known] = {}
    for one in statements:
        placement = one["data"].get("placement", {})
        place = {name: placement[name] for name in _PLACES if placement.get(name) is not None}
        if place:
            kind = PLACEMENT_TYPES.get(placement.get("type", ""), "placement")
            words = f"{kind} ({placement.get('type')}) of {_day(one['data'].get('on'))}"
            found.setdefault(tuple(place.get(name) for name in _PLACES), Known(one["fact"], words, place))
    return list(found.values())


def correction_in(statements: list[dict[str, Any]], wanted: RestsOn) -> dict[str, Any] | None:
    """The statement of a steward that a finding rests on, of a child's statements."""
    name = wanted.system, wanted.fact, microseconds(wanted.recordedtime)
    made = (one for one in statements if one.get("statedby"))
    return next((one for one in made if (one["system"], one["fact"], microseconds(one["recordedtime"])) == name), None)


def _day(text: Any) -> str:
    return day_words(date.fromisoformat(text)) if isinstance(text, str) else "an unknown day"


def values_of(kind: str, data: Mapping[str, Any]) -> dict[str, str]:
    """What each field of a form holds where a fact states this."""
    return {field.name: _text(_found(data, field.name)) for field in FIELDS.get(kind, ())}


def _found(data: Mapping[str, Any], name: str) -> Any:
    first, _, rest = name.partition(".")
    value = data.get(first)
    return value if not rest or value is None else _found(value, rest)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def data_entered(kind: str, stated: Mapping[str, Any], form: Mapping[str, str], known: list[Known]) -> dict[str, Any]:
    """The data of a correction: what is stated, with what the form says in its place; a field left empty is not known.

    `place` of the form says where: keep what is stated, drop it, or the fact whose place it is.
    """
    if kind == WITHDRAWAL:
        return {}
    data = {name: dict(value) if isinstance(value, dict) else value for name, value in stated.items()}
    for field in FIELDS[kind]:
        _put(data, field, form.get(field.name, "").strip())
    placement = data.get("placement")
    if isinstance(placement, dict) and form.get("place", KEEP) != KEEP:
        for name in _PLACES:
            placement.pop(name, None)
        placement |= next((each.place for each in known if each.fact == form["place"]), {})
    return data


def _put(data: dict[str, Any], field: Field, entered: str) -> None:
    first, _, rest = field.name.partition(".")
    if rest:
        inner = data.setdefault(first, {})
        return _put(inner, Field(rest, field.label, field.kind, field.codes), entered)
    if not entered:
        data.pop(first, None)
    else:
        data[first] = _value(field, entered)
    return None


def _value(field: Field, entered: str) -> Any:
    if field.codes is _YES_NO:
        return entered == "yes"
    if field.kind != "number":
        return entered
    try:
        return float(entered) if "." in entered else int(entered)
    except ValueError:
        # The door says what is wrong with it.
        return entered
