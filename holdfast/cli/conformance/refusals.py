"""Events that a door must reject, each with the code and the pointer it must say, and how a sender puts it right.

Each is a good event with one thing wrong. The codes that no event of a sender's can bring about are named with why.
"""

from typing import Any

from msgspec import Struct

from holdfast.cli.conformance.cases import Event

# Codes that are not tried, and why.
NOT_TRIED = {
    "too-many": "it takes a child with as many different statements as one may have",
    "erased": "it takes a child, or a statement, that a steward has erased",
    "fact-repeated": "it is said of a line of an import",
    "child-repeated": "it is said of a line of an import",
    "not-a-year-ending": "it is said of an import",
    "unknown-place": "it is said of a steward's correction",
}
# A good event of each type.
_ADMISSION: dict[str, Any] = {
    "on": "2016-05-10",
    "legal_status": "C2",
    "date_of_birth": "2008-01-01",
    "placement": {"type": "U6", "provider": "PR1", "placement_id": "carer-1"},
}
_DATA: dict[str, dict[str, Any]] = {
    "care.admission.v1": _ADMISSION,
    "care.placement-move.v1": {"on": "2016-08-01", "reason_for_new_episode": "P", "placement": {"type": "K2"}},
    "care.legal-status.v1": {"on": "2016-08-01", "legal_status": "C1"},
    "care.missing-episode.v1": {"kind": "M", "from": "2016-08-01T20:00:00Z"},
    "care.discharge.v1": {"on": "2016-08-01", "reason_episode_ceased": "E4A"},
    "care.withdrawal.v1": {},
}
# Stands for a type that the token may not state; there may be none.
A_FOREIGN_TYPE = "a type of another system"


class Refusal(Struct, frozen=True, kw_only=True):
    """`broken`: what is put where, by JSON pointer, in a good event of the type; None takes it out.

    `text`: what is sent instead of an event, as it is. `mended` says how a sender puts it right.
    """

    code: str
    pointer: str
    shows: str
    mended: str
    type: str = "care.admission.v1"
    broken: dict[str, Any] = {}
    text: str | None = None

    @property
    def name(self) -> str:
        """The code and where, for there are several of one code."""
        return f"{self.code} {self.pointer}".strip()

    def event(self, source: str, run: str, kind: str) -> Event:
        """The event of this type with one thing wrong."""
        event: Event = {
            "specversion": "1.0",
            "id": f"conform-{run}-{self.name}",
            "source": source,
            "type": kind,
            "subject": f"conform-{run}-refused",
            "recordedtime": "2016-08-02T09:00:00Z",
            "fact": "fact/1",
            "data": dict(_DATA[kind]),
        }
        for pointer, value in self.broken.items():
            _put(event, pointer.split("/")[1:], value)
        return event


def _put(held: dict[str, Any], path: list[str], value: Any) -> None:
    name, *rest = path
    if rest:
        held[name] = dict(held.get(name) or {})
        _put(held[name], rest, value)
    elif value is None:
        held.pop(name, None)
    else:
        held[name] = value


_MOVE, _MISSING = "care.placement-move.v1", "care.missing-episode.v1"

