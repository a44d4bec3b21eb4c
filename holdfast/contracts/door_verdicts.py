"""What the door answers: verdicts, the faults in them, and what goes to `care.rejected`.

Codes are stable: senders' programs act on them. How faults are found is in `door_diagnosis.py` and `door_rules.py`.
"""

from typing import Literal

from msgspec import Struct

CODES: dict[str, str] = {
    "not-json": "the line or member is not JSON that can be read",
    "too-large": "one event is larger than the door takes",
    "wrong-type": "a value is of another JSON type than it must be",
    "missing": "something required is not there",
    "unknown-field": "a field or attribute that the platform does not know",
    "unknown-type": "an event type that the platform does not know",
    "unknown-code": "a code that is in no code list",
    "bad-form": "a text does not have the form it must have",
    "too-short": "a text is empty",
    "too-long": "a text is longer than it may be",
    "out-of-range": "a number is below or above what it may be",
    "bad-date": "not a calendar date written YYYY-MM-DD",
    "bad-instant": "not an RFC 3339 instant with an offset",
    "too-early": "a date or instant before 1980",
    "too-far-ahead": "a date or instant more than a year ahead",
    "unknown-authority": "an authority that this platform does not serve",
    "foreign-source": "a source that the sender's token does not name",
    "foreign-type": "a type that the sender's token does not name",
    "recordedtime-missing": "no recordedtime, where the order of statements needs one",
    "recorded-ahead": "recorded more than five minutes ahead of the platform's clock",
    "fact-missing": "a withdrawal that does not say which fact never was",
    "born-after": "a date of birth after the day the event is about",
    "until-before-from": "a missing episode that ends before it begins",
    "legal-status-not-here": "a legal status where the reason for the new episode says that it did not change",
    "too-many": "the child has as many different statements as one child may have",
    "erased": "the child, or this very statement, was erased from the platform and is not taken again",
    "fact-repeated": "an import that states one fact twice",
    "child-repeated": "an import that names one child twice, or after its facts",
    "unknown-place": "a correction that names a placement or an address that is not known of the child",
    "not-a-year-ending": "a year of a return that is not the 31 March on which it ends",
}

# What is answered to a request as a whole, by the last part of the problem's `type`.
PROBLEMS: dict[str, str] = {
    "unreadable": "400: the body is not the JSON that its content type says; nothing of it was taken",
    "unusable-request": "400: a part of the address cannot be used, or is not known; the detail says which",
    "unusable-correction": "400: the correction would be rejected as an event; `errors` says where and why",
    "unauthorized": "401: there is no token, or it is not known, has ended or was revoked",
    "forbidden": "403: the token is for another system",
    "no-source": "403: no sender's token of the system `ssda903` is good for the authority; the operator issues one",
    "corrections-not-allowed": "403: the authority does not let its stewards correct; a manager of it says so",
    "no-such-fact": "404: the system has stated no such fact of the child, or the child was erased",
    "too-many-statements": "409: the child has as many different statements as one child may have",
    "another-correction": "409: the request was made before, for another correction; make up a new one",
    "authority-not-served": "403: the token is for an authority that this platform does not serve",
    "no-such-entry": "404: there is no such entry in quarantine, or no longer; stewards alone ask for one",
    "too-slow": "408: the body did not come in time; send it again",
    "too-large": "413: more than 8 MiB or 10,000 events; send fewer, or newline-delimited JSON. A dry run takes 100",
    "unsupported-media-type": "415: none of the content types that are taken, or a compressed body",
    "too-many-requests": "429: more than this token may ask at a time; wait as long as Retry-After says",
    "busy": "503: more than the door takes at a time; wait as long as Retry-After says",
    "unavailable": "503: the broker, the database or the register is away; send the same again",
    "keys-differ": "503: the keys of the authority don't fit its last events; the operator must mend that",
}


def explained() -> dict[str, str]:
    """What each code means, be it a request's or an event's; `too-large` may be either's."""
    both = {code: f"{PROBLEMS[code]}\n\nOf one event: {CODES[code]}" for code in CODES.keys() & PROBLEMS.keys()}
    return {**CODES, **PROBLEMS, **both}


class Fault(Struct, frozen=True):
    """One way in which an event is wrong: a stable code, an RFC 6901 pointer, and how to put it right."""

    code: str
    pointer: str
    message: str

    @property
    def public_pointer(self) -> str:
        """The pointer made of our own vocabulary alone: the name of an unknown field may be anything, a child's too."""
        return self.pointer.rpartition("/")[0] if self.code == "unknown-field" else self.pointer


class Refused(Struct, frozen=True):
    """An event that may not pass: the sender's own `id` and the type where they could be read, and every fault."""

    id: str | None
    type: str | None
    faults: tuple[Fault, ...]


class Verdict(Struct, frozen=True):
    """The answer to one event, by the sender's own id. `unavailable`: not durable, send it again."""

    id: str | None
    verdict: Literal["accepted", "rejected", "unavailable"]
    errors: tuple[Fault, ...] = ()


class RejectedFault(Struct, frozen=True):
    """A fault without its sentence, which may quote what was sent."""

    code: str
    pointer: str


class Rejection(Struct, frozen=True):
    """A record of `care.rejected`: nothing personal. `id` is the hashed id; None where none could be read."""

    authority: str
    id: str | None
    errors: tuple[RejectedFault, ...]
    receivedtime: str

    @property
    def key(self) -> bytes:
        """The record key on `care.rejected`."""
        return self.authority.encode()
