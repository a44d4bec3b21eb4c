"""An event as it leaves the door, but that names and the postcode stay as they are: for reckoning without a door.

*Same child*, *same fact* and *same place* come out as they do with hashes.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from holdfast.contracts.events import AnyEvent


def unhashed(posted: Mapping[str, Any]) -> AnyEvent:
    """The event of a posted one that names its `fact`. Raises msgspec.ValidationError where it is not well formed."""
    event: AnyEvent = msgspec.convert({**posted, "data": _localised(posted["data"]), "keyid": "none"}, type=AnyEvent)
    return event


def _localised(data: dict[str, Any]) -> dict[str, Any]:
    placement = data.get("placement")
    if placement is None or "postcode" not in placement:
        return data
    kept = {name: value for name, value in placement.items() if name != "postcode"}
    return {**data, "placement": {**kept, "locality": placement["postcode"]}}
