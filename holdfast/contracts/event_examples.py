"""An event of each type as a sender posts it, for the documentation: of one made-up child, in the order it happened."""

from typing import Any

SOURCE = "/authorities/E08000018/systems/liquidlogic"


def _event(kind: str, fact: str, recorded: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{fact}@{recorded}",
        "source": SOURCE,
        "type": kind,
        "subject": "C-0001",
        "recordedtime": recorded,
        "fact": fact,
        **more,
        "data": data,
    }


_IN_ALL: tuple[dict[str, Any], ...] = (
    _event(
        "care.admission.v1",
        "admission/5001",
        "2024-03-05T16:20:00Z",
        {
            "on": "2024-03-04",
            "legal_status": "C1",
            "date_of_birth": "2015-09-21",
            "sex": "female",
            "category_of_need": "N1",
            "placement": {
                "type": "U6",
                "provider": "PR1",
                "placement_id": "carer/77",
                "distance_miles": 4.2,
                "in_authority": True,
                "postcode": "ZZ1 1ZZ",
            },
        },
        time="2024-03-04T15:30:00Z",
    ),
    _event(
        "care.placement-move.v1",
        "placement/5002",
        "2024-05-14T09:05:00Z",
        {
            "on": "2024-05-13",
            "reason_for_new_episode": "P",
            "reason_for_placement_change": "CARPL",
            "placement": {"type": "U4", "provider": "PR4", "placement_id": "carer/91", "distance_miles": 11.5},
        },
    ),
    _event(
        "care.legal-status.v1",
        "legal/5003",
        "2024-06-03T11:00:00Z",
        {"on": "2024-06-01", "legal_status": "C2"},
    ),
    _event(
        "care.missing-episode.v1",
        "missing/5004",
        "2024-07-20T08:15:00Z",
        {
            "kind": "M",
            "from": "2024-07-18T22:10:00+01:00",
            "until": "2024-07-19T06:45:00+01:00",
            "return_interview": {"offered_on": "2024-07-19", "accepted": True, "held_on": "2024-07-20"},
        },
    ),
    _event(
        "care.discharge.v1",
        "discharge/5005",
        "2025-02-03T10:30:00Z",
        {"on": "2025-01-31", "reason_episode_ceased": "E4A"},
    ),
    _event("care.withdrawal.v1", "missing/5004", "2025-02-10T14:00:00Z", {}),
)
EVENTS: dict[str, dict[str, Any]] = {each["type"]: each for each in _IN_ALL}
