"""Where the borough's children live: a home drawn by age and by how long a child has been looked after.

Postcodes are of an area that does not exist. Shares are rough; nothing here claims to be a real borough.
"""

from datetime import date
from random import Random

from msgspec import Struct

# Supported accommodation for those of 16 and over is registered from this day on.
REGISTERED_FROM = date(2023, 10, 28)

_UNDER_10 = {"U6": 46, "U3": 14, "U4": 16, "U1": 6, "U5": 6, "P1": 12}
_FROM_10 = {"U6": 42, "U3": 8, "U4": 16, "U1": 5, "K2": 20, "P1": 6, "S1": 3}
_FROM_16 = {"U6": 22, "U4": 12, "U3": 5, "K2": 20, "supported": 41}

_PROVIDERS = {
    "U": {"PR1": 62, "PR4": 33, "PR5": 5},
    "K": {"PR4": 72, "PR1": 18, "PR5": 10},
    "S": {"PR4": 80, "PR5": 20},
    "H": {"PR4": 75, "PR1": 25},
    "A": {"PR1": 90, "PR5": 10},
    "P": {"PR0": 100},
}
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Home(Struct, frozen=True, omit_defaults=True):
    """A placement as the door takes it."""

    type: str
    placement_id: str
    provider: str | None = None
    urn: str | None = None
    distance_miles: float | None = None
    in_authority: bool | None = None
    postcode: str | None = None


def draw(random: Random, shares: dict[str, int]) -> str:
    """One of several, by its share."""
    return random.choices(list(shares), weights=list(shares.values()))[0]


def new_home(random: Random, placement_id: str, age: int, on: date, *, unlike: str | None = None) -> Home:
    """A home for a child of that age; never another one with the parents where `unlike` says P1."""
    shares = _UNDER_10 if age < 10 else _FROM_10 if age < 16 else _FROM_16
    kind = draw(random, {kind: share for kind, share in shares.items() if kind != unlike or kind != "P1"})
    if kind == "supported":
        kind = "H5" if on < REGISTERED_FROM else "K3"
    return home_of(random, placement_id, kind)


def home_of(random: Random, placement_id: str, kind: str) -> Home:
    """A home of a type, with a provider and a place that go with it."""
    provider = "PR0" if kind == "P1" else draw(random, _PROVIDERS["H" if kind == "K3" else kind[0]])
    near = provider in ("PR0", "PR1")
    miles = round(min(random.expovariate(1 / (4 if near else 14)), 180.0) + 0.3, 1)
    return Home(
        type=kind,
        placement_id=placement_id,
        provider=provider,
        urn=None if kind == "P1" else _urn(random, kind, provider),
        distance_miles=miles,
        in_authority=miles < 5 or (near and miles < 9),
        postcode=_postcode(random),
    )


def moved_house(random: Random, home: Home) -> Home:
    """The same carer at another address."""
    miles = round(random.uniform(0.5, 12.0), 1)
    return Home(home.type, home.placement_id, home.provider, home.urn, miles, miles < 6, _postcode(random))


def away(placement_id: str, kind: str) -> Home:
    """A temporary stay: hospital, a holiday, the carer's holiday."""
    return Home(type=kind, placement_id=placement_id)


def _urn(random: Random, kind: str, provider: str) -> str:
    # A few dozen homes and agencies, so that children share them.
    return f"SC{400000 + 1000 * ord(kind[0]) + 100 * int(provider[2]) + random.randrange(12)}"


def _postcode(random: Random) -> str:
    return f"ZZ{random.randrange(1, 99)} {random.randrange(1, 10)}{random.choice(_LETTERS)}{random.choice(_LETTERS)}"
