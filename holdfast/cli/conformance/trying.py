"""Tries everything that can be tried without leaving a trace: golden journeys, refusals, forms and requests.

Nothing is posted in earnest here. Each function gives results; what is expected is in the tables.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import httpx
import msgspec

from holdfast.cli.conformance import requests
from holdfast.cli.conformance.asking import Asked, dry_run, dry_run_of, together, told_by
from holdfast.cli.conformance.cases import Case, Figures
from holdfast.cli.conformance.golden import SECTIONS
from holdfast.cli.conformance.refusals import A_FOREIGN_TYPE, REFUSALS, Refusal
from holdfast.cli.conformance.results import Check, Result, failed, judged, skipped
from holdfast.cli.door import DoorRefused
from holdfast.contracts.effects import DryRun, Tried
from holdfast.contracts.events import EVENT_TYPES

_REFUSALS, _FORMS, _REQUESTS = "Refused events", "Forms", "Refused requests"


def tried(asked: Asked, client: httpx.Client, run: str, only: Collection[str] = ()) -> Iterator[Result]:
    """Everything, in the order of the tables, or the journeys of these names alone. `client` bears the token."""
    for section, cases in SECTIONS.items():
        for case in cases:
            if not only or case.name in only:
                yield try_case(asked, section, case, run)
    if only:
        return
    yield from try_refusals(asked, run)
    yield try_forms(asked, run)
    for request in requests.REQUESTS:
        yield try_request(client, request)


def try_case(asked: Asked, section: str, case: Case, run: str) -> Result:
    """A golden journey by dry run, about as many days as it takes."""
    if unstated := {said.type for said in case.said} - asked.types:
        return skipped(section, case.name, case.shows, case.why, _may_not(unstated))
    events = case.events(asked.source, run)
    days = case.days()
    try:
        answers = [dry_run(asked.door, events, day) for day in days]
    except DoorRefused as refused:
        return failed(section, case.name, case.shows, case.why, str(refused))
    told = [told_by(answer) for answer in answers]
    checks = [
        _verdicts(len(events), answers),
        Check(", ".join(said.outcome for said in case.said), ", ".join(map(_outcome, answers[0].events))),
        *lines(case, dict(zip(days, (one.after for one in told), strict=True))),
        Check(found(sorted(case.finds)), found(told[0].findings)),
        *(Check("effects that hang together", wrong) for one in told for wrong in one.wrong),
    ]
    return judged(section, case.name, case.shows, case.why, checks)


def _may_not(types: set[str]) -> str:
    return f"the token may not state {', '.join(sorted(types))}"


def _verdicts(many: int, answers: Sequence[DryRun]) -> Check:
    expected = f"{many} accepted"
    for answer in answers:
        wrong = next((one for one in answer.events if one.verdict != "accepted"), None)
        if wrong is not None:
            fault = wrong.errors[0] if wrong.errors else None
            why = f": {fault.code} {fault.pointer}: {fault.message}" if fault else ""
            return Check(expected, f"{wrong.verdict}{why}")
    counts = {len(answer.events) for answer in answers} - {many}
    return Check(expected, f"{counts.pop()} answers" if counts else expected)


def _outcome(one: Tried) -> str:
    return one.effect.outcome if one.effect else one.verdict


def lines(case: Case, told: dict[date, dict[str, Figures]]) -> Iterator[Check]:
    """The lines of a case beside what its children are told to come to, by the day asked about."""
    for name, counts in case.lines().items():
        day = next(day for day in told if name.is_told(day))
        yield Check(f"{name} {counts}", f"{name} {together(told[day], name, counts)}")


def found(codes: Sequence[str]) -> str:
    """What does not add up, in words."""
    return f"finds {', '.join(codes)}" if codes else "finds nothing that does not add up"


def try_refusals(asked: Asked, run: str) -> Iterator[Result]:
    """Every event that must be rejected, all in one dry run, a line each: none may hold up another."""
    texts: dict[str, bytes] = {}
    for refusal in REFUSALS:
        text = _text(asked, refusal, run)
        if text is not None:
            texts[refusal.name] = text
    answer = dry_run_of(asked.door, b"\n".join(texts.values()), requests.LINES, None)
    # A missing verdict is found below, by its name.
    told = dict(zip(texts, answer.events, strict=False))
    for refusal in REFUSALS:
        named = _REFUSALS, refusal.name, refusal.shows, refusal.mended
        if refusal.name not in texts:
            yield skipped(*named, _why_not(refusal))
        else:
            got = _rejected(told[refusal.name]) if refusal.name in told else "no verdict"
            yield judged(*named, [Check(f"rejected: {refusal.code} at {_at(refusal.pointer)}", got)])


def _text(asked: Asked, refusal: Refusal, run: str) -> bytes | None:
    """What is sent; None where the token can't show it."""
    if refusal.text is not None:
        return refusal.text.encode()
    foreign = sorted(EVENT_TYPES.keys() - asked.types)
    kind = next(iter(foreign), None) if refusal.type == A_FOREIGN_TYPE else refusal.type
    if kind is None or (kind in foreign) != (refusal.type == A_FOREIGN_TYPE):
        return None
    return msgspec.json.encode(refusal.event(asked.source, run, kind))


