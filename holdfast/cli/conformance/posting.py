"""Posts the golden journeys in earnest, reads back what they come to, and withdraws every one of them.

Only where nobody is looked after: the figures of an authority that has children must never move by a trial.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from datetime import date
from random import Random

import msgspec
from msgspec import UNSET, Struct

from holdfast.cli.conformance import requests
from holdfast.cli.conformance.asking import Asked, dry_run, told_by, whole_children
from holdfast.cli.conformance.cases import Case, Event, Figures, withdrawals_of
from holdfast.cli.conformance.golden import GOLDEN
from holdfast.cli.conformance.reading import Reader, as_told
from holdfast.cli.conformance.results import Check, Result, failed, judged
from holdfast.cli.conformance.said import admitted
from holdfast.cli.conformance.trying import found, lines
from holdfast.cli.door import DoorAway, DoorRefused
from holdfast.contracts.effects import MONTH_ENDS, MOST_EVENTS
from holdfast.indicators.calendar import month_ends_to
from holdfast.indicators.wording import some

SECTION = "Posted in earnest"
_READ_BACK = "Posted in earnest, and read back"
_LONGEST_WAIT_SECONDS = 120.0
_LOOK_AGAIN_SECONDS = 0.5
# Month ends on which what was posted is read over the gateway, the last in the middle of the journeys.
MONTH_ENDS_READ = (date(2016, 5, 31), date(2016, 8, 31), date(2016, 10, 31), date(2017, 2, 28), date(2017, 3, 31))


class NotATrial(Exception):
    """This authority may be a real one, so nothing is posted. The text is a sentence for people."""


class _Verdict(Struct):
    id: str | None
    verdict: str


def posted(asked: Asked, run: str, reader: Reader | None) -> Generator[Result, None, None]:
    """Post, read back and withdraw; whatever happens in between, it is withdrawn at the end. Raises NotATrial."""
    check_trial(asked, run, reader)
    cases = _cases(asked)
    events = [event for case in cases for event in case.events(asked.source, run)]
    try:
        yield from _post(asked, run, events)
        yield _arrived("arrived", "The register has read what was posted.", asked, events)
        for case in cases:
            yield _read_back(asked, run, case)
        if reader is not None:
            children = _come_to(asked, withdrawals_of(events))
            yield from as_told(reader, children, MONTH_ENDS_READ, _LONGEST_WAIT_SECONDS)
    finally:
        # Also where the run is broken off: nothing of it may stay.
        withdraw(asked, run)
    yield _arrived("withdrawn", "The withdrawals are read too.", asked, withdrawals_of(events))
    # Readers hear of it a moment after the register does.
    give_up_at = time.monotonic() + _LONGEST_WAIT_SECONDS
    while (left := looked_after(asked, run, reader)) and time.monotonic() < give_up_at:
        time.sleep(_LOOK_AGAIN_SECONDS)
    yield judged(SECTION, "nothing-left", "Nobody is looked after any more.", _NOTHING_LEFT, [Check("0", str(left))])


_WITHDRAWAL = "care.withdrawal.v1"
_NOTHING_LEFT = "Every fact of the run is withdrawn, so that a trial leaves no figure changed."
_ALIKE = "Send in whichever form suits: what was accepted is durable, and the same again is harmless."


def check_trial(asked: Asked, run: str, reader: Reader | None) -> None:
    """Raises NotATrial unless it can be seen that nobody is looked after, on the days of the journeys or in these."""
    if _WITHDRAWAL not in asked.types:
        raise NotATrial(f"The token may not state {_WITHDRAWAL}, so what is posted could not be taken out again.")
    many = looked_after(asked, run, reader)
    if many is None:
        raise NotATrial(
            "Whether this is an authority for trials can't be seen, so nothing is posted: use a token made with "
            "`holdfast token create … --figures` that may state admissions, or give a reader's with --reader-token."
        )
    if many:
        raise NotATrial(
            f"The authority of this token looks after {some(many, 'child', 'children')}, so nothing is posted: --post "
            "is for one that looks after nobody. If it is of a run that was broken off, --withdraw that."
        )


def looked_after(asked: Asked, run: str, reader: Reader | None) -> int | None:
    """The most children looked after on any day looked at; None where the token may not see that."""
    if reader is not None:
        past = map(date.fromordinal, month_ends_to(asked.today.toordinal(), MONTH_ENDS))
        return max(reader.looked_after(day) for day in (asked.today, *past, *MONTH_ENDS_READ))
    probe = admitted("2004-01-01", born=None, began_before=True)
    if not asked.figures or probe.type not in asked.types:
        return None
    case = Case(name="probe", shows="", why="", said=(probe,), figures="")
    events = case.events(asked.source, run)
    return max(
        day.authority.before.numerator
        for on in (asked.today, MONTH_ENDS_READ[-1])
        for one in dry_run(asked.door, events, on).events
        for figure in (one.effect.figures if one.effect else [])
        for day in figure.days
        if figure.indicator == "looked_after" and day.authority is not UNSET
    )


def _post(asked: Asked, run: str, events: Sequence[Event]) -> Iterator[Result]:
    """In an order that none of them was written in, in every form, and all once more."""
    shuffled = list(events)
    Random(run).shuffle(shuffled)
    third = len(shuffled) // 3
    yield _form(asked, "lines", requests.LINES, [shuffled[:third]])
    yield _form(asked, "batch", requests.BATCH, [shuffled[third : 2 * third]])
    yield _form(asked, "one-by-one", requests.STRUCTURED, [[event] for event in shuffled[2 * third :]])
    yield _form(asked, "all-again", requests.BATCH, [shuffled])


def _form(asked: Asked, name: str, form: str, bodies: Sequence[Sequence[Event]]) -> Result:
    shows = f"{sum(map(len, bodies))} events as {form}, in any order."
    try:
        told = [verdict for events in bodies for verdict in _send(asked, form, events)]
    except DoorRefused as refused:
        return failed(SECTION, name, shows, _ALIKE, str(refused))
    sent = [event["id"] for events in bodies for event in events]
    answered = [one.id for one in told if one.verdict == "accepted"]
    checks = [Check(f"{len(sent)} accepted, in order", f"{len(answered)} accepted, in order")]
    if answered != sent and len(answered) == len(sent):
        checks.append(Check("the ids that were sent", "others"))
    return judged(SECTION, name, shows, _ALIKE, checks)


def _send(asked: Asked, form: str, events: Sequence[Event]) -> list[_Verdict]:
    body = {
        requests.LINES: lambda: b"".join(msgspec.json.encode(event) + b"\n" for event in events),
        requests.BATCH: lambda: msgspec.json.encode(events),
        requests.STRUCTURED: lambda: msgspec.json.encode(events[0]),
    }[form]()
    answer = asked.door.post("/events", body, form)
    try:
        if form == requests.LINES:
            return [msgspec.json.decode(line, type=_Verdict) for line in answer.splitlines() if line.strip()]
        return msgspec.json.decode(answer, type=list[_Verdict])
    except msgspec.MsgspecError as error:
        raise DoorRefused(f"The verdicts cannot be read ({error})") from error


def _arrived(name: str, shows: str, asked: Asked, events: Sequence[Event]) -> Result:
    """Wait until the register knows every statement, for a bounded time."""
    give_up_at = time.monotonic() + _LONGEST_WAIT_SECONDS
    while (known := _known(asked, events)) < len(events) and time.monotonic() < give_up_at:
        time.sleep(_LOOK_AGAIN_SECONDS)
    why = "A dry run calls each of them a duplicate: it is known."
    return judged(SECTION, name, shows, why, [Check(f"{len(events)} known", f"{known} known")])


def _known(asked: Asked, events: Sequence[Event]) -> int:
    told = [
        one
        for begin in range(0, len(events), MOST_EVENTS)
        for one in dry_run(asked.door, events[begin : begin + MOST_EVENTS], None).events
    ]
    return sum(one.effect is not None and one.effect.outcome == "duplicate" for one in told)


def _read_back(asked: Asked, run: str, case: Case) -> Result:
    """What a case has come to: what its withdrawal, as a dry run, would take away."""
    withdrawals = withdrawals_of(case.events(asked.source, run))
    days = case.days()
    told = [told_by(dry_run(asked.door, withdrawals, day)) for day in days]
    checks = [
        *lines(case, dict(zip(days, (one.before for one in told), strict=True))),
        Check(found(sorted(case.finds)), found(told[0].mended)),
    ]
    return judged(_READ_BACK, case.name, case.shows, case.why, checks)


def _come_to(asked: Asked, withdrawals: Sequence[Event]) -> dict[str, Figures]:
    """What every child has come to at the month ends around the last one read, in the same way."""
    children: dict[str, Figures] = {}
    for together in whole_children(withdrawals, lambda event: str(event["subject"])):
        children |= told_by(dry_run(asked.door, together, MONTH_ENDS_READ[-1])).before
    return children


def _cases(asked: Asked) -> list[Case]:
    """Those that the token may state."""
    return [case for case in GOLDEN if {said.type for said in case.said} <= asked.types]


def withdraw(asked: Asked, run: str) -> int:
    """Withdraw every fact of a run, whether it arrived or not. Returns how many; raises DoorRefused or DoorAway."""
    events = withdrawals_of([event for case in _cases(asked) for event in case.events(asked.source, run)])
    told = _send(asked, requests.BATCH, events)
    if any(one.verdict != "accepted" for one in told) or len(told) != len(events):
        raise DoorAway(f"Not everything of the run {run} could be withdrawn: try `--withdraw {run}` again.")
    return len(events)
