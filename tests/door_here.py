"""A door in this process: the real rules of reading and the real engine behind the kit's HTTP client, and no broker.

For tests of what speaks to a door. `spoil` may change any answer, for a kit that nothing can fail proves nothing.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import msgspec

from holdfast.cli.door import Door
from holdfast.contracts.door import read
from holdfast.contracts.door_rules import terms_at
from holdfast.contracts.door_verdicts import Refused
from holdfast.contracts.effects import DryRun, Effect, Tried
from holdfast.contracts.events import EVENT_TYPES, AnyEvent
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.contracts.figures import ReadTo
from holdfast.indicators.choices import DEFAULTS, definitions
from holdfast.indicators.effects import Trial, days_around, figures_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from services.intake.domain import event_of, keys_of
from tests.factories import AUTHORITY

TOKEN = "hfs_this-one-is-known"
SOURCE = f"/authorities/{AUTHORITY}/systems/vendor"
STRUCTURED, BATCH, LINES = (
    f"application/{kind}" for kind in ("cloudevents+json", "cloudevents-batch+json", "x-ndjson")
)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_KEYS = keys_of(bytes(range(96)))

Spoil = Callable[[Any], Any]


class DoorHere:
    """What was posted, by child, and the answers. `figures`: whether the token is told the authority's."""

    def __init__(
        self, *, figures: bool = False, types: frozenset[str] = frozenset(EVENT_TYPES), spoil: Spoil = lambda told: told
    ) -> None:
        self.figures, self.types, self.spoil = figures, types, spoil
        self.held: dict[str, list[Fact]] = {}
        self.requests: list[httpx.Request] = []

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url="http://door",
            headers={"authorization": f"Bearer {TOKEN}"},
            transport=httpx.MockTransport(self.answer),
        )

    def door(self) -> Door:
        return Door(self.client(), tries=1, wait=lambda _: False, say=lambda _: None)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        asked, kind = dict(request.url.params), request.headers.get("content-type", "")
        if request.headers["authorization"] != f"Bearer {TOKEN}":
            return _problem(401, "unauthorized")
        if request.url.path.startswith("/api/"):
            return httpx.Response(200, content=msgspec.json.encode(self._figures(date.fromisoformat(asked["on"]))))
        if request.url.path == "/imports":
            return _problem(403, "forbidden")
        if kind not in (STRUCTURED, BATCH, LINES) or "content-encoding" in request.headers:
            return _problem(415, "unsupported-media-type")
        if set(asked) - {"dry_run", "on"}:
            return _problem(400, "unusable-request")
        texts = _texts(kind, request.content)
        if texts is None:
            return _problem(400, "unreadable")
        if "dry_run" not in asked:
            return self._post(kind, texts)
        if len(texts) > 100:
            return _problem(413, "too-large")
        told = msgspec.to_builtins(self._tried(texts, date.fromisoformat(asked.get("on", "2026-11-23"))))
        return httpx.Response(200, content=msgspec.json.encode(self.spoil(told)))

    def _read(self, text: bytes) -> Any:
        terms = terms_at(NOW, sources=frozenset({SOURCE}), types=self.types, authorities=frozenset({AUTHORITY}))
        return read(text, terms)

    def _post(self, kind: str, texts: list[bytes]) -> httpx.Response:
        told = []
        for text in texts:
            posted = self._read(text)
            refused = isinstance(posted, Refused)
            if not refused:
                event = event_of(posted, _KEYS, "2026-11-23T12:00:00Z")
                self.held.setdefault(event.subject, []).append(fact_of(event))
            told.append({"id": posted.id, "verdict": "rejected" if refused else "accepted", "errors": []})
        if kind == LINES:
            return httpx.Response(200, content=b"\n".join(map(msgspec.json.encode, told)))
        return httpx.Response(200, content=msgspec.json.encode(told))

    def ledger(self) -> Ledger:
        made = Ledger()
        for facts in self.held.values():
            made.add(fold(standing(facts).values()))
        return made

    def _figures(self, on: date) -> Any:
        return rows(self.ledger(), on, breakdowns=False)

    def _tried(self, texts: list[bytes], on: date) -> DryRun:
        trial = Trial(on, DEFAULTS, None, figures_of(self.ledger(), days_around(on)) if self.figures else None)
        known = set[str]()
        return DryRun(
            on=on,
            today=NOW.date(),
            read_to=ReadTo("care.events", 0, 0),
            behind=0,
            definitions=definitions(),
            figures=self.figures,
            source=SOURCE,
            types=sorted(self.types),
            events=[self._one(trial, text, known) for text in texts],
        )

    def _one(self, trial: Trial, text: bytes, known: set[str]) -> Tried:
        posted = self._read(text)
        if isinstance(posted, Refused):
            return Tried(id=posted.id, subject=None, verdict="rejected", errors=posted.faults, effect=None)
        event: AnyEvent = event_of(posted, _KEYS, "2026-11-23T12:00:00Z")
        if event.subject not in known:
            known.add(event.subject)
            trial.know(event.subject, self.held.get(event.subject, []))
        effect: Effect = trial.take(event.subject, fact_of(event))
        return Tried(id=posted.id, subject=posted.subject, verdict="accepted", errors=(), effect=effect)


def _texts(kind: str, body: bytes) -> list[bytes] | None:
    if kind == LINES:
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        if kind == BATCH:
            return [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
        return [bytes(msgspec.json.decode(body, type=msgspec.Raw))]
    except msgspec.DecodeError:
        return None


def _problem(status: int, code: str) -> httpx.Response:
    body = msgspec.json.encode({"type": f"/problems/{code}", "title": code, "status": status})
    return httpx.Response(status, content=body, headers={"content-type": "application/problem+json"})
