"""The gateway's rules without any input or output: who may do what, and when to try again.

What an indicator counts, how it is rated and how a value is printed is the engine's; pages are laid out in `views.py`
of each folder.
"""

from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

# What each role may do. One table, asked everywhere; the register holds its own copy of the authority's wall.
_MANAGER = frozenset({"figures", "children", "alerts"})
_ANALYST = _MANAGER | {"targets", "webhooks", "imports", "findings", "parity", "packs"}
_STEWARD = _ANALYST | {"decisions", "corrections", "erasures", "quarantine"}
ALLOWED: dict[str, frozenset[str]] = {
    # Whoever corrects is not who allows it.
    "manager": _MANAGER | {"corrections_allowed"},
    "analyst": _ANALYST,
    "steward": _STEWARD,
    "operator": frozenset({"operations"}),
}
OF_ONE_AUTHORITY = frozenset({"manager", "analyst", "steward"})
MASKED = frozenset({"public", "panel", "regional"})
COMING = frozenset({"identifier", "auditor"})


class Principal(Struct, frozen=True):
    """Who asks: a person with a session or a machine with a token; `id` is ours and says nothing about either."""

    id: str
    kind: Literal["person", "machine"]
    role: str
    authority: str | None
    shown_as: str = ""
    csrf: str = ""
    secret: bytes = b""


def may(principal: Principal, action: str) -> bool:
    """Whether the role allows the action, in its own authority or outside all of them."""
    return action in ALLOWED.get(principal.role, frozenset())


def roles_that_may(action: str) -> list[str]:
    """The roles that the action is allowed to."""
    return [role for role, actions in ALLOWED.items() if action in actions]


def may_in(principal: Principal, action: str, authority: str) -> bool:
    """Whether the role allows the action in this authority: the one wall on the way out."""
    return may(principal, action) and principal.authority == authority


def refusal_of_role(role: str, authority: str | None, known: frozenset[str]) -> str | None:
    """Why nobody can be given this role here, as one sentence; None where they can."""
    if role in MASKED:
        return (
            f"The role {role} sees figures with small numbers withheld, and this version can't withhold them yet: "
            "until it can, nobody who needs a mask is let in."
        )
    if role not in ALLOWED:
        coming = " comes later" if role in COMING else " is not known"
        return f"The role {role}{coming}: choose one of {', '.join(ALLOWED)}."
    if role not in OF_ONE_AUTHORITY:
        return f"The role {role} belongs to no authority: leave the authority out." if authority else None
    if not authority:
        return f"The role {role} sees one authority: say which, by its nine-character code."
    if authority not in known:
        return f"{authority} is not the code of an authority served here."
    return None


def is_month_end(day: date) -> bool:
    """Whether the day is the last of its month."""
    return (day + timedelta(days=1)).day == 1


def retry_after_seconds(attempts: int, first_seconds: float, jitter: float) -> float:
    """How long to wait after so many failed attempts: fourfold each time, an hour at most, 20% either way by `jitter`.

    `jitter` is from 0 to 1, drawn by the caller.
    """
    return min(3600.0, first_seconds * 4.0 ** (attempts - 1)) * (0.8 + 0.4 * jitter)
