"""What a sender may post, and every way to be wrong, as tables: what is changed -> code and pointer."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from holdfast.contracts.codes import REASONS_EPISODE_CEASED
from holdfast.contracts.door import LONGEST_EVENT_BYTES, read
from holdfast.contracts.door_forms import POSTED_TYPES
from holdfast.contracts.door_lines import LineReader
from holdfast.contracts.door_rules import Terms, terms_at
from holdfast.contracts.door_verdicts import CODES, Fault, Refused

SOURCE = "/authorities/E08000018/systems/liquidlogic"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLACEMENT = {"type": "U6", "provider": "PR1"}
REMOVED = object()

DATA: dict[str, dict[str, Any]] = {
    "admission": {
        "on": "2017-06-14",
        "date_of_birth": "2010-02-03",
        "sex": "female",
        "legal_status": "C2",
        "category_of_need": "N1",
        "placement": PLACEMENT
        | {
            "placement_id": "P-1",
            "urn": "SC012345",
            "distance_miles": 5.5,
            "in_authority": True,
            "postcode": "ol1 2ab",
        },
        "sequence": 0,
    },
    "placement-move": {"on": "2017-06-14", "reason_for_new_episode": "P", "placement": PLACEMENT},
    "legal-status": {"on": "2017-06-14", "legal_status": "C1"},
    "missing-episode": {"kind": "M", "from": "2017-06-14T22:00:00+01:00", "until": "2017-06-15"},
    "discharge": {"on": "2017-06-14", "reason_episode_ceased": "E4A"},
    "withdrawal": {},
}


def terms(**changed: Any) -> Terms:
    said: dict[str, Any] = {
        "sources": frozenset({SOURCE}),
        "types": frozenset(POSTED_TYPES),
        "authorities": frozenset({"E08000018", "E08000016"}),
    }
    return terms_at(NOW, **said | changed)


def posted(kind: str = "admission", path: str = "", value: Any = REMOVED) -> dict[str, Any]:
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": "5b1f",
        "source": SOURCE,
        "type": f"care.{kind}.v1",
        "subject": "LCS-204518",
        "time": "2017-06-14T10:02:00+01:00",
        "recordedtime": "2017-06-20T16:41:09Z",
        "fact": "placement/88213",
        "data": msgspec.json.decode(msgspec.json.encode(DATA[kind])),
    }
    *parents, last = path.strip("/").split("/")
    held = event
    for name in parents:
        held = held.setdefault(name, {})
    if value is REMOVED:
        held.pop(last, None)
    elif path:
        held[last] = value
    return event


def answer(event: Any, held_to: Terms | None = None) -> Any:
    return read(msgspec.json.encode(event), held_to or terms())


def faults(event: Any, held_to: Terms | None = None) -> list[tuple[str, str]]:
    refused = answer(event, held_to)
    assert isinstance(refused, Refused), refused
    return [(fault.code, fault.pointer) for fault in refused.faults]


@pytest.mark.parametrize("kind", DATA)
def test_every_type_passes_as_the_contract_shows_it(kind: str) -> None:
    assert answer(posted(kind)).type == f"care.{kind}.v1"


RIGHT = [
    ("admission", "/time", REMOVED),
    ("admission", "/fact", REMOVED),
    ("admission", "/fact", None),
    ("admission", "/data/date_of_birth", None),
    ("admission", "/data/began_before", True),
    ("admission", "/data/sequence", 17),
    ("admission", "/data/placement/distance_miles", 5),
    ("admission", "/data/on", "1980-01-01"),
    ("placement-move", "/data/on", "2027-11-23"),
    ("placement-move", "/data/reason_for_placement_change", "CARPL"),
    ("placement-move", "/data/placement/type", "K3"),
    ("missing-episode", "/data/until", REMOVED),
    ("missing-episode", "/data/until", "2017-06-14"),
    ("missing-episode", "/data/from", "2017-06-14"),
    ("missing-episode", "/data/return_interview", {"offered_on": "2017-06-16", "accepted": False}),
    ("admission", "/datacontenttype", "application/json"),
    ("admission", "/dataschema", "https://example.org/schemas/admission"),
    ("admission", "/traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ("admission", "/tracestate", "vendor=1"),
    ("admission", "/recordedtime", "2026-11-23T12:05:00Z"),
]


@pytest.mark.parametrize(("kind", "path", "value"), RIGHT)
def test_what_the_contract_allows_passes(kind: str, path: str, value: Any) -> None:
    event = posted(kind, path, value)
    if path == "/data/on":
        event["data"].pop("date_of_birth", None)
    assert not isinstance(answer(event), Refused), answer(event)


WRONG = [
    # the envelope
    ("admission", "/specversion", REMOVED, "missing", "/specversion"),
    ("admission", "/specversion", "0.3", "bad-form", "/specversion"),
    ("admission", "/id", REMOVED, "missing", "/id"),
    ("admission", "/id", "", "too-short", "/id"),
    ("admission", "/id", 17, "wrong-type", "/id"),
    ("admission", "/id", "x" * 257, "too-long", "/id"),
    ("admission", "/source", REMOVED, "missing", "/source"),
    ("admission", "/source", "/authorities/E08000018/systems/mosaic", "foreign-source", "/source"),
    ("admission", "/source", "/authorities/E08000016/systems/liquidlogic", "foreign-source", "/source"),
    ("admission", "/source", "/authorities/E99999999/systems/liquidlogic", "unknown-authority", "/source"),
    ("admission", "/source", "liquidlogic", "foreign-source", "/source"),
    ("admission", "/type", REMOVED, "missing", "/type"),
    ("admission", "/type", "care.birthday.v1", "unknown-type", "/type"),
    ("admission", "/type", 5, "unknown-type", "/type"),
    ("admission", "/subject", REMOVED, "missing", "/subject"),
    ("admission", "/subject", None, "missing", "/subject"),
    ("admission", "/subject", "", "too-short", "/subject"),
    ("admission", "/time", "2017-06-14", "bad-instant", "/time"),
    ("admission", "/time", "2017-06-14T10:02:00", "bad-instant", "/time"),
    ("admission", "/recordedtime", REMOVED, "recordedtime-missing", "/recordedtime"),
    ("admission", "/recordedtime", "2017-06-20T16:41:09", "bad-instant", "/recordedtime"),
    ("admission", "/recordedtime", 1497976869, "bad-instant", "/recordedtime"),
    ("admission", "/recordedtime", "2026-11-23T12:05:01Z", "recorded-ahead", "/recordedtime"),
    ("admission", "/recordedtime", "9999-12-31T23:59:59-23:59", "recorded-ahead", "/recordedtime"),
    ("admission", "/recordedtime", "0001-01-01T00:00:00+23:59", "too-early", "/recordedtime"),
    ("admission", "/fact", "", "too-short", "/fact"),
    ("withdrawal", "/fact", REMOVED, "fact-missing", "/fact"),
    ("admission", "/keyid", "0123456789abcdef", "unknown-field", "/keyid"),
    ("admission", "/receivedtime", "2017-06-20T16:41:09Z", "unknown-field", "/receivedtime"),
    ("admission", "/statedby", "someone", "unknown-field", "/statedby"),
    ("admission", "/partitionkey", "1", "unknown-field", "/partitionkey"),
    ("admission", "/data_base64", "e30=", "unknown-field", "/data_base64"),
    ("admission", "/datacontenttype", "text/xml", "bad-form", "/datacontenttype"),
    ("admission", "/dataschema", "a child's name", "bad-form", "/dataschema"),
    ("admission", "/traceparent", "x", "bad-form", "/traceparent"),
    ("admission", "/data", REMOVED, "missing", "/data"),
    ("admission", "/data", [], "wrong-type", "/data"),
    # data
    ("admission", "/data/on", REMOVED, "missing", "/data/on"),
    ("admission", "/data/on", "14/06/2017", "bad-date", "/data/on"),
    ("admission", "/data/on", "2017-02-30", "bad-date", "/data/on"),
    ("admission", "/data/on", 20170614, "bad-date", "/data/on"),
    ("legal-status", "/data/on", "1979-12-31", "too-early", "/data/on"),
    ("legal-status", "/data/on", "2027-11-24", "too-far-ahead", "/data/on"),
    ("admission", "/data/date_of_birth", "1979-12-31", "too-early", "/data/date_of_birth"),
    ("admission", "/data/date_of_birth", "2017-06-15", "born-after", "/data/date_of_birth"),
    ("admission", "/data/sex", "M", "unknown-code", "/data/sex"),
    ("admission", "/data/legal_status", "C3", "unknown-code", "/data/legal_status"),
    ("admission", "/data/legal_status", ["C2"], "wrong-type", "/data/legal_status"),
    ("admission", "/data/category_of_need", "N9", "unknown-code", "/data/category_of_need"),
    ("admission", "/data/began_before", "true", "wrong-type", "/data/began_before"),
    ("admission", "/data/sequence", -1, "out-of-range", "/data/sequence"),
    ("admission", "/data/sequence", 1.5, "wrong-type", "/data/sequence"),
    ("admission", "/data/sequence", True, "wrong-type", "/data/sequence"),
    ("admission", "/data/sequence", 10**30, "out-of-range", "/data/sequence"),
    ("admission", "/data/ethnicity", "WBRI", "unknown-field", "/data/ethnicity"),
    ("admission", "/data/a~b/c", 1, "unknown-field", "/data/a~0b"),
    ("admission", "/data/placement", REMOVED, "missing", "/data/placement"),
    ("admission", "/data/placement/type", "W1", "unknown-code", "/data/placement/type"),
    ("admission", "/data/placement/provider", "PR9", "unknown-code", "/data/placement/provider"),
    ("admission", "/data/placement/placement_id", "", "too-short", "/data/placement/placement_id"),
    ("admission", "/data/placement/urn", "John Smith", "bad-form", "/data/placement/urn"),
    ("admission", "/data/placement/distance_miles", "5.5", "wrong-type", "/data/placement/distance_miles"),
    ("admission", "/data/placement/distance_miles", -1, "out-of-range", "/data/placement/distance_miles"),
    ("admission", "/data/placement/in_authority", "IN", "wrong-type", "/data/placement/in_authority"),
    ("admission", "/data/placement/postcode", "  ", "bad-form", "/data/placement/postcode"),
    ("admission", "/data/placement/locality", "x", "unknown-field", "/data/placement/locality"),
    ("placement-move", "/data/reason_for_new_episode", "S", "unknown-code", "/data/reason_for_new_episode"),
    ("placement-move", "/data/reason_for_new_episode", "L", "unknown-code", "/data/reason_for_new_episode"),
    ("placement-move", "/data/legal_status", "C2", "legal-status-not-here", "/data/legal_status"),
    (
        "placement-move",
        "/data/reason_for_placement_change",
        "LIIAF",
        "unknown-code",
        "/data/reason_for_placement_change",
    ),
    ("discharge", "/data/reason_episode_ceased", "X1", "unknown-code", "/data/reason_episode_ceased"),
    ("discharge", "/data/reason_episode_ceased", "E99", "unknown-code", "/data/reason_episode_ceased"),
    ("missing-episode", "/data/kind", "A1", "unknown-code", "/data/kind"),
    ("missing-episode", "/data/from", "2017-06-14T22:00", "bad-instant", "/data/from"),
    ("missing-episode", "/data/from", "2017-6-14", "bad-date", "/data/from"),
    ("missing-episode", "/data/from", "1979-12-31T23:00:00Z", "too-early", "/data/from"),
    ("missing-episode", "/data/until", "2027-11-24T01:00:00Z", "too-far-ahead", "/data/until"),
    ("missing-episode", "/data/until", "2017-06-14T20:59:59Z", "until-before-from", "/data/until"),
    ("missing-episode", "/data/until", "2017-06-13", "until-before-from", "/data/until"),
    (
        "missing-episode",
        "/data/return_interview/held_on",
        "soon",
        "bad-date",
        "/data/return_interview/held_on",
    ),
    ("withdrawal", "/data/sequence", 1, "unknown-field", "/data/sequence"),
]


@pytest.mark.parametrize(("kind", "path", "value", "code", "pointer"), WRONG)
def test_each_way_to_be_wrong_has_its_code_and_pointer(
    kind: str, path: str, value: Any, code: str, pointer: str
) -> None:
    assert faults(posted(kind, path, value)) == [(code, pointer)]


@pytest.mark.parametrize(("kind", "path", "value", "code", "pointer"), WRONG)
def test_each_way_to_be_wrong_says_how_to_put_it_right(
    kind: str, path: str, value: Any, code: str, pointer: str
) -> None:
    (fault,) = answer(posted(kind, path, value)).faults
    assert fault.code in CODES
    assert len(fault.message) > 20 and fault.message[0].isupper()


def test_all_faults_of_form_are_told_at_once() -> None:
    event = posted("admission", "/data/on", "yesterday")
    event["data"]["placement"]["type"] = "W1"
    event["data"]["placment"] = {}
    del event["subject"]
    assert set(faults(event)) == {
        ("bad-date", "/data/on"),
        ("unknown-code", "/data/placement/type"),
        ("unknown-field", "/data/placment"),
        ("missing", "/subject"),
    }


def test_an_event_of_an_unknown_type_is_told_its_envelope_too() -> None:
    event = posted("admission", "/type", "care.birthday.v1")
    del event["id"]
    assert set(faults(event)) == {("unknown-type", "/type"), ("missing", "/id")}


def test_a_type_that_the_token_does_not_state_is_refused() -> None:
    held_to = terms(types=frozenset({"care.discharge.v1"}))
    assert faults(posted(), held_to) == [("foreign-type", "/type")]


def test_without_a_fact_the_time_counts_as_recorded() -> None:
    event = posted("admission", "/fact")
    del event["recordedtime"]
    assert not isinstance(answer(event), Refused)
    event["time"] = "2026-11-23T12:06:00Z"
    assert faults(event) == [("recorded-ahead", "/time")]
    del event["time"]
    assert faults(event) == [("recordedtime-missing", "/recordedtime")]


@pytest.mark.parametrize("reason", ["B", "U"])
def test_a_move_that_changes_the_legal_status_may_say_so(reason: str) -> None:
    event = posted("placement-move", "/data/legal_status", "C2")
    event["data"]["reason_for_new_episode"] = reason
    assert not isinstance(answer(event), Refused)


@pytest.mark.parametrize("reason", REASONS_EPISODE_CEASED)
def test_every_reason_that_ends_care_passes(reason: str) -> None:
    assert not isinstance(answer(posted("discharge", "/data/reason_episode_ceased", reason)), Refused)


NOT_EVENTS = [
    (b"", "not-json"),
    (b"{", "not-json"),
    (b"\xff\xfe", "not-json"),
    (b'{"id":"\xc3\x28"}', "not-json"),
    (b"[" * 5_000 + b"]" * 5_000, "not-json"),
    (b"[]", "wrong-type"),
    (b"null", "wrong-type"),
    (b'"event"', "wrong-type"),
    (b" " * (LONGEST_EVENT_BYTES + 1), "too-large"),
]


@pytest.mark.parametrize(("text", "code"), NOT_EVENTS)
def test_what_is_no_event_is_refused_as_a_whole(text: bytes, code: str) -> None:
    refused = read(text, terms())
    assert isinstance(refused, Refused)
    assert [(fault.code, fault.pointer) for fault in refused.faults] == [(code, "")]


def test_thousands_of_faults_are_told_up_to_a_bound() -> None:
    event = posted()
    event["data"] |= {f"x{number}": number for number in range(1_000)}
    assert len(faults(event)) == 50


def test_a_refusal_speaks_of_the_senders_own_id() -> None:
    assert answer(posted("admission", "/data/on", "x")).id == "5b1f"
    assert answer(posted("admission", "/id", 5)).id is None


def test_the_name_of_an_unknown_field_goes_no_further_than_the_verdict() -> None:
    assert Fault("unknown-field", "/data/Jane Doe", "").public_pointer == "/data"
    assert Fault("unknown-code", "/data/sex", "").public_pointer == "/data/sex"


def line(**changed: Any) -> bytes:
    said = {"subject": "398768", "fact": "398768/S", "type": "care.discharge.v1", "data": DATA["discharge"]}
    return msgspec.json.encode({name: value for name, value in (said | changed).items() if value is not REMOVED})


def imported(text: bytes) -> Any:
    return LineReader(SOURCE, "2026-11-23T12:00:00Z", terms()).read(text)


def test_a_line_of_an_import_is_read_as_the_event_it_asks_for() -> None:
    event = imported(line()).event
    assert (event.subject, event.fact, event.type) == ("398768", "398768/S", "care.discharge.v1")


@pytest.mark.parametrize("kind", DATA)
def test_a_sound_line_is_read_as_one_that_is_looked_at_as_an_event(kind: str) -> None:
    text = line(type=f"care.{kind}.v1", data=DATA[kind], untold={"ended_on": "2018-01-01"}, not_restated=["sex"])
    read_as_sound = imported(text)
    assert not isinstance(read_as_sound, Refused)
    # As long as no sound line is taken to be.
    assert read_as_sound == imported(text + b" " * LONGEST_EVENT_BYTES)


@pytest.mark.parametrize(
    ("text", "code", "pointer"),
    [
        (line(fact=REMOVED), "missing", "/fact"),
        (line(fact=None), "missing", "/fact"),
        (line(subject=5), "wrong-type", "/subject"),
        (line(id="x"), "unknown-field", "/id"),
        (line(type="care.x.v1"), "unknown-type", "/type"),
        (line(data={"on": "2017-06-14", "reason_episode_ceased": "X1"}), "unknown-code", "/data/reason_episode_ceased"),
        (b"{", "not-json", ""),
        (b"[]", "wrong-type", ""),
    ],
)
def test_a_line_that_is_wrong_is_told_as_an_event_is(text: bytes, code: str, pointer: str) -> None:
    refused = imported(text)
    assert [(fault.code, fault.pointer) for fault in refused.faults] == [(code, pointer)]