REFUSALS = (
    Refusal(
        code="not-json",
        pointer="",
        shows="A line that is no JSON.",
        mended="Write each event with a JSON library, in UTF-8, on one line.",
        text='{"specversion": "1.0", ',
    ),
    Refusal(
        code="too-large",
        pointer="",
        shows="An event of more than 64 KiB.",
        mended="An event has codes, dates and references: take free text out.",
        text='{"id": "' + "x" * 65_536 + '"}',
    ),
    Refusal(
        code="wrong-type",
        pointer="",
        shows="A list where an event ought to be.",
        mended="Send objects: a batch is one JSON array of them.",
        text="[]",
    ),
    Refusal(
        code="wrong-type",
        pointer="/data/placement/distance_miles",
        shows="A number in quotes.",
        mended="Send 12.5, not “12.5”.",
        broken={"/data/placement/distance_miles": "12.5"},
    ),
    Refusal(
        code="missing",
        pointer="/data/placement",
        shows="A required field left out.",
        mended="An admission says where the child was placed.",
        broken={"/data/placement": None},
    ),
    Refusal(
        code="unknown-field",
        pointer="/data/child_name",
        shows="A field that is not known, here one that must never be sent.",
        mended="Send the fields of the list alone: names and addresses have no place here.",
        broken={"/data/child_name": "made up"},
    ),
    Refusal(
        code="unknown-type",
        pointer="/type",
        shows="A type that is not known.",
        mended="Use one of the six types, with its version.",
        broken={"/type": "care.birthday.v1"},
    ),
    Refusal(
        code="unknown-code",
        pointer="/data/placement/type",
        shows="A placement type that is in no list.",
        mended="Map your own codes to those of the statutory return.",
        broken={"/data/placement/type": "W1"},
    ),
    Refusal(
        code="unknown-code",
        pointer="/data/reason_episode_ceased",
        shows="X1 as a reason for leaving care: it says that the child is still looked after.",
        mended="Send the move to the next placement instead of a discharge.",
        type="care.discharge.v1",
        broken={"/data/reason_episode_ceased": "X1"},
    ),
    Refusal(
        code="bad-form",
        pointer="/specversion",
        shows="Another version of CloudEvents.",
        mended="specversion is the text 1.0.",
        broken={"/specversion": "0.3"},
    ),
    Refusal(
        code="too-short",
        pointer="/subject",
        shows="An empty reference.",
        mended="subject is the authority's own reference of the child.",
        broken={"/subject": ""},
    ),
    Refusal(
        code="too-long",
        pointer="/fact",
        shows="A name of more than 256 characters.",
        mended="Name a fact after the key of your record.",
        broken={"/fact": "f" * 257},
    ),
    Refusal(
        code="out-of-range",
        pointer="/data/placement/distance_miles",
        shows="A distance below nought.",
        mended="Leave out what is not known.",
        broken={"/data/placement/distance_miles": -1},
    ),
    Refusal(
        code="bad-date",
        pointer="/data/on",
        shows="A date written as people do.",
        mended="Write 2016-05-10.",
        broken={"/data/on": "10/05/2016"},
    ),
    Refusal(
        code="bad-instant",
        pointer="/recordedtime",
        shows="An instant without its offset.",
        mended="Write 2016-08-02T09:00:00Z, or +01:00 in place of Z.",
        broken={"/recordedtime": "2016-08-02T09:00:00"},
    ),
    Refusal(
        code="too-early",
        pointer="/data/on",
        shows="A date before 1980.",
        mended="An empty date in your system is no date: leave it out.",
        broken={"/data/on": "1900-01-01"},
    ),
    Refusal(
        code="too-far-ahead",
        pointer="/data/on",
        shows="A date more than a year ahead.",
        mended="What is planned for later is sent later.",
        broken={"/data/on": "2999-01-01"},
    ),
    Refusal(
        code="unknown-authority",
        pointer="/source",
        shows="The code of no authority.",
        mended="Use the nine-character code, such as E08000018.",
        broken={"/source": "/authorities/E99999999/systems/somebody"},
    ),
    Refusal(
        code="foreign-source",
        pointer="/source",
        shows="A source that the token does not name.",
        mended="Each authority and system has a token of its own: use the one for this source.",
        broken={"/source": "not/a/source"},
    ),
    Refusal(
        code="foreign-type",
        pointer="/type",
        shows="A type that the token may not state.",
        mended="One system of an authority states a type: send it with the token of that one.",
        type=A_FOREIGN_TYPE,
    ),
    Refusal(
        code="recordedtime-missing",
        pointer="/recordedtime",
        shows="A named fact without the time at which it was recorded.",
        mended="Say when your system recorded it: which of two statements stands depends on it.",
        broken={"/recordedtime": None},
    ),
    Refusal(
        code="recorded-ahead",
        pointer="/recordedtime",
        shows="Recorded more than five minutes from now.",
        mended="Check the clock of your system, and its time zone.",
        broken={"/recordedtime": "2999-01-01T00:00:00Z"},
    ),
    Refusal(
        code="fact-missing",
        pointer="/fact",
        shows="A withdrawal that does not say of what.",
        mended="Give the fact under the name that it was stated under.",
        type="care.withdrawal.v1",
        broken={"/fact": None},
    ),
    Refusal(
        code="born-after",
        pointer="/data/date_of_birth",
        shows="A child born after the admission.",
        mended="Correct whichever of the two dates is wrong.",
        broken={"/data/date_of_birth": "2017-01-01"},
    ),
    Refusal(
        code="until-before-from",
        pointer="/data/until",
        shows="A child who was back before going missing.",
        mended="Correct the times, or their time zone.",
        type=_MISSING,
        broken={"/data/until": "2016-07-31T20:00:00Z"},
    ),
    Refusal(
        code="legal-status-not-here",
        pointer="/data/legal_status",
        shows="A legal status where the reason for the new episode says that none changed.",
        mended="Use B or U as the reason, or send the legal status by itself.",
        type=_MOVE,
        broken={"/data/legal_status": "C1"},
    ),
)
