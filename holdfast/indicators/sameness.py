"""When two descriptions are of one placement. Localities are hashes of the postcode; URNs are compared as text."""

from msgspec import structs

from holdfast.contracts.codes import FOSTERED
from holdfast.contracts.facts import Described

_NO_URN = "XXXXXXX"
_NO_DISTANCE = 999.9
# Where these have no URN, having none is no difference.
_WITHOUT_URN = FOSTERED | {"P1"}


def _urn(place: Described) -> str | None:
    return None if place.urn == _NO_URN else place.urn


def _alike(one: str | None, other: str | None) -> bool:
    """The same as far as both are known."""
    return one is None or other is None or one == other


def goes_back(left: Described, to: Described) -> bool:
    """Is a move out of a temporary placement a return to the placement left, as it was last described?"""
    if left.placement_id is not None and to.placement_id is not None:
        return left.placement_id == to.placement_id
    return (
        left.type == to.type
        and _alike(left.provider, to.provider)
        and _alike(left.locality, to.locality)
        and _alike(_urn(left), _urn(to))
    )


def is_the_same(old: Described, new: Described) -> bool:
    """Does a move that says placement and carer changed describe the very placement that the child was in?"""
    if old.placement_id is not None and new.placement_id is not None:
        return old.placement_id == new.placement_id
    if old.type != new.type or old.provider is None or old.locality is None:
        return False
    if old.provider != new.provider or old.locality != new.locality or _urn(old) != _urn(new):
        return False
    return _urn(old) is not None or old.type in _WITHOUT_URN


def filled_in(new: Described, old: Described) -> Described:
    """The new description, with what it leaves unknown kept from the old one."""
    distance = new.distance_miles
    return structs.replace(
        new,
        provider=old.provider if new.provider is None else new.provider,
        placement_id=old.placement_id if new.placement_id is None else new.placement_id,
        urn=new.urn if _urn(new) is not None or old.urn is None else old.urn,
        distance_miles=old.distance_miles if distance is None or distance == _NO_DISTANCE else distance,
        in_authority=old.in_authority if new.in_authority is None else new.in_authority,
        locality=old.locality if new.locality is None else new.locality,
    )
