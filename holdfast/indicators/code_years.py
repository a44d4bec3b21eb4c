"""Facts that use a code on a day on which the return did not have it: they count as stated, and are a finding."""

from collections.abc import Mapping

from holdfast.contracts import code_years
from holdfast.contracts.facts import Fact, Kind

# By ordinals, as days are here, for there are very many facts to look at.
_Spans = Mapping[str | None, tuple[int, int]]


def _ordinals(years: Mapping[str, code_years.Years]) -> _Spans:
    return {code: (first.toordinal(), last.toordinal()) for code, (first, last) in years.items()}


_STATUSES = _ordinals(code_years.LEGAL_STATUSES)
_PLACEMENT_TYPES = _ordinals(code_years.PLACEMENT_TYPES)
_REASONS_CEASED = _ordinals(code_years.REASONS_EPISODE_CEASED)
_REASONS_FOR_CHANGE = _ordinals(code_years.REASONS_FOR_PLACEMENT_CHANGE)


def outside_its_years(fact: Fact) -> str | None:
    """The code that the fact uses on a day on which the return did not have it; of several the first."""
    place = fact.placement
    if place is not None and place.type in _PLACEMENT_TYPES and _outside(fact, _PLACEMENT_TYPES[place.type]):
        return place.type
    if fact.legal_status in _STATUSES and _outside(fact, _STATUSES[fact.legal_status]):
        return fact.legal_status
    if fact.kind is Kind.DISCHARGE:
        ceased = fact.reason
        return ceased if ceased in _REASONS_CEASED and _outside(fact, _REASONS_CEASED[ceased]) else None
    change = fact.reason_for_placement_change
    return change if change in _REASONS_FOR_CHANGE and _outside(fact, _REASONS_FOR_CHANGE[change]) else None


def _outside(fact: Fact, years: tuple[int, int]) -> bool:
    return fact.on is not None and not years[0] <= fact.on <= years[1]
