"""Reading an authority's figures over the gateway, beside what the children of a run come to by the door's word."""

import time
from collections.abc import Iterable, Iterator
from datetime import date

import httpx
import msgspec
from msgspec import Struct

from holdfast.cli.conformance.asking import together
from holdfast.cli.conformance.cases import PLACEMENTS, Counts, Figures, Name
from holdfast.cli.conformance.results import Check, Result, judged
from holdfast.cli.door import DoorAway, DoorRefused
from holdfast.contracts.figures import Period

_SECTION = "Read over the gateway"
_LOOK_AGAIN_SECONDS = 0.5
# Of residents, whom no event tells of.
_RATE = "looked_after_rate"


class _Row(Struct):
    indicator: str
    numerator: int
    denominator: int | None
    breakdown: msgspec.Raw
    period: Period = "on"


class Reader:
    """A machine that reads figures with a token of its own."""

    def __init__(self, client: httpx.Client, authority: str) -> None:
        self._client, self._authority = client, authority

    def figures(self, on: date) -> Figures:
        """Every figure of the whole on a day. Raises DoorRefused or DoorAway."""
        path = f"/api/authorities/{self._authority}/indicators"
        try:
            answer = self._client.get(path, params={"on": on.isoformat()})
        except httpx.TransportError as error:
            raise DoorAway(f"The gateway does not answer ({type(error).__name__}).") from error
        if answer.status_code != 200:
            raise DoorRefused(f"The gateway answers {answer.status_code}: is the reader's token for this authority?")
        return {
            Name(row.indicator, row.period, on): Counts(row.numerator, row.denominator)
            for row in msgspec.json.decode(answer.content, type=list[_Row])
            if bytes(row.breakdown) == b"null"
        }

    def looked_after(self, on: date) -> int:
        """How many children are looked after."""
        return self.figures(on).get(Name("looked_after", "on", on), Counts(0)).numerator


def as_told(
    reader: Reader, children: dict[str, Figures], days: Iterable[date], longest_seconds: float
) -> Iterator[Result]:
    """The gateway's figures of each day are what the children come to together, once it has caught up."""
    give_up_at = time.monotonic() + longest_seconds
    for day in days:
        while (check := _alike(reader.figures(day), children, day)) and not check.holds:
            if time.monotonic() > give_up_at:
                break
            time.sleep(_LOOK_AGAIN_SECONDS)
        shows = "The authority's figures are those of the children that were posted."
        why = "What a dry run told is what readers see."
        yield judged(_SECTION, day.isoformat(), shows, why, [check])


def _alike(read: Figures, children: dict[str, Figures], day: date) -> Check:
    """One check of all figures of a day; where some differ, the first that does."""
    names = {name for name in read if name.indicator != _RATE}
    names |= {name for figures in children.values() for name in figures if name.on == day}
    names = {name for name in names if name.indicator not in (_RATE, PLACEMENTS)}
    for name in sorted(names):
        got = read.get(name, Counts(0))
        expected = together(children, name, got)
        if got != expected:
            return Check(f"{name} {expected}", f"{name} {got}")
    return Check(f"{len(names)} figures", f"{len(names)} figures")
