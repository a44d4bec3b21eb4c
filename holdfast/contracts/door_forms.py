"""The events as a sender posts them: one class a type, decoded strictly, with what each field may be.

References and postcodes are still in the clear here; what they become is in `events.py`. Rules that look at two
fields, or at the sender, are in `door_rules.py`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from holdfast.contracts import codes, events

LONGEST_REFERENCE = 256
# Bounds of a line of an import: years in which returns name a child, and facts of it that a return can't tell.
MOST_YEARS = 100
MOST_SILENT_FACTS = 5_000


def _one_of(listed: Iterable[str], title: str) -> Meta:
    known = list(listed)
    return Meta(extra_json_schema={"enum": known}, extra={"codes": frozenset(known), "list": title})


Reference = Annotated[str, Meta(min_length=1, max_length=LONGEST_REFERENCE)]
Instant = Annotated[datetime, Meta(tz=True)]
DayOrInstant = Annotated[
    str,
    Meta(
        extra_json_schema={"anyOf": [{"format": "date"}, {"format": "date-time"}]},
        extra={"day_or_instant": True},
    ),
]
LegalStatusCode = Annotated[str, _one_of(codes.LEGAL_STATUSES, "legal statuses (LS)")]
PlacementType = Annotated[str, _one_of(codes.PLACEMENT_TYPES, "placement types (PLACE)")]
Provider = Annotated[str, _one_of(codes.PROVIDERS, "placement providers (PLACE_PROVIDER)")]
Need = Annotated[str, _one_of(codes.NEEDS, "categories of need (CIN)")]
Sex = Annotated[str, _one_of(codes.SEXES, "sexes")]
ReasonForNewEpisode = Annotated[str, _one_of(codes.REASONS_FOR_NEW_EPISODE, "reasons for a new episode (RNE)")]
ReasonForChange = Annotated[
    str, _one_of(codes.REASONS_FOR_PLACEMENT_CHANGE, "reasons for a placement change (REASON_PLACE_CHANGE)")
]
ReasonCeased = Annotated[str, _one_of(codes.REASONS_EPISODE_CEASED, "reasons an episode ceased (REC)")]
MissingKind = Annotated[str, _one_of(codes.MISSING_KINDS, "kinds of missing episode")]
Sequence = Annotated[int, Meta(ge=0, le=999_999_999)]
Miles = Annotated[float, Meta(ge=0, le=20_000)]
# No spaces: a free text could hold a name.
Urn = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,16}$")]
Postcode = Annotated[str, Meta(pattern=r"^\s*[A-Za-z0-9][A-Za-z0-9\s]{0,15}$")]


class PostedData(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What all types but withdrawals may carry: `sequence`, the order within the day."""

    sequence: Sequence | None = None


class PostedPlacement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Where the child lives, with the postcode in the clear: it becomes the `locality`."""

    type: PlacementType
    provider: Provider | None = None
    placement_id: Reference | None = None
    urn: Urn | None = None
    distance_miles: Miles | None = None
    in_authority: bool | None = None
    postcode: Postcode | None = None


class PostedInterview(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The conversation offered after a missing episode."""

    offered_on: date | None = None
    accepted: bool | None = None
    held_on: date | None = None


class PostedAdmissionData(PostedData, frozen=True):
    """A period of care begins on `on`, or was running already where `began_before`."""

    on: date
    legal_status: LegalStatusCode
    placement: PostedPlacement
    began_before: bool | None = None
    date_of_birth: date | None = None
    sex: Sex | None = None
    category_of_need: Need | None = None


class PostedMoveData(PostedData, frozen=True):
    """The child's placement changed."""

    on: date
    reason_for_new_episode: ReasonForNewEpisode
    placement: PostedPlacement
    reason_for_placement_change: ReasonForChange | None = None
    legal_status: LegalStatusCode | None = None


class PostedLegalStatusData(PostedData, frozen=True):
    """The legal status changed and nothing about the placement did."""

    on: date
    legal_status: LegalStatusCode


class PostedMissingData(PostedData, frozen=True, rename={"begins": "from", "ends": "until"}):
    """Missing or away without authorisation; no `until`: still missing."""

    kind: MissingKind
    begins: DayOrInstant
    ends: DayOrInstant | None = None
    return_interview: PostedInterview | None = None


