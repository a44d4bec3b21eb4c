"""A door that answers imports by the protocol, from a memory of what it was told; system tests use the real one.

It checks its callers' tokens as the real one does. A test may close it, or let no more than so many requests in.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import Response

from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import IMPORT_PURPOSE, Claims, Refused, verify

RECORDED = "2026-01-02T03:04:05Z"
Line = dict[str, Any]


@dataclass
class FakeDoor:
    """Remembers facts by child, and who asked for what."""

    public_key: str
    facts: dict[str, dict[str, Line]] = field(default_factory=dict)
    asked: list[tuple[Claims, dict[str, str], int]] = field(default_factory=list)
    has_source: bool = True
    # Codes of facts to be refused, by the end of their names.
    refused: dict[str, str] = field(default_factory=dict)
    # So many more requests are let through; the next one waits (or, where `away`, is answered 503).
    let_through: int = 1_000_000
    away: bool = False

    def begin_anew(self) -> None:
        """As it was made."""
        self.facts, self.asked, self.refused = {}, [], {}
        self.has_source, self.let_through, self.away = True, 1_000_000, False

    def application(self) -> FastAPI:
        """The fake as an application."""
        app = FastAPI()

        @app.get("/readyz")
        async def ready() -> dict[str, str]:
            return {"status": "ok"}

        @app.post("/imports")
        async def imports(request: Request) -> Response:
            try:
                claims = verify({"gateway": self.public_key}, request.headers["authorization"].removeprefix("Bearer "))
            except Refused:
                return Problem(401, "unauthorized", "Who is asking is not known").response()
            if claims.purpose != IMPORT_PURPOSE:
                return Problem(403, "forbidden", "This token may not import a return").response()
            if not self.has_source:
                command = f"Ask the operator: holdfast token create --authority {claims.authority} --system ssda903"
                return Problem(403, "no-source", "No sender's token", command).response()
            lines = [msgspec.json.decode(line, type=dict[str, Any]) for line in (await request.body()).splitlines()]
            if lines and not await self._let_in():
                return Problem(503, "unavailable", "Away", headers={"Retry-After": "0"}).response()
            asked = dict(request.query_params)
            self.asked.append((claims, asked, len(lines)))
            return Response(msgspec.json.encode(self.answer(lines, asked)), media_type="application/json")

        return app

    async def _let_in(self) -> bool:
        # A test lets them in from a thread of its own.
        while self.let_through <= 0 and not self.away:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        if self.away:
            return False
        self.let_through -= 1
        return True

    def answer(self, lines: list[Line], asked: dict[str, str]) -> dict[str, Any]:
        """The counts of a comparison; what differs is remembered unless it is only tried."""
        names = ("published", "new", "restated", "withdrawn", "unchanged", "held", "outvoted", "remembered")
        said = dict.fromkeys(names, 0)
        rejected, wanted = [], dict[str, dict[str, Line]]()
        for number, line in enumerate(lines, 1):
            facts = wanted.setdefault(line["subject"], {})
            code = next((self.refused[end] for end in self.refused if line.get("fact", "").endswith(end)), None)
            if code:
                fault = {"line": number, "code": code, "pointer": "/data/on", "message": f"not {line['subject']}"}
                rejected.append(fault)
            elif "fact" in line:
                facts[line["fact"]] = line["data"]
        for child, facts in wanted.items():
            before = self.facts.get(child, {})
            gone = before.keys() - facts.keys()
            said["held"] += len(before)
            said["withdrawn"] += len(gone)
            said["new"] += len(facts.keys() - before.keys())
            said["restated"] += sum(before[fact] != facts[fact] for fact in facts.keys() & before.keys())
            said["unchanged"] += sum(before[fact] == facts[fact] for fact in facts.keys() & before.keys())
            said["published"] += sum(before.get(fact) != facts[fact] for fact in facts)
            withdraw = asked["withdraw"] == "true"
            said["published"] += len(gone) if withdraw else 0
            if asked["dry_run"] == "false":
                self.facts[child] = facts if withdraw else before | facts
        rows = {"rows_withdrawn": said["withdrawn"], "rows_held": said["held"]}
        return said | rows | {"rejected": rejected, "later": [], "recordedtime": RECORDED}
