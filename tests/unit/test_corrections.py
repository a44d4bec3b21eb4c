"""A steward's correction: as a form and back, and as the event that it becomes."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from fastapi import FastAPI, Request

from holdfast.contracts.corrections import Correctable, Correction, Named
from holdfast.contracts.door_forms import POSTED_TYPES
from holdfast.contracts.events import EVENT_TYPES, AnyEvent
from holdfast.contracts.facts import fact_of
from holdfast.contracts.findings import RestsOn
from services.gateway.domain import Principal
from services.gateway.findings.correction_forms import (
    DROP,
    FIELDS,
    correction_in,
    data_entered,
    places_known,
    values_of,
)
from services.gateway.findings.corrections import About, _form_page
from services.intake.corrections.api import _foreign, _recordedtime
from services.placements.findings.correctable import correctable_of
from tests.factories import admitted, discharged, legal_status, missing, moved, pseudonym, said_again, withdrawn

EVENTS: list[AnyEvent] = [
    admitted("2017-01-05", "U6", provider="PR1", placement_id="first", locality="here", distance_miles=3.5),
    moved("2017-02-05", "B", "K2", legal="C2", change="CARPL", urn="SC1", in_authority=False, placement_id="second"),
    legal_status("2017-03-05", "C2", sequence=2),
    missing("2017-04-05", "2017-04-07T10:00:00Z"),
    discharged("2017-05-05"),
]
STATED: list[dict[str, Any]] = [
    {"fact": each.fact, "type": each.type, "data": msgspec.to_builtins(each.data)} for each in EVENTS
]


@pytest.mark.parametrize("stated", STATED, ids=lambda stated: str(stated["type"]))
def test_a_form_sent_as_it_came_states_the_same(stated: dict[str, Any]) -> None:
    entered = values_of(stated["type"], stated["data"])
    again = data_entered(stated["type"], stated["data"], entered, places_known(STATED))
    assert again == stated["data"] or again == stated["data"] | {"began_before": False}
    assert msgspec.convert({"type": stated["type"], **_envelope(), "data": again}, type=EVENT_TYPES[stated["type"]])


def _envelope() -> dict[str, str]:
    return {"id": "i", "source": "/authorities/E08000018/systems/x", "subject": "s", "fact": "f", "keyid": "k",
            "recordedtime": "2017-01-01T00:00:00Z"}  # fmt: skip


@pytest.mark.parametrize("stated", STATED, ids=lambda stated: str(stated["type"]))
def test_the_form_of_a_fact_holds_what_it_states(stated: dict[str, Any]) -> None:
    said = stated | {"system": "x", "recordedtime": "", "receivedtime": "", "standing": "standing"}
    about = About("E08000018", pseudonym("child"), "0" * 32, True, frozenset(), [said], said, places_known(STATED))
    request = Request({"type": "http", "path": "/", "headers": [], "query_string": b"", "app": FastAPI()})
    steward = Principal("user:7", "person", "steward", "E08000018", "Sam", "token")
    text = bytes(_form_page(request, steward, about).body).decode()
    assert f'name="fact" value="{stated["fact"]}"' in text
    for name, value in values_of(stated["type"], stated["data"]).items():
        assert f'name="{name}"' in text
        assert not value or f'value="{value}"' in text
    again = bytes(_form_page(request, steward, about, {"what": "withdraw", "reason": "<b>"}, ["No."]).body).decode()
    assert 'value="withdraw" checked' in again
    assert "&lt;b&gt;" in again


def test_the_form_tells_the_correction_that_a_finding_rests_on() -> None:
    def told(event: AnyEvent) -> dict[str, Any]:
        said = {"fact": event.fact, "type": event.type, "system": "x", "statedby": event.statedby}
        return said | {"recordedtime": event.recordedtime, "data": msgspec.to_builtins(event.data)}

    own = moved("2017-02-05", "P", "K2", fact="it", recorded="2017-05-01T09:00:00Z")
    first, last = (said_again(own, f"2017-05-0{day}T09:00:00Z", statedby="user:7") for day in (2, 3))
    wanted = RestsOn("x", own.fact, "placement move", None, "moved", "2017-05-03T09:00:00.000Z", by_steward=True)
    statements = list(map(told, (own, last, first)))
    assert correction_in(statements, wanted) == told(last)
    assert correction_in([told(own), told(first)], wanted) is None
    assert correction_in([told(last) | {"system": "y"}], wanted) is None


def test_every_type_but_a_withdrawal_has_a_form() -> None:
    assert FIELDS.keys() | {"care.withdrawal.v1"} == POSTED_TYPES.keys()


def test_an_empty_field_is_not_known_and_a_place_is_dropped_or_that_of_another_fact() -> None:
    move, known = STATED[1], places_known(STATED)
    assert [each.fact for each in known] == [STATED[0]["fact"], STATED[1]["fact"]]
    entered = values_of(move["type"], move["data"])
    emptied = data_entered(move["type"], move["data"], entered | {"placement.urn": " ", "legal_status": ""}, known)
    assert "urn" not in emptied["placement"]
    assert "legal_status" not in emptied
    dropped = data_entered(move["type"], move["data"], entered | {"place": DROP}, known)
    assert "placement_id" not in dropped["placement"]
    other = data_entered(move["type"], move["data"], entered | {"place": str(STATED[0]["fact"])}, known)
    assert {name: other["placement"][name] for name in ("placement_id", "locality")} == {
        "placement_id": pseudonym("first"),
        "locality": pseudonym("here"),
    }
    assert move["data"]["placement"]["placement_id"] == pseudonym("second"), "what was stated is left alone"


def test_what_is_known_of_a_fact_and_of_its_childs_places() -> None:
    facts = [fact_of(each) for each in (*EVENTS, withdrawn(EVENTS[4], recorded="2017-06-01T00:00:00Z"))]
    named = Named(EVENTS[4].subject, EVENTS[4].system, EVENTS[4].fact)
    known = correctable_of(named, facts, allowed=True)
    assert known.recordedtime == "2017-06-01T00:00:00Z"
    assert known.placement_ids == sorted(pseudonym(name) for name in ("first", "second"))
    assert known.localities == [pseudonym("here")]
    assert correctable_of(Named(named.child, "mosaic", named.fact), facts, allowed=True).recordedtime is None


def test_a_correction_outvotes_what_was_recorded_at_the_same_time_or_ahead() -> None:
    def known(recorded: str) -> Correctable:
        return Correctable(True, recorded, [], [])

    now = "2017-06-01T12:00:00Z"
    assert _recordedtime(now, known("2017-06-01T11:59:59Z")) == now
    assert _recordedtime(now, known(now)) == "2017-06-01T12:00:00.001000Z"
    assert _recordedtime(now, known("2017-06-01T12:04:00Z")) == "2017-06-01T12:04:00.001000Z"


def test_a_place_that_is_not_known_of_the_child_is_refused() -> None:
    known = Correctable(True, "2017-06-01T12:00:00Z", ["p"], ["l"])
    assert _foreign({"placement": {"placement_id": "p", "locality": "l"}}, known) == []
    faults = _foreign({"placement": {"placement_id": "q", "locality": "m", "postcode": "OL1"}}, known)
    assert [each.pointer for each in faults] == [
        f"/data/placement/{name}" for name in ("placement_id", "locality", "postcode")
    ]
    assert _foreign({}, known) == []


def test_a_correction_names_pseudonyms_alone() -> None:
    body = {
        "child": "LCS-1",
        "system": "x",
        "fact": "a" * 26,
        "request": str(UUID(int=1)),
        "type": "care.withdrawal.v1",
        "data": {},
    }
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(body), type=Correction)
