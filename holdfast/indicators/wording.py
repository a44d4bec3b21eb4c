"""Days, spans and placements in plain English, for whoever reads why a child counts. Decides nothing."""

from datetime import date
from functools import lru_cache

from holdfast.contracts.codes import PLACEMENT_TYPES, PROVIDERS
from holdfast.contracts.facts import Described

_NOT_KNOWN_MILES = 999.9
# Named here: a receipt says very many days, and `strftime` takes several times as long.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# Bounded; the same kinds of places are said very many times, but distances are all but unlimited.
_CACHED_PLACES = 1 << 14
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def spoken(day: int) -> str:
    """`3 May 2017`, of an ordinal."""
    on = date.fromordinal(day)
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def from_to(begins: int, until: int) -> str:
    """`from 1 April 2017 to 31 March 2018`: both days are in it."""
    return f"from {spoken(begins)} to {spoken(until)}"


def apart(other: int, day: int) -> str:
    """How far another day is from the day asked about: `131 days later`, `1 day before`, `that very day`."""
    if other == day:
        return "that very day"
    return f"{some(abs(other - day), 'day')} {'later' if other > day else 'before'}"


def on_apart(other: int, day: int) -> str:
    """`on 9 August 2018, 131 days later`."""
    return f"on {spoken(other)}, {apart(other, day)}"


def some(number: int, one: str, more: str = "") -> str:
    """`1 day`, `131 days`, `2,000 days`."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def in_words(number: int, one: str, more: str = "") -> str:
    """`No placement`, `Two placements`; in figures beyond twelve. Begins a sentence."""
    if number >= len(_NUMBERS):
        return some(number, one, more)
    return f"{_NUMBERS[number].capitalize()} {one if number in (0, 1) else more or one + 's'}"


def placed(place: Described) -> str:
    """`fostered, long term (U4), own provision, 31.2 miles from home, outside the authority`: what is known of it."""
    return _placed(place.type, place.provider, place.distance_miles, place.in_authority)


@lru_cache(_CACHED_PLACES)
def _placed(place_type: str, provider: str | None, miles: float | None, in_authority: bool | None) -> str:
    said = [f"{PLACEMENT_TYPES[place_type]} ({place_type})"]
    # A parent's own provision says no more than the type.
    if provider is not None and provider != "PR0":
        said.append(PROVIDERS[provider])
    if miles is not None and miles != _NOT_KNOWN_MILES:
        said.append(f"{miles:g} miles from home")
    if in_authority is not None:
        said.append("inside the authority" if in_authority else "outside the authority")
    return ", ".join(said)
