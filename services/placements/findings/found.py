"""What is told of findings: each with the facts it rests on, when it came up, what hangs on it, and its last decision.

Pure. Which are asked for and by whom is in `api.py`; what was decided is kept by `deciding.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec
from msgspec import Struct

from holdfast.contracts.facts import Fact, Kind, content_of, instant, microseconds, standing
from holdfast.contracts.findings import Decision, FindingListed, RestsOn, Status
from holdfast.england.residents import residents_of
from holdfast.indicators.accounts import says
from holdfast.indicators.choices import Choices
from holdfast.indicators.effects import Figures
from holdfast.indicators.findings import SENTENCES
from holdfast.indicators.identity import Identified, resting_on
from holdfast.indicators.missing import day_stated
from holdfast.indicators.touches import touches
from services.placements.as_known import Folded
from services.placements.findings.deciding import status_of

Wanted = Literal["undecided", "open", "asked", "mended", "accepted", "all", "gone"]
Entry = tuple[str, Identified]

_KINDS = {
    Kind.ADMISSION: "admission",
    Kind.PLACEMENT_MOVE: "placement move",
    Kind.LEGAL_STATUS: "legal status",
    Kind.MISSING_EPISODE: "missing episode",
    Kind.DISCHARGE: "discharge",
    Kind.WITHDRAWAL: "withdrawal",
}


class Filter(Struct, frozen=True):
    """Which findings are wanted.

    `undecided`: all that hold but those accepted. `gone`: those decided on that hold no longer.
    """

    status: Wanted = "undecided"
    code: str | None = None
    source: str | None = None
    child: str | None = None

    def takes(self, child: str, one: Identified, status: Status) -> bool:
        """Whether one that holds is wanted."""
        return (
            (self.status in ("all", status) or (self.status == "undecided" and status != "accepted"))
            and self.code in (None, one.finding.code)
            and (self.source is None or self.source in one.systems)
            and self.child in (None, child)
        )

    def takes_gone(self, decided: Decision) -> bool:
        """Whether one that is gone is wanted."""
        return self.code in (None, decided.code) and self.child in (None, decided.child)

    def link(self) -> dict[str, str]:
        """Its parameters."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


class Telling(Struct, frozen=True):
    """What telling needs beside a child: the day, the choices, the authority, its figures, and what was decided.

    `figures`: on the days that are looked at; None: what hangs on a finding is not asked for.
    """

    authority: str
    on: date
    choices: Choices
    figures: Figures | None
    decided: Mapping[str, Decision]


def held_on(children: Mapping[str, Folded], day: int) -> list[Entry]:
    """Every finding that holds on a day."""
    return [(child, one) for child, folded in children.items() for one in folded.found if one.holds_on(day)]


def place(entry: Entry) -> tuple[int, str, str, str]:
    """The order of a list: the latest day first, what is about no day last."""
    child, one = entry
    return -(one.finding.on or 0), one.finding.code, child, one.id


def tell_child(
    telling: Telling, child: str, stated: Collection[Fact], wanted: Iterable[Identified]
) -> list[FindingListed]:
    """Findings of a child of whom this was stated."""
    facts = tuple(standing(stated).values())
    return [_tell(telling, child, stated, facts, one) for one in wanted]


def _tell(
    telling: Telling, child: str, stated: Collection[Fact], facts: Collection[Fact], one: Identified
) -> FindingListed:
    finding, decided = one.finding, telling.decided.get(one.id)
    rests_on = resting_on(finding, facts)
    hangs = None
    if telling.figures is not None:
        residents = residents_of(telling.authority)
        hangs = touches(finding, stated, telling.on, telling.choices, residents, telling.figures)
    return FindingListed(
        finding=one.id,
        child=child,
        code=finding.code,
        sentence=finding.sentence,
        mend=finding.mend,
        on=None if finding.on is None else date.fromordinal(finding.on),
        fact=finding.fact,
        systems=list(one.systems),
        holds=True,
        status=status_of(decided),
        came_up=_came_up(one, rests_on, stated),
        rests_on=[_rests_on(fact) for fact in rests_on],
        touches=hangs,
        decision=decided,
    )


def _rests_on(fact: Fact) -> RestsOn:
    on = day_stated(fact)
    return RestsOn(
        fact.system,
        fact.key,
        _KINDS[fact.kind],
        None if on is None else date.fromordinal(on),
        says(fact),
        instant(fact.recorded_at),
        fact.by_steward,
    )


def _came_up(one: Identified, rests_on: Iterable[Fact], stated: Collection[Fact]) -> str | None:
    """When the last of its facts was recorded as it is; of what time alone brings, its day where that is later."""
    since = [_stated_since(fact, stated) for fact in rests_on]
    if one.awaits and one.finding.on is not None:
        since.append(microseconds(f"{date.fromordinal(one.finding.on)}T00:00:00+00:00"))
    return instant(max(since)) if since else None


def _stated_since(fact: Fact, stated: Iterable[Fact]) -> int:
    """The first of the last statements of a fact that all say what stands."""
    same = sorted(
        (each for each in stated if (each.system, each.key) == (fact.system, fact.key)),
        key=lambda each: each.recorded_at,
        reverse=True,
    )
    since, said = fact.recorded_at, content_of(fact)
    for each in same:
        if each.recorded_at < fact.recorded_at and content_of(each) != said:
            break
        since = min(since, each.recorded_at)
    return since


def tell_gone(decided: Decision) -> FindingListed:
    """A finding that no longer holds, as far as its last decision remembers it."""
    sentence, mend = SENTENCES.get(decided.code, (decided.code, ""))
    return FindingListed(
        finding=decided.finding,
        child=decided.child,
        code=decided.code,
        sentence=sentence.format(named="A code"),
        mend=mend,
        on=decided.about,
        fact=decided.fact,
        systems=[],
        holds=False,
        status=status_of(decided),
        came_up=None,
        rests_on=[],
        touches=None,
        decision=decided,
    )
