"""The drafted note on spurious restarts: its numbers by hand, and against the engine with its other choice."""

from datetime import date
from typing import Any

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import fact_of, standing
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.data_note import Counting, DataNote, span_to
from holdfast.indicators.effects import figures_of
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.steps import fold
from tests.factories import admitted, moved

HOME: dict[str, Any] = {"provider": "PR1", "locality": "here"}
YEAR_END = date(2018, 3, 31)
# Two placements, and in between twice to the one the child was in; the first of them in the year before.
RESTARTED: list[AnyEvent] = [
    admitted("2016-05-01", "U6", **HOME),
    moved("2017-03-01", "P", "U6", **HOME),
    moved("2017-09-01", "P", "U6", **HOME),
    moved("2017-12-01", "P", "K2"),
]
SETTLED: list[AnyEvent] = [admitted("2015-01-01", "U6", child="other")]


def noted(on: date = YEAR_END, over: str = "year", *, accepted: int = 0, choices: Choices = DEFAULTS) -> DataNote:
    span = span_to(on, "year" if over == "year" else "month")
    ledger, children = Ledger(), [tuple(standing(map(fact_of, each)).values()) for each in (RESTARTED, SETTLED)]
    for facts in children:
        ledger.add(fold(facts, choices))
    counting = Counting(span, choices, None, figures_of(ledger, [on.toordinal()], None))
    for facts in children:
        found = journey(facts, choices).findings
        restarts = [str(each.fact) for each in found if each.code == "spurious-restart" and span.has(each.on)]
        if restarts:
            counting.take(facts, restarts)
    return counting.note(accepted)


def test_the_note_says_how_many_how_they_are_read_and_what_would_be_without_it() -> None:
    note = noted(accepted=1)
    assert (note.moves, note.children) == (1, 1)
    assert note.text == (
        "In 2017/18, 1 move of 1 child was recorded to the very placement that the child was already in: the same "
        "placement, or the same kind of placement with the same provider at the same address. It is treated as the "
        "placement going on, and not counted as a move (definitions 1). 1 of these has been looked at and accepted so. "
        "Without this, three or more placements in twelve months at 31 March 2018 would read 50.0% (1 of 2) instead "
        "of 0.0% (0 of 2); three or more placements in two years at 31 March 2018 would read 50.0% (1 of 2) instead of "
        "0.0% (0 of 2); placement moves in the year to 31 March 2018 would read 2 instead of 1; unplanned moves in the "
        "year to 31 March 2018 would read 0.0% (0 of 2) instead of 0.0% (0 of 1)."
    )


def test_of_a_month_only_its_own_restarts_are_told_with_the_months_flows() -> None:
    note = noted(date(2017, 9, 30), "month")
    assert note.text.startswith("In September 2017, 1 move of 1 child ")
    assert "placement moves in the month to 30 September 2017 would read 1 instead of 0" in note.text
    assert noted(date(2017, 10, 31), "month").text == (
        "In October 2017, no move was recorded to the very placement that the child was already in."
    )


def test_what_it_would_be_without_is_what_the_engine_counts_by_its_other_choice() -> None:
    """The choice is of all restarts, the note of those of its year: here they come to the same at the year's end."""
    on = YEAR_END.toordinal()
    counted = Ledger()
    for each in (RESTARTED, SETTLED):
        counted.add(fold(standing(map(fact_of, each)).values(), Choices(spurious_restart="counted")))
    by_choice = {name[:2]: counts for name, counts in figures_of(counted, [on], None).items()}
    assert noted().figures
    for figure in noted().figures:
        assert figure.would_read == by_choice[figure.indicator, figure.period]


def test_where_restarts_are_counted_already_the_note_says_so() -> None:
    assert noted(choices=Choices(spurious_restart="counted")).text == (
        "In 2017/18, moves to the very placement that a child was already in are counted as moves."
    )