def _why_not(refusal: Refusal) -> str:
    return "the token may state every type" if refusal.type == A_FOREIGN_TYPE else _may_not({refusal.type})


def _rejected(one: Tried) -> str:
    faults = ", ".join(f"{fault.code} at {_at(fault.pointer)}" for fault in one.errors)
    return f"{one.verdict}: {faults}" if faults else one.verdict


def _at(pointer: str) -> str:
    return pointer or "the whole"


def try_forms(asked: Asked, run: str) -> Result:
    """One good event in each form, and once more: always the same answer."""
    kind = sorted(asked.types)[0]
    text = msgspec.json.encode(_GOOD.event(asked.source, f"{run}-forms", kind))
    forms = {requests.STRUCTURED: text, requests.BATCH: b"[" + text + b"]", requests.LINES: text + b"\n"}
    answers = [(form, dry_run_of(asked.door, body, form, None)) for form, body in [*forms.items(), *forms.items()]]
    expected = "one event, accepted, " + ("withdrawn" if kind == "care.withdrawal.v1" else "stated")
    checks = [Check(f"{form}: {expected}", f"{form}: {_one_event(answer)}") for form, answer in answers]
    return judged(
        _FORMS, "three-forms", "One event, a batch and lines are answered alike, and again.", _FORMS_WHY, checks
    )


_FORMS_WHY = "Send one at a time as they happen, batches where some have waited, and lines for a long load."
_GOOD = Refusal(code="", pointer="", shows="", mended="")


def _one_event(answer: DryRun) -> str:
    many = "one event" if len(answer.events) == 1 else f"{len(answer.events)} events"
    return ", ".join([many, *(f"{one.verdict}, {_outcome(one)}" for one in answer.events)])


def try_request(client: httpx.Client, request: requests.Refused) -> Result:
    """A request that must be refused as a whole."""
    headers = {"content-type": request.content_type}
    if request.encoding is not None:
        headers["content-encoding"] = request.encoding
    if request.token is not None:
        headers["authorization"] = f"Bearer {request.token}"
    try:
        answer = client.post(request.path, params=request.asked, content=request.body, headers=headers)
        got = f"{answer.status_code} {_problem(answer)}"
    except httpx.TransportError as error:
        got = f"no answer ({type(error).__name__})"
    check = Check(f"{request.status} /problems/{request.problem}", got)
    return judged(_REQUESTS, request.name, request.shows, request.mended, [check])


class _Problem(msgspec.Struct):
    type: str = ""


def _problem(answer: httpx.Response) -> str:
    if answer.headers.get("content-type", "").partition(";")[0] != "application/problem+json":
        return "without application/problem+json"
    try:
        return msgspec.json.decode(answer.content, type=_Problem).type
    except msgspec.MsgspecError:
        return "with a problem that cannot be read"
