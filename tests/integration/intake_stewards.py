"""A steward at a running door: asks as the gateway does, with a token that it signed."""

from typing import Any

import httpx
import msgspec

from holdfast.runtime.service_token import QUARANTINE_PURPOSE, Claims, sign
from tests.integration.gateway_rig import key_pair
from tests.integration.intake_door import RunningDoor

GATEWAY, GATEWAY_PUBLIC = key_pair()
TRUSTING = {"HOLDFAST_TRUSTED_KEYS": msgspec.json.encode({"gateway": GATEWAY_PUBLIC}).decode()}
STEWARD = "user:7"


class AtQuarantine:
    """Asks the door for somebody; some claims of the token may be changed."""

    def __init__(self, door: RunningDoor, **changed: str) -> None:
        self._door = door
        said = {"issuer": "gateway", "user": STEWARD, "role": "steward", "purpose": QUARANTINE_PURPOSE}
        self._claims = Claims(**{**said, "authority": door.authority, **changed})

    def ask(self, path: str = "", **parameters: Any) -> httpx.Response:
        """GET."""
        return httpx.get(self._at(path), params=parameters, headers=self.headers(), timeout=60)

    def say(self, path: str, body: Any) -> httpx.Response:
        """POST."""
        return httpx.post(self._at(path), content=msgspec.json.encode(body), headers=self.headers(), timeout=60)

    def listed(self, **parameters: Any) -> list[dict[str, Any]]:
        """A page of entries."""
        answer = self.ask(**parameters)
        assert answer.status_code == 200, answer.text
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries

    def opened(self, entry: int, reason: str = "to mend it") -> dict[str, Any]:
        """An entry with its body."""
        answer = self.say(f"/{entry}/openings", {"reason": reason})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def checked(self, entry: int, text: str) -> dict[str, Any]:
        """The verdict on a mended event."""
        answer = self.say(f"/{entry}/checks", {"text": text})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def replayed(self, *entries: int, text: str | None = None) -> list[dict[str, Any]]:
        """What became of entries that were to be replayed."""
        answer = self.say("/replays", {"entries": [{"entry": entry, "text": text} for entry in entries]})
        assert answer.status_code == 200, answer.text
        outcomes: list[dict[str, Any]] = answer.json()
        return outcomes

    def decided(self, what: str, *entries: int, reason: str = "sent by mistake") -> list[dict[str, Any]]:
        """What became of entries that were to be dismissed or reopened."""
        answer = self.say(f"/{what}", {"entries": entries, "reason": reason})
        assert answer.status_code == 200, answer.text
        outcomes: list[dict[str, Any]] = answer.json()
        return outcomes

    def _at(self, path: str) -> str:
        return f"{self._door.url}/quarantine{path}"

    def headers(self) -> dict[str, str]:
        """The token, for any address of the door."""
        return {"Authorization": f"Bearer {sign(GATEWAY, self._claims)}"}