class PostedDischargeData(PostedData, frozen=True):
    """A period of care ends."""

    on: date
    reason_episode_ceased: ReasonCeased


class PostedEvent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False, tag_field="type"):
    """What every event carries at the door (CloudEvents 1.0). Attributes that are null count as absent."""

    specversion: Literal["1.0"]
    id: Reference
    source: Annotated[str, Meta(min_length=1, max_length=128)]
    subject: Reference
    time: Instant | None = None
    recordedtime: Instant | None = None
    fact: Reference | None = None
    datacontenttype: Annotated[str, Meta(pattern="^application/json( *; *charset=[Uu][Tt][Ff]-8)?$")] | None = None
    dataschema: Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,250}$")] | None = None
    traceparent: Annotated[str, Meta(pattern="^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")] | None = None
    tracestate: Annotated[str, Meta(pattern="^[ -~]{1,512}$")] | None = None

    @property
    def type(self) -> str:
        """The event type, such as `care.admission.v1`."""
        return str(self.__struct_config__.tag)


class PostedAdmission(PostedEvent, frozen=True, tag="care.admission.v1"):
    data: PostedAdmissionData


class PostedMove(PostedEvent, frozen=True, tag="care.placement-move.v1"):
    data: PostedMoveData


class PostedLegalStatus(PostedEvent, frozen=True, tag="care.legal-status.v1"):
    data: PostedLegalStatusData


class PostedMissing(PostedEvent, frozen=True, tag="care.missing-episode.v1"):
    data: PostedMissingData


class PostedDischarge(PostedEvent, frozen=True, tag="care.discharge.v1"):
    data: PostedDischargeData


class PostedWithdrawal(PostedEvent, frozen=True, tag="care.withdrawal.v1"):
    data: events.WithdrawalData


AnyPosted = PostedAdmission | PostedMove | PostedLegalStatus | PostedMissing | PostedDischarge | PostedWithdrawal

POSTED_TYPES: dict[str, type[PostedEvent]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (PostedAdmission, PostedMove, PostedLegalStatus, PostedMissing, PostedDischarge, PostedWithdrawal)
}


# Fields of a fact that a set may have no column for.
NotRestated = Literal[
    "category_of_need",
    "date_of_birth",
    "placement/distance_miles",
    "placement/in_authority",
    "placement/placement_id",
    "placement/postcode",
    "placement/provider",
    "placement/urn",
    "reason_for_placement_change",
    "sex",
]
# The same of a whole return, which may have no file of missing episodes.
Silence = Literal[NotRestated, "missing"]


class Untold(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a row of a return says that none of its facts does: when and why its placement ended, and the need then."""

    ended_on: date | None = None
    reason_for_placement_change: ReasonForChange | None = None
    category_of_need: Need | None = None


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of an import: a fact as it ought to stand. Its parts are read as those of a posted event.

    `not_restated`: fields that stay as the source last stated them. `untold`: left out, the neighbours' facts tell.
    """

    subject: Raw
    fact: Raw
    type: Raw
    data: Raw
    not_restated: Annotated[list[NotRestated], Meta(max_length=20)] = []
    untold: Untold | None = None


class SilentYear(Struct, frozen=True, forbid_unknown_fields=True):
    """What the return of one year can't say of a child: fields without a column, facts whose row can't be read."""

    year: date
    fields: Annotated[list[Silence], Meta(max_length=20)] = []
    facts: Annotated[list[Reference], Meta(max_length=MOST_SILENT_FACTS)] = []


class WantedChild(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of an import before its child's facts: the returns, by the 31 March that ends their year, that name it.

    What the source last stated of the child in one of those years, and is in none of its lines, never was. Date of
    birth and sex are those of all the child's admissions; left out, they stay as they were.
    """

    subject: Reference
    years: Annotated[list[date], Meta(min_length=1, max_length=MOST_YEARS)]
    date_of_birth: date | None = None
    sex: Sex | None = None
    silent: Annotated[list[SilentYear], Meta(max_length=MOST_YEARS)] = []
