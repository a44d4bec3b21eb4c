"""The pages of rejected events, for stewards alone: the list, and an entry with its editor. Readable without a script.

Wording is in `views.py`. A body is on a page only where somebody has just asked to open it.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from holdfast.contracts.quarantine import (
    LONGEST_REASON,
    MOST_AT_ONCE,
    NAME,
    STATUSES,
    Checked,
    Decided,
    EntryOutcome,
    EntryStep,
    Listed,
    Mended,
    Opened,
    Replay,
    Replays,
    Why,
)
from holdfast.runtime.http import Problem
from services.gateway.domain import Principal
from services.gateway.parts import Made, Parts
from services.gateway.people.authors import names_of
from services.gateway.presentation import authority_words
from services.gateway.quarantine import views
from services.gateway.quarantine.api import LARGEST_ENTRY, Steward, chosen_of, numbers_in
from services.gateway.templating import page

router = APIRouter(prefix="/authorities/{authority}/quarantine", include_in_schema=False)

ON_A_PAGE = 50
_SHORTEST_REASON = 3
_NO_REASON = f"Say why, in {_SHORTEST_REASON} to {LONGEST_REASON} characters."
_NONE_CHOSEN = "Choose at least one event, or all on the page."
_TOO_MANY = f"Choose {MOST_AT_ONCE} events at most."

Reason = Annotated[str, Form()]
Numbers = Annotated[list[str] | None, Form()]
Deciding = Callable[[Principal, str, Decided], Awaitable[list[EntryOutcome]]]


@router.get("")
async def listed(
    request: Request,
    authority: str,
    principal: Steward,
    parts: Made,
    system: Annotated[str, Query(max_length=64)] = "",
    code: Annotated[str, Query(max_length=64)] = "",
    status: Annotated[str, Query(max_length=64)] = "waiting",
    cursor: Annotated[int | None, Query(ge=1, le=LARGEST_ENTRY)] = None,
) -> Response:
    """Rejected events, newest first: those that wait, unless others are asked for."""
    chosen = _chosen(system, code, status, None if cursor is None else str(cursor))
    return await _list(request, authority, principal, parts, chosen)


@router.post("/replay")
async def replay_chosen(
    request: Request,
    authority: str,
    principal: Steward,
    parts: Made,
    entry: Numbers = None,
    shown: Numbers = None,
    every: Annotated[str, Form()] = "",
    filters: Annotated[str, Form()] = "",
) -> Response:
    """Replay those that are ticked, as they came, and say of each what became of it."""
    chosen, numbers = _of(filters), numbers_in((shown if every else entry) or ())
    if fault := _fault_of(numbers):
        return await _list(request, authority, principal, parts, chosen, fault=fault)
    asked = Replays([Replay(number) for number in numbers])
    outcomes = await parts.rejected.replay(principal, authority, asked)
    return await _list(request, authority, principal, parts, chosen, outcomes=outcomes, done="replayed")


@router.post("/dismiss")
async def dismiss_chosen(
    request: Request,
    authority: str,
    principal: Steward,
    parts: Made,
    entry: Numbers = None,
    shown: Numbers = None,
    every: Annotated[str, Form()] = "",
    reason: Reason = "",
    filters: Annotated[str, Form()] = "",
) -> Response:
    """Dismiss those that are ticked, for one reason."""
    chosen, numbers = _of(filters), numbers_in((shown if every else entry) or ())
    if fault := _fault_of(numbers) or _fault_of_reason(reason):
        return await _list(request, authority, principal, parts, chosen, fault=fault)
    outcomes = await parts.rejected.dismiss(principal, authority, Decided(numbers, reason.strip()))
    return await _list(request, authority, principal, parts, chosen, outcomes=outcomes, done="dismissed")


@router.get("/{entry}")
async def show(request: Request, authority: str, entry: int, principal: Steward, parts: Made) -> Response:
    """An entry, closed."""
    return await _entry(request, authority, entry, principal, parts)


@router.post("/{entry}/open")
async def open_(
    request: Request, authority: str, entry: int, principal: Steward, parts: Made, reason: Reason = ""
) -> Response:
    """An entry with its body, once it is said why."""
    if fault := _fault_of_reason(reason):
        return await _entry(request, authority, entry, principal, parts, fault=fault)
    opened = await parts.rejected.open(principal, authority, entry, Why(reason.strip()))
    return await _page_of(request, authority, principal, parts, opened.listed, opened.steps, opened=opened,
                          text=views.editable(opened.body))  # fmt: skip


@router.post("/{entry}/check")
async def check(
    request: Request,
    authority: str,
    entry: int,
    principal: Steward,
    parts: Made,
    text: Annotated[str, Form()] = "",
) -> Response:
    """The verdict on what is in the editor; nothing is kept."""
    try:
        checked = await parts.rejected.check(principal, authority, entry, Mended(text))
        return await _entry(request, authority, entry, principal, parts, text=text, checked=checked)
    except Problem as problem:
        return _unanswered(request, authority, entry, principal, text, problem)


@router.post("/{entry}/replay")
async def replay(
    request: Request,
    authority: str,
    entry: int,
    principal: Steward,
    parts: Made,
    text: Annotated[str | None, Form()] = None,
) -> Response:
    """Replay it as it is in the editor, or as it came; where it may not pass, the editor is shown again."""
    try:
        (outcome,) = await parts.rejected.replay(principal, authority, Replays([Replay(entry, text)]))
        if outcome.done:
            return RedirectResponse(_address(authority, entry), 303)
        return await _entry(request, authority, entry, principal, parts, text=text, outcome=outcome)
    except Problem as problem:
        if text is None:
            raise
        return _unanswered(request, authority, entry, principal, text, problem)


@router.post("/{entry}/dismiss")
async def dismiss(
    request: Request, authority: str, entry: int, principal: Steward, parts: Made, reason: Reason = ""
) -> Response:
    """Dismiss it."""
    return await _decided(request, authority, entry, principal, parts, parts.rejected.dismiss, reason)


@router.post("/{entry}/reopen")
async def reopen(
    request: Request, authority: str, entry: int, principal: Steward, parts: Made, reason: Reason = ""
) -> Response:
    """Let it wait again."""
    return await _decided(request, authority, entry, principal, parts, parts.rejected.reopen, reason)


async def _decided(
    request: Request, authority: str, entry: int, principal: Principal, parts: Parts, decide: Deciding, reason: str
) -> Response:
    """Dismiss or reopen for a reason, then show the entry; the reason is asked for again where it is none."""
    if fault := _fault_of_reason(reason):
        return await _entry(request, authority, entry, principal, parts, fault=fault)
    (outcome,) = await decide(principal, authority, Decided([entry], reason.strip()))
    if outcome.done:
        return RedirectResponse(_address(authority, entry), 303)
    return await _entry(request, authority, entry, principal, parts, outcome=outcome)


async def _list(
    request: Request,
    authority: str,
    principal: Principal,
    parts: Parts,
    chosen: Mapping[str, str],
    *,
    fault: str = "",
    outcomes: Sequence[EntryOutcome] = (),
    done: str = "",
) -> Response:
    today = parts.clock.today()
    found = await parts.rejected.page(principal, authority, {**chosen, "limit": str(ON_A_PAGE)})
    days = await parts.rejected.days(principal, authority, chosen_of(since=views.first_week(today), until=today))
    filters = {name: value for name, value in chosen.items() if name != "cursor"}
    return page(
        request,
        "quarantine/list.html",
        status=400 if fault else 200,
        principal=principal,
        authority=authority_words(authority),
        found=found,
        chosen={"system": "", "code": "", "status": "", **chosen},
        filters=urlencode(chosen),
        next=None if found.next is None else urlencode({"status": "", **filters, "cursor": found.next}),
        weeks=views.weeks(days, today),
        mondays=views.mondays(today),
        drawing=(views.WIDTH, views.HEIGHT),
        fault=fault,
        done=(sum(one.done for one in outcomes), done),
        not_done=views.not_done(outcomes),
        longest=LONGEST_REASON,
        views=views,
    )


async def _entry(
    request: Request, authority: str, entry: int, principal: Principal, parts: Parts, **values: Any
) -> Response:
    shown = await parts.rejected.show(principal, authority, entry)
    return await _page_of(request, authority, principal, parts, shown.listed, shown.steps, **values)


async def _page_of(
    request: Request,
    authority: str,
    principal: Principal,
    parts: Parts,
    listed: Listed,
    steps: Sequence[EntryStep],
    *,
    opened: Opened | None = None,
    text: str | None = None,
    checked: Checked | None = None,
    outcome: EntryOutcome | None = None,
    fault: str = "",
) -> Response:
    names = await names_of(parts, [step.by for step in steps])
    refused = checked.errors if checked else outcome.errors if outcome else opened.errors if opened else ()
    return page(
        request,
        "quarantine/entry.html",
        status=400 if fault else 200,
        principal=principal,
        authority=authority_words(authority),
        listed=listed,
        steps=views.done_words(steps, names),
        opened=opened,
        text=text,
        checked=checked,
        outcome=outcome,
        refused=refused,
        fault=fault,
        longest=LONGEST_REASON,
        views=views,
    )


def _unanswered(
    request: Request, authority: str, entry: int, principal: Principal, text: str, problem: Problem
) -> Response:
    """The editor as it was, where the door did not answer: what was written in it is not lost."""
    return page(
        request,
        "quarantine/unanswered.html",
        status=problem.status,
        headers=problem.headers,
        principal=principal,
        authority=authority_words(authority),
        entry=entry,
        text=text,
        problem=problem,
    )


def _chosen(system: str, code: str, status: str, cursor: str | None) -> dict[str, str]:
    asked = {"system": system, "code": code, "status": status, "cursor": cursor or ""}
    return {
        name: value
        for name, value in asked.items()
        if re.match(NAME, value) and (name != "status" or value in STATUSES)
    }


def _of(filters: str) -> dict[str, str]:
    """The filters that a page was shown with, as its form gives them back."""
    given = {name: values[0][:64] for name, values in parse_qs(filters).items()}
    cursor = given["cursor"] if numbers_in([given.get("cursor", "")]) else None
    return _chosen(given.get("system", ""), given.get("code", ""), given.get("status", ""), cursor)


def _fault_of(numbers: Sequence[int]) -> str:
    return _NONE_CHOSEN if not numbers else _TOO_MANY if len(numbers) > MOST_AT_ONCE else ""


def _fault_of_reason(reason: str) -> str:
    fits = _SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON and "\0" not in reason
    return "" if fits else _NO_REASON


def _address(authority: str, entry: int) -> str:
    return f"/authorities/{authority}/quarantine/{entry}"
