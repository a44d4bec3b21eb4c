"""Missing and away episodes: which of those stated stand, and the London days they cover. They end no placement."""

from functools import lru_cache
from math import inf

from holdfast.contracts.facts import Fact, microseconds
from holdfast.indicators.calendar import day_of, london_day, london_midnight
from holdfast.indicators.care import Episode
from holdfast.indicators.findings import Finding, found
from holdfast.indicators.ordering import sort

# Bounded; a child's are asked for more than once while it is read.
_CACHED_MOMENTS = 1 << 12


class _Stated:
    """An episode with its instants, in microseconds since 1970 UTC; `ends` is infinite while open."""

    __slots__ = ("begins", "ends", "ends_on", "fact", "kind", "starts_on")

    def __init__(self, fact: Fact) -> None:
        stated = fact.missing
        if stated is None:
            raise ValueError("a missing episode without its data")
        self.fact = fact
        self.kind = stated.kind
        self.begins, self.starts_on = _moment(stated.begins)
        self.ends: float = inf
        self.ends_on: int | None = None
        if stated.ends is not None:
            self.ends, self.ends_on = _moment(stated.ends)


@lru_cache(_CACHED_MOMENTS)
def _moment(text: str) -> tuple[int, int]:
    """The instant and its London day. A date means 00:00 in London."""
    if len(text) == len("YYYY-MM-DD"):
        day = day_of(text)
        return london_midnight(day), day
    instant = microseconds(text)
    return instant, london_day(instant)


def day_stated(fact: Fact) -> int | None:
    """The day that a fact is stated of: of an episode the one it began on. None for a withdrawal."""
    return fact.on if fact.missing is None else day_said(fact.missing.begins)


def day_said(text: str) -> int:
    """The London day of a moment as it is stated: of an instant, or a date itself."""
    return _moment(text)[1]


def _place(fact: Fact) -> tuple[float, ...]:
    begins = _moment(fact.missing.begins)[0] if fact.missing else 0
    return begins, -inf if fact.sequence is None else fact.sequence, fact.first_recorded_at


def read_episodes(facts: list[Fact], findings: list[Finding]) -> tuple[Episode, ...]:
    """The episodes that stand, by their start. One that overlaps another of its kind, or begins with it, does not."""
    kept: list[_Stated] = []
    last_of: dict[str, _Stated] = {}
    for fact in sort(facts, _place, findings):
        episode = _Stated(fact)
        last = last_of.get(episode.kind)
        if last is not None and not _follows(episode, last):
            findings.append(found("missing-overlap", episode.starts_on, fact))
            continue
        if last is not None and last.ends == inf:
            # A forgotten return must not hide what follows.
            last.ends, last.ends_on = episode.begins, episode.starts_on
            findings.append(found("missing-left-open", last.starts_on, last.fact))
        last_of[episode.kind] = episode
        kept.append(episode)
    return tuple(Episode(each.kind, each.starts_on, each.ends_on, each.fact.key) for each in kept)


def _follows(episode: _Stated, last: _Stated) -> bool:
    """Does it begin after the one before began, and once that was over? One left open is over by then."""
    return episode.begins > last.begins and (last.ends == inf or episode.begins >= last.ends)
