"""What is wrong with the form of a posted event: every fault at once, found by walking it beside the posted classes.

Only asked where something is wrong; `sound` is the quick question that is asked of every event.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from msgspec import inspect as mi

from holdfast.contracts import door_forms as forms
from holdfast.contracts.door_rules import EARLIEST_ON, RECORDED_AHEAD, Terms, day_or_instant, london_day
from holdfast.contracts.door_verdicts import Fault

# Nobody mends more faults than this at once, and an event could hold thousands.
MOST_FAULTS = 50
# Years that can't be moved to UTC or to London without leaving the calendar.
_FIRST_YEAR, _LAST_YEAR = 2, 9998

_SPECIAL = {
    "X1": "X1 says that the child is still looked after: state the placement move instead of a discharge.",
    "data_base64": "Give `data` as JSON: data_base64 is not taken.",
    "locality": "Give the `postcode`: the platform makes the locality from it.",
}


class _Plan(Struct, frozen=True):
    """What `sound` must look at in one class, by attribute."""

    codes: tuple[tuple[str, frozenset[str | None]], ...]
    days: tuple[str, ...]
    instants: tuple[str, ...]
    either: tuple[str, ...]
    parts: tuple[str, ...]


def sound(value: Struct, terms: Terms) -> bool:
    """Whether every code is listed and every date is within bounds, in a value that decoded."""
    plan = _plan(type(value))
    for name, codes in plan.codes:
        if getattr(value, name) not in codes:
            return False
    for name in plan.days:
        day = getattr(value, name)
        if day is not None and not EARLIEST_ON <= day <= terms.latest_on:
            return False
    for name in plan.instants:
        at = getattr(value, name)
        if at is not None and not within(at, terms):
            return False
    for name in plan.either:
        text = getattr(value, name)
        if text is not None and not within(day_or_instant(text), terms):
            return False
    for name in plan.parts:
        part = getattr(value, name)
        if part is not None and not sound(part, terms):
            return False
    return True


def within(value: date | datetime | None, terms: Terms) -> bool:
    """Whether a day or an instant is within the bounds of what may be spoken of."""
    if value is None or not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        return False
    return EARLIEST_ON <= london_day(value) <= terms.latest_on


@cache
def _plan(kind: type[Struct]) -> _Plan:
    codes, days, instants, either, parts = [], [], [], [], []
    described = mi.type_info(kind)
    assert isinstance(described, mi.StructType)
    for field in described.fields:
        inner, extra = _inner(field.type)
        if "codes" in extra:
            # What is left out is well said.
            codes.append((field.name, extra["codes"] | {None}))
        elif "day_or_instant" in extra:
            either.append(field.name)
        elif isinstance(inner, mi.DateType):
            days.append(field.name)
        elif isinstance(inner, mi.DateTimeType):
            instants.append(field.name)
        elif isinstance(inner, mi.StructType):
            parts.append(field.name)
    return _Plan(tuple(codes), tuple(days), tuple(instants), tuple(either), tuple(parts))


def _inner(described: mi.Type) -> tuple[mi.Type, dict[str, Any]]:
    extra: dict[str, Any] = {}
    while True:
        match described:
            case mi.Metadata():
                extra |= described.extra or {}
                described = described.type
            case mi.UnionType():
                described = next(kind for kind in described.types if not isinstance(kind, mi.NoneType))
            case _:
                return described, extra


def faults_of_event(value: Any, terms: Terms) -> list[Fault]:
    """Every fault in the form of a decoded JSON value that ought to be an event, up to a bound."""
    if not isinstance(value, dict):
        return [Fault("wrong-type", "", f"An event is a JSON object; this is {_word(value)}.")]
    kind = value.get("type")
    known = forms.POSTED_TYPES.get(kind) if isinstance(kind, str) else None
    found = [] if known else [_fault_of_type(value)]
    walked = _faults_of_struct(value, _described(known or forms.PostedEvent), "", terms, unknown_type=known is None)
    for fault in walked:
        found.append(fault)
        if len(found) == MOST_FAULTS:
            break
    return found


def faults_of_line(value: Any, terms: Terms) -> list[Fault]:
    """The faults in the form of a line of an import; those in its parts are found as of an event."""
    if not isinstance(value, dict):
        return [Fault("wrong-type", "", f"A line is a JSON object; this is {_word(value)}.")]
    kind = forms.WantedChild if "years" in value else forms.Wanted
    return list(islice(_faults_of_struct(value, _described(kind), "", terms), MOST_FAULTS))


@cache
def _described(kind: type[Struct]) -> mi.StructType:
    described = mi.type_info(kind)
    assert isinstance(described, mi.StructType)
    return described


def _fault_of_type(value: dict[str, Any]) -> Fault:
    known = ", ".join(forms.POSTED_TYPES)
    if value.get("type") is None:
        return Fault("missing", "/type", f"Say what happened: type is one of {known}.")
    return Fault("unknown-type", "/type", f"That event type is not known here; it is one of {known}.")


def _faults_of_struct(
    value: dict[str, Any], described: mi.StructType, pointer: str, terms: Terms, *, unknown_type: bool = False
) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in described.fields}
    for name, field in fields.items():
        here = f"{pointer}/{name}"
        if value.get(name) is not None:
            yield from _faults(value[name], field.type, here, terms)
        elif field.required:
            yield Fault("missing", here, f"Give {name}: it is required.")
    # What an unknown type may hold in its data can't be known.
    known = {*fields, *([described.tag_field] if described.tag_field else []), *(["data"] if unknown_type else [])}
    for name in value:
        if name not in known:
            yield _unknown(name, pointer, known)


def _unknown(name: str, pointer: str, known: set[str]) -> Fault:
    here = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
    near = difflib.get_close_matches(name[:64], known, 1)
    what = "attribute" if pointer == "" else "field"
    advice = f"did you mean {near[0]}?" if near else "take it out."
    return Fault("unknown-field", here, _SPECIAL.get(name, f"This {what} is not known here: {advice}"))


def _faults(value: Any, kind: mi.Type, pointer: str, terms: Terms) -> Iterator[Fault]:
    described, extra = _inner(kind)
    match described:
        case mi.StructType():
            yield from _faults_of_object(value, described, pointer, terms)
        case mi.StrType():
            yield from _faults_of_text(value, described, extra, pointer, terms)
        case mi.BoolType():
            if not isinstance(value, bool):
                yield Fault("wrong-type", pointer, f"This must be true or false, not {_word(value)}.")
        case mi.IntType() | mi.FloatType():
            yield from _faults_of_number(value, described, pointer)
        case mi.DateType():
            yield from _faults_of_day(value, pointer, terms)
        case mi.DateTimeType():
            yield from _faults_of_instant(value, pointer, terms)
        case mi.LiteralType():
            if value not in described.values:
                yield Fault("bad-form", pointer, f"This must be the text {' or '.join(map(str, described.values))}.")
        case mi.ListType():
            yield from _faults_of_list(value, described, pointer, terms)
        case mi.RawType():
            pass
        case _:
            raise TypeError(f"no rule says how to read {described}")


def _faults_of_object(value: Any, described: mi.StructType, pointer: str, terms: Terms) -> Iterator[Fault]:
    if isinstance(value, dict):
        yield from _faults_of_struct(value, described, pointer, terms)
    else:
        yield Fault("wrong-type", pointer, f"This must be a JSON object, not {_word(value)}.")


def _faults_of_list(value: Any, described: mi.ListType, pointer: str, terms: Terms) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault("wrong-type", pointer, f"This must be a list, not {_word(value)}.")
        return
    least, most = described.min_length or 0, described.max_length or 0
    if not least <= len(value) <= most:
        code = "too-short" if len(value) < least else "too-long"
        yield Fault(code, pointer, f"This may list {least} to {most}; it lists {len(value)}.")
    for place, item in enumerate(value[:most]):
        yield from _faults(item, described.item_type, f"{pointer}/{place}", terms)


def _faults_of_text(
    value: Any, described: mi.StrType, extra: dict[str, Any], pointer: str, terms: Terms
) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault("wrong-type", pointer, f"This must be a text in quotes, not {_word(value)}.")
    elif "codes" in extra:
        if value not in extra["codes"]:
            advice = _SPECIAL.get(value) or f"It must be one of the {extra['list']}: {_listed(extra['codes'])}."
            yield Fault("unknown-code", pointer, advice)
    elif "day_or_instant" in extra:
        yield from (_faults_of_day if len(value) <= 10 else _faults_of_instant)(value, pointer, terms)
    elif described.min_length and len(value) < described.min_length:
        yield Fault("too-short", pointer, "This is empty: give a value.")
    elif described.max_length and len(value) > described.max_length:
        yield Fault("too-long", pointer, f"This may be {described.max_length} characters long; it is {len(value)}.")
    elif described.pattern and not re.search(described.pattern, value):
        yield Fault("bad-form", pointer, f"This does not have the form it must have, which is {described.pattern}")


def _listed(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes))


def _faults_of_number(value: Any, described: mi.IntType | mi.FloatType, pointer: str) -> Iterator[Fault]:
    whole = isinstance(described, mi.IntType)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        asked = "a whole number" if whole else "a number"
        yield Fault("wrong-type", pointer, f"This must be {asked} without quotes, not {_word(value)}.")
    elif not (described.ge or 0) <= value <= (described.le or 0):
        yield Fault("out-of-range", pointer, f"This must be between {described.ge} and {described.le}.")


def _faults_of_day(value: Any, pointer: str, terms: Terms) -> Iterator[Fault]:
    try:
        day = msgspec.convert(value, date)
    except msgspec.ValidationError:
        yield Fault("bad-date", pointer, "This must be a date that exists, written like 2017-06-14.")
        return
    yield from _faults_of_bounds(day, pointer, terms)


def _faults_of_instant(value: Any, pointer: str, terms: Terms) -> Iterator[Fault]:
    try:
        at = msgspec.convert(value, forms.Instant)
    except msgspec.ValidationError:
        either = " (or a date such as 2017-06-14)" if pointer in ("/data/from", "/data/until") else ""
        yield Fault(
            "bad-instant", pointer, f"This must be an instant with its offset, like 2017-06-14T10:02:00+01:00{either}."
        )
        return
    yield from _faults_of_bounds(at, pointer, terms)


def _faults_of_bounds(value: date | datetime, pointer: str, terms: Terms) -> Iterator[Fault]:
    if value.year < EARLIEST_ON.year or (value.year <= _LAST_YEAR and london_day(value) < EARLIEST_ON):
        yield Fault("too-early", pointer, "This is before 1980: correct the year.")
    elif pointer == "/recordedtime" and (value.year > _LAST_YEAR or value > terms.latest_recorded_at):
        yield RECORDED_AHEAD
    elif value.year > _LAST_YEAR or london_day(value) > terms.latest_on:
        yield Fault("too-far-ahead", pointer, f"This is more than a year ahead, after {terms.latest_on}: correct it.")


def _word(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case _:
            return "an object"
