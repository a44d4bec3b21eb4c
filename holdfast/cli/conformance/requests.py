"""Requests that a door must refuse as a whole, each with the status and the problem it must answer.

None of them holds an event that could be taken, whatever the door does with it.
"""

from msgspec import Struct, field

BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
LINES = "application/x-ndjson"

DRY_RUN = {"dry_run": "true"}


class Refused(Struct, frozen=True, kw_only=True):
    """`token`: sent instead of the sender's own. `problem` is the last part of the answer's `type`."""

    name: str
    shows: str
    mended: str
    status: int
    problem: str
    body: bytes = b"[]"
    content_type: str = BATCH
    path: str = "/events"
    asked: dict[str, str] = field(default_factory=DRY_RUN.copy)
    token: str | None = None
    encoding: str | None = None


REQUESTS = (
    Refused(
        name="unreadable",
        shows="A batch that is no JSON.",
        mended="Nothing of it was taken: send the whole again.",
        status=400,
        problem="unreadable",
        body=b"[",
    ),
    Refused(
        name="unknown-parameter",
        shows="dry_run with its name misspelt.",
        mended="It is refused, so that a trial is never taken in earnest.",
        status=400,
        problem="unusable-request",
        asked={"dryrun": "true"},
    ),
    Refused(
        name="unknown-token",
        shows="A token that nobody was given.",
        mended="Ask the platform's operator for one, and for another before it ends.",
        status=401,
        problem="unauthorized",
        token="hfs_nobody-was-given-this",
    ),
    Refused(
        name="another-system",
        shows="An import for another system than the token's.",
        mended="A token speaks for one system of one authority.",
        status=403,
        problem="forbidden",
        path="/imports",
        asked={"system": "a-system-of-nobody"},
        content_type=LINES,
        body=b"",
    ),
    Refused(
        name="too-many-events",
        shows="More events in a dry run than it takes.",
        mended="A dry run takes 100; what is sent in earnest may be 10,000 a request, or lines without a limit.",
        status=413,
        problem="too-large",
        body=b"[" + b",".join([b"0"] * 101) + b"]",
    ),
    Refused(
        name="content-type",
        shows="A content type that is not taken.",
        mended="Use application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson.",
        status=415,
        problem="unsupported-media-type",
        content_type="application/json",
    ),
    Refused(
        name="compressed",
        shows="A compressed body.",
        mended="Send it as it is.",
        status=415,
        problem="unsupported-media-type",
        encoding="gzip",
    ),
)
