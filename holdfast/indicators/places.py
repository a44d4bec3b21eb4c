"""Which placements are of a kind that an indicator counts: each a predicate on how a placement is described."""

from holdfast.contracts.codes import ADOPTIVE, CHILDRENS_HOMES, COMMISSIONED, FOSTERED, RESIDENTIAL
from holdfast.contracts.facts import Described

_FAR_MILES = 20
# The return's way of saying that the distance is not known.
_NOT_KNOWN_MILES = 999.9


def family_based(place: Described) -> bool:
    """Fostered, with parents, or placed for adoption."""
    return place.type in FOSTERED or place.type == "P1" or place.type in ADOPTIVE


def placed_with_parents(place: Described) -> bool:
    """With a parent, or someone with parental responsibility."""
    return place.type == "P1"


def commissioned(place: Described) -> bool:
    """Provided by another authority, other public provision, or the private or voluntary sector."""
    return place.provider in COMMISSIONED


def fostered(place: Described) -> bool:
    """With a foster carer, a relative or not."""
    return place.type in FOSTERED


def fostered_in_house(place: Described) -> bool:
    """With a foster carer of the authority's own."""
    return place.type in FOSTERED and place.provider == "PR1"


def residential(place: Described) -> bool:
    """In a children's home, a residential care home or a residential school."""
    return place.type in RESIDENTIAL


def childrens_homes(place: Described) -> bool:
    """In a children's home, secure or not."""
    return place.type in CHILDRENS_HOMES


def over_20_miles(place: Described) -> bool:
    """More than 20 miles from home: exactly 20 is not."""
    miles = place.distance_miles
    return miles is not None and miles > _FAR_MILES and miles != _NOT_KNOWN_MILES


def distant(place: Described) -> bool:
    """More than 20 miles from home and known to be outside the authority."""
    return over_20_miles(place) and place.in_authority is False


def distance_unknown(place: Described) -> bool:
    """How far from home is not known."""
    return place.distance_miles is None or place.distance_miles == _NOT_KNOWN_MILES


def distant_unknown(place: Described) -> bool:
    """How far is not known, or it is over 20 miles and nobody said whether inside the authority."""
    return distance_unknown(place) or (over_20_miles(place) and place.in_authority is None)
