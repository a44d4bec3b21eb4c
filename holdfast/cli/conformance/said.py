"""Short builders of what a case system says in a golden journey, with everything that doesn't matter defaulted."""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct, structs

from holdfast.contracts.effects import Outcome

_PLACE = ("provider", "placement_id", "postcode", "urn", "distance_miles", "in_authority")
_ENVELOPE = ("fact", "recorded", "time", "child", "outcome")


class Said(Struct, frozen=True, kw_only=True):
    """One event, but for whose it is. `child` tells a case's children apart; `outcome` is what a dry run calls it.

    `recorded` and `time` are instants; without `fact` the event's id names the fact.
    """

    type: str
    data: dict[str, Any]
    fact: str | None = None
    recorded: str | None = None
    time: str | None = None
    child: str = "a"
    outcome: Outcome = "stated"

    @property
    def key(self) -> str:
        """The same for the same words: what a repeated event is known by."""
        said = msgspec.json.encode(structs.replace(self, outcome="stated"), order="sorted")
        return hashlib.sha256(said).hexdigest()[:12]


def admitted(on: str, place: str = "U6", *, legal: str = "C2", born: str | None = "2008-01-01", **words: Any) -> Said:
    """A child comes into care."""
    data = {"on": on, "legal_status": legal, "category_of_need": "N1", "sex": "female"}
    if words.pop("began_before", False):
        data["began_before"] = True  # type: ignore[assignment]
    return _said("admission", f"admission/{on}", on, data | ({"date_of_birth": born} if born else {}), place, words)


def moved(
    on: str, reason: str = "P", place: str = "U6", *, legal: str | None = None, change: str | None = None, **words: Any
) -> Said:
    """A child's placement changes; `change` says why the one before ended."""
    optional = {"legal_status": legal, "reason_for_placement_change": change}
    data = {"on": on, "reason_for_new_episode": reason} | {name: value for name, value in optional.items() if value}
    return _said("placement-move", f"placement/{on}/{place}", on, data, place, words)


def legal_status(on: str, legal: str, **words: Any) -> Said:
    """The legal status changes and nothing else."""
    return _said("legal-status", f"status/{on}", on, {"on": on, "legal_status": legal}, None, words)


def discharged(on: str, reason: str = "E4A", **words: Any) -> Said:
    """A child leaves care."""
    return _said("discharge", f"discharge/{on}", on, {"on": on, "reason_episode_ceased": reason}, None, words)


def missing(begins: str, ends: str | None = None, kind: str = "M", **words: Any) -> Said:
    """A child goes missing (`M`), or away without authorisation (`A`)."""
    data = {"kind": kind, "from": begins} | ({"until": ends} if ends else {})
    return _said("missing-episode", f"missing/{begins}", begins[:10], data, None, words)


def withdrawn(said: Said, recorded: str, **words: Any) -> Said:
    """The fact that something was said of never was."""
    envelope: dict[str, Any] = {
        "fact": said.fact,
        "recorded": recorded,
        "child": said.child,
        "outcome": "withdrawn",
    } | words
    return Said(type="care.withdrawal.v1", data={}, **envelope)


def again(said: Said) -> Said:
    """The very same event."""
    return structs.replace(said, outcome="duplicate")


def _said(kind: str, fact: str, on: str, data: dict[str, Any], place: str | None, words: dict[str, Any]) -> Said:
    """`words` are of the placement, of the envelope, or `sequence`; any other is a mistake in a table."""
    if place is not None:
        data["placement"] = {"type": place} | {name: words.pop(name) for name in _PLACE if name in words}
    if "sequence" in words:
        data["sequence"] = words.pop("sequence")
    envelope: dict[str, Any] = {"fact": fact, "recorded": f"{on}T12:00:00Z"}
    envelope |= {name: words.pop(name) for name in _ENVELOPE if name in words}
    if words:
        raise ValueError(f"{sorted(words)} cannot be said of a {kind}")
    return Said(type=f"care.{kind}.v1", data=data, **envelope)
