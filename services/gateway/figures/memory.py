"""A day's rows from the figures in memory, where all that is asked for is there; else the register answers."""

from datetime import date

import msgspec

from holdfast.contracts.figures import WHOLE, Figure, Row, rows_of
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.parts import FIGURES
from services.gateway.domain import is_month_end
from services.gateway.figures.held import AuthorityFigures, Figures, Held, london_day, readings_on

# Month ends asked for are often the same ones: so many answers are kept, each good until the authority's next figure.
ANSWERS_KEPT = 64


class _Answers:
    """The last answers about month ends, by what was asked and the authority's offset then."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, date, bool], tuple[str, int, bytes | None]] = {}

    def get(self, key: tuple[str, date, bool], generation: str, offset: int) -> tuple[bool, bytes | None]:
        """(known, answer)."""
        held = self._held.get(key)
        return (True, held[2]) if held is not None and held[:2] == (generation, offset) else (False, None)

    def keep(self, key: tuple[str, date, bool], generation: str, offset: int, answer: bytes | None) -> None:
        """Keep an answer, forgetting the oldest."""
        self._held.pop(key, None)
        self._held[key] = (generation, offset, answer)
        while len(self._held) > ANSWERS_KEPT:
            del self._held[next(iter(self._held))]


_answers = _Answers()


def wanted(*, breakdowns: bool) -> list[tuple[str, str]]:
    """Every indicator and cell of an answer, in the order of the offline reading."""
    return list(FIGURES) if breakdowns else [(indicator, WHOLE) for indicator in INDICATORS]


def from_memory(figures: Figures, authority: str, day: date, *, breakdowns: bool) -> bytes | None:
    """The rows of a day as a JSON list; None where memory doesn't hold every one of them."""
    state = figures.of(authority)
    held = [state.held.get(name) for name in wanted(breakdowns=breakdowns)]
    found = [item for item in held if item is not None]
    if len(found) < len(held):
        return None
    if all(item.on == day for item in found):
        return b"[" + b",".join(rows[1:-1] for item in found if len(rows := item.rows()) > 2) + b"]"
    if not is_month_end(day):
        return None
    return _month_end(figures.generation, authority, state, found, day, breakdowns)


def _month_end(
    generation: str, authority: str, state: AuthorityFigures, held: list[Held], day: date, breakdowns: bool
) -> bytes | None:
    key = (authority, day, breakdowns)
    known, answer = _answers.get(key, generation, state.offset)
    if not known:
        answer = _rows_on([item.figure() for item in held], day)
        _answers.keep(key, generation, state.offset, answer)
    return answer


def _rows_on(figures: list[Figure], day: date) -> bytes | None:
    rows: list[Row] = []
    for figure in figures:
        readings = readings_on(figure, day)
        # A month end after today is what will be if nothing further is said; a month end yet to be said is asked for.
        if readings is None or (london_day(figure.as_at) < day and day not in {held.on for held in figure.ahead}):
            return None
        rows += rows_of(figure, day, readings)
    return msgspec.json.encode(rows)
